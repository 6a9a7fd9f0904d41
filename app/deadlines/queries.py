"""Reads of deadlines and days off."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, cast, func, null, select

from app.core.dated import holds_on
from app.core.db import db
from app.deadlines.models import DeadlineRule, Holiday
from app.deadlines.rules import Rule, Stage, Timetable, Timetables


def timetables(day: date) -> Timetables:
    """What holds on ``day`` for every unit in scope, by the rules of those above it too.

    Rules and days off come together: every desk asks for them.
    """
    rule = DeadlineRule
    columns = [getattr(rule, name) for name in _RULE]
    nothing: list[Any] = [cast(null(), column.type) for column in columns]
    off, works = cast(null(), Date).label("off"), cast(null(), Boolean).label("works")
    rules = select(rule.unit_path, off, works, *columns)
    days = select(Holiday.unit_path, Holiday.day, Holiday.works, *nothing)
    both = rules.where(holds_on(rule, day)).union_all(days)
    # Of one owner the newest rule counts: it comes last.
    found = db.session.execute(both.order_by(rule.valid_from.name, rule.id.name)).all()
    return Timetables(
        (
            (
                row.unit_path,
                row.stage,
                Rule(
                    row.day_of_month,
                    row.offset_days,
                    row.month_offset,
                    row.shift,
                    row.grace_days,
                    row.id,
                ),
            )
            for row in found
            if row.off is None
        ),
        ((row.unit_path, row.off, row.works) for row in found if row.off is not None),
    )


_RULE = (
    *("valid_from", "id", "stage", "day_of_month", "offset_days", "month_offset", "shift"),
    "grace_days",
)


def timetable(path: str, day: date) -> Timetable:
    """What holds on ``day`` for the unit at ``path``."""
    return timetables(day).of(path)


def own_words(path: str, day: date) -> Mapping[Stage, Rule]:
    """The rules set by the unit at ``path`` or above it: stages that nobody has set are absent."""
    return timetable(path, day).rules


def missing_days(unit_id: int, days: Sequence[date]) -> set[date]:
    """Those of ``days`` of which the unit has said nothing yet."""
    known = select(Holiday.day).where(Holiday.unit_id == unit_id)
    return set(days) - set(db.session.scalars(known))


def same_day(unit_id: int, day: date, *, but: int | None = None) -> bool:
    """Whether the unit has said something of ``day`` in another row than ``but``."""
    found = select(func.count()).where(Holiday.unit_id == unit_id, Holiday.day == day)
    if but is not None:
        found = found.where(Holiday.id != but)
    return bool(db.session.scalar(found))
