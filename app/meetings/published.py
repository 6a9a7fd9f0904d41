"""What a superior publishes for its branch: attendance policies, closed months."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    Index,
    String,
    UniqueConstraint,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit
from app.core.words import folded, has_words
from app.meetings.rules import Policy
from app.units.branches import BasedRule
from app.units.models import Unit


class AttendancePolicy(BasedRule, Base):
    """A named, versioned way of counting attendance, valid for the owner's branch for a time."""

    __tablename__ = "attendance_policy"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("unit_id", "code", "revision"),
    )
    code: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(200))
    excused_in_denominator: Mapped[bool] = mapped_column(default=True)
    count_voluntary_presence: Mapped[bool] = mapped_column(default=True)

    noted = ("valid_to", "legal_basis")

    @property
    def rule(self) -> Policy:
        """The policy as the arithmetic wants it."""
        return Policy(self.excused_in_denominator, self.count_voluntary_presence)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: by name or code, or the unit that published it."""
        named = has_words(folded(cls.code, cls.name), words)
        return or_(named, cls.unit_id.in_(Unit.ids_found_by(words)))

    def __str__(self) -> str:
        return f"{self.name} (v{self.revision})"


class ClosedMonth(Numbered, Scoped, Base):
    """A month that a committee has closed for itself and all units below it.

    Submitting the monthly report closes the month; when the report is returned it is opened
    again, and the row stays to tell so.
    """

    __tablename__ = "closed_month"
    __table_args__ = (
        in_unit(),
        Index(
            "uq_closed_month_unit_month",
            "unit_id",
            "month",
            unique=True,
            postgresql_where=text("reopened_at IS NULL"),
        ),
        CheckConstraint("extract(day from month) = 1", name="first_day"),
    )
    month: Mapped[date]
    closed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[str] = mapped_column(String(128))
    reopened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reopened_by: Mapped[str | None] = mapped_column(String(128))

    unit: Mapped[Unit] = relationship()

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: months closed by the units that the words find."""
        return cls.unit_id.in_(Unit.ids_found_by(words))
