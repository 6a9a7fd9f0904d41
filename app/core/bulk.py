"""What is done to several rows at once: tried first, shown, and then done to just these rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.core.acting import Acting
from app.core.db import db, transaction
from app.core.errors import BadInput, RuleBroken, plain_message
from app.core.labels import told_apart
from app.core.text import nfc

MOST = 2_000
"""No more rows at a time than these."""
LONGEST_REASON = 500
_HOUR = 3_600

Command = Callable[..., Any]


@dataclass
class Outcome:
    """What became of some rows, by their names, or what would.

    ``refused`` tells for each reason who was; ``answers`` what the command returned for each row
    that was done.
    """

    done: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    answers: list[Any] = field(default_factory=list)

    def refuse(self, reason: str, name: str) -> None:
        """Note that a row was refused."""
        self.refused.setdefault(reason, []).append(name)

    def add(self, other: "Outcome") -> None:
        """Count the refused rows of ``other``, too."""
        for reason, names in other.refused.items():
            self.refused.setdefault(reason, []).extend(names)

    @property
    def refusals(self) -> int:
        """How many rows were refused."""
        return sum(len(names) for names in self.refused.values())


@dataclass(frozen=True)
class Chosen:
    """The rows that a preview showed, each with its version then."""

    action: str
    keys: list[Any]
    versions: list[Any]


def attempt(rows: Sequence[Any], command: Command, *, by: Acting, **given: Any) -> Outcome:
    """What ``command`` would do to the rows: it is run on each, and all of it is undone."""
    session: Any = db.session
    whole = session.begin_nested()
    try:
        return _run(session, rows, command, by=by, **given)
    finally:
        whole.rollback()


def carry_out(rows: Sequence[Any], command: Command, *, by: Acting, **given: Any) -> Outcome:
    """Run ``command`` on each row in one transaction; a refused row is undone alone."""
    with transaction() as session:
        return _run(session, rows, command, by=by, **given)


def _run(
    session: Session, rows: Sequence[Any], command: Command, *, by: Acting, **given: Any
) -> Outcome:
    outcome = Outcome()
    # Told before anything happens: what is undone would be read again, row by row.
    names = [told_apart(row) for row in rows]
    for row, name in zip(rows, names, strict=True):
        try:
            with session.begin_nested():
                answer = command(row, by=by, **given)
        except (RuleBroken, StaleDataError, IntegrityError) as error:
            outcome.refuse(plain_message(error)[0], name)
        else:
            outcome.done.append(name)
            outcome.answers.append(answer)
    return outcome


def reason_given() -> str:
    """The reason that was typed, tidied, or ""."""
    return nfc(request.form.get("reason", ""))[:LONGEST_REASON]


def wants_all() -> bool:
    """Whether all rows that match were chosen, not only those of the page."""
    return request.form.get("all") == "1"


def version_of(row: Any) -> Any:
    """What tells whether a row was changed, or ``None`` where nothing does."""
    return getattr(row, "version", None)


def seal(
    action: str,
    rows: Sequence[Any],
    key_of: Callable[[Any], Any],
    by: Acting,
    version: Callable[[Any], Any] = version_of,
) -> str:
    """The previewed rows and their versions, signed: they cannot be exchanged for others."""
    held = [[key_of(row), version(row)] for row in rows]
    sealed = _sealer().dumps({"action": action, "by": by.assignment_id, "rows": held})
    return sealed if isinstance(sealed, str) else sealed.decode()


def unseal(action: str, by: Acting) -> Chosen | None:
    """The rows of the preview that was agreed to, if one was. Raises ``BadInput`` when too old."""
    sealed = request.form.get("chosen", "")
    if not sealed:
        return None
    try:
        held = _sealer().loads(sealed, max_age=_HOUR)
    except BadData as error:
        raise BadInput(_("This preview is too old. Choose the rows again.")) from error
    if held["action"] != action or held["by"] != by.assignment_id:
        raise BadInput(_("This preview is too old. Choose the rows again."))
    rows = held["rows"]
    return Chosen(action, [key for key, _version in rows], [version for _key, version in rows])


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="nep.bulk")


def unchanged(
    chosen: Chosen, rows: Sequence[Any], version_now: Callable[[Any], Any] = version_of
) -> tuple[list[Any], Outcome]:
    """Those of ``rows`` that are as the preview showed them; the others are refused."""
    kept, outcome = [], Outcome()
    for key, version, row in zip(chosen.keys, chosen.versions, rows, strict=True):
        if row is None:
            outcome.refuse(_("No longer in your area."), f"#{key}")
        elif version_now(row) != version:
            outcome.refuse(overtaken(), told_apart(row))
        else:
            kept.append(row)
    return kept, outcome


def overtaken() -> str:
    """What to tell whoever has not seen the row as it is now."""
    return str(_("Somebody has changed it meanwhile. Look at it again, then decide."))


def names_short(names: Sequence[str], most: int = 5) -> str:
    """The first names of many, and how many more there are."""
    shown = ", ".join(names[:most])
    left = len(names) - most
    return shown if left <= 0 else _("%(names)s and %(left)s more", names=shown, left=left)
