"""Where features below the audit log tell what was done."""

from typing import Any

from sqlalchemy import inspect
from werkzeug.utils import import_string

from app.core.acting import Acting

# Named, not imported: the log belongs to a feature above.
_WRITER = "app.security.commands:record"
_READER = "app.security.queries:last_deed"


def record(
    row: Any, action: str, *, by: Acting | None, detail: dict[str, Any] | None = None
) -> None:
    """Write in the audit log that ``by`` did ``action`` to ``row``, a row of a unit."""
    import_string(_WRITER)(row, action, by=by, detail=detail)


def last(row: Any) -> Any:
    """The last entry of the log about ``row``, or ``None``: who did what, and when."""
    return import_string(_READER)(row)


def before(row: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    """What the changed ones of ``columns`` held before this transaction, for the audit log."""
    found: dict[str, Any] = {}
    for name in columns:
        history = inspect(row).attrs[name].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            found[name] = None if old is None else getattr(old, "name", str(old))
    return found
