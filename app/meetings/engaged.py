"""Who is expected where: the engagements of superiors, and warnings of those that clash."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select, text
from sqlalchemy.orm import joinedload

from app.core import i18n, months, scope
from app.core.db import db
from app.deadlines.rules import DAYS_INTO_NEXT_MONTH
from app.meetings.clashes import ENGAGING, ClashKind, Engagement, clash, named, where
from app.meetings.models import Meeting

LEVELS_AROUND = 2
"""A superior comes from the cell's committee or the one above it: clashes are sought below that."""


@dataclass(frozen=True)
class Warned:
    """A clash of a meeting: who is expected twice, why, and the other meeting if it is in scope."""

    meeting: Meeting
    who: str
    kind: ClashKind
    other: Meeting | None


def planned_within(low: datetime, high: datetime) -> ColumnElement[bool]:
    """The clause: a meeting is planned from ``low`` until before ``high``, found by its month."""
    first = months.first_of(low - timedelta(days=DAYS_INTO_NEXT_MONTH))
    return and_(
        Meeting.month.between(first, months.first_of(high)),
        Meeting.planned_at >= low,
        Meeting.planned_at < high,
    )


def engagement(row: Any) -> Engagement:
    """What a row with id, superior, planned_at, place and unit_path binds its superiors to."""
    there = where(row.place, row.unit_path)
    return Engagement(row.id, named(row.superior), row.planned_at, there)


def around(path: str) -> str:
    """The path of the branch in which the superiors of the unit at ``path`` go about."""
    steps = path.strip("/").split("/")
    return f"/{'/'.join(steps[: max(1, len(steps) - LEVELS_AROUND)])}/"


def engaged(path: str, days: Iterable[date]) -> Sequence[Any]:
    """Meetings with a superior on ``days`` in the branch at ``path``, even beyond the scope.

    Rows of id, unit_path, planned_at, place, superior. Asked through a function of the database:
    a superior is engaged elsewhere too, and no more than that may be told.
    """
    wanted = sorted(set(days))
    found = text("SELECT * FROM engagements_around(:path, :days, :practice)")
    given = {"path": path, "days": wanted, "practice": scope.current().practice}
    return db.session.execute(found, given).all() if wanted else []


def in_scope(ids: Iterable[int]) -> dict[int, Meeting]:
    """Those of the meetings that lie in scope, with their units."""
    asked = select(Meeting).options(joinedload(Meeting.unit)).where(Meeting.id.in_(list(ids)))
    return {row.id: row for row in db.session.scalars(asked)}


def warned(meetings: Iterable[Meeting]) -> list[Warned]:
    """The clashes of each of ``meetings`` that binds its superior."""
    bound = [one for one in meetings if one.state in ENGAGING and named(one.superior)]
    branches: dict[str, list[Meeting]] = defaultdict(list)
    for one in bound:
        branches[around(one.unit_path)].append(one)
    pairs = []
    for path, here in branches.items():
        rows = [(row, engagement(row)) for row in engaged(path, _days(here))]
        for one in here:
            mine = engagement(one)
            pairs += [
                (one, row, kind, mine.who & other.who)
                for row, other in rows
                if (kind := clash(mine, other)) is not None
            ]
    known = in_scope(row.id for _one, row, _kind, _who in pairs) if pairs else {}
    return [
        Warned(one, _written(one, who), kind, known.get(row.id)) for one, row, kind, who in pairs
    ]


def in_words(found: Warned) -> str:
    """A clash as a sentence; a meeting out of scope is not named."""
    same_time = found.kind is ClashKind.SAME_TIME
    if found.other is None:
        message = (
            _("%(who)s has another engagement at that time.", who=found.who)
            if same_time
            else _("%(who)s has another engagement elsewhere that half-day.", who=found.who)
        )
        return str(message)
    told = {
        "who": found.who,
        "unit": found.other.unit.short_name,
        "time": i18n.datetime_vi(found.other.planned_at),
        "place": found.other.place,
    }
    message = (
        _("%(who)s is also expected at %(unit)s, %(time)s (%(place)s): the same time.", **told)
        if same_time
        else _(
            "%(who)s is also expected at %(unit)s, %(time)s (%(place)s): the same half-day.", **told
        )
    )
    return str(message)


def _days(meetings: Iterable[Meeting]) -> set[date]:
    """The days on which something can clash with these: a late evening reaches into the next."""
    day = timedelta(days=1)
    return {one.planned_at.date() + step for one in meetings for step in (-day, timedelta(), day)}


def _written(meeting: Meeting, who: frozenset[str]) -> str:
    """The names as the schedule writes them; the whole field when it cannot be taken apart."""
    written = meeting.superior or ""
    return written if named(written) == who else ", ".join(sorted(key.title() for key in who))
