"""Tests of monthly reports, frozen figures and amendments: what they all do with a month."""

from datetime import date

from sqlalchemy import select

from app.core.db import db
from app.meetings.models import Meeting
from app.rollup import commands
from app.rollup.models import MonthlyReport
from app.rollup.snapshots import Snapshot
from tests.factories import unit
from tests.meetings import NOW, who
from tests.periods import SEPTEMBER

ROLLS_UP = {"NORTH": "clerk_north", "SOUTH": "clerk_south", "ROOT": "analyst"}
"""Who compiles and submits the reports of a committee."""


def report(code: str = "NORTH", month: date = SEPTEMBER, by: str = "") -> MonthlyReport:
    """The committee's report of a month, as whoever rolls it up there begins it."""
    return commands.report_for(unit(code), month, by=who(by or ROLLS_UP[code]))


def submit(code: str = "NORTH", **more: bool) -> Snapshot:
    """Submit the committee's September; the figures that were frozen with it."""
    key = commands.submit(report(code), by=who(ROLLS_UP[code]), at=NOW, **more)
    taken = db.session.get(Snapshot, key)
    assert taken is not None
    return taken


def meeting(code: str = "N1") -> Meeting:
    """The unit's meeting of September."""
    asked = select(Meeting).where(Meeting.unit_id == unit(code).id, Meeting.month == SEPTEMBER)
    return db.session.scalars(asked).one()
