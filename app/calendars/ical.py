"""Meetings as an iCalendar file: what phones and office programs subscribe to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from app.core.clock import OFFICE
from app.meetings.clashes import PLANNED_FOR
from app.meetings.rules import ScheduleState

FORM = 1
"""Raised when the same meetings are written otherwise, so that programs fetch them anew."""
EVERY = timedelta(hours=4)
"""How often programs are asked to look again."""
DAY_BEFORE = timedelta(days=-1)
STATUS = {
    ScheduleState.REGISTERED: "TENTATIVE",
    ScheduleState.CONFIRMED: "CONFIRMED",
    ScheduleState.HELD: "CONFIRMED",
    ScheduleState.POSTPONED: "TENTATIVE",
    ScheduleState.NOT_HELD: "CANCELLED",
}


@dataclass(frozen=True)
class Entry:
    """One meeting as the feed tells it: a time, a place, a unit, and no member's name.

    ``revision`` grows with every change; ``registered_at`` is aware, ``starts`` the wall clock.
    """

    key: int
    revision: int
    registered_at: datetime
    starts: datetime
    state: ScheduleState
    title: str
    place: str
    note: str
    url: str


@dataclass(frozen=True)
class Feed:
    """What a feed is called and how its entries behave."""

    name: str
    about: str
    alarm: bool = False
    busy: bool = False


def calendar(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """The feed as a file; texts are escaped and long lines folded by the library."""
    made = Calendar()
    made.add("prodid", "-//Nep//Calendar of meetings//VI")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", feed.name)
    made.add("x-wr-caldesc", feed.about)
    made.add("x-wr-timezone", str(OFFICE))
    made.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT4H")
    made.add_component(_office_time())
    for entry in entries:
        made.add_component(_event(entry, feed))
    return bytes(made.to_ical())


def _office_time() -> Timezone:
    """Vietnam keeps one time all the year."""
    zone = Timezone()
    zone.add("tzid", str(OFFICE))
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1975, 6, 13))  # noqa: DTZ001 - local time by its definition
    standard.add("tzoffsetfrom", timedelta(hours=7))
    standard.add("tzoffsetto", timedelta(hours=7))
    standard.add("tzname", "ICT")
    zone.add_component(standard)
    return zone


def _event(entry: Entry, feed: Feed) -> Event:
    event = Event()
    # Numbers alone would meet those of another installation in the same phone.
    event.add("uid", f"meeting-{entry.key}-{int(entry.registered_at.timestamp())}@nep")
    event.add("sequence", entry.revision)
    event.add("dtstamp", entry.registered_at)
    starts = entry.starts.replace(tzinfo=OFFICE)
    event.add("dtstart", starts)
    event.add("dtend", starts + PLANNED_FOR)
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.note)
    event.add("url", entry.url)
    event.add("status", STATUS[entry.state])
    held_open = feed.busy and STATUS[entry.state] != "CANCELLED"
    event.add("transp", "OPAQUE" if held_open else "TRANSPARENT")
    if feed.alarm and entry.state in (ScheduleState.REGISTERED, ScheduleState.CONFIRMED):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", DAY_BEFORE)
        event.add_component(alarm)
    return event
