"""The shape of a month on a calendar, and what an address of a calendar needs to be answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core import months
from app.core.terms import N_, Term
from app.meetings.rules import ScheduleState

PER_DAY = 4
"""So many meetings stand in a day of the month; the others open with the day."""
DAY_MOST = 100
"""So many meetings of one day are listed."""
PAGE = 50
"""So many meetings stand on a page of the list."""
MONTHS_BACK, MONTHS_AHEAD = 3, 6
"""The months around this one that a feed holds."""
FEED_MOST = 2_000
"""A feed holds so many meetings, those nearest to today: phones take no more kindly."""

FIRST_YEAR, LAST_YEAR = 1930, 2200

_KIND = re.compile(r"(chi bộ|đảng bộ|đảng ủy|cb|đb)\s+(?=\S)", re.IGNORECASE)


class Layout(Term):
    """How a calendar is shown."""

    MONTH = N_("Month")
    LIST = N_("List")


@dataclass(frozen=True)
class Look:
    """How a state looks: a tone and a symbol, since colour alone says nothing to some."""

    tone: str
    symbol: str


LOOKS = {
    ScheduleState.REGISTERED: Look("plain", "calendar-event"),
    ScheduleState.CONFIRMED: Look("info", "calendar-check"),
    ScheduleState.HELD: Look("ok", "circle-check"),
    ScheduleState.POSTPONED: Look("warn", "calendar-clock"),
    ScheduleState.NOT_HELD: Look("bad", "calendar-x"),
}


def weeks(month: date) -> list[list[date]]:
    """The weeks that ``month`` touches, from Monday, with the days of its neighbours."""
    start = month - timedelta(days=month.weekday())
    rows = []
    while start <= months.last_of(month):
        rows.append([start + timedelta(days=step) for step in range(7)])
        start += timedelta(days=7)
    return rows


def midnight(day: date) -> datetime:
    """The beginning of a day on the office's wall."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the wall clock has no zone


def around(month: date) -> tuple[datetime, datetime]:
    """When the grid of ``month`` begins, and when it has ended."""
    rows = weeks(month)
    return midnight(rows[0][0]), midnight(rows[-1][-1] + timedelta(days=1))


def within(month: date) -> tuple[datetime, datetime]:
    """When ``month`` begins, and when it has ended."""
    return midnight(month), midnight(months.add(month, 1))


def feed_span(today: date) -> tuple[datetime, datetime]:
    """From when until when a feed tells meetings."""
    this = months.first_of(today)
    return midnight(months.add(this, -MONTHS_BACK)), midnight(months.add(this, MONTHS_AHEAD + 1))


def sensible(month: date) -> bool:
    """Whether a calendar may be asked for ``month``."""
    return FIRST_YEAR <= month.year <= LAST_YEAR


def days(low: datetime, high: datetime) -> Iterator[date]:
    """Every day from ``low`` until before ``high``."""
    for step in range((high - low).days):
        yield (low + timedelta(days=step)).date()


def without_kind(name: str) -> str:
    """A short name without "Chi bộ" or "CB": in a grid all are cells, and room is dear."""
    return _KIND.sub("", name, count=1) if _KIND.match(name) else name
