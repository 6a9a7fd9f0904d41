"""How one cell stands in one month, and what of it is due or late."""

from dataclasses import dataclass
from datetime import date, datetime

from app.core import months
from app.core.clock import OFFICE
from app.deadlines.rules import Due, Stage, Timetable, last_meeting_day
from app.meetings.rules import (
    REPORTED,
    MeetingType,
    ResultState,
    ScheduleState,
    Share,
)


@dataclass(frozen=True, slots=True)
class CellMonth:
    """How one cell stands in one month: its regular meeting, if any, and what is due when.

    Names and parent are those of the month. Without a meeting everything from ``meeting_id`` to
    ``decided_at`` is ``None``.
    """

    month: date
    unit_id: int
    unit_path: str
    code: str
    name: str
    short_name: str
    cell_type_code: str | None
    member_count: int
    parent_id: int | None
    parent_code: str | None
    parent_name: str | None
    founded_on: date
    ceased_on: date | None
    meeting_id: int | None
    type: MeetingType | None
    state: ScheduleState | None
    state_reason: str | None
    planned_at: datetime | None
    place: str | None
    chair: str | None
    superior: str | None
    registered_at: datetime | None
    result_state: ResultState | None
    return_reason: str | None
    started_at: datetime | None
    ended_at: datetime | None
    on_roll: int | None
    temp_in: int | None
    temp_out: int | None
    exempt: int | None
    excused: int | None
    unexcused: int | None
    attended: int | None
    due: int | None
    speakers: int | None
    submitted_at: datetime | None
    amended_at: datetime | None
    decided_at: datetime | None
    timetable: Timetable

    @property
    def reported(self) -> bool:
        """Whether the result is with the superior, so that it counts in sums."""
        return self.result_state in REPORTED

    @property
    def share(self) -> Share | None:
        """Present over due, or ``None`` while nothing is reported: missing is never 0 %."""
        return Share(self.attended or 0, self.due or 0) if self.reported else None

    @property
    def counts_from(self) -> date | None:
        """The day from which days after the meeting count; ``None`` without a meeting.

        One that was put off may still be held on the last day of its month's time.
        """
        if self.state is ScheduleState.POSTPONED:
            return last_meeting_day(self.month)
        met = self.started_at or self.planned_at
        return met.date() if met else None

    def due_for(self, stage: Stage) -> Due:
        """When a stage of the cell's month is due by rule; what was put off has its time."""
        if stage is Stage.SCHEDULE:
            return self.schedule_due_in(self.month)
        found = self.timetable.due(stage, self.month, self.counts_from)
        put_off = self.state is ScheduleState.POSTPONED
        return found.not_before(last_meeting_day(self.month)) if put_off else found

    def schedule_due_in(self, month: date) -> Due:
        """When the meeting of ``month`` is to be registered by rule.

        A cell that was founded after that day has time until the end of the month.
        """
        met = self.counts_from if month == self.month else None
        found = self.timetable.due(Stage.SCHEDULE, month, met)
        is_new = self.founded_on > found.due_on
        return found.not_before(months.last_of(month)) if is_new else found

    @property
    def schedule_due(self) -> date:
        """The last day for registering the month's meeting."""
        return self.due_for(Stage.SCHEDULE).due_on

    @property
    def result_due(self) -> date | None:
        """The last day for sending the result; ``None`` when the meeting is not held.

        Without a meeting it counts from the last day of the month.
        """
        if self.state is ScheduleState.NOT_HELD:
            return None
        return self.due_for(Stage.RESULT).due_on

    def schedule_late(self, today: date) -> bool:
        """Whether the meeting was registered late, or is still to be and overdue."""
        done = self.registered_at.astimezone(OFFICE).date() if self.registered_at else today
        return done > self.due_for(Stage.SCHEDULE).late_after

    def result_late(self, today: date) -> bool:
        """Whether the result was sent late, or is still to be and overdue."""
        if self.state is ScheduleState.NOT_HELD:
            return False
        sent = self.submitted_at.astimezone(OFFICE).date() if self.submitted_at else today
        return sent > self.due_for(Stage.RESULT).late_after
