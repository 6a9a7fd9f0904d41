"""Writes of the help: a tour has been seen, or is to be seen again."""

from datetime import datetime

from app.core import clock
from app.core.acting import Acting
from app.core.db import db
from app.guides import queries
from app.guides.models import Tour


def close_tour(*, by: Acting, at: datetime | None = None) -> None:
    """Remember that the account has been shown around in this role."""
    row = queries.tour_of(by.account_id, by.role)
    if row is None:
        row = Tour(account_id=by.account_id, role=by.role)
        db.session.add(row)
    row.seen_at = at or clock.now()


def show_again(*, by: Acting) -> None:
    """Let the account see the tour of this role at the next visit of its desk."""
    row = queries.tour_of(by.account_id, by.role)
    if row is not None:
        row.seen_at = None
