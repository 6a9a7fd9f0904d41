"""Tests of opened months and obligations."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from app.core.db import db
from app.deadlines.rules import Stage
from app.periods import commands
from app.periods.models import Obligation
from app.periods.rules import Opening
from tests.factories import unit

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
CELLS = tuple(stage.name for stage in Stage)[:6]


def open_(month: date = OCTOBER, code: str = "ROOT") -> Opening:
    """Open a month as the nightly job does."""
    db.session.flush()
    return commands.open_month(unit(code), month, by=None)


def owed(code: str, month: date = OCTOBER) -> dict[str, Obligation]:
    """A unit's obligations of a month by the name of their stage, as the database has them."""
    db.session.flush()
    found = select(Obligation).where(Obligation.unit_id == unit(code).id)
    rows: Iterable[Obligation] = db.session.scalars(
        found.where(Obligation.month == month).execution_options(populate_existing=True)
    )
    return {row.stage.name: row for row in rows}


def states(code: str, month: date = OCTOBER) -> dict[str, str]:
    """The states of a unit's obligations by stage."""
    return {stage: row.state.name for stage, row in owed(code, month).items()}
