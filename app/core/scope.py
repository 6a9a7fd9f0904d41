"""On whose rows the current work may act: the range of unit paths given to the database.

Every transaction begins by telling PostgreSQL the scope; the row-level policies compare it with
``unit_path``. Nothing set means no rows.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from flask import current_app, has_request_context, request
from sqlalchemy import Connection, text

_KEY = "nep.scope"
_entered: ContextVar["Scope | None"] = ContextVar("nep_scope", default=None)
_SET = text(
    "SELECT set_config('nep.scope_from', :low, true), set_config('nep.scope_to', :high, true),"
    " set_config('nep.account', :account, true)"
)


@dataclass(frozen=True)
class Scope:
    """A branch of the tree (``low <= path < high``, collation "C") and the account that acts.

    ``practice`` says that the branch is one to practise in: there, and only there, practice
    units count.
    """

    low: str = ""
    high: str = ""
    account: int = 0
    practice: bool = False


NOTHING = Scope()
EVERYTHING = Scope("/", "0")


def branch(path: str, *, account: int = 0, practice: bool = False) -> Scope:
    """The scope of the unit at ``path`` (such as ``/1/31/``) and all below it."""
    if not (path.startswith("/") and path.endswith("/")):
        raise ValueError(f"not a unit path: {path!r}")
    # "0" is the character after "/", so the range ends right behind the last descendant.
    return Scope(path, path[:-1] + "0", account, practice)


def current() -> Scope:
    """The scope that the next statement runs under."""
    entered = _entered.get()
    if entered is not None:
        return entered
    if has_request_context():
        found: Scope = request.environ.get(_KEY, NOTHING)
        return found
    return NOTHING


def set_for_request(scope: Scope) -> None:
    """Give the rest of this request ``scope``; a transaction already open must be told too."""
    request.environ[_KEY] = scope


def tell(connection: Connection) -> None:
    """Tell the transaction open on ``connection`` the current scope."""
    scope = current()
    connection.execute(_SET, {"low": scope.low, "high": scope.high, "account": str(scope.account)})


@contextmanager
def entered(scope: Scope) -> Iterator[None]:
    """Run a block under ``scope`` in a session of its own, for jobs and for login.

    The new application context has its own ``db.session``: rows loaded before stay outside.
    """
    token = _entered.set(scope)
    try:
        with current_app._get_current_object().app_context():  # type: ignore[attr-defined] # proxy
            yield
    finally:
        _entered.reset(token)


def system() -> AbstractContextManager[None]:
    """The scope of the system itself: every row. Only named jobs and login enter it."""
    return entered(EVERYTHING)
