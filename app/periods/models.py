"""Opened months, what they oblige each unit to do, and time given beyond the rules."""

from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Base, Numbered, Scoped, in_unit, term
from app.deadlines.models import DeadlineRule
from app.deadlines.rules import Stage
from app.periods.rules import OWED, Cause, Standing, State, standing
from app.units.models import Unit


class Period(Numbered, Scoped, Base):
    """A month that a committee has opened for itself and all units below it."""

    __tablename__ = "period"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("unit_id", "month"),
        CheckConstraint("extract(day from month) = 1", name="first_day"),
    )
    month: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    opened_by: Mapped[str] = mapped_column(String(128))
    touched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    touched_by: Mapped[str] = mapped_column(String(128))
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = relationship()

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: months that the found units opened."""
        return cls.unit_id.in_(Unit.ids_found_by(words))

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"


class DueDay(Numbered, Scoped, Base):
    """What the arithmetic says for the units from here down to the next that has other rules.

    The database looks days up here and never computes one. Derived: opening writes it anew.
    """

    __tablename__ = "due_day"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("unit_path", "month", "stage", "met_on"),
        Index("ix_due_day_month", "month", "met_on", "stage"),
    )
    month: Mapped[date]
    stage: Mapped[Stage] = mapped_column(term(Stage))
    met_on: Mapped[date]
    rule_id: Mapped[int | None] = mapped_column(BigInteger)
    counts_from: Mapped[date]
    due_on: Mapped[date]
    late_after: Mapped[date]


class Obligation(Numbered, Scoped, Base):
    """One stage of one unit's month: by when, whether done, how late, and why not.

    Written by the database alone, from facts, rules and calendar (decision
    *obligations-follow-facts*).
    """

    __tablename__ = "obligation"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("unit_id", "month", "stage"),
        Index("ix_obligation_unit_path", "unit_path", "month"),
        Index("ix_obligation_due_on", "due_on", "id"),
    )
    month: Mapped[date]
    stage: Mapped[Stage] = mapped_column(term(Stage))
    rule_id: Mapped[int | None] = mapped_column(BigInteger)
    counts_from: Mapped[date]
    due_on: Mapped[date]
    late_after: Mapped[date]
    state: Mapped[State] = mapped_column(term(State))
    cause: Mapped[Cause | None] = mapped_column(term(Cause))
    reason: Mapped[str | None] = mapped_column(String(500))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_on: Mapped[date | None]
    late_days: Mapped[int | None] = mapped_column(
        Computed(
            "CASE WHEN (state)::text = 'DONE'::text THEN"
            " CASE WHEN done_on > late_after THEN done_on - due_on ELSE 0 END END",
            persisted=True,
        )
    )

    unit: Mapped[Unit] = relationship()
    rule: Mapped[DeadlineRule | None] = relationship(
        primaryjoin="foreign(Obligation.rule_id) == DeadlineRule.id", viewonly=True
    )

    @property
    def standing(self) -> Standing:
        """How it stands today."""
        return standing(self.state, self.late_after, self.late_days, clock.today())

    @property
    def days_late(self) -> int | None:
        """How many days after its last day it was done, or has waited until today."""
        if self.standing is Standing.OVERDUE:
            return (clock.today() - self.due_on).days
        return self.late_days or None

    @property
    def why(self) -> str | Cause | None:
        """Why it stands so: a person's reason, or the rule that makes it void."""
        return self.reason or self.cause

    @classmethod
    def is_overdue(cls) -> ColumnElement[bool]:
        """The clause: somebody should have acted before today."""
        return and_(cls.state.in_(OWED), cls.late_after < clock.today())

    @classmethod
    def was_late(cls) -> ColumnElement[bool]:
        """The clause: overdue today, or done too late."""
        return or_(cls.is_overdue(), cls.late_days > 0)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: obligations of the units that the folded words find."""
        return cls.unit_id.in_(Unit.ids_found_by(words))

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.month:%m/%Y}: {gettext(self.stage.value)}"


class Extension(Numbered, Scoped, Base):
    """More time for one obligation, given by a superior; the latest counts, all are kept."""

    __tablename__ = "extension"
    __table_args__ = (
        in_unit(),
        ForeignKeyConstraint(
            ["unit_id", "month", "stage"],
            ["obligation.unit_id", "obligation.month", "obligation.stage"],
            name="fk_extension_obligation",
        ),
        Index("ix_extension_unit_id", "unit_id", "month", "stage"),
        Index("ix_extension_unit_path", "unit_path", "month"),
    )
    month: Mapped[date]
    stage: Mapped[Stage] = mapped_column(term(Stage))
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    granted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    granted_by: Mapped[str] = mapped_column(String(128))
    due_before: Mapped[date]

    unit: Mapped[Unit] = relationship()
    obligation: Mapped[Obligation] = relationship(
        primaryjoin="and_(Extension.unit_id == Obligation.unit_id,"
        " Extension.month == Obligation.month, Extension.stage == Obligation.stage)",
        foreign_keys="[Extension.unit_id, Extension.month, Extension.stage]",
        viewonly=True,
    )

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: extensions of the units that the folded words find."""
        return cls.unit_id.in_(Unit.ids_found_by(words))
