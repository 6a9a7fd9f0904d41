"""The practice cells of accounts."""

from datetime import date, datetime

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit
from app.units.models import Unit


class Practice(Numbered, Scoped, Base):
    """An account's own practice cell, open until before ``valid_to`` unless ended earlier.

    The cell's superior is a root of its own: no real unit's branch reaches it. This row is the
    only right to act there; it is no assignment and gives none.
    """

    __tablename__ = "practice"
    __table_args__ = (
        in_unit(),
        Index(
            "uq_practice_account_id",
            "account_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_practice_unit_path", "unit_path"),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    valid_to: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    unit: Mapped[Unit] = relationship()
