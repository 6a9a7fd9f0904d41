"""The only place that asks what time it is, so that tests can pass their own."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This moment, aware, in UTC: what every ``*_at`` stamp of the system holds."""
    return datetime.now(UTC)


def wall() -> datetime:
    """What the clock on the office's wall shows, naive: what people type for a meeting."""
    return datetime.now(OFFICE).replace(tzinfo=None, second=0, microsecond=0)


def today() -> date:
    """Today's date in the office's time zone."""
    return datetime.now(OFFICE).date()
