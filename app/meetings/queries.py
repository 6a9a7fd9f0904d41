"""Reads of meetings, of the rules that hold for them, and of a month's standing per cell."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import aliased, contains_eager

from app.core import months
from app.core.dated import holds_on
from app.core.db import db
from app.deadlines.queries import timetables
from app.meetings.models import (
    Absence,
    AttendancePolicy,
    ClosedMonth,
    Meeting,
    Task,
    TaskStatus,
)
from app.meetings.rules import MONTHLY, REPORTED, ScheduleState
from app.meetings.standing import CellMonth
from app.meetings.task_rules import TaskState
from app.people.models import Member
from app.units.models import Unit, UnitKind, UnitVersion
from app.units.queries import below, counted

_LOCK = text("SELECT pg_advisory_xact_lock(80, :month - date '2000-01-01')")
_HOLD = text("SELECT pg_advisory_xact_lock_shared(80, :month - date '2000-01-01')")


def cells_of_month(month: date, path: str = "") -> Sequence[CellMonth]:
    """Every cell in scope that existed in ``month`` and counts, by parent and code.

    ``month`` is a first day; ``path`` leaves the cells of one branch. The row holds the month's
    regular or combined meeting.
    """
    due = timetables(month)
    asked = _cells_of_month(month)
    rows = db.session.execute(asked.where(below(path)) if path else asked)
    return [CellMonth(*(*row, due.of(row.path))) for row in rows]


def _cells_of_month(month: date) -> Select[Any]:
    last = months.last_of(month)
    # A cell that ceased within the month is named as on its last day.
    day: ColumnElement[date] = func.least(last, Unit.valid_to - 1)
    parent, parent_unit = aliased(UnitVersion), aliased(Unit)
    above = (
        select(text("a.name"))
        .select_from(text("units_above(unit.path) AS a"))
        .where(text("a.id = unit_version.parent_id"))
        .correlate(Unit, UnitVersion)
        .scalar_subquery()
    )
    columns = [
        literal(month),
        Unit.id,
        Unit.path,
        Unit.code,
        UnitVersion.name,
        UnitVersion.short_name,
        Unit.cell_type_code,
        Unit.member_count,
        UnitVersion.parent_id,
        parent_unit.code,
        # The parent may lie above the scope; its name alone may be told.
        func.coalesce(parent.name, above),
        Unit.valid_from,
        Unit.valid_to,
        *(getattr(Meeting, "id" if name == "meeting_id" else name) for name in _OF_MEETING),
    ]
    meets = and_(Meeting.unit_id == Unit.id, Meeting.month == month, Meeting.type.in_(MONTHLY))
    return (
        select(*columns)
        .select_from(Unit)
        .join(UnitVersion, and_(UnitVersion.unit_id == Unit.id, holds_on(UnitVersion, day)))
        .join(UnitKind, UnitKind.code == UnitVersion.kind_code)
        .outerjoin(parent, and_(parent.unit_id == UnitVersion.parent_id, holds_on(parent, day)))
        .outerjoin(parent_unit, parent_unit.id == UnitVersion.parent_id)
        .outerjoin(Meeting, meets)
        .where(UnitKind.is_cell, counted(), Unit.valid_from <= last)
        .where(or_(Unit.valid_to.is_(None), Unit.valid_to > month))
        .order_by(parent_unit.code, UnitVersion.parent_id, Unit.code, Unit.id)
    )


_FIELDS = tuple(CellMonth.__dataclass_fields__)
_OF_MEETING = _FIELDS[_FIELDS.index("meeting_id") : _FIELDS.index("decided_at") + 1]


def _above(owned: Any, path: Any) -> ColumnElement[bool]:
    """The clause: the owner of a row is the unit at ``path`` or stands above it."""
    return func.starts_with(path, owned.unit_path)


def policy_on(path: str, day: date) -> AttendancePolicy | None:
    """The attendance policy for the unit at ``path`` on ``day``: nearest owner, latest revision."""
    return db.session.scalars(
        select(AttendancePolicy)
        .where(_above(AttendancePolicy, path), holds_on(AttendancePolicy, day))
        .order_by(
            func.length(AttendancePolicy.unit_path).desc(),
            AttendancePolicy.valid_from.desc(),
            AttendancePolicy.revision.desc(),
            AttendancePolicy.id.desc(),
        )
        .limit(1)
    ).first()


def lock_month(month: date) -> None:
    """Wait for those who are writing facts of a month; who comes later waits for the commit."""
    db.session.execute(_LOCK, {"month": month})


def is_closed(path: str, month: date) -> bool:
    """Whether the unit at ``path``, or one above it, has closed ``month``.

    The answer holds until the transaction ends: whoever is closing the month is waited for, and
    whoever comes to close it waits.
    """
    db.session.execute(_HOLD, {"month": month})
    return bool(db.session.scalar(select(closed_by_anyone(literal(path), month))))


def closed_by_anyone(path: Any, month: date) -> ColumnElement[bool]:
    """The clause: the unit at ``path``, or one above it, has closed ``month``."""
    return exists().where(
        _above(ClosedMonth, path),
        ClosedMonth.month == month,
        ClosedMonth.reopened_at.is_(None),
    )


def closings(path: str, month: date) -> Sequence[ClosedMonth]:
    """The closings of ``month`` in force for the unit at ``path``, the highest unit's first."""
    asked = select(ClosedMonth).where(
        _above(ClosedMonth, literal(path)),
        ClosedMonth.month == month,
        ClosedMonth.reopened_at.is_(None),
    )
    return db.session.scalars(asked.order_by(func.length(ClosedMonth.unit_path))).all()


def version_on(unit_id: int, day: date) -> UnitVersion | None:
    """What the unit was called and where it hung on ``day``; ``None`` when it did not exist."""
    return db.session.scalars(
        select(UnitVersion).where(UnitVersion.unit_id == unit_id, holds_on(UnitVersion, day))
    ).first()


def monthly_meeting(unit_id: int, month: date, *, but: int | None = None) -> int | None:
    """The id of the unit's regular or combined meeting of ``month`` other than ``but``."""
    found = select(Meeting.id).where(
        Meeting.unit_id == unit_id, Meeting.month == month, Meeting.type.in_(MONTHLY)
    )
    return db.session.scalars(found if but is None else found.where(Meeting.id != but)).first()


def last_meeting(unit_id: int) -> Meeting | None:
    """The unit's latest regular or combined meeting: what a new one is probably like."""
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.unit_id == unit_id, Meeting.type.in_(MONTHLY))
        .order_by(Meeting.month.desc())
        .limit(1)
    ).first()


def absences_of(meeting_id: int) -> Sequence[Absence]:
    """The roll-call lines of a meeting with their members, by given name."""
    found = select(Absence).join(Absence.member).options(contains_eager(Absence.member))
    found = found.where(Absence.meeting_id == meeting_id).order_by(Member.name_key, Member.id)
    return db.session.scalars(found).all()


def tasks_of(meeting_id: int) -> Sequence[Task]:
    """The tasks that a meeting gave, in the order of their time limits."""
    found = select(Task).where(Task.meeting_id == meeting_id)
    return db.session.scalars(found.order_by(Task.due_on, Task.id)).all()


def tasks_carried(meeting: Meeting, *, said_only: bool = False) -> Sequence[tuple[Task, date]]:
    """The tasks that earlier meetings of the unit gave and ``meeting`` has to speak of.

    With the month that gave each, the oldest first: those it speaks of already; those that are
    open; those settled since the monthly meeting before, when they were open or new.
    ``said_only`` leaves it at the first.
    """
    given, word = aliased(Meeting), aliased(TaskStatus)
    asked, prior = aliased(Meeting), aliased(Meeting)
    words = select(word.id).where(word.task_id == Task.id)
    said = words.where(word.meeting_id == meeting.id).exists()
    last = (
        select(func.max(prior.month))
        .where(
            prior.unit_id == meeting.unit_id,
            prior.month < meeting.month,
            prior.type.in_(MONTHLY),
            # What is not held speaks of nothing.
            prior.state != ScheduleState.NOT_HELD,
        )
        .scalar_subquery()
    )
    open_then = (
        words.join(asked, asked.id == word.meeting_id)
        .where(word.state == TaskState.OPEN, asked.month >= last, asked.month < meeting.month)
        .exists()
    )
    new_then = and_(given.month >= last, ~words.exists())
    wanted = said if said_only else or_(said, Task.state == TaskState.OPEN, open_then, new_then)
    found = (
        select(Task, given.month)
        .join(given, given.id == Task.meeting_id)
        .where(Task.unit_id == meeting.unit_id, given.month < meeting.month, wanted)
        .order_by(given.month, Task.due_on, Task.id)
    )
    return [(task, month) for task, month in db.session.execute(found)]


def statuses_of(task_ids: Sequence[int]) -> Sequence[TaskStatus]:
    """What meetings said of these tasks, the earliest first."""
    found = select(TaskStatus).join(TaskStatus.meeting).options(contains_eager(TaskStatus.meeting))
    found = found.where(TaskStatus.task_id.in_(task_ids)).order_by(Meeting.month, TaskStatus.id)
    return db.session.scalars(found).all()


def is_spoken_of(task_id: int, *, sent: bool = False) -> bool:
    """Whether a later meeting has said how the task stands; ``sent``: and has reported it."""
    said = select(TaskStatus.id).where(TaskStatus.task_id == task_id)
    if sent:
        said = said.join(TaskStatus.meeting).where(Meeting.result_state.in_(REPORTED))
    return bool(db.session.scalar(select(said.exists())))
