"""Writes of the rolls: members join, change, leave and go over; spells begin and end."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import inspect, update

from app.core import audit, clock
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.labels import shown
from app.people import queries
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState, LeaveReason, Position, is_phone, overlaps
from app.units.checks import in_branch
from app.units.models import Unit
from app.units.rules import is_within

DAY = timedelta(days=1)
CHANGEABLE = ("full_name", "standing", "position", "phone", "joined_on")


def join(member: Member, *, by: Acting) -> None:
    """Put ``member`` on the roll of ``member.unit``.

    Raises ``RuleBroken`` for a unit that is no cell of the branch of ``by`` or keeps no names, a
    day to come, a second secretary, or a name that the cell has already.
    """
    unit = _cell(member.unit, by=by)
    member.unit_id, member.unit_path = unit.id, unit.path
    _accept(member)
    db.session.add(member)
    audit.record(member, "join", by=by)
    _recount(unit)


def change(member: Member, *, by: Acting) -> None:
    """Take over what a form changed of a member; raises ``RuleBroken`` as ``join`` does."""
    _accept(member)
    changed = [name for name in CHANGEABLE if inspect(member).attrs[name].history.has_changes()]
    audit.record(member, "edit", by=by, detail={"changed": changed})


def leave(member: Member, reason: LeaveReason, on: date, *, by: Acting) -> None:
    """End the membership: ``on`` is the first day on which the member is off the roll.

    Raises ``RuleBroken`` when it has ended already or had not begun, and for a day to come.
    """
    _end(member, reason, on)
    audit.record(member, "leave", by=by, detail={"on": on.isoformat(), "reason": reason.name})
    _recount(member.unit)


def transfer(member: Member, unit: Unit | None, on: date, *, by: Acting) -> Member:
    """Let the member go over to another cell of the branch; answers the membership there.

    Raises ``RuleBroken`` as ``leave`` and ``join`` do.
    """
    cell = _cell(unit, by=by)
    if cell.id == member.unit_id:
        raise RuleBroken(_("The member is in this cell already."), "unit")
    _end(member, LeaveReason.TRANSFERRED, on)
    there = Member(
        unit=cell, full_name=member.full_name, standing=member.standing, phone=member.phone
    )
    there.joined_on = on
    audit.record(member, "transfer", by=by, detail={"on": on.isoformat(), "to": cell.id})
    join(there, by=by)
    _recount(member.unit)
    return there


def begin_spell(spell: ActivitySpell, *, by: Acting) -> None:
    """Begin a spell of ``spell.member``.

    Raises ``RuleBroken`` for a member off the roll, a span that is upside down, outside the
    membership or overlapping another. A guest's stay is the membership itself: it begins with
    it, and its end ends it.
    """
    member = spell.member
    if member is None or not is_within(member.unit_path, by.unit_path):
        raise RuleBroken(_("Choose a member of your own branch."), "member")
    spell.unit_id, spell.unit_path = member.unit_id, member.unit_path
    if spell.state is ActivityState.TEMP_IN and spell.from_on != member.joined_on:
        day = shown(member.joined_on)
        message = _("A guest's stay begins on the day he came to this cell: %(day)s.", day=day)
        raise RuleBroken(message, "from_on")
    _span_fits(spell, member)
    db.session.add(spell)
    audit.record(spell, "begin", by=by, detail={"state": spell.state.name})
    _settle(spell, member)


def change_spell(spell: ActivitySpell, *, by: Acting) -> None:
    """Take over what a form changed of a spell; raises ``RuleBroken`` as ``begin_spell`` does."""
    _span_fits(spell, spell.member)
    audit.record(spell, "edit", by=by)
    _settle(spell, spell.member)


def end_spell(spell: ActivitySpell, on: date, *, by: Acting) -> None:
    """End a spell; ``on`` is its last day. Raises ``RuleBroken`` as ``begin_spell`` does."""
    spell.to_on = on
    _span_fits(spell, spell.member)
    audit.record(spell, "end", by=by, detail={"on": on.isoformat()})
    _settle(spell, spell.member)


def _cell(unit: Unit | None, *, by: Acting) -> Unit:
    unit = in_branch(unit, by=by)
    if not unit.is_cell:
        raise RuleBroken(_("Members belong to cells: choose a cell."), "unit")
    if unit.valid_to is not None:
        raise RuleBroken(_("This unit has ceased."), "unit")
    if not unit.names_kept:
        raise RuleBroken(_("This cell counts heads only: it keeps no names."), "unit")
    return unit


def _accept(member: Member) -> None:
    """What holds for every membership, new or changed."""
    if not member.full_name:
        raise RuleBroken(_("This field is required."), "full_name")
    if member.joined_on > clock.today():
        raise RuleBroken(_("Enter it on the day it takes effect, or afterwards."), "joined_on")
    if member.left_on is not None and member.left_on < member.joined_on:
        raise RuleBroken(_("The member left before that day."), "joined_on")
    if member.phone and not is_phone(member.phone):
        raise RuleBroken(_("Write the telephone number in digits: 0912 345 678."), "phone")
    if member.left_on is not None:
        return
    today, key = clock.today(), member.id
    with db.session.no_autoflush:
        if queries.has_name(member.unit_id, member.full_name, today, besides=key):
            message = _("This cell has a member of that name. Add what tells them apart, as “(A)”.")
            raise RuleBroken(message, "full_name")
        if member.position is Position.SECRETARY and queries.has_secretary(
            member.unit_id, today, besides=key
        ):
            message = _("This cell has a secretary. Change that member's position first.")
            raise RuleBroken(message, "position")


def _end(member: Member, reason: LeaveReason, on: date) -> None:
    # A guest's end may be known beforehand, and come earlier after all.
    if member.left_on is not None and member.left_on <= clock.today():
        raise RuleBroken(_("This membership has ended already."))
    if on > clock.today():
        raise RuleBroken(_("Enter it on the day it takes effect, or afterwards."), "on")
    if on < member.joined_on:
        raise RuleBroken(_("The member was not in this cell on that day."), "on")
    member.left_on, member.left_reason = on, reason
    for spell in queries.spells_of(member.id):
        if spell.to_on is None or spell.to_on >= on:
            spell.to_on = max(spell.from_on, on - DAY)


def _span_fits(spell: ActivitySpell, member: Member) -> None:
    if spell.to_on is not None and spell.to_on < spell.from_on:
        raise RuleBroken(_("The end must come after the start."), "to_on")
    is_guest = spell.state is ActivityState.TEMP_IN
    if member.left_on is not None and not is_guest:
        raise RuleBroken(_("This membership has ended already."), "member")
    if spell.from_on < member.joined_on:
        raise RuleBroken(_("The member was not in this cell on that day."), "from_on")
    with db.session.no_autoflush:
        for other in queries.spells_of(member.id):
            if other is spell:
                continue
            if overlaps((spell.from_on, spell.to_on), (other.from_on, other.to_on)):
                message = _(
                    "From %(day)s on there is another: %(state)s. End that one first.",
                    day=shown(other.from_on),
                    state=shown(other.state),
                )
                raise RuleBroken(message, "from_on")


def _settle(spell: ActivitySpell, member: Member) -> None:
    """A guest leaves when the stay ends; who is no guest stays on the roll."""
    if spell.state is ActivityState.TEMP_IN:
        member.left_on = spell.to_on + DAY if spell.to_on else None
        member.left_reason = LeaveReason.TRANSFERRED if spell.to_on else None
    _recount(member.unit)


def _recount(unit: Unit) -> None:
    """Let the unit's number of members be what its roll says; no form of the unit is disturbed."""
    db.session.flush()
    db.session.execute(
        update(Unit)
        .where(Unit.id == unit.id, Unit.names_kept)
        .values(member_count=queries.number_on_roll(unit.id, clock.today())),
        execution_options={"synchronize_session": False},
    )
    db.session.expire(unit, ["member_count"])
