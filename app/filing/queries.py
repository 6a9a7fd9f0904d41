"""Reads of a filing: the draft, the meeting before, and the row that a save locks."""

from sqlalchemy import select

from app.core.db import db
from app.filing.models import FilingDraft
from app.meetings.models import Meeting
from app.meetings.rules import MONTHLY


def draft_of(meeting_id: int) -> FilingDraft | None:
    """The unfinished part of the filing of a meeting, if there is one."""
    found = select(FilingDraft).where(FilingDraft.meeting_id == meeting_id)
    return db.session.scalars(found).first()


def locked(meeting_id: int) -> Meeting | None:
    """The meeting, held until the transaction ends: saves of one meeting wait for each other."""
    found = select(Meeting).where(Meeting.id == meeting_id).with_for_update(of=Meeting)
    return db.session.scalars(found.execution_options(populate_existing=True)).first()


def meeting_before(meeting: Meeting) -> Meeting | None:
    """The unit's monthly meeting before this one: what it was like, this one probably is."""
    return db.session.scalars(
        select(Meeting)
        .where(
            Meeting.unit_id == meeting.unit_id,
            Meeting.id != meeting.id,
            Meeting.type.in_(MONTHLY),
            Meeting.month < meeting.month,
        )
        .order_by(Meeting.month.desc())
        .limit(1)
    ).first()
