"""Reads of the help: who has seen the tour of a desk."""

from app.core.db import db
from app.guides.models import Tour


def tour_of(account_id: int, role: str) -> Tour | None:
    """When the account closed the tour of the role, if it ever did."""
    return db.session.get(Tour, (account_id, role))
