"""Reads dates, times and numbers in the ways people type them."""

import re
from datetime import date, datetime, time
from decimal import Decimal

FIRST_YEAR, LAST_YEAR = 1900, 2200
HALF = 50
"""Of years of two digits those below are of this century, as in spreadsheets."""

_DAY = (
    r"(?:(?P<d>\d{1,2})[\s/.\-](?P<m>\d{1,2})[\s/.\-](?P<y>\d{4}|\d{2})"
    r"|(?P<y2>\d{4})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})"
    r"|(?P<d3>\d\d)(?P<m3>\d\d)(?P<y3>\d{4}))"
)
_DATE = re.compile(_DAY, re.ASCII)
_MOMENT = re.compile(
    _DAY + r"[\sT,]+(?P<hour>\d{1,2})[:hg.](?P<minute>\d{2})?(?::\d{2}(?:\.\d+)?)?", re.ASCII
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")
_NUMBER = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,20})?", re.ASCII)


def day(typed: str) -> date:
    """Read 25/10/2026, 5-3-26, 25102026 or 2026-10-25; raises ``ValueError`` otherwise."""
    found = _DATE.fullmatch(typed.strip())
    if not found:
        raise ValueError(typed)
    return _day(found)


def moment(typed: str) -> datetime:
    """Read a date and a time, 25/10/2026 19:30 or 19h30, to the minute; else ``ValueError``."""
    found = _MOMENT.fullmatch(typed.strip())
    if not found:
        raise ValueError(typed)
    return datetime.combine(_day(found), time(int(found["hour"]), int(found["minute"] or 0)))


def is_sensible(day: date) -> bool:
    """Whether an office can mean ``day``: its year is not mistyped."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def sensible(day: date) -> date:
    """``day`` itself when an office can mean it; ``ValueError`` for a year mistyped."""
    if not is_sensible(day):
        raise ValueError(day)
    return day


def _day(found: re.Match[str]) -> date:
    for end in ("", "2", "3"):
        if found[f"y{end}"]:
            month, day = int(found[f"m{end}"]), int(found[f"d{end}"])
            return sensible(date(_year(found[f"y{end}"]), month, day))
    raise ValueError(found.string)


def _year(digits: str) -> int:
    """The year that was typed, of two digits or four."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < HALF else 1900)


def number(typed: str, scale: int | None = None) -> Decimal:
    """Read 7,5 and 7.5, 1.234,5 and 1,234.5; raises ``ValueError`` for anything else.

    A lone point before three digits groups thousands when the number has fewer decimals.
    """
    plain = re.sub(r"\s", "", typed)
    if "," in plain and "." in plain:
        comma_last = plain.rfind(",") > plain.rfind(".")
        plain = plain.replace("." if comma_last else ",", "").replace(",", ".")
    elif "," in plain:
        plain = plain.replace(",", ".")
    elif scale is not None and scale < 3 and _GROUPED.fullmatch(plain):
        plain = plain.replace(".", "")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(typed)
    return Decimal(plain)
