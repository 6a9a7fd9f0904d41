"""What a half-filled result holds that its tables cannot take yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Numbered, Scoped, in_unit, within


class FilingDraft(Numbered, Scoped, Base):
    """The unfinished part of the filing of one meeting, and which saves have been taken over.

    ``entries`` holds by field what was typed and breaks a rule so far, with the rule's message;
    ``tasks`` the row of each task that a browser named first; ``acks`` the last save of each
    browser as ``{"client", "seq", "sent"}``, the latest last.
    """

    __tablename__ = "filing_draft"
    __table_args__ = (
        in_unit(),
        within("meeting_id", "meeting"),
        UniqueConstraint("meeting_id"),
        Index("ix_filing_draft_unit_path", "unit_path"),
    )
    meeting_id: Mapped[int]
    entries: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, default=dict)
    tasks: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    acks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    updated_by: Mapped[str] = mapped_column(String(128))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
