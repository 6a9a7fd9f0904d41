"""What a superior sets for its branch about days: deadlines by stage, and days off."""

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term
from app.core.words import folded, has_words
from app.deadlines.rules import Rule, Shift, Stage
from app.units.branches import BasedRule
from app.units.models import Unit


class DeadlineRule(BasedRule, Base):
    """When one stage is due in the owner's branch, valid for a time."""

    __tablename__ = "deadline_rule"
    __table_args__ = (
        in_unit(),
        CheckConstraint("day_of_month BETWEEN 1 AND 31", name="day_of_month"),
        CheckConstraint("offset_days BETWEEN 0 AND 60", name="offset_days"),
        CheckConstraint("num_nonnulls(day_of_month, offset_days) = 1", name="either"),
        CheckConstraint("month_offset BETWEEN -12 AND 12", name="month_offset"),
        CheckConstraint("grace_days BETWEEN 0 AND 60", name="grace_days"),
    )
    stage: Mapped[Stage] = mapped_column(term(Stage))
    day_of_month: Mapped[int | None]
    offset_days: Mapped[int | None]
    month_offset: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    shift: Mapped[Shift] = mapped_column(
        term(Shift), default=Shift.NONE, server_default=text("'NONE'")
    )
    grace_days: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    @property
    def rule(self) -> Rule:
        """The rule as the arithmetic wants it."""
        return Rule(
            self.day_of_month,
            self.offset_days,
            self.month_offset or 0,
            self.shift or Shift.NONE,
            self.grace_days or 0,
            self.id,
        )


class Holiday(Numbered, Scoped, Base):
    """A day off in the owner's branch, or a day of rest that is worked in exchange."""

    __tablename__ = "holiday"
    __table_args__ = (in_unit(), UniqueConstraint("unit_id", "day"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(120))
    works: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    legal_basis: Mapped[str | None] = mapped_column(String(250))

    unit: Mapped[Unit] = relationship()

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: by the name or the legal basis."""
        return has_words(folded(cls.name, cls.legal_basis), words)

    def __str__(self) -> str:
        return f"{self.name} {self.day:%d/%m/%Y}"
