"""The addresses under which people read their calendar on a phone."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit
from app.security.models import Account, Assignment
from app.units.models import Unit


class CalendarFeed(Numbered, Scoped, Base):
    """An address of somebody's calendar: what one assignment may read, until it is revoked.

    The address itself is a secret and only its hash is kept. ``mark`` tells what the feed held
    when it last changed, at ``changed_at``. ``unit`` is the unit of the assignment.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("secret_hash"),
        Index("ix_calendar_feed_unit_path", "unit_path"),
        Index("ix_calendar_feed_account_id", "account_id"),
        Index(
            "uq_calendar_feed_open",
            "assignment_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    secret_hash: Mapped[str] = mapped_column(String(64))
    password_epoch: Mapped[int]
    only_attending: Mapped[bool] = mapped_column(default=False)
    alarm: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    mark: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    account: Mapped[Account] = relationship()
    assignment: Mapped[Assignment] = relationship()
    unit: Mapped[Unit] = relationship(overlaps="assignment,account")

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y}"
