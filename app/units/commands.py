"""Writes of the tree: units appear, change with a decision, and cease; nothing is deleted."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case, func, literal, select, text, update

from app.core import audit, scope
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.labels import shown
from app.units import checks, queries
from app.units.models import CellType, Unit, UnitKind, UnitVersion
from app.units.rules import (
    Decision,
    UnitEvent,
    child_path,
    event_between,
    is_within,
    may_stand_under,
)


def establish(unit: Unit, *, by: Acting, decision: Decision | None = None) -> None:
    """Add ``unit`` under its ``parent``, with its path and its first version.

    Raises ``RuleBroken`` for a parent outside the branch of ``by`` or one under which such a
    unit cannot stand, a kind not valid on its first day, a code taken, or a day to come.
    """
    parent = checks.superior(unit.parent, by=by)
    _lock(parent)
    since = decision or Decision(unit.valid_from)
    checks.not_in_future(since.effective_on, "valid_from")
    if since.effective_on < parent.valid_from:
        raise RuleBroken(_("The superior unit did not exist on that day."), "valid_from")
    checks.fits(unit.kind, unit.cell_type, parent, on=since.effective_on)
    checks.code_is_free(unit, parent)
    checks.count_is_possible(unit)
    unit.id = int(db.session.scalar(text("SELECT nextval(pg_get_serial_sequence('unit', 'id'))")))
    unit.path, unit.parent_id = child_path(parent.path, unit.id), parent.id
    unit.is_cell, unit.valid_from = unit.kind.is_cell, since.effective_on
    unit.names_kept, unit.is_practice = parent.names_kept, parent.is_practice
    db.session.add(unit)
    db.session.flush()
    db.session.add(_version(unit, UnitEvent.ESTABLISH, since))
    audit.record(unit, "add", by=by)


def change(unit: Unit, *, by: Acting) -> None:
    """Take over what a form changed of the present: code and number of members."""
    checks.at_work(unit)
    with db.session.no_autoflush:
        checks.code_is_free(unit, unit.parent)
    checks.count_is_possible(unit)
    audit.record(unit, "edit", by=by)


def rename(unit: Unit, name: str, short_name: str, decision: Decision, *, by: Acting) -> None:
    """Give the unit other names from a day on.

    Raises ``RuleBroken`` when nothing would change, when the unit has ceased, and for a day that
    is to come or lies before the last change.
    """
    last = _last_version(unit, decision)
    if (name, short_name) == (unit.name, unit.short_name):
        raise RuleBroken(_("These are the present names already."), "name")
    unit.name, unit.short_name = name, short_name
    _next_version(unit, last, UnitEvent.RENAME, decision, by=by)


def reclassify(
    unit: Unit, kind: UnitKind, cell_type: CellType | None, decision: Decision, *, by: Acting
) -> None:
    """Make the unit another kind, or another type of cell, from a day on.

    Raises ``RuleBroken`` as ``rename`` does, and when such a unit cannot stand under its superior
    or cannot have the units that hang on it.
    """
    last = _last_version(unit, decision)
    if (kind, cell_type) == (unit.kind, unit.cell_type):
        raise RuleBroken(_("This is the present kind already."), "kind")
    checks.fits(kind, cell_type, unit.parent, on=decision.effective_on)
    for below in queries.kinds_below(unit.id):
        if not may_stand_under(below.rank, kind.rank):
            message = _("Units of the kind “%(kind)s” hang on it and cannot stay.", kind=below)
            raise RuleBroken(message, "kind")
    event = event_between(unit.kind.rank, kind.rank)
    unit.kind, unit.cell_type, unit.is_cell = kind, cell_type, kind.is_cell
    unit.kind_code = kind.code
    _next_version(unit, last, event, decision, by=by)


def move(unit: Unit, parent: Unit | None, decision: Decision, *, by: Acting) -> None:
    """Hang the unit and all below it on another superior; the database takes all rows along.

    Raises ``RuleBroken`` as ``rename`` does, and for a superior outside the branch of ``by``,
    within the moved branch, of a lower kind, or with a unit of the same code.
    """
    parent = checks.superior(parent, by=by)
    last = _last_version(unit, decision, parent)
    if is_within(parent.path, unit.path):
        raise RuleBroken(_("A unit cannot stand under itself."), "parent")
    if parent.id == unit.parent_id:
        raise RuleBroken(_("It stands there already."), "parent")
    if parent.valid_from > decision.effective_on:
        raise RuleBroken(_("The superior unit did not exist on that day."), "effective_on")
    checks.fits(unit.kind, unit.cell_type, parent)
    checks.code_is_free(unit, parent, field="parent")
    before, after = unit.path, child_path(parent.path, unit.id)
    branch, is_head = scope.branch(before), Unit.id == unit.id
    db.session.execute(
        update(Unit)
        .where(Unit.path >= branch.low, Unit.path < branch.high)
        .values(
            path=literal(after) + func.substr(Unit.path, len(before) + 1),
            parent_id=case((is_head, parent.id), else_=Unit.parent_id),
            version=case((is_head, Unit.version + 1), else_=Unit.version),
        ),
        execution_options={"synchronize_session": False},
    )
    # Every row of the branch now has another path than what was loaded.
    db.session.expire_all()
    _next_version(unit, last, UnitEvent.REPARENT, decision, by=by)


def cease(unit: Unit, decision: Decision, *, by: Acting) -> None:
    """End the unit's work from a day on. It stays in every list of the time before.

    Raises ``RuleBroken`` as ``rename`` does, and while units below it are at work or members
    stand on its roll.
    """
    last = _last_version(unit, decision)
    if unit.id == by.unit_id:
        raise RuleBroken(_("Nobody ends the unit at which he acts. Ask your superior."))
    if decision.effective_on <= unit.valid_from:
        raise RuleBroken(_("A unit cannot cease on its first day."), "effective_on")
    if queries.has_units_below(unit.id):
        raise RuleBroken(_("Units below it are still at work. Move them or let them cease first."))
    if unit.names_kept and unit.member_count:
        message = _("Its members are still on the roll. Let them go over to other cells first.")
        raise RuleBroken(message)
    unit.valid_to = decision.effective_on
    _next_version(unit, last, UnitEvent.CEASE, decision, by=by)


def set_names_kept(unit: Unit, kept: bool, *, by: Acting) -> int:
    """Let a branch keep its members' names, or count heads only; how many units that changed."""
    branch = scope.branch(unit.path)
    done: Any = db.session.execute(
        update(Unit)
        .where(Unit.path >= branch.low, Unit.path < branch.high, Unit.names_kept != kept)
        .values(names_kept=kept, version=Unit.version + 1),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()
    audit.record(unit, "keep_names" if kept else "count_heads", by=by)
    return int(done.rowcount)


def _lock(*units: Unit) -> None:
    """Hold the units against other changes until the commit, as they are now."""
    db.session.flush()
    keys = [unit.id for unit in units]
    db.session.scalars(
        select(Unit)
        .where(Unit.id.in_(keys))
        .order_by(Unit.id)
        .with_for_update(of=Unit)
        .execution_options(populate_existing=True)
    ).all()


def _last_version(unit: Unit, decision: Decision, *others: Unit) -> UnitVersion:
    """The version that ``decision`` closes; the unit, and others it concerns, stay locked."""
    _lock(unit, *others)
    checks.at_work(unit)
    checks.not_in_future(decision.effective_on, "effective_on")
    last = queries.last_version(unit.id)
    if decision.effective_on < last.valid_from:
        day = shown(last.valid_from)
        message = _("There is a change from %(day)s already: choose a later day.", day=day)
        raise RuleBroken(message, "effective_on")
    if not decision.no and decision.effective_on > last.valid_from:
        raise RuleBroken(_("Write the number of the decision."), "decision_no")
    return last


def _next_version(
    unit: Unit, last: UnitVersion, event: UnitEvent, decision: Decision, *, by: Acting
) -> None:
    """Close ``last`` and open what the unit is now; a version of the same day is replaced."""
    if last.valid_from == decision.effective_on:
        last.name, last.short_name = unit.name, unit.short_name
        last.kind_code, last.parent_id = unit.kind_code, unit.parent_id
        last.event = last.event if last.event is UnitEvent.ESTABLISH else event
        last.decision_no = decision.no or last.decision_no
        last.decision_on = decision.signed_on or last.decision_on
    else:
        last.valid_to = decision.effective_on
        # Closed first: two versions may not overlap even for a moment.
        db.session.flush()
        db.session.add(_version(unit, event, decision))
    detail = {"from": decision.effective_on.isoformat(), "decision": decision.no}
    audit.record(unit, event.name.lower(), by=by, detail=detail)


def _version(unit: Unit, event: UnitEvent, decision: Decision) -> UnitVersion:
    return UnitVersion(
        unit_id=unit.id,
        unit_path=unit.path,
        parent_id=unit.parent_id,
        name=unit.name,
        short_name=unit.short_name,
        kind_code=unit.kind.code,
        event=event,
        decision_no=decision.no,
        decision_on=decision.signed_on,
        valid_from=decision.effective_on,
    )
