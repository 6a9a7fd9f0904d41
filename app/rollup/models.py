"""Monthly reports of committees, and amendments of what has been submitted."""

from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term, within
from app.meetings.models import Meeting
from app.rollup.rules import FIELD_LABELS, ReportState
from app.units.models import Unit

Stamp = DateTime(timezone=True)


class MonthlyReport(Numbered, Scoped, Base):
    """A committee's report of a month: what people write of it, and how far it has come.

    Its figures are compiled from what is approved; those of a submitted one are in ``Snapshot``.
    """

    __tablename__ = "monthly_report"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("unit_id", "month"),
        UniqueConstraint("id", "unit_id"),
        CheckConstraint("extract(day from month) = 1", name="first_day"),
        CheckConstraint("state = 'DRAFT' OR submitted_at IS NOT NULL", name="submitted"),
        CheckConstraint("state <> 'RETURNED' OR return_reason IS NOT NULL", name="returned"),
        Index("ix_monthly_report_unit_path", "unit_path", "month"),
        Index("ix_monthly_report_month", "month"),
    )
    month: Mapped[date]
    state: Mapped[ReportState] = mapped_column(term(ReportState), default=ReportState.DRAFT)
    comments: Mapped[str | None] = mapped_column(Text)
    tasks_next: Mapped[str | None] = mapped_column(Text)
    return_reason: Mapped[str | None] = mapped_column(String(500))
    compiled_at: Mapped[datetime | None] = mapped_column(Stamp)
    compiled_by: Mapped[str | None] = mapped_column(String(128))
    submitted_at: Mapped[datetime | None] = mapped_column(Stamp)
    submitted_by: Mapped[str | None] = mapped_column(String(128))
    decided_at: Mapped[datetime | None] = mapped_column(Stamp)
    decided_by: Mapped[str | None] = mapped_column(String(128))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: reports of the units that the folded words find."""
        return cls.unit_id.in_(Unit.ids_found_by(words))

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.month:%m/%Y}"


class Amendment(Numbered, Scoped, Base):
    """A correction of what has been submitted: old and new value, why, by whom.

    ``snapshot_id`` names the frozen figures that it does not change; without them the month had
    been closed before figures were frozen.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        in_unit(),
        within("meeting_id", "meeting"),
        CheckConstraint("old_value IS DISTINCT FROM new_value", name="changes"),
        Index("ix_amendment_unit_path", "unit_path", "month"),
        Index("ix_amendment_meeting_id", "meeting_id"),
    )
    month: Mapped[date]
    meeting_id: Mapped[int] = mapped_column(BigInteger)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    subject: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    field: Mapped[str] = mapped_column(String(60))
    old_value: Mapped[str | None] = mapped_column(Text)
    new_value: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(500))
    amended_at: Mapped[datetime] = mapped_column(Stamp)
    amended_by: Mapped[str] = mapped_column(String(128))

    unit: Mapped[Unit] = relationship()
    meeting: Mapped[Meeting] = relationship(
        primaryjoin="Amendment.meeting_id == Meeting.id",
        foreign_keys="Amendment.meeting_id",
        viewonly=True,
    )

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: amendments of the units that the folded words find."""
        return cls.unit_id.in_(Unit.ids_found_by(words))

    @property
    def field_name(self) -> str:
        """What was amended, in words."""
        if self.subject == "score":
            return str(gettext("Official points of criterion %(code)s", code=self.field))
        return str(gettext(FIELD_LABELS.get(self.field, self.field)))

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.month:%m/%Y}: {self.field_name}"
