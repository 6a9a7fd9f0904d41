"""Reads behind the desks: reported results added up by month and by unit.

A branch is the path of a unit, its structure today's. Only monthly meetings of cells count,
practice units never do. The number of cells that were to meet comes with every fact.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core import months
from app.core.clock import OFFICE
from app.core.db import db
from app.dashboard.reported import added, attendance, cells_of, facts_of, once, reported, sums
from app.dashboard.rules import Facts
from app.deadlines.queries import timetables
from app.deadlines.rules import Stage
from app.meetings.models import ClosedMonth, Meeting
from app.meetings.rules import MONTHLY, ScheduleState
from app.periods import queries as periods
from app.units.models import Unit
from app.units.queries import counted

UnitMonth = tuple[int | None, date]


def by_month(path: str, first: date, last: date) -> dict[date, Facts]:
    """The facts of each month that has reports."""
    # No CTE here: it would keep the one long walk on a single processor.
    cells = cells_of(path).subquery("cells")
    return added(
        (row.month, facts_of(row))
        for row in db.session.execute(sums(cells, path, first, last, Meeting.month))
    )


def by_child(path: str, month: date) -> dict[int | None, Facts]:
    """The facts of one month for each unit directly below ``path`` that has reports."""
    found = by_child_and_month(path, month, month)
    return {child: facts for (child, _month), facts in found.items()}


def by_child_and_month(path: str, first: date, last: date) -> dict[UnitMonth, Facts]:
    """All facts of each unit directly below ``path`` in each month in which it has reports."""
    cells = once(cells_of(path))
    keys = (cells.c.child, Meeting.month)
    found = db.session.execute(sums(cells, path, first, last, *keys))
    return added(((row.child, row.month), facts_of(row)) for row in found)


def rates_by_child(path: str, first: date, last: date) -> dict[UnitMonth, Facts]:
    """Reports and attendance, no more, of each unit directly below ``path`` in each month."""
    cells = once(cells_of(path))
    found = (
        reported(select(cells.c.child, Meeting.month, *attendance()), cells, path)
        .where(Meeting.month.between(first, last))
        .group_by(cells.c.child, Meeting.month)
    )
    return {
        (row.child, row.month): Facts(reported=row.reported, attended=row.attended, due=row.due)
        for row in db.session.execute(found)
    }


def cells_to_meet(path: str, span: list[date]) -> dict[UnitMonth, int]:
    """How many cells were to meet, by unit directly below ``path`` and month of ``span``."""
    cells = once(cells_of(path))
    stay = (cells.c.child, cells.c.first_month, cells.c.last_month)
    found: dict[UnitMonth, int] = {}
    for child, first, last, count in db.session.execute(
        select(*stay, func.count()).group_by(*stay)
    ):
        for month in span:
            if first <= month and (last is None or month <= last):
                found[child, month] = found.get((child, month), 0) + count
    return found


def sent_in_time(path: str, month: date) -> tuple[int, int]:
    """How many of the month's results came in time, and how many came.

    In time: by the office's day, no later than the rules of the nearest units say. Rows are
    counted by the unit whose rules hold, the day of the meeting and the day of sending.
    """
    due = timetables(month)
    paths = cast(sorted(due.owners) or [""], ARRAY(Text))
    owner = func.unnest(paths).table_valued("path").render_derived("owner")
    nearest = select(func.max(owner.c.path.collate("C"))).where(
        func.starts_with(Meeting.unit_path, owner.c.path)
    )
    days = (
        nearest.scalar_subquery().label("owner"),
        cast(func.coalesce(Meeting.started_at, Meeting.planned_at), Date).label("met"),
        cast(func.timezone(str(OFFICE), Meeting.submitted_at), Date).label("sent"),
    )
    given = periods.given(month, Stage.RESULT)
    cells = once(cells_of(path))
    counts: Any = select(*days, given.c.until, func.count().label("number"))
    found = reported(counts, cells, path).where(Meeting.month == month)
    found = found.outerjoin(given, given.c.unit_id == Meeting.unit_id)
    rows = db.session.execute(found.group_by("owner", "met", "sent", given.c.until)).all()

    def last(row: Any) -> date:
        by_rule = due.of(row.owner or "").due(Stage.RESULT, month, row.met).late_after
        return max(by_rule, row.until or by_rule)

    in_time = sum(row.number for row in rows if row.sent and row.sent <= last(row))
    return in_time, sum(row.number for row in rows)


def units_below(parent_id: int, until: date, *, since: date | None = None) -> Sequence[Unit]:
    """The units directly below that existed in the months, practice units left out."""
    found = select(Unit).where(
        Unit.parent_id == parent_id,
        counted(),
        Unit.valid_from <= months.last_of(until),
        or_(Unit.valid_to.is_(None), Unit.valid_to > (since or until)),
    )
    return db.session.scalars(found.order_by(Unit.is_cell, Unit.code)).all()


def meetings_below(parent_id: int, month: date) -> dict[int, int]:
    """The month's meeting of each cell directly below: unit id → meeting id."""
    found = (
        select(Meeting.unit_id, Meeting.id.label("meeting_id"))
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(Unit.parent_id == parent_id, Meeting.month == month, Meeting.type.in_(MONTHLY))
    )
    return {row.unit_id: row.meeting_id for row in db.session.execute(found)}


def schedules(month: date) -> dict[int, ScheduleState]:
    """The state of each unit's meeting of ``month``, by unit."""
    found = select(Meeting.unit_id, Meeting.state).where(
        Meeting.month == month, Meeting.type.in_(MONTHLY)
    )
    return {row.unit_id: row.state for row in db.session.execute(found)}


def closed_months(asked: Sequence[date]) -> dict[str, set[date]]:
    """Of these months those that a unit in sight has closed, by the unit's path."""
    found: dict[str, set[date]] = {}
    rows = select(ClosedMonth.unit_path, ClosedMonth.month).where(
        ClosedMonth.month.in_(asked), ClosedMonth.reopened_at.is_(None)
    )
    for path, month in db.session.execute(rows):
        found.setdefault(path, set()).add(month)
    return found
