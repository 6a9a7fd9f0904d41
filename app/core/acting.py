"""Who is at work in this request: an account acting under exactly one assignment."""

from dataclasses import dataclass
from datetime import date

from flask import has_request_context, request
from werkzeug.exceptions import Forbidden

_KEY = "nep.acting"


@dataclass(frozen=True)
class Acting:
    """An account, the role it acts in and the unit at which it holds the role."""

    account_id: int
    username: str
    name: str
    assignment_id: int
    role: str
    unit_id: int
    unit_path: str
    unit_name: str
    role_title: str = ""
    others: tuple[tuple[int, str, str], ...] = ()
    """The other assignments in force, as (id, title of the role, unit name)."""
    practice_until: date | None = None
    """Set while the account practises: the day from which its practice unit is closed."""

    @property
    def practising(self) -> bool:
        """Whether all this happens in a practice unit and counts nowhere."""
        return self.practice_until is not None


def acting() -> Acting | None:
    """Who acts in this request, or ``None`` before login or without an assignment in force."""
    found: Acting | None = request.environ.get(_KEY) if has_request_context() else None
    return found


def actor() -> Acting:
    """Who acts in this request; raises ``Forbidden`` when nobody does."""
    found = acting()
    if found is None:
        raise Forbidden
    return found


def set_acting(who: Acting | None) -> None:
    """Remember who acts for the rest of this request."""
    request.environ[_KEY] = who
