"""What the commands of the tree refuse; each raises ``RuleBroken`` beside the field it names."""

from datetime import date, timedelta

from flask_babel import gettext as _

from app.core import clock, months
from app.core.acting import Acting
from app.core.errors import RuleBroken
from app.core.labels import shown
from app.core.terms import N_
from app.units import queries
from app.units.models import CellType, Unit, UnitKind
from app.units.rules import is_valid_on, is_within, may_stand_under


def in_branch(unit: Unit | None, *, by: Acting) -> Unit:
    """The unit that was chosen; it must lie in the branch of ``by``."""
    if unit is None or not is_within(unit.path, by.unit_path):
        raise RuleBroken(_("Choose a unit of your own branch."), "unit")
    return unit


def existed_in(unit: Unit, month: date) -> None:
    """Of months before a unit was founded, or after it ceased, there is nothing to tell."""
    if month < months.first_of(unit.valid_from):
        told = N_("%(unit)s was founded on %(day)s: choose %(month)s or a later month.")
        day = nearest = unit.valid_from
    elif unit.valid_to is not None and month >= unit.valid_to:
        told = N_("%(unit)s ceased on %(day)s: choose %(month)s or an earlier month.")
        day, nearest = unit.valid_to, unit.valid_to - timedelta(days=1)
    else:
        return
    known = f"{nearest.month:02}/{nearest.year:04}"
    raise RuleBroken(_(told, unit=unit.name, day=shown(day), month=known), "month")


def superior(parent: Unit | None, *, by: Acting) -> Unit:
    """The unit under which something is to stand; it must be at work in the branch of ``by``."""
    if parent is None or not is_within(parent.path, by.unit_path):
        raise RuleBroken(_("Choose a superior unit of your own branch."), "parent")
    if parent.valid_to is not None:
        raise RuleBroken(_("This superior unit has ceased."), "parent")
    return parent


def at_work(unit: Unit) -> None:
    """A unit that has ceased changes no more."""
    if unit.valid_to is not None:
        raise RuleBroken(_("This unit has ceased."))


def not_in_future(day: date, field: str) -> None:
    """The tree says what is, not what will be."""
    if day > clock.today():
        raise RuleBroken(_("Enter it on the day it takes effect, or afterwards."), field)


def fits(
    kind: UnitKind, cell_type: CellType | None, parent: Unit | None, *, on: date | None = None
) -> None:
    """Whether the kind is in force on the day, and may stand where it is to stand."""
    if on is not None and not is_valid_on(kind.valid_from, kind.valid_to, on):
        raise RuleBroken(_("This kind of unit is not in use on that day."), "kind")
    if on is not None and cell_type is not None:
        if not kind.is_cell:
            raise RuleBroken(_("Only a cell has a cell type."), "cell_type")
        if not is_valid_on(cell_type.valid_from, cell_type.valid_to, on):
            raise RuleBroken(_("This type of cell is not in use on that day."), "cell_type")
    # A superior out of sight is somebody else's concern.
    if parent is not None and not may_stand_under(kind.rank, parent.kind.rank):
        message = _(
            "“%(below)s” cannot stand under “%(above)s”.", below=str(kind), above=str(parent.kind)
        )
        raise RuleBroken(message, "kind" if on is not None else "parent")


def code_is_free(unit: Unit, parent: Unit | None, *, field: str = "code") -> None:
    """No two units under one superior have the same code."""
    if parent is not None and queries.has_code(parent.id, unit.code, besides=unit.id):
        raise RuleBroken(_("A unit under the same superior has this code already."), field)


def count_is_possible(unit: Unit) -> None:
    """A number of members is no debt."""
    if (unit.member_count or 0) < 0:
        raise RuleBroken(_("Numbers of people cannot be negative"), "member_count")
