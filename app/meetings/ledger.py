"""The tasks that meetings gave, and what later meetings said of them."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    ColumnElement,
    Computed,
    DateTime,
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
from app.meetings.task_rules import TaskState, days_late
from app.units.models import Unit

if TYPE_CHECKING:
    from app.meetings.models import Meeting


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
    meeting: Mapped["Meeting"] = relationship(
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
    meeting: Mapped["Meeting"] = relationship(
        lazy="joined",
        innerjoin=True,
        primaryjoin="TaskStatus.meeting_id == Meeting.id",
        foreign_keys="TaskStatus.meeting_id",
    )

    def __str__(self) -> str:
        return str(self.task)
