"""Which notice a day calls for, when an e-mail may leave, and what is shipped. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.core.terms import N_, Term
from app.deadlines.rules import Stage


class NoticeKind(Term):
    """What somebody is told of one stage of a unit's month."""

    SOON = N_("Due soon")
    TODAY = N_("Due by now")
    OVERDUE = N_("Overdue")
    RETURNED = N_("Returned")
    RATED = N_("Rated officially")
    MORE_TIME = N_("More time given")
    SUBMITTED = N_("Submitted")
    ACCEPTED = N_("Accepted")
    LEAVE_ASKED = N_("Asked for leave")
    LEAVE_GIVEN = N_("Agreed")
    LEAVE_REFUSED = N_("Refused")

    @property
    def tone(self) -> str:
        """The colour of the tag."""
        tones = {"SOON": "info", "TODAY": "warn", "OVERDUE": "bad", "RETURNED": "bad"}
        tones |= {"SUBMITTED": "info", "LEAVE_ASKED": "warn", "LEAVE_REFUSED": "bad"}
        return tones.get(self.name, "ok")


OF_DAYS = frozenset({NoticeKind.SOON, NoticeKind.TODAY, NoticeKind.OVERDUE})
"""Told because a day has come: void as soon as the thing is done."""
OF_REPORTS = frozenset({NoticeKind.SUBMITTED, NoticeKind.RETURNED, NoticeKind.ACCEPTED})
"""Told of a step of a monthly report, being sent back of other things, too."""
OF_LEAVE = frozenset({NoticeKind.LEAVE_ASKED, NoticeKind.LEAVE_GIVEN, NoticeKind.LEAVE_REFUSED})
"""Told of a request to put a meeting off or not to hold it."""


class Told(Term):
    """Who is told."""

    DOER = N_("Who does it")
    SUPERIOR = N_("Who follows it up in the committee above")


class DigestState(Term):
    """How far one e-mail has come. It leaves at most once."""

    WAITING = N_("Waiting")
    SENDING = N_("Being sent")
    SENT = N_("Sent")
    UNSURE = N_("Perhaps sent")
    FAILED = N_("Not accepted")

    @property
    def tone(self) -> str:
        """The colour of the tag."""
        return {"SENT": "ok", "UNSURE": "warn", "FAILED": "bad"}.get(self.name, "info")


@dataclass(frozen=True)
class Line:
    """A rule: so many days from the last day (negative: before it) somebody is told."""

    stage: Stage
    told: Told
    offset_days: int
    by_mail: bool = True
    active: bool = True

    @property
    def kind(self) -> NoticeKind:
        """What kind of notice it makes."""
        if self.offset_days < 0:
            return NoticeKind.SOON
        return NoticeKind.OVERDUE if self.offset_days else NoticeKind.TODAY

    def day(self, due_on: date, late_after: date) -> date:
        """On which day it speaks: what is late is late only after the grace."""
        base = late_after if self.offset_days > 0 else due_on
        return base + timedelta(days=self.offset_days)


SHIPPED = (
    Line(Stage.SCHEDULE, Told.DOER, -3),
    Line(Stage.SCHEDULE, Told.DOER, 0),
    Line(Stage.SCHEDULE, Told.DOER, 1),
    Line(Stage.SCHEDULE, Told.SUPERIOR, 1, by_mail=False),
    Line(Stage.RESULT, Told.DOER, 0),
    Line(Stage.RESULT, Told.DOER, 1),
    Line(Stage.RESULT, Told.SUPERIOR, 1, by_mail=False),
    Line(Stage.SELF_SCORE, Told.DOER, 1),
    Line(Stage.ROLL_UP, Told.DOER, -2),
    Line(Stage.ROLL_UP, Told.DOER, 1),
)
"""What an office begins with, for it to change: an assumption, like every number of days."""

FURTHEST = 60
"""No rule speaks further from the last day than this."""
CATCH_UP = 3
"""So many days later a notice is still made, should the runner have been away."""


def chosen(lines: Iterable[Line], due_on: date, late_after: date, today: date) -> Iterator[Line]:
    """What is to be said today of something that is still owed: one line for each audience.

    It is the last whose day has come, within the days to catch up; what an earlier one would have
    said is old by then.
    """
    latest: dict[Told, Line] = {}
    for line in lines:
        day = line.day(due_on, late_after)
        if line.active and day <= today:
            held = latest.get(line.told)
            if held is None or held.offset_days < line.offset_days:
                latest[line.told] = line
    for line in latest.values():
        if (today - line.day(due_on, late_after)).days <= CATCH_UP:
            yield line


def event_of(line: Line, due_on: date) -> str:
    """What makes the notice one of its kind: more time means a new last day, and new notices."""
    return f"{line.told.name}{line.offset_days:+d}@{due_on.isoformat()}"


QUIET_FROM, QUIET_TO = time(21), time(7)
"""When no e-mail leaves, by the office's clock, unless the person says otherwise."""


@dataclass(frozen=True)
class Wishes:
    """What a person wants of e-mails; the quiet time may run over midnight."""

    by_mail: bool = True
    quiet_from: time = QUIET_FROM
    quiet_to: time = QUIET_TO

    def next_moment(self, now: datetime, last: date | None) -> datetime:
        """When the next digest may leave: not before the day after the ``last``, nor in quiet.

        ``now`` and the answer are times of the office, both aware.
        """
        moment = now
        if last is not None and last >= now.date():
            moment = datetime.combine(last + timedelta(days=1), time(), now.tzinfo)
        clock = moment.time().replace(tzinfo=None)
        if self.quiet_from < self.quiet_to:
            quiet = self.quiet_from <= clock < self.quiet_to
        else:
            quiet = self.quiet_from != self.quiet_to and (
                clock >= self.quiet_from or clock < self.quiet_to
            )
        if not quiet:
            return moment
        over = clock >= self.quiet_from and self.quiet_from > self.quiet_to
        day = moment.date() + timedelta(days=over)
        return datetime.combine(day, self.quiet_to, now.tzinfo)
