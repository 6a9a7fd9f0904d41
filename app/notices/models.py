"""Notices, the rules and wishes they go by, and the e-mails that carry them."""

from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term
from app.deadlines.rules import Stage
from app.notices.rules import DigestState, Line, NoticeKind, Told, Wishes
from app.security.models import AuditEntry
from app.units.branches import BranchRule
from app.units.models import Unit


class NoticeRule(BranchRule, Base):
    """How many days before or after the last day of a stage who is told, in a branch."""

    __tablename__ = "notice_rule"
    __table_args__ = (
        in_unit(),
        CheckConstraint("offset_days BETWEEN -60 AND 60", name="offset_days"),
        Index("ix_notice_rule_unit_path", "unit_path"),
    )
    stage: Mapped[Stage] = mapped_column(term(Stage))
    told: Mapped[Told] = mapped_column(term(Told))
    offset_days: Mapped[int]
    by_mail: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def line(self) -> Line:
        """The rule as the arithmetic wants it."""
        return Line(self.stage, self.told, self.offset_days, self.by_mail, self.active)


class Digest(Numbered, Base):
    """One e-mail to one person: all that was new on a day. At most one a day, sent at most once."""

    __tablename__ = "notice_digest"
    __table_args__ = (
        UniqueConstraint("account_id", "day"),
        Index(
            "ix_notice_digest_waiting",
            "account_id",
            postgresql_where=text("state IN ('WAITING', 'SENDING')"),
        ),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    day: Mapped[date]
    state: Mapped[DigestState] = mapped_column(term(DigestState))
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(String(300))


class Notice(Numbered, Scoped, Base):
    """What one account is told of one stage of a unit's month, once for each event."""

    __tablename__ = "notice"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("account_id", "unit_id", "month", "stage", "event"),
        Index("ix_notice_account_id", "account_id", "id"),
        Index("ix_notice_unread", "account_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notice_unmailed", "account_id", postgresql_where=text("by_mail")),
        Index("ix_notice_digest_id", "digest_id"),
        Index("ix_notice_unit_id", "unit_id"),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    kind: Mapped[NoticeKind] = mapped_column(term(NoticeKind))
    month: Mapped[date]
    stage: Mapped[Stage] = mapped_column(term(Stage))
    event: Mapped[str] = mapped_column(String(40))
    told: Mapped[Told] = mapped_column(term(Told))
    due_on: Mapped[date | None]
    said: Mapped[str | None] = mapped_column(String(500))
    by_mail: Mapped[bool]
    """Whether an e-mail is still to carry it."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    digest_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("notice_digest.id"))
    entry_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("audit_entry.id"))
    """The entry of the audit log that it tells of; without one a day has come."""

    unit: Mapped[Unit] = relationship()
    entry: Mapped[AuditEntry | None] = relationship(viewonly=True)


class NoticePreference(Base):
    """What an account wants of e-mails; without a row, what is usual."""

    __tablename__ = "notice_preference"

    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), primary_key=True)
    by_mail: Mapped[bool] = mapped_column(default=True)
    quiet_from: Mapped[time]
    quiet_to: Mapped[time]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def wishes(self) -> Wishes:
        """The same as the arithmetic wants it."""
        return Wishes(self.by_mail, self.quiet_from, self.quiet_to)


class NoticePlan(Numbered, Scoped, Base):
    """That the notices of a day were made for a root and all below it."""

    __tablename__ = "notice_plan"
    __table_args__ = (in_unit(), UniqueConstraint("unit_id", "day"))
    day: Mapped[date]
    planned_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made: Mapped[int]
