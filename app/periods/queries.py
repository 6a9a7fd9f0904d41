"""Reads of opened months and obligations, and of what opening a month would do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Subquery, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from app.core import scope
from app.core.db import db
from app.deadlines.rules import BY_THE_CELL, Stage
from app.periods.models import DueDay, Extension, Obligation, Period
from app.units.models import Unit

Counts = Sequence[tuple[str, str, int]]

_DIFFERING = text(
    "SELECT stage, kind, count(*) FROM obligations_differing(:month, :low, :high, NULL)"
    " GROUP BY stage, kind"
)
_SETTLE = text("SELECT of_stage, what, number FROM settle_obligations(:month, :low, :high, NULL)")


def differing(month: date, path: str) -> Counts:
    """How many obligations of the branch are not as they should be: stage, kind, number."""
    return _counts(_DIFFERING, month, path)


def settle(month: date, path: str) -> Counts:
    """Make the obligations of the branch what they should be; what was done, likewise."""
    return _counts(_SETTLE, month, path)


def _counts(asked: Any, month: date, path: str) -> Counts:
    branch = scope.branch(path)
    given = {"month": month, "low": branch.low, "high": branch.high}
    return [(stage, kind, number) for stage, kind, number in db.session.execute(asked, given)]


def heads(path: str, month: date) -> set[str]:
    """The units of the branch that have days of their own in ``month`` already."""
    branch = scope.branch(path)
    one_line = (DueDay.month == month, DueDay.met_on == month, DueDay.stage == Stage.SCHEDULE)
    known = select(DueDay.unit_path).where(*one_line)
    inside = known.where(DueDay.unit_path >= branch.low, DueDay.unit_path < branch.high)
    return set(db.session.scalars(inside))


def period_of(unit_id: int, month: date) -> Period | None:
    """The unit's opening of ``month``, if it has opened it."""
    asked = select(Period).where(Period.unit_id == unit_id, Period.month == month)
    return db.session.scalars(asked).first()


def is_open(path: str, month: date) -> bool:
    """Whether the unit at ``path``, or one above it, has opened ``month``."""
    above = func.starts_with(path, Period.unit_path)
    asked = select(Period.id).where(Period.month == month, above).limit(1)
    return db.session.scalar(asked) is not None


def roots() -> Sequence[Unit]:
    """The units without a superior, practice trees left out."""
    asked = select(Unit).where(Unit.parent_id.is_(None), Unit.is_practice.is_(False))
    return db.session.scalars(asked.order_by(Unit.path)).all()


def of_unit(unit_id: int, month: date) -> Mapping[Stage, Obligation]:
    """The obligations of a unit's month by stage."""
    asked = select(Obligation).where(Obligation.unit_id == unit_id, Obligation.month == month)
    return {row.stage: row for row in db.session.scalars(asked)}


def extended(months: Sequence[date]) -> dict[int, dict[tuple[date, Stage], date]]:
    """Until when superiors gave more time in these months, by unit, then by month and stage."""
    found: dict[int, dict[tuple[date, Stage], date]] = {}
    asked = select(Extension.unit_id, Extension.month, Extension.stage, Extension.until)
    latest_last = asked.where(Extension.month.in_(months)).order_by(Extension.id)
    for unit_id, month, stage, until in db.session.execute(latest_last):
        found.setdefault(unit_id, {})[month, stage] = until
    return found


def given(month: date, stage: Stage) -> Subquery:
    """A table of ``unit_id`` and ``until``: to whom more time was given, the latest word."""
    asked = select(Extension.unit_id, Extension.until).where(
        Extension.month == month, Extension.stage == stage
    )
    latest = asked.order_by(Extension.unit_id, Extension.id.desc())
    return latest.ext(distinct_on(Extension.unit_id)).subquery("given")


def times_late(unit_ids: Sequence[int], first: date, last: date) -> dict[int, int]:
    """How often cells were or are late with what is theirs to do, by unit; 0 is left out."""
    asked = select(Obligation.unit_id, func.count()).where(
        Obligation.unit_id.in_(unit_ids),
        Obligation.month.between(first, last),
        Obligation.stage.in_(BY_THE_CELL),
        Obligation.was_late(),
    )
    rows = db.session.execute(asked.group_by(Obligation.unit_id))
    return {row[0]: row[1] for row in rows}
