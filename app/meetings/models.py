"""Meetings with their schedule and result, and roll-call exceptions."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term, within
from app.meetings.published import AttendancePolicy, ClosedMonth
from app.meetings.rules import (
    Attendance,
    HeadCounts,
    Mark,
    MeetingType,
    ResultState,
    ScheduleState,
    Share,
    attendance,
    duration_min,
)
from app.people.models import Member
from app.units.models import Unit, UnitVersion

__all__ = ["Absence", "AttendancePolicy", "ClosedMonth", "Meeting", "Task", "TaskStatus"]

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
        Index("ix_meeting_month_id", "month", "id", "unit_path"),
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
    amended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
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
    def amended(self) -> Mark | None:
        """Whether it, or its score, was corrected after it had been submitted upward."""
        return Mark.AMENDED if self.amended_at else None

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


# Below, because features that are imported above configure the mappers: Meeting has to be there.
from app.meetings.ledger import Task, TaskStatus  # noqa: E402 - see the line above
