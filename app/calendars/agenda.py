"""What a calendar shows: the days of a month with their meetings, and who is expected twice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby, islice
from typing import Any

from app.calendars import queries
from app.calendars.queries import ENGAGED_MOST, Asked
from app.calendars.rules import DAY_MOST, PAGE, PER_DAY, around, midnight, weeks, within
from app.core import months
from app.core.text import fold, given_name_key
from app.meetings.clashes import ENGAGING, MOST, ClashKind, clashes, named
from app.meetings.engaged import engagement
from app.meetings.rules import ScheduleState

PAIRS = 20
"""So many clashes are told one by one."""
NAMES = 200
"""So many superiors are offered to choose from."""


@dataclass(frozen=True)
class Day:
    """A day of the grid: the meetings that stand in it, and how many it has in all."""

    on: date
    meetings: Sequence[Any]
    count: int
    outside: bool

    @property
    def weekend(self) -> bool:
        """Whether offices are closed."""
        return self.on.weekday() >= 5

    @property
    def more(self) -> int:
        """How many meetings do not stand in it."""
        return self.count - len(self.meetings)


@dataclass(frozen=True)
class Pair:
    """A clash as people read it: who, and the two meetings as rows."""

    who: str
    kind: ClashKind
    first: Any
    second: Any


@dataclass(frozen=True)
class Twice:
    """Who is expected twice in a span: all pairs, the ids within them, whether it was too much."""

    pairs: Sequence[Pair] = ()
    ids: frozenset[int] = frozenset()
    unknown: bool = False

    @property
    def capped(self) -> bool:
        """Whether there are more than could be counted."""
        return len(self.pairs) >= MOST


def twice(rows: Sequence[Any], path: str = "", wanted: str = "") -> Twice:
    """The clashes among meetings with superiors, in a branch and of one person if so asked.

    A pair that has been held on both sides is over: nobody can mend it.
    """
    if len(rows) > ENGAGED_MOST:
        return Twice(unknown=True)
    of = {row.id: row for row in rows if row.state in ENGAGING}
    found = []
    for one in clashes(engagement(row) for row in of.values()):
        first, second = of[one.first.key], of[one.second.key]
        over = first.state is second.state is ScheduleState.HELD
        here = first.unit_path.startswith(path) or second.unit_path.startswith(path)
        if over or not here or not any(wanted in name for name in one.who):
            continue
        found.append(Pair(_written(first, one.who), one.kind, first, second))
    ids = frozenset(row.id for pair in found for row in (pair.first, pair.second))
    return Twice(found, ids)


def _written(row: Any, who: frozenset[str]) -> str:
    """The name as the schedule has it; the folded one when the field names several people."""
    return str(row.superior) if named(row.superior) == who else ", ".join(sorted(who)).title()


def names(rows: Iterable[Any]) -> list[str]:
    """Superiors to choose from, by given name."""
    found = {row.superior for row in rows}
    return list(islice(sorted(found, key=_order), NAMES))


@lru_cache(maxsize=4096)
def _order(name: str) -> str:
    return given_name_key(name)


def texts_of(rows: Iterable[Any], wanted: str) -> tuple[str, ...]:
    """The texts in which the superior ``wanted``, folded, is named."""
    texts = {row.superior for row in rows}
    return tuple(sorted(text for text in texts if wanted in fold(text)))


def grid(month: date, asked: Asked) -> list[list[Day]]:
    """The weeks of a month with the first meetings of each day."""
    low, high = around(month)
    of: dict[date, list[Any]] = defaultdict(list)
    for row in queries.month(replace(asked, low=low, high=high), PER_DAY + 1):
        of[row.planned_at.date()].append(row)
    return [[_day(day, of[day], month) for day in week] for week in weeks(month)]


def _day(day: date, rows: list[Any], month: date) -> Day:
    count = rows[0].of_day if rows else 0
    # "+1 more" would take the room of that one.
    shown = rows if count <= PER_DAY + 1 else rows[:PER_DAY]
    return Day(day, shown, count, months.first_of(day) != month)


def of_day(day: date, asked: Asked) -> Sequence[Any]:
    """The meetings of one day, at most ``DAY_MOST``."""
    low = midnight(day)
    high = midnight(date.fromordinal(day.toordinal() + 1))
    return queries.listed(replace(asked, low=low, high=high), most=DAY_MOST)


def by_day(month: date, asked: Asked, page: int) -> list[tuple[date, list[Any]]]:
    """A page of the list of a month, its meetings grouped by day."""
    low, high = within(month)
    rows = queries.listed(replace(asked, low=low, high=high), most=PAGE, after=page * PAGE)
    return [(day, list(held)) for day, held in groupby(rows, lambda row: row.planned_at.date())]
