"""Writes of the log of reminders."""

from collections.abc import Mapping
from datetime import date, datetime

from app.core import clock
from app.core.acting import Acting
from app.core.db import db
from app.reminders.models import Reminder
from app.units.rules import ids_of, is_within

LONGEST = 2_000
"""No more of a text is kept: what was owed is in the obligations."""


def note(
    said: Mapping[str, str], month: date, *, by: Acting, at: datetime | None = None
) -> list[Reminder]:
    """Write down what was said to the units at these paths; those of other branches are left out.

    One text for several units is noted with each of them.
    """
    mine = {path: text for path, text in said.items() if is_within(path, by.unit_path)}
    made = [
        Reminder(
            unit_id=ids_of(path)[-1],
            unit_path=path,
            month=month,
            reminded_at=at or clock.now(),
            reminded_by=by.username,
            together=len(mine),
            said=text[:LONGEST],
        )
        for path, text in mine.items()
    ]
    db.session.add_all(made)
    db.session.flush()
    return made
