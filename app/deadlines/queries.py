"""Reads of deadlines and days off."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from app.core.db import db
from app.deadlines.models import DeadlineRule, Holiday
from app.deadlines.rules import Rule, Stage, Timetable, Timetables


def timetables(day: date) -> Timetables:
    """What holds on ``day`` for every unit in scope, by the rules of those above it too."""
    rules = _in_force(day).order_by(DeadlineRule.valid_from, DeadlineRule.id)
    days = select(Holiday.unit_path, Holiday.day, Holiday.works)
    return Timetables(
        ((row.unit_path, row.stage, row.rule) for row in db.session.scalars(rules)),
        ((path, off, works) for path, off, works in db.session.execute(days)),
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


def _in_force(day: date) -> Any:
    rule = DeadlineRule
    ends = or_(rule.valid_to.is_(None), rule.valid_to > day)
    return select(rule).where(rule.valid_from <= day, ends)


def same_day(unit_id: int, day: date, *, but: int | None = None) -> bool:
    """Whether the unit has said something of ``day`` in another row than ``but``."""
    found = select(func.count()).where(Holiday.unit_id == unit_id, Holiday.day == day)
    if but is not None:
        found = found.where(Holiday.id != but)
    return bool(db.session.scalar(found))
