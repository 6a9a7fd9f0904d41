"""What a calendar program is answered: whose address it is, and what that person may read."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import text

from app.calendars import commands, ical, queries
from app.calendars.models import CalendarFeed
from app.calendars.rules import FEED_MOST, feed_span, midnight
from app.core import clock, i18n, scope
from app.core.db import db, transaction
from app.meetings.clashes import named
from app.meetings.rules import ScheduleState
from app.security.roles import may
from app.units.models import Unit


@dataclass(frozen=True)
class Reader:
    """Who reads by an address: under which assignment, and what of it."""

    feed_id: int
    account_id: int
    unit_path: str
    unit_name: str
    name: str
    only_attending: bool
    alarm: bool
    locale: str


@dataclass(frozen=True)
class Answer:
    """A feed before it is written: the rows, a mark of all that goes into it, and since when."""

    reader: Reader
    rows: Sequence[Any]
    mark: str
    changed_at: datetime
    capped: bool


def reader_of(secret: str, today: date) -> Reader | None:
    """Who may read by ``secret`` today; whatever is wrong with it, the answer is ``None``.

    Runs in the system's scope: nobody is known yet.
    """
    wanted = commands.hashed(secret)
    with scope.system():
        feed = queries.feed_by_hash(wanted)
        if feed is None or not hmac.compare_digest(feed.secret_hash, wanted):
            return None
        unit = db.session.get(Unit, feed.assignment.unit_id)
        if unit is None or not _stands(feed, unit, today):
            return None
        return Reader(
            feed.id,
            feed.account_id,
            unit.path,
            unit.name,
            feed.account.get_full_name(),
            feed.only_attending,
            feed.alarm,
            feed.locale,
        )


def _stands(feed: CalendarFeed, unit: Unit, today: date) -> bool:
    """Whether an address still opens something: every reason against it weighs the same."""
    held = feed.assignment
    return (
        feed.revoked_at is None
        and bool(feed.account.active)
        and feed.account.password_epoch == feed.password_epoch
        and held.account_id == feed.account_id
        and held.holds_on(today)
        and (unit.valid_to is None or unit.valid_to > today)
        and may(held.role, "Schedules", "read")
        and may(held.role, "CalendarFeed", "read")
    )


def answer(reader: Reader, host: str, now: datetime) -> Answer:
    """What the reader's address holds now; notes the reading and since when it is so."""
    today = clock.today()
    low, high = feed_span(today)
    branch = scope.branch(reader.unit_path, account=reader.account_id)
    with scope.entered(branch):
        # Whatever the address opens, nothing can be written through it.
        db.session.execute(text("SET TRANSACTION READ ONLY"))
        most = None if reader.only_attending else FEED_MOST
        rows = list(queries.entries(low, high, midnight(today), most))
    if reader.only_attending:
        me = named(reader.name)
        rows = [row for row in rows if me & named(row.superior)]
    capped = len(rows) > FEED_MOST
    rows = sorted(rows[:FEED_MOST], key=lambda row: (row.planned_at, row.id))
    mark = _mark(reader, rows, host)
    with scope.entered(branch), transaction():
        feed = db.session.get_one(CalendarFeed, reader.feed_id)
        commands.note_reading(feed, mark, at=now)
        changed_at = feed.changed_at or now
    return Answer(reader, rows, mark, changed_at, capped)


def _mark(reader: Reader, rows: Sequence[Any], host: str) -> str:
    """A hash of all that is written, so that what has not changed need not be written."""
    digest = hashlib.sha256(repr((ical.FORM, reader, host)).encode())
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def written(found: Answer) -> bytes:
    """The feed as a file, in the language in which its address was made."""
    reader = found.reader
    with force_locale(reader.locale):
        about = _("Meetings of %(unit)s", unit=reader.unit_name)
        if reader.only_attending:
            about = _("Meetings that I attend, %(unit)s", unit=reader.unit_name)
        note = about
        if found.capped:
            nearest = i18n.number(FEED_MOST)
            note = _("%(about)s: only the %(most)s nearest to today", about=about, most=nearest)
        feed = ical.Feed(about, note, alarm=reader.alarm, busy=reader.only_attending)
        page = url_for("ScheduleView.show", pk=0, _external=True).removesuffix("0")
        return ical.calendar(feed, (_entry(row, page) for row in found.rows))


def _entry(row: Any, page: str) -> ical.Entry:
    """A meeting as the feed tells it: neither chair nor superior, no topic, no member."""
    told = {
        ScheduleState.POSTPONED: _("Postponed: %(unit)s", unit=row.name),
        ScheduleState.NOT_HELD: _("Not held: %(unit)s", unit=row.name),
    }
    lines = [_(row.type.value), f"{_('State')}: {_(row.state.value)}"]
    if row.state is ScheduleState.POSTPONED:
        lines.append(_("A new time is not known yet; it will appear here."))
    return ical.Entry(
        key=row.id,
        revision=row.version - 1,
        registered_at=row.registered_at,
        starts=row.planned_at,
        state=row.state,
        title=str(told.get(row.state, row.name)),
        place=row.place,
        note="\n".join(map(str, lines)),
        url=f"{page}{row.id}",
    )
