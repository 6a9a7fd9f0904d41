"""Reads of the log of reminders."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.db import db
from app.reminders.models import Reminder


def last_of(unit_ids: Sequence[int], month: date) -> dict[int, Reminder]:
    """The latest reminder of each unit for a month; who was never reminded is absent."""
    asked = (
        select(Reminder)
        .ext(distinct_on(Reminder.unit_id))
        .where(Reminder.unit_id.in_(unit_ids), Reminder.month == month)
        .order_by(Reminder.unit_id, Reminder.reminded_at.desc(), Reminder.id.desc())
    )
    return {row.unit_id: row for row in db.session.scalars(asked)}
