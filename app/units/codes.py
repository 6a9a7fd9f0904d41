"""Writes of the code tables, which every unit of the installation shares."""

from flask_babel import gettext as _

from app.core import audit
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.units.models import CellType, Unit, UnitKind
from app.units.rules import depth


def add(code: UnitKind | CellType, *, by: Acting) -> None:
    """Add a kind of unit or a type of cell.

    Raises ``RuleBroken`` unless ``by`` acts for the uppermost unit, for a code that is taken or
    not made of capital letters, and for an end before the start.
    """
    if not (code.code.isascii() and code.code.isidentifier() and code.code.isupper()):
        message = _("Write the code in capital letters, digits and underscores: SUB_CELL.")
        raise RuleBroken(message, "code")
    with db.session.no_autoflush:
        if db.session.get(type(code), code.code) is not None:
            raise RuleBroken(_("This code is taken."), "code")
    _accept(code, "add", by=by)
    db.session.add(code)


def change(code: UnitKind | CellType, *, by: Acting) -> None:
    """Take over new names or another validity; raises ``RuleBroken`` as ``add`` does."""
    _accept(code, "edit", by=by)


def _accept(code: UnitKind | CellType, verb: str, *, by: Acting) -> None:
    if depth(by.unit_path) != 1:
        raise RuleBroken(_("All units share this table: only the uppermost unit changes it."))
    if code.valid_from and code.valid_to and code.valid_to <= code.valid_from:
        raise RuleBroken(_("The end must come after the start."), "valid_to")
    with db.session.no_autoflush:
        owner = db.session.get_one(Unit, by.unit_id)
        detail = {"table": code.__tablename__, "code": code.code}
    audit.record(owner, f"{verb}_code", by=by, detail=detail)
