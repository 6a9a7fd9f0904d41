"""States of a meeting and its result, and the arithmetic of attendance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from app.core.terms import N_, Term
from app.deadlines.rules import last_meeting_day


class MeetingType(Term):
    """Kinds of meeting (DOMAIN: HD 42, charter)."""

    REGULAR = N_("Regular meeting")
    THEMATIC = N_("Thematic meeting")
    COMBINED = N_("Regular and thematic meeting")
    EXTRAORDINARY = N_("Extraordinary meeting")
    COMMITTEE = N_("Cell committee meeting")
    BOARD = N_("Party committee meeting")


MONTHLY = (MeetingType.REGULAR, MeetingType.COMBINED)
"""The types that fulfil the month's duty; a unit has at most one of them in a month."""


class ScheduleState(Term):
    """How far a scheduled meeting has come."""

    REGISTERED = N_("Registered")
    CONFIRMED = N_("Confirmed")
    HELD = N_("Held")
    POSTPONED = N_("Postponed")
    NOT_HELD = N_("Not held")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        known = {"CONFIRMED": "info", "HELD": "ok", "POSTPONED": "warn", "NOT_HELD": "bad"}
        return known.get(self.name, "")


class ResultState(Term):
    """How far the report of a meeting's result has come."""

    NONE = N_("Not sent")
    DRAFT = N_("Draft")
    SUBMITTED = N_("Submitted")
    RETURNED = N_("Returned")
    APPROVED = N_("Approved")
    LOCKED = N_("Locked")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        done = {"APPROVED": "ok", "LOCKED": "ok"}
        return (done | {"DRAFT": "warn", "SUBMITTED": "info", "RETURNED": "bad"}).get(self.name, "")


class Mark(Term):
    """What lists say of a result beside its state."""

    AMENDED = N_("Amended")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        return "warn"


class Attendance(Term):
    """What the roll-call says of one member."""

    PRESENT = N_("Present")
    EXCUSED = N_("Absent with reason")
    UNEXCUSED = N_("Absent without reason")
    EXEMPT = N_("Exempt from activity")
    TEMP_OUT = N_("Temporarily active elsewhere")
    SPECIAL_DUTY = N_("On special duty")


SCHEDULE_STEPS: Mapping[ScheduleState, frozenset[ScheduleState]] = {
    ScheduleState.REGISTERED: frozenset(
        {
            ScheduleState.CONFIRMED,
            ScheduleState.POSTPONED,
            ScheduleState.NOT_HELD,
            ScheduleState.HELD,
        }
    ),
    ScheduleState.CONFIRMED: frozenset(
        {
            ScheduleState.REGISTERED,
            ScheduleState.POSTPONED,
            ScheduleState.NOT_HELD,
            ScheduleState.HELD,
        }
    ),
    ScheduleState.POSTPONED: frozenset(
        {ScheduleState.REGISTERED, ScheduleState.NOT_HELD, ScheduleState.HELD}
    ),
    ScheduleState.NOT_HELD: frozenset({ScheduleState.REGISTERED}),
    ScheduleState.HELD: frozenset(),
}

RESULT_STEPS: Mapping[ResultState, frozenset[ResultState]] = {
    ResultState.NONE: frozenset({ResultState.DRAFT}),
    ResultState.DRAFT: frozenset({ResultState.SUBMITTED}),
    ResultState.SUBMITTED: frozenset({ResultState.RETURNED, ResultState.APPROVED}),
    ResultState.RETURNED: frozenset({ResultState.DRAFT, ResultState.SUBMITTED}),
    ResultState.APPROVED: frozenset({ResultState.RETURNED, ResultState.LOCKED}),
    ResultState.LOCKED: frozenset(),
}

WRITABLE = frozenset({ResultState.NONE, ResultState.DRAFT, ResultState.RETURNED})
"""The states in which the cell may still write its result."""

MOST_PEOPLE = 99_999
"""No larger number of people is taken anywhere: it would be a slip of the finger."""

REPORTED = frozenset({ResultState.SUBMITTED, ResultState.APPROVED, ResultState.LOCKED})
"""The states in which a result counts in sums: it is with the superior."""


def schedule_can_become(now: ScheduleState, then: ScheduleState) -> bool:
    """Whether a schedule may go from ``now`` to ``then``."""
    return then in SCHEDULE_STEPS[now]


def result_can_become(now: ResultState, then: ResultState) -> bool:
    """Whether a result may go from ``now`` to ``then``."""
    return then in RESULT_STEPS[now]


@dataclass(frozen=True)
class Policy:
    """How attendance is counted (source: HD 12, HD 42; charter rules 294-QĐ/TW, 9.3.2).

    ``excused_in_denominator``: an excused absence stays in the denominator (HD 12, HD 42) or
    not. ``count_voluntary_presence``: an exempt or away member who came counts on both sides.
    """

    excused_in_denominator: bool = True
    count_voluntary_presence: bool = True


@dataclass(frozen=True)
class HeadCounts:
    """The numbers of one roll-call, in people.

    ``on_roll`` counts the cell's own members, official and probationary; ``temp_in`` guests;
    ``present`` everybody who came, among them the ``voluntary`` (exempt, away or on special
    duty, yet present).
    """

    on_roll: int = 0
    temp_in: int = 0
    temp_out: int = 0
    exempt: int = 0
    special_duty: int = 0
    voluntary: int = 0
    present: int = 0
    excused: int = 0
    unexcused: int = 0

    @property
    def base(self) -> int:
        """Those due to attend before any voluntary presence."""
        away = self.temp_out + self.exempt + self.special_duty
        return self.on_roll - away + self.temp_in


@dataclass(frozen=True)
class Share:
    """Present over denominator; the percentage is never shown without both."""

    present: int
    denominator: int

    @property
    def percent(self) -> Fraction | None:
        """The exact percentage, or ``None`` when nobody was due."""
        return Fraction(self.present * 100, self.denominator) if self.denominator else None


def attendance(counts: HeadCounts, policy: Policy) -> Share:
    """Who came of those due, by the policy."""
    present, base = counts.present, counts.base
    if policy.count_voluntary_presence:
        base += counts.voluntary
    else:
        present -= counts.voluntary
    if not policy.excused_in_denominator:
        base -= counts.excused
    return Share(present, base)


def misfit(counts: HeadCounts) -> str | None:
    """The first rule that the head-counts break, as a msgid, or ``None``."""
    found = misfit_at(counts)
    return found[0] if found else None


def misfit_at(counts: HeadCounts) -> tuple[str, str] | None:
    """The first rule that the head-counts break, as a msgid, and the number to look at."""
    away = counts.temp_out + counts.exempt + counts.special_duty
    for name in HeadCounts.__dataclass_fields__:
        if getattr(counts, name) < 0:
            return N_("Numbers of people cannot be negative"), name
        if getattr(counts, name) > MOST_PEOPLE:
            return N_("No meeting has so many people"), name
    if away > counts.on_roll:
        return N_("More members are exempt or away than are on the roll"), "exempt"
    if counts.voluntary > min(counts.present, away):
        return (
            N_("More exempt or away members are counted as present than there are"),
            "voluntary",
        )
    if counts.present > counts.base + counts.voluntary:
        return N_("More members are present than are due to attend"), "present"
    came_or_not = counts.present - counts.voluntary + counts.excused + counts.unexcused
    if came_or_not != counts.base:
        return (
            N_("Present and absent members together must equal the members due to attend"),
            "present",
        )
    return None


def month_misfit(month: date, met_on: date) -> str | None:
    """The rule that a meeting of ``month`` held on ``met_on`` breaks, as a msgid, or ``None``."""
    if met_on < month:
        return N_("The meeting lies before its month")
    if met_on > last_meeting_day(month):
        return N_("The meeting lies more than ten days after the end of its month")
    return None


def time_misfit(started: datetime | None, ended: datetime | None) -> str | None:
    """The rule that the times of a meeting break, as a msgid, or ``None``."""
    if started and ended and ended <= started:
        return N_("The meeting ended before it started")
    if started and ended and ended - started > timedelta(hours=16):
        return N_("A meeting cannot last longer than 16 hours")
    return None


def duration_min(started: datetime | None, ended: datetime | None) -> int | None:
    """How long the meeting took, in whole minutes."""
    return int((ended - started).total_seconds() // 60) if started and ended else None
