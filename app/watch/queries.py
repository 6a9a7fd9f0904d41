"""Reads behind the watch lists; every function is one SELECT and sees only the branch in scope."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.core.dated import holds_on
from app.core.db import db
from app.meetings.models import Absence, Meeting
from app.meetings.rules import MONTHLY, REPORTED, Attendance, MeetingType, ScheduleState
from app.people.models import ActivitySpell, Member
from app.people.queries import on_roll
from app.people.rules import ActivityState
from app.units.models import Unit
from app.units.queries import at_work, below, counted
from app.watch.found import Away, Cell, Idle, Watched
from app.watch.models import WatchRule
from app.watch.rules import Threshold

THEMATIC = (MeetingType.THEMATIC, MeetingType.COMBINED)
_ABOVE = aliased(Unit, name="above")
_MET_ON = cast(func.coalesce(Meeting.started_at, Meeting.planned_at), Date)


def thresholds(day: date) -> list[Threshold]:
    """What the units in scope and those above have set for ``day``, the newest first."""
    asked = select(WatchRule).where(holds_on(WatchRule, day))
    found = db.session.scalars(asked.order_by(WatchRule.valid_from.desc(), WatchRule.id.desc()))
    return [row.threshold for row in found]


def absent(
    path: str, span: tuple[date, date], day: date, *, unexcused: int, excused: int
) -> list[Watched]:
    """The members on the roll on ``day`` who were absent often, by given name, with all marks.

    Of the months of ``span``, both included, only reported regular or combined meetings tell;
    who was not on the roll on a meeting's day has no mark of it. Often is ``unexcused`` months
    without reason, or ``excused`` with one.
    """
    status, number = Absence.status, func.count()
    tells = and_(
        Meeting.month.between(*span),
        Meeting.type.in_(MONTHLY),
        Meeting.result_state.in_(REPORTED),
    )
    often = (
        select(Absence.member_id)
        .join(Meeting, Meeting.id == Absence.meeting_id)
        .where(below(path, Absence.unit_path), below(path, Meeting.unit_path), tells)
        .where(status.in_((Attendance.UNEXCUSED, Attendance.EXCUSED)))
        .group_by(Absence.member_id)
        .having(
            or_(
                number.filter(status == Attendance.UNEXCUSED) >= unexcused,
                number.filter(status == Attendance.EXCUSED) >= excused,
            )
        )
        .cte("often")
    )
    was_there = and_(
        Member.joined_on <= _MET_ON, or_(Member.left_on.is_(None), Member.left_on > _MET_ON)
    )
    asked = (
        select(Member.id, Member.full_name, *_CELL, Meeting.month, Meeting.id, status)
        .join(often, often.c.member_id == Member.id)
        .join(Unit, Unit.id == Member.unit_id)
        .outerjoin(_ABOVE, _ABOVE.id == Unit.parent_id)
        .join(Meeting, and_(Meeting.unit_id == Member.unit_id, tells, was_there))
        .outerjoin(Absence, and_(Absence.meeting_id == Meeting.id, Absence.member_id == Member.id))
        .where(_watched(path, day))
        .order_by(Member.name_key, Member.id, Meeting.month)
    )
    found: dict[int, Watched] = {}
    for member_id, name, *cell, month, meeting_id, mark in db.session.execute(asked):
        one = found.setdefault(member_id, Watched(member_id, name, Cell(*cell)))
        one.marks[month] = mark or Attendance.PRESENT
        one.meetings[month] = meeting_id
    return list(found.values())


def exemptions_ending(path: str, day: date, last: date) -> list[Away]:
    """Exemptions that end from ``day`` to ``last`` and are not prolonged yet, the first first."""
    later = aliased(ActivitySpell, name="later")
    prolonged = select(later.id).where(
        later.member_id == ActivitySpell.member_id,
        later.state == ActivityState.EXEMPT,
        later.from_on > ActivitySpell.to_on,
        later.from_on <= ActivitySpell.to_on + 1,
    )
    return _spells(
        path,
        day,
        and_(
            ActivitySpell.state == ActivityState.EXEMPT,
            ActivitySpell.from_on <= day,
            ActivitySpell.to_on.between(day, last),
            ~prolonged.exists(),
        ),
    )


def temporary_overdue(path: str, day: date, *, since: date, ended: date) -> list[Away]:
    """Temporary activity, out and in, that is or may be overdue on ``day``, the oldest first.

    It goes on and began by ``since``; or it is over, from ``ended`` on, nothing follows it, and
    the guest is still on the roll, or the member who was elsewhere has come to no meeting yet.
    """
    spell, later = ActivitySpell, aliased(ActivitySpell, name="later")
    follows = select(later.id).where(
        later.member_id == spell.member_id, later.from_on > spell.from_on, later.from_on <= day
    )
    over = and_(spell.to_on < day, spell.to_on >= ended, ~follows.exists())
    goes_on = and_(spell.from_on <= since, or_(spell.to_on.is_(None), spell.to_on >= day))
    found = _spells(
        path,
        day,
        and_(
            spell.state.in_((ActivityState.TEMP_OUT, ActivityState.TEMP_IN)),
            or_(goes_on, over),
        ),
    )
    return [one for one in found if one.state is ActivityState.TEMP_IN or not one.seen]


def without_thematic(
    path: str, span: tuple[date, date], quarter_end: date, day: date
) -> list[Idle]:
    """Cells at work since the quarter began that held no thematic meeting in the months ``span``.

    By committee and code, each with the next one that is planned up to ``quarter_end``.
    """
    held = select(Meeting.id).where(
        Meeting.unit_id == Unit.id,
        Meeting.month.between(*span),
        Meeting.type.in_(THEMATIC),
        or_(Meeting.state == ScheduleState.HELD, Meeting.result_state.in_(REPORTED)),
    )
    planned = (
        select(Meeting.id, Meeting.planned_at)
        .where(
            Meeting.unit_id == Unit.id,
            Meeting.month.between(span[0], quarter_end),
            Meeting.type.in_(THEMATIC),
            Meeting.state.in_((ScheduleState.REGISTERED, ScheduleState.CONFIRMED)),
        )
        .order_by(Meeting.planned_at)
        .limit(1)
        .lateral("planned")
    )
    asked = (
        select(*_CELL, planned.c.planned_at, planned.c.id)
        .select_from(Unit)
        .outerjoin(_ABOVE, _ABOVE.id == Unit.parent_id)
        .outerjoin(planned, literal(True))
        .where(below(path), Unit.is_cell, counted(), at_work(day), Unit.valid_from <= span[0])
        .where(~held.exists())
        .order_by(_ABOVE.code, Unit.parent_id, Unit.code, Unit.id)
    )
    width = len(_CELL)
    return [Idle(Cell(*row[:width]), *row[width:]) for row in db.session.execute(asked)]


_CELL = (Unit.id, Unit.path, Unit.name, Unit.parent_id, _ABOVE.name)


def _watched(path: str, day: date) -> ColumnElement[bool]:
    """The clause: a member on the roll on ``day`` of a cell at work that counts."""
    return and_(below(path, Member.unit_path), on_roll(day), at_work(day), counted())


def _spells(path: str, day: date, which: ColumnElement[bool]) -> list[Away]:
    spell = ActivitySpell
    missed = (
        select(Absence.id)
        .where(
            Absence.meeting_id == Meeting.id,
            Absence.member_id == spell.member_id,
            Absence.status != Attendance.PRESENT,
        )
        .correlate(Meeting, spell)
    )
    came = (
        select(Meeting.id)
        .where(
            Meeting.unit_id == spell.unit_id,
            Meeting.type.in_(MONTHLY),
            Meeting.result_state.in_(REPORTED),
            spell.to_on < _MET_ON,
            day >= _MET_ON,
            ~missed.exists(),
        )
        .correlate(spell)
    )
    # Only of what is over somebody asks whether the member has been seen since.
    seen = case((spell.to_on < day, came.exists()), else_=False)
    columns: Sequence[Any] = (spell.state, spell.from_on, spell.to_on, spell.decision_no, seen)
    asked = (
        select(spell.id, Member.id, Member.full_name, *_CELL, *columns)
        .join(Member, Member.id == spell.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .outerjoin(_ABOVE, _ABOVE.id == Unit.parent_id)
        .where(below(path, spell.unit_path), _watched(path, day), which)
        .order_by(Member.name_key, Member.id, spell.from_on)
    )
    found = []
    for spell_id, member_id, name, *rest in db.session.execute(asked):
        cell = Cell(*rest[: len(_CELL)])
        found.append(Away(spell_id, member_id, name, cell, *rest[len(_CELL) :]))
    return found
