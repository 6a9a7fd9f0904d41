"""Reads of the calendar: each is one SELECT over the meetings planned in a span, in scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.calendars.models import CalendarFeed
from app.core.db import db
from app.core.text import fold
from app.meetings.engaged import planned_within
from app.meetings.models import Meeting
from app.meetings.rules import ScheduleState
from app.units.models import Unit, UnitVersion
from app.units.queries import below, counted

ENGAGED_MOST = 5_000
"""Beyond so many meetings with a superior in a month names mean nothing, and clashes neither."""


@dataclass(frozen=True)
class Asked:
    """What is looked for: a span of the wall clock, a branch, words, and what must hold."""

    low: datetime
    high: datetime
    path: str = ""
    words: str = ""
    superiors: tuple[str, ...] | None = None
    """The texts of the field that hold the superior asked for; ``None`` asks for anybody."""
    state: ScheduleState | None = None
    ids: frozenset[int] | None = None


def _clauses(asked: Asked, *, any_state: bool = False) -> list[ColumnElement[bool]]:
    """What a meeting joined with its unit must fulfil."""
    found = [planned_within(asked.low, asked.high), counted()]
    if asked.path:
        found.append(below(asked.path, Meeting.unit_path))
    if asked.words:
        found.append(_worded(asked.words))
    if asked.superiors is not None:
        found.append(Meeting.superior.in_(asked.superiors) if asked.superiors else false())
    if asked.ids is not None:
        found.append(Meeting.id.in_(asked.ids) if asked.ids else false())
    if asked.state is not None and not any_state:
        found.append(Meeting.state == asked.state)
    return found


def _worded(words: str) -> ColumnElement[bool]:
    """The clause: the unit is found by the words, or the place holds them as they were typed."""
    return or_(Unit.found_by(fold(words)), Meeting.place.icontains(words, autoescape=True))


def _rows(*more: Any) -> Any:
    """Meetings with what a calendar shows of them; the unit is named as it was on that day."""
    parent = aliased(Unit)
    return (
        select(
            Meeting.id,
            Meeting.planned_at,
            Meeting.state,
            Meeting.type,
            Meeting.place,
            Meeting.superior,
            Meeting.unit_path,
            UnitVersion.name,
            UnitVersion.short_name,
            parent.short_name.label("parent_name"),
            *more,
        )
        .select_from(Meeting)
        .join(Unit, Unit.id == Meeting.unit_id)
        .join(UnitVersion, UnitVersion.id == Meeting.unit_version_id)
        .outerjoin(parent, parent.id == UnitVersion.parent_id)
    )


def month(asked: Asked, per_day: int) -> Sequence[Any]:
    """The first ``per_day`` meetings of every day, each with how many its day has (``of_day``)."""
    day = cast(Meeting.planned_at, Date)
    numbered = (
        select(
            Meeting.id,
            func.row_number()
            .over(partition_by=day, order_by=(Meeting.planned_at, Meeting.id))
            .label("place_in_day"),
            func.count().over(partition_by=day).label("of_day"),
        )
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(*_clauses(asked))
        .subquery()
    )
    found = _rows(numbered.c.of_day).join(
        numbered, and_(numbered.c.id == Meeting.id, numbered.c.place_in_day <= per_day)
    )
    return db.session.execute(found.order_by(Meeting.planned_at, Meeting.id)).all()


def listed(asked: Asked, *, most: int, after: int = 0) -> Sequence[Any]:
    """Meetings in the order of time, ``most`` of them behind the first ``after``."""
    found = _rows().where(*_clauses(asked)).order_by(Meeting.planned_at, Meeting.id)
    return db.session.execute(found.limit(most).offset(after)).all()


def states(asked: Asked) -> dict[ScheduleState, int]:
    """How many meetings stand in each state, whatever state was asked for."""
    found = (
        select(Meeting.state, func.count())
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(*_clauses(asked, any_state=True))
        .group_by(Meeting.state)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


def attended(low: datetime, high: datetime) -> Sequence[Any]:
    """Meetings at which a superior is to be, at most ``ENGAGED_MOST`` and one.

    Rows of id, planned_at, state, place, superior, unit_path, short_name, parent_name.
    """
    parent = aliased(Unit)
    found = (
        select(
            Meeting.id,
            Meeting.planned_at,
            Meeting.state,
            Meeting.place,
            Meeting.superior,
            Meeting.unit_path,
            Unit.short_name,
            parent.short_name.label("parent_name"),
        )
        .join(Unit, Unit.id == Meeting.unit_id)
        .outerjoin(parent, parent.id == Unit.parent_id)
        .where(planned_within(low, high), counted(), Meeting.superior.is_not(None))
        .where(Meeting.superior != "")
        .order_by(Meeting.planned_at, Meeting.id)
        .limit(ENGAGED_MOST + 1)
    )
    return db.session.execute(found).all()


def entries(low: datetime, high: datetime, around: datetime, most: int | None) -> Sequence[Any]:
    """What a feed tells of the meetings of a span, those nearest to ``around`` first.

    Rows of id, version, registered_at, planned_at, state, type, place, superior, name. Without
    ``most`` only meetings with a superior are given, all of them.
    """
    found = (
        select(
            Meeting.id,
            Meeting.version,
            Meeting.registered_at,
            Meeting.planned_at,
            Meeting.state,
            Meeting.type,
            Meeting.place,
            Meeting.superior,
            UnitVersion.name,
        )
        .join(Unit, Unit.id == Meeting.unit_id)
        .join(UnitVersion, UnitVersion.id == Meeting.unit_version_id)
        .where(planned_within(low, high), counted())
    )
    distance = func.abs(func.extract("epoch", Meeting.planned_at - around))
    if most is None:
        found = found.where(Meeting.superior.is_not(None)).limit(ENGAGED_MOST)
    else:
        found = found.limit(most + 1)
    return db.session.execute(found.order_by(distance, Meeting.id)).all()


def open_feed_of(assignment_id: int) -> CalendarFeed | None:
    """The address of an assignment that has not been revoked."""
    found = select(CalendarFeed).where(
        CalendarFeed.assignment_id == assignment_id, CalendarFeed.revoked_at.is_(None)
    )
    return db.session.scalars(found).first()


def feed_by_hash(secret_hash: str) -> CalendarFeed | None:
    """The address whose secret has this hash, with its account and assignment."""
    found = (
        select(CalendarFeed)
        .options(joinedload(CalendarFeed.account), joinedload(CalendarFeed.assignment))
        .where(CalendarFeed.secret_hash == secret_hash)
    )
    return db.session.scalars(found).first()
