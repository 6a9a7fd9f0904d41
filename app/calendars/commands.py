"""Writes of calendar feeds: a new address, and the end of one."""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask_babel import gettext as _

from app.calendars import queries
from app.calendars.models import CalendarFeed
from app.core import clock, i18n
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.security.commands import record
from app.security.models import Account

SECRET_BYTES = 32
"""Nobody guesses 256 random bits; a fast hash is enough for them."""
NOTED_EVERY = timedelta(minutes=10)
"""A reading is noted no more often: some programs ask every minute."""


def hashed(secret: str) -> str:
    """What is kept of an address."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_feed(*, by: Acting, only_attending: bool = False, alarm: bool = False) -> str:
    """Give who acts a new address and return its secret, which is told this once.

    An address that the assignment had before stops at once. Raises ``RuleBroken`` while
    practising.
    """
    if by.practising:
        raise RuleBroken(_("While you practise there is no calendar on the phone."))
    account = db.session.get_one(Account, by.account_id)
    before = queries.open_feed_of(by.assignment_id)
    if before is not None:
        revoke(before, by=by)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed = CalendarFeed(
        unit_id=by.unit_id,
        unit_path=by.unit_path,
        account_id=by.account_id,
        assignment_id=by.assignment_id,
        secret_hash=hashed(secret),
        password_epoch=account.password_epoch,
        only_attending=only_attending,
        alarm=alarm,
        locale=i18n.language(),
        created_at=clock.now(),
    )
    db.session.add(feed)
    record(feed, "open_feed", by=by, detail={"only_attending": only_attending, "alarm": alarm})
    return secret


def revoke(feed: CalendarFeed, *, by: Acting) -> None:
    """End an address: from now on it answers as if it had never been."""
    if feed.revoked_at is not None:
        raise RuleBroken(_("This address has been revoked already."))
    feed.revoked_at = clock.now()
    record(feed, "revoke_feed", by=by)


def note_reading(feed: CalendarFeed, mark: str, *, at: datetime) -> None:
    """Remember that the feed was read, and since when it holds what ``mark`` stands for."""
    if feed.mark != mark or feed.changed_at is None:
        feed.mark, feed.changed_at = mark, at.replace(microsecond=0)
    if feed.last_read_at is None or at - feed.last_read_at >= NOTED_EVERY:
        feed.last_read_at = at
