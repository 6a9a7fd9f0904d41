"""When one superior is expected at two meetings at once: names, half-days, pairs that clash."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from app.core.terms import N_, Term
from app.core.text import fold
from app.meetings.rules import ScheduleState

PLANNED_FOR = timedelta(hours=2)
"""How long a meeting is planned to take: schedules hold no end (HD 42 asks for 90 or 120 minutes).

Calendars and feeds draw their events so long, and overlaps are told by it.
"""
MOST = 1_000
"""So many pairs are told: a field that names "the standing committee" everywhere clashes always."""
NOON, EVENING = 12, 18
"""The hours at which the morning and the afternoon end."""

ENGAGING = frozenset({ScheduleState.REGISTERED, ScheduleState.CONFIRMED, ScheduleState.HELD})
"""The states in which a superior is expected: what is put off or called off binds nobody."""

_BETWEEN = re.compile(r"[;\n&+]|\s+và\s+")
_BEHIND = re.compile(r"[,(\[:]|\s[-–—]\s")
_ADDRESS = re.compile(r"^(d/c|dc\.|dong chi)[.\s]*")
_NOBODY = frozenset({"", "khong", "khong co", "chua ro", "chua phan cong"})


class ClashKind(Term):
    """Why somebody can hardly be at both meetings."""

    SAME_TIME = N_("Same time")
    SAME_HALF_DAY = N_("Same half-day, different places")


@dataclass(frozen=True, slots=True)
class Engagement:
    """A planned meeting and the superiors expected there.

    ``where`` tells places apart; ``who`` holds keys as ``named`` makes them.
    """

    key: int
    who: frozenset[str]
    starts: datetime
    where: str = ""

    @property
    def ends(self) -> datetime:
        """When it is planned to be over."""
        return self.starts + PLANNED_FOR


@dataclass(frozen=True, slots=True)
class Clash:
    """Two engagements of the same person that can hardly both be kept, the earlier first."""

    first: Engagement
    second: Engagement
    kind: ClashKind

    @property
    def who(self) -> frozenset[str]:
        """The keys of those who are expected at both."""
        return self.first.who & self.second.who


@lru_cache(maxsize=4096)
def named(text: str | None) -> frozenset[str]:
    """The folded names in a field such as "Đ/c Lê Văn An, Phó Bí thư; Trần Thị Bình"."""
    names = (fold(_BEHIND.split(part.strip())[0]) for part in _BETWEEN.split(text or ""))
    return frozenset(_ADDRESS.sub("", name) for name in names) - _NOBODY


def where(place: str | None, unit_path: str) -> str:
    """A key of a place: "Hội trường" of two committees are two halls."""
    committee = unit_path.rstrip("/").rpartition("/")[0]
    return f"{committee} {_folded(place or '')}"


@lru_cache(maxsize=4096)
def _folded(place: str) -> str:
    return fold(place)


def half_day(moment: datetime) -> tuple[int, int]:
    """The day, and whether it is its morning, afternoon or evening."""
    return moment.toordinal(), (moment.hour >= NOON) + (moment.hour >= EVENING)


def clash(one: Engagement, other: Engagement) -> ClashKind | None:
    """Why the same person can hardly be at both, or ``None``."""
    if one.key == other.key or not one.who & other.who:
        return None
    if one.starts < other.ends and other.starts < one.ends:
        return ClashKind.SAME_TIME
    if half_day(one.starts) == half_day(other.starts) and one.where != other.where:
        return ClashKind.SAME_HALF_DAY
    return None


def clashes(engagements: Iterable[Engagement]) -> Iterator[Clash]:
    """Every pair that clashes, once, in the order of time; no more than ``MOST``."""
    of: dict[str, list[Engagement]] = defaultdict(list)
    for one in sorted(engagements, key=lambda one: (one.starts, one.key)):
        for name in one.who:
            of[name].append(one)
    found: dict[tuple[int, int], Clash] = {}
    for line in of.values():
        for place, first in enumerate(line):
            for second in line[place + 1 :]:
                # A day later nothing overlaps and no half-day is shared.
                if second.starts - first.starts >= timedelta(days=1) or len(found) >= MOST:
                    break
                kind = clash(first, second)
                if kind is not None:
                    found.setdefault((first.key, second.key), Clash(first, second, kind))
    yield from sorted(found.values(), key=lambda one: (one.first.starts, one.second.starts))
