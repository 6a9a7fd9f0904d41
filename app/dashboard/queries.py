"""Reads behind the desks: reported results added up by month and by unit.

A branch is the path of a unit, its structure today's. Only monthly meetings of cells count,
practice units never do. The number of cells that were to meet comes with every fact.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    CTE,
    Date,
    Float,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL

from app.core import months
from app.core.clock import OFFICE
from app.core.db import db
from app.core.scope import branch as branch_of
from app.dashboard.rules import Facts, total
from app.deadlines.queries import timetables
from app.deadlines.rules import Stage
from app.evaluations.models import Evaluation
from app.meetings.models import Meeting
from app.meetings.rules import MONTHLY, REPORTED, ScheduleState
from app.periods import queries as periods
from app.units.models import Unit, UnitKind, UnitVersion
from app.units.queries import below, counted

UnitMonth = tuple[int | None, date]
ONE_MONTH = cast(literal("1 month"), INTERVAL)
ZERO = Fraction(0)


def by_month(path: str, first: date, last: date) -> dict[date, Facts]:
    """The facts of each month that has reports."""
    # No CTE here: it would keep the one long walk on a single processor.
    cells = _cells(path).subquery("cells")
    return _added(
        (row.month, _facts(row))
        for row in db.session.execute(_sums(cells, path, first, last, Meeting.month))
    )


def by_child(path: str, month: date) -> dict[int | None, Facts]:
    """The facts of one month for each unit directly below ``path`` that has reports."""
    found = by_child_and_month(path, month, month)
    return {child: facts for (child, _month), facts in found.items()}


def by_child_and_month(path: str, first: date, last: date) -> dict[UnitMonth, Facts]:
    """All facts of each unit directly below ``path`` in each month in which it has reports."""
    cells = _once(_cells(path))
    keys = (cells.c.child, Meeting.month)
    found = db.session.execute(_sums(cells, path, first, last, *keys))
    return _added(((row.child, row.month), _facts(row)) for row in found)


def rates_by_child(path: str, first: date, last: date) -> dict[UnitMonth, Facts]:
    """Reports and attendance, no more, of each unit directly below ``path`` in each month."""
    cells = _once(_cells(path))
    found = (
        _reported(select(cells.c.child, Meeting.month, *_attendance()), cells, path)
        .where(Meeting.month.between(first, last))
        .group_by(cells.c.child, Meeting.month)
    )
    return {
        (row.child, row.month): Facts(reported=row.reported, attended=row.attended, due=row.due)
        for row in db.session.execute(found)
    }


def cells_to_meet(path: str, span: list[date]) -> dict[UnitMonth, int]:
    """How many cells were to meet, by unit directly below ``path`` and month of ``span``."""
    cells = _once(_cells(path))
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
    cells = _once(_cells(path))
    counts: Any = select(*days, given.c.until, func.count().label("number"))
    found = _reported(counts, cells, path).where(Meeting.month == month)
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


def _cells(path: str) -> Select[Any]:
    """The cells of a branch and the months in which they were to meet.

    ``child`` is the unit directly below ``path`` in which the cell lies today. A version says
    what the unit was in the months on whose last day it held, or on the unit's own last day.
    """
    rest = func.substr(UnitVersion.unit_path, len(path) + 1)
    ceased = and_(
        Unit.valid_to.is_not(None),
        or_(UnitVersion.valid_to.is_(None), UnitVersion.valid_to >= Unit.valid_to),
    )
    last = case((ceased, Unit.valid_to - 1), else_=UnitVersion.valid_to - ONE_MONTH)
    return (
        select(
            Unit.id.label("unit_id"),
            cast(func.nullif(func.split_part(rest, "/", 1), ""), Unit.id.type).label("child"),
            cast(func.date_trunc("month", UnitVersion.valid_from), Meeting.month.type).label(
                "first_month"
            ),
            cast(func.date_trunc("month", last), Meeting.month.type).label("last_month"),
        )
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .join(UnitKind, UnitKind.code == UnitVersion.kind_code)
        .where(below(path), UnitKind.is_cell, counted())
        .where(or_(Unit.valid_to.is_(None), UnitVersion.valid_from < Unit.valid_to))
    )


def _once(cells: Select[Any]) -> CTE:
    """``cells`` worked out once for some thousand cells, not again for each of their meetings."""
    return cells.cte("cells").prefix_with("MATERIALIZED")


def _reported(found: Select[Any], cells: FromClause, path: str) -> Select[Any]:
    """Narrow ``found`` to the reported monthly meetings of ``cells``."""
    branch = branch_of(path)
    due = and_(
        # Not by index: one lookup per cell would cost more than one walk along the branch.
        cells.c.unit_id == Meeting.unit_id + 0,
        # Said as a negation: the planner takes this for common, a plain "between" for rare.
        (Meeting.month < cells.c.first_month).is_not(True),
        (Meeting.month > cells.c.last_month).is_not(True),
    )
    return (
        found.select_from(Meeting)
        .join(cells, due)
        .where(Meeting.type.in_(MONTHLY), Meeting.result_state.in_(REPORTED))
        .where(Meeting.unit_path >= branch.low, Meeting.unit_path < branch.high)
    )


def _attendance() -> tuple[Any, ...]:
    return (
        func.count().label("reported"),
        func.sum(Meeting.attended).label("attended"),
        func.sum(Meeting.due).label("due"),
    )


def _sums(cells: FromClause, path: str, first: date, last: date, *keys: Any) -> Select[Any]:
    """All sums of the reported meetings by ``keys`` and official rating."""
    percent = cast(Meeting.attended, Float) * 100 / func.nullif(Meeting.due, 0)
    columns = (
        Evaluation.official_rating_code.label("rating"),
        *_attendance(),
        func.sum(percent).label("percents"),
        func.count(percent).label("counted"),
        func.sum(Evaluation.official_total).label("points"),
        func.count(Evaluation.official_total).label("scored"),
        func.sum(Meeting.unexcused).label("unexcused"),
    )
    return (
        _reported(select(*keys, *columns), cells, path)
        .outerjoin(Evaluation, Evaluation.meeting_id == Meeting.id)
        .where(Meeting.month.between(first, last))
        .group_by(*keys, Evaluation.official_rating_code)
    )


def _facts(row: Any) -> Facts:
    return Facts(
        reported=row.reported,
        attended=row.attended,
        due=row.due,
        percents=row.percents or 0.0,
        counted=row.counted,
        points=Fraction(row.points) if row.points else ZERO,
        scored=row.scored,
        unexcused=row.unexcused,
        ratings={row.rating: row.reported} if row.rating else {},
    )


def _added(rows: Iterable[tuple[Any, Facts]]) -> dict[Any, Facts]:
    found: dict[Any, list[Facts]] = {}
    for key, facts in rows:
        found.setdefault(key, []).append(facts)
    return {key: parts[0] if len(parts) == 1 else total(parts) for key, parts in found.items()}
