"""Stages of a month, and the arithmetic of their days: rule × calendar → the last day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from app.core import months
from app.core.terms import N_, Term


class Stage(Term):
    """What a month asks: six things of a cell, two of each committee that has cells."""

    SCHEDULE = N_("Schedule registered")
    MEETING = N_("Meeting held")
    RESULT = N_("Result reported")
    SELF_SCORE = N_("Self-scored")
    VERIFICATION = N_("Score verified")
    OFFICIAL = N_("Rated officially")
    ROLL_UP = N_("Rolled up")
    SUBMISSION = N_("Submitted upward")


OF_COMMITTEES = (Stage.ROLL_UP, Stage.SUBMISSION)
OF_CELLS = tuple(stage for stage in Stage if stage not in OF_COMMITTEES)
BY_THE_CELL = (Stage.SCHEDULE, Stage.MEETING, Stage.RESULT, Stage.SELF_SCORE)
"""What the cell does itself; the rest of its month waits for its superior."""


class Shift(Term):
    """Where a last day goes that falls on a day off."""

    NONE = N_("Stays on the day off")
    NEXT = N_("To the next working day")
    PREVIOUS = N_("To the working day before")


DAYS_INTO_NEXT_MONTH = 10
"""A month's meeting may still be held so many days into the next month (an assumption)."""

LONGEST_REST = 31
"""No rest is longer: beyond it a day stays where it fell, whatever the calendar says."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is due: on a day of a month, or so many days after the meeting.

    ``month_offset`` says which month a day of the month lies in, seen from the reporting month
    (-1: the one before). ``grace_days`` pass before what is not done counts as late.
    """

    day_of_month: int | None = None
    offset_days: int | None = None
    month_offset: int = 0
    shift: Shift = Shift.NONE
    grace_days: int = 0
    id: int | None = None

    @property
    def by_meeting(self) -> bool:
        """Whether it counts from the day of the meeting rather than from the month."""
        return self.offset_days is not None

    @property
    def values(self) -> dict[str, Any]:
        """All but the key: what another row of the same rule holds."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "id"}


DEFAULTS: Mapping[Stage, Rule] = {
    Stage.SCHEDULE: Rule(day_of_month=25, month_offset=-1),
    Stage.MEETING: Rule(day_of_month=31),
    Stage.RESULT: Rule(offset_days=2),
    Stage.ROLL_UP: Rule(day_of_month=5, month_offset=1),
}
"""What offices are seen to do (DOMAIN 2.7), and the roll-up by the 5th, which is an assumption."""

FOLLOWS: Mapping[Stage, Stage] = {
    Stage.SELF_SCORE: Stage.RESULT,
    Stage.VERIFICATION: Stage.OFFICIAL,
    Stage.OFFICIAL: Stage.ROLL_UP,
    Stage.SUBMISSION: Stage.ROLL_UP,
}
"""Without a rule of its own a stage is due when the other is (assumptions, DOMAIN 8)."""


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: Monday to Friday, but for the days that say otherwise.

    ``days`` holds holidays as ``False`` and Saturdays worked in exchange as ``True``.
    """

    days: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        """Whether offices are open on ``day``."""
        return self.days.get(day, day.weekday() < 5)

    def shifted(self, day: date, shift: Shift) -> date:
        """``day``, or the nearest working day in the direction of ``shift``."""
        step = {Shift.NONE: 0, Shift.NEXT: 1, Shift.PREVIOUS: -1}[shift]
        tried = (day + timedelta(days=step * away) for away in range(LONGEST_REST if step else 1))
        return next((one for one in tried if self.works(one)), day)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for something, and the last on which it does not yet count as late.

    ``counts_from`` is what the rule counted from: the month, or the day of the meeting.
    """

    counts_from: date
    due_on: date
    late_after: date

    def not_before(self, day: date) -> "Due":
        """The same, but due on ``day`` at the earliest."""
        return Due(self.counts_from, max(self.due_on, day), max(self.late_after, day))


def due(rule: Rule, month: date, met_on: date, calendar: Calendar) -> Due:
    """When ``rule`` makes something of ``month`` due whose meeting is on ``met_on``."""
    if rule.offset_days is not None:
        start = met_on
        day = met_on + timedelta(days=rule.offset_days)
    else:
        start = month
        last = months.last_of(months.add(month, rule.month_offset))
        day = last.replace(day=min(rule.day_of_month or last.day, last.day))
    shifted = calendar.shifted(day, rule.shift)
    # Nothing that counts from the meeting is due before it: then the day stays where it fell.
    day = day if rule.by_meeting and shifted < start else shifted
    return Due(start, day, day + timedelta(days=rule.grace_days))


def last_meeting_day(month: date) -> date:
    """The last day on which a meeting of ``month`` may be held."""
    return months.add(month, 1) + timedelta(days=DAYS_INTO_NEXT_MONTH - 1)


def meeting_days(month: date) -> list[date]:
    """Every day on which a meeting of ``month`` may be held, in their order."""
    return [month + timedelta(days=n) for n in range((last_meeting_day(month) - month).days + 1)]


@dataclass(frozen=True)
class Timetable:
    """The rules in force for a unit in a month, and its calendar."""

    rules: Mapping[Stage, Rule] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    def rule(self, stage: Stage) -> Rule:
        """The rule of a stage: set, taken over from the stage it follows, or the usual one."""
        if stage in self.rules:
            return self.rules[stage]
        return self.rule(FOLLOWS[stage]) if stage in FOLLOWS else DEFAULTS[stage]

    def due(self, stage: Stage, month: date, met_on: date | None = None) -> Due:
        """When ``stage`` of ``month`` is due; without a meeting it counts from the month's end."""
        return due(self.rule(stage), month, met_on or months.last_of(month), self.calendar)


class Timetables:
    """The timetables of a whole branch: for each stage and day the nearest owner's word counts.

    ``rules`` and ``days`` are (path of the owner, stage, rule) and (path, day, works), of one
    owner the last one counts.
    """

    def __init__(
        self,
        rules: Iterable[tuple[str, Stage, Rule]] = (),
        days: Iterable[tuple[str, date, bool]] = (),
    ) -> None:
        # The shorter path is the higher unit: what comes later replaces it.
        self._rules = sorted(rules, key=lambda row: len(row[0]))
        self._days = sorted(days, key=lambda row: len(row[0]))
        self._known: dict[str, Timetable] = {}

    @cached_property
    def owners(self) -> frozenset[str]:
        """The paths of all who set something."""
        return frozenset(path for path, *_ in (*self._rules, *self._days))

    def of(self, path: str) -> Timetable:
        """The timetable of the unit at ``path``."""
        head = nearest(path, self.owners.__contains__)
        if head not in self._known:
            rules = {stage: rule for at, stage, rule in self._rules if head.startswith(at)}
            days = {day: works for at, day, works in self._days if head.startswith(at)}
            self._known[head] = Timetable(rules, Calendar(days))
        return self._known[head]


def nearest(path: str, known: Callable[[str], bool]) -> str:
    """The longest beginning of ``path`` that is ``known``, itself included, or ""."""
    parts = path.strip("/").split("/")
    heads = ("/" + "/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1))
    return next((head for head in heads if known(head)), "")


def misfit(rule: Rule) -> tuple[str, str] | None:
    """The first thing wrong with a rule as a msgid, and the field to look at, or ``None``."""
    if (rule.day_of_month is None) == (rule.offset_days is None):
        return N_("Give either a day of the month or a number of days."), "day_of_month"
    if rule.by_meeting and rule.month_offset:
        return N_("Days after the meeting need no other month."), "month_offset"
    return None
