"""Meetings with their schedule and result, roll-call exceptions, tasks."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Base, Numbered, Scoped, in_unit, term, within
from app.core.words import has_words
from app.meetings.published import AttendancePolicy, ClosedMonth, DeadlineRule
from app.meetings.rules import (
    Attendance,
    HeadCounts,
    MeetingType,
    ResultState,
    ScheduleState,
    Share,
    TaskState,
    attendance,
    days_late,
    duration_min,
)
from app.people.models import Member
from app.units.models import Unit, UnitVersion

__all__ = [
    "Absence",
    "AttendancePolicy",
    "ClosedMonth",
    "DeadlineRule",
    "Meeting",
    "Task",
    "TaskStatus",
]

COUNTS = tuple(HeadCounts.__dataclass_fields__)


class Meeting(Numbered, Scoped, Base):
    """One meeting of a unit: what was planned (the schedule) and what came of it (the result).

    Times of the meeting are the office's wall clock; ``*_at`` stamps of the system are UTC.
    ``month`` is the reporting month as its first day.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("id", "unit_id"),
        ForeignKeyConstraint(
            ["unit_version_id", "unit_id"], ["unit_version.id", "unit_version.unit_id"]
        ),
        CheckConstraint("extract(day from month) = 1", name="month_first_day"),
        CheckConstraint("ended_at > started_at", name="ends_after_start"),
        CheckConstraint("present >= 0 AND on_roll >= 0", name="counts"),
        Index(
            "uq_meeting_unit_month",
            "unit_id",
            "month",
            unique=True,
            postgresql_where=text("type IN ('REGULAR', 'COMBINED')"),
        ),
        Index("ix_meeting_unit_id_month", "unit_id", "month"),
        Index("ix_meeting_unit_path_month", "unit_path", "month"),
        Index("ix_meeting_month_unit_path", "month", "unit_path"),
    )
    unit_version_id: Mapped[int]
    month: Mapped[date]
    type: Mapped[MeetingType] = mapped_column(term(MeetingType), default=MeetingType.REGULAR)

    state: Mapped[ScheduleState] = mapped_column(
        term(ScheduleState), default=ScheduleState.REGISTERED
    )
    state_reason: Mapped[str | None] = mapped_column(String(250))
    planned_at: Mapped[datetime] = mapped_column(DateTime)
    place: Mapped[str] = mapped_column(String(200))
    chair: Mapped[str | None] = mapped_column(String(120))
    topic: Mapped[str | None] = mapped_column(String(250))
    superior: Mapped[str | None] = mapped_column(String(120))
    registered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    registered_by: Mapped[str] = mapped_column(String(128))

    result_state: Mapped[ResultState] = mapped_column(term(ResultState), default=ResultState.NONE)
    return_reason: Mapped[str | None] = mapped_column(String(500))
    started_at: Mapped[datetime | None] = mapped_column(DateTime)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime)
    attendance_policy_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_policy.id"))
    on_roll: Mapped[int] = mapped_column(default=0)
    temp_in: Mapped[int] = mapped_column(default=0)
    temp_out: Mapped[int] = mapped_column(default=0)
    exempt: Mapped[int] = mapped_column(default=0)
    special_duty: Mapped[int] = mapped_column(default=0)
    voluntary: Mapped[int] = mapped_column(default=0)
    present: Mapped[int] = mapped_column(default=0)
    excused: Mapped[int] = mapped_column(default=0)
    unexcused: Mapped[int] = mapped_column(default=0)
    due: Mapped[int] = mapped_column(default=0)
    attended: Mapped[int] = mapped_column(default=0)
    speakers: Mapped[int | None]
    agenda: Mapped[str | None] = mapped_column(Text)
    agenda_done: Mapped[bool] = mapped_column(default=False)
    content: Mapped[str | None] = mapped_column(Text)
    resolution_no: Mapped[str | None] = mapped_column(String(60))
    minutes_present: Mapped[bool] = mapped_column(default=False)
    papers_posted_at: Mapped[datetime | None] = mapped_column(DateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    submitted_by: Mapped[str | None] = mapped_column(String(128))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None] = mapped_column(String(128))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    unit: Mapped[Unit] = relationship()
    unit_version: Mapped[UnitVersion] = relationship(
        primaryjoin="Meeting.unit_version_id == UnitVersion.id",
        foreign_keys="Meeting.unit_version_id",
    )
    attendance_policy: Mapped[AttendancePolicy | None] = relationship()
    absences: Mapped[list["Absence"]] = relationship(
        back_populates="meeting",
        cascade="all, delete-orphan",
        primaryjoin="Absence.meeting_id == Meeting.id",
        foreign_keys="Absence.meeting_id",
    )
    tasks: Mapped[list["Task"]] = relationship(
        back_populates="meeting",
        cascade="all, delete-orphan",
        primaryjoin="Task.meeting_id == Meeting.id",
        foreign_keys="Task.meeting_id",
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def counts(self) -> HeadCounts:
        """The roll-call in numbers."""
        return HeadCounts(**{name: getattr(self, name) for name in COUNTS})

    @property
    def share(self) -> Share:
        """Present over due, as the policy counted them when the result was saved."""
        return Share(self.attended, self.due)

    @property
    def duration_min(self) -> int | None:
        """How long it took, in minutes."""
        return duration_min(self.started_at, self.ended_at)

    def count(self, counts: HeadCounts, policy: AttendancePolicy) -> None:
        """Store a roll-call and what the policy makes of it."""
        for name in COUNTS:
            setattr(self, name, getattr(counts, name))
        self.attendance_policy_id = policy.id
        share = attendance(counts, policy.rule)
        self.attended, self.due = share.present, share.denominator

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: meetings of the units that the folded words find."""
        return cls.unit_id.in_(Unit.ids_found_by(words))

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.month:%m/%Y}"


class Absence(Numbered, Scoped, Base):
    """One line of the roll-call that is not plainly "present": the roster says the rest."""

    __tablename__ = "absence"
    __table_args__ = (
        in_unit(),
        within("meeting_id", "meeting"),
        within("member_id", "member"),
        UniqueConstraint("meeting_id", "member_id"),
        Index("ix_absence_unit_path", "unit_path"),
        Index("ix_absence_member_id", "member_id"),
    )
    meeting_id: Mapped[int]
    member_id: Mapped[int]
    status: Mapped[Attendance] = mapped_column(term(Attendance))
    reason: Mapped[str | None] = mapped_column(String(250))

    meeting: Mapped[Meeting] = relationship(
        back_populates="absences",
        primaryjoin="Absence.meeting_id == Meeting.id",
        foreign_keys="Absence.meeting_id",
    )
    member: Mapped[Member] = relationship(
        lazy="joined",
        innerjoin=True,
        primaryjoin="Absence.member_id == Member.id",
        foreign_keys="Absence.member_id",
    )


class Task(Numbered, Scoped, Base):
    """A task that a meeting gave somebody, with its time limit, and what has become of it.

    ``note`` says why it could not be done, or what is in the way.
    """

    __tablename__ = "task"
    __table_args__ = (
        in_unit(),
        within("meeting_id", "meeting"),
        UniqueConstraint("id", "unit_id"),
        Index("ix_task_meeting_id", "meeting_id"),
        Index("ix_task_unit_path", "unit_path"),
        Index("ix_task_unit_id_state", "unit_id", "state"),
    )
    meeting_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(250))
    assignee: Mapped[str | None] = mapped_column(String(120))
    due_on: Mapped[date | None]
    state: Mapped[TaskState] = mapped_column(
        term(TaskState), default=TaskState.OPEN, server_default=text("'OPEN'")
    )
    note: Mapped[str | None] = mapped_column(String(500))
    search_text: Mapped[str] = mapped_column(
        Text,
        Computed(
            "nep_fold((((title)::text || ' '::text)"
            " || (COALESCE(assignee, ''::character varying))::text))",
            persisted=True,
        ),
        deferred=True,
    )

    unit: Mapped[Unit] = relationship(viewonly=True)
    meeting: Mapped[Meeting] = relationship(
        back_populates="tasks",
        primaryjoin="Task.meeting_id == Meeting.id",
        foreign_keys="Task.meeting_id",
    )
    statuses: Mapped[list["TaskStatus"]] = relationship(
        back_populates="task",
        primaryjoin="TaskStatus.task_id == Task.id",
        foreign_keys="TaskStatus.task_id",
    )

    @hybrid_property
    def done(self) -> bool:
        """Whether it is finished."""
        return self.state is TaskState.DONE

    @done.inplace.setter
    def _set_done(self, done: bool) -> None:
        if done != self.done:
            self.state = TaskState.DONE if done else TaskState.OPEN

    @done.inplace.expression
    @classmethod
    def _is_done(cls) -> ColumnElement[bool]:
        return cls.state == TaskState.DONE

    @property
    def days_late(self) -> int | None:
        """How many days it has passed its last day, while it is open."""
        return days_late(self.state, self.due_on, clock.today())

    @property
    def history(self) -> list["TaskStatus"]:
        """What the meetings said of it, the first one first."""
        return sorted(self.statuses, key=lambda one: one.meeting.month)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: by what is to be done, by whom, or in which unit."""
        return or_(
            has_words(cls.search_text, words),
            cls.unit_id.in_(Unit.ids_found_by(words)),
        )

    def __str__(self) -> str:
        return self.title


class TaskStatus(Numbered, Scoped, Base):
    """What a later meeting said of a task; settled for ever once its result is sent."""

    __tablename__ = "task_status"
    __table_args__ = (
        in_unit(),
        within("task_id", "task"),
        within("meeting_id", "meeting"),
        UniqueConstraint("task_id", "meeting_id"),
        Index("ix_task_status_meeting_id", "meeting_id"),
        Index("ix_task_status_unit_path", "unit_path"),
    )
    task_id: Mapped[int]
    meeting_id: Mapped[int]
    state: Mapped[TaskState] = mapped_column(term(TaskState))
    note: Mapped[str | None] = mapped_column(String(500))
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    said_by: Mapped[str] = mapped_column(String(128))

    task: Mapped[Task] = relationship(
        back_populates="statuses",
        primaryjoin="TaskStatus.task_id == Task.id",
        foreign_keys="TaskStatus.task_id",
    )
    meeting: Mapped[Meeting] = relationship(
        lazy="joined",
        innerjoin=True,
        primaryjoin="TaskStatus.meeting_id == Meeting.id",
        foreign_keys="TaskStatus.meeting_id",
    )

    def __str__(self) -> str:
        return str(self.task)
