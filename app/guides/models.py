"""Who has been shown around."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Tour(Base):
    """When an account closed the tour of a role's desk; asked to see it again, it is empty."""

    __tablename__ = "tour"
    account_id: Mapped[int] = mapped_column(
        ForeignKey("ab_user.id"), primary_key=True, autoincrement=False
    )
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
