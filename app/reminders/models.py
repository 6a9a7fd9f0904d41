"""The log of reminders."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, DateTime, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit
from app.units.models import Unit


class Reminder(Numbered, Scoped, Base):
    """A text that somebody took to remind a unit of what it owes in a month; never changed."""

    __tablename__ = "reminder"
    __table_args__ = (
        in_unit(),
        Index("ix_reminder_unit_id", "unit_id", "month", "reminded_at"),
        Index("ix_reminder_unit_path", "unit_path", "reminded_at"),
    )
    month: Mapped[date]
    reminded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reminded_by: Mapped[str] = mapped_column(String(128))
    together: Mapped[int] = mapped_column(default=1)
    """How many cells the text reminded at once."""
    said: Mapped[str] = mapped_column(Text)

    unit: Mapped[Unit] = relationship()

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: reminders of the units that the folded words find."""
        return cls.unit_id.in_(select(Unit.id).where(Unit.found_by(words)))

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.month:%m/%Y}"
