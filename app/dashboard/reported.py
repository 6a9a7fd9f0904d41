"""The statement behind the desks' figures: cells to meet, joined with what they reported."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import CTE, Float, FromClause, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import INTERVAL

from app.core.scope import branch as branch_of
from app.dashboard.rules import Facts, total
from app.evaluations.models import Evaluation
from app.meetings.models import Meeting
from app.meetings.rules import MONTHLY, REPORTED
from app.units.models import Unit, UnitKind, UnitVersion
from app.units.queries import below, counted

ONE_MONTH = cast(literal("1 month"), INTERVAL)
ZERO = Fraction(0)


def cells_of(path: str) -> Select[Any]:
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


def once(cells: Select[Any]) -> CTE:
    """``cells`` worked out once for some thousand cells, not again for each of their meetings."""
    return cells.cte("cells").prefix_with("MATERIALIZED")


def reported(found: Select[Any], cells: FromClause, path: str) -> Select[Any]:
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


def attendance() -> tuple[Any, ...]:
    """The columns of attendance: meetings that were reported, who came, who was due."""
    return (
        func.count().label("reported"),
        func.sum(Meeting.attended).label("attended"),
        func.sum(Meeting.due).label("due"),
    )


def sums(cells: FromClause, path: str, first: date, last: date, *keys: Any) -> Select[Any]:
    """All sums of the reported meetings by ``keys`` and official rating."""
    percent = cast(Meeting.attended, Float) * 100 / func.nullif(Meeting.due, 0)
    columns = (
        Evaluation.official_rating_code.label("rating"),
        *attendance(),
        func.sum(percent).label("percents"),
        func.count(percent).label("counted"),
        func.sum(Evaluation.official_total).label("points"),
        func.count(Evaluation.official_total).label("scored"),
        func.sum(Meeting.unexcused).label("unexcused"),
    )
    return (
        reported(select(*keys, *columns), cells, path)
        .outerjoin(Evaluation, Evaluation.meeting_id == Meeting.id)
        .where(Meeting.month.between(first, last))
        .group_by(*keys, Evaluation.official_rating_code)
    )


def facts_of(row: Any) -> Facts:
    """The facts of a row of ``sums``, which holds one rating."""
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


def added(rows: Iterable[tuple[Any, Facts]]) -> dict[Any, Facts]:
    """The facts of each key, all its rows together."""
    found: dict[Any, list[Facts]] = {}
    for key, facts in rows:
        found.setdefault(key, []).append(facts)
    return {key: parts[0] if len(parts) == 1 else total(parts) for key, parts in found.items()}
