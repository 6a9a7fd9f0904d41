"""What set-up gives the calendar: the country's public holidays of the data file."""

from sqlalchemy import select

from app.core import scope
from app.core.db import db, transaction
from app.deadlines.commands import load_public_days
from app.units.models import Unit


def load_calendar() -> None:
    """Give every root the public holidays of which it has said nothing yet; repeatable."""
    with scope.system(), transaction():
        roots = select(Unit).where(Unit.parent_id.is_(None), Unit.is_practice.is_(False))
        for root in db.session.scalars(roots).all():
            load_public_days(root)
