"""Months as dates: a month is its first day."""

import re
from datetime import date

_FORMS = (
    re.compile(r"(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-01)?", re.ASCII),
)
_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
}


def first_of(day: date) -> date:
    """Return the month in which a day lies. A datetime gives a plain date."""
    return date(day.year, day.month, 1)


def last_of(day: date) -> date:
    """Return the last day of the month in which a day lies."""
    ordinal = add(day, 1).toordinal() if (day.year, day.month) != (9999, 12) else None
    return date.fromordinal(ordinal - 1) if ordinal else date.max


def add(month: date, n: int) -> date:
    """Return the month n months later, or earlier for a negative n.

    Raises ValueError outside the years 1 to 9999.
    """
    years, zero_based = divmod(month.year * 12 + month.month - 1 + n, 12)
    if not 1 <= years <= 9999:
        raise ValueError(f"There is no month {n} months from {month:%m/%Y}.")
    return date(years, zero_based + 1, 1)


def distance(start: date, end: date) -> int:
    """Return how many months lie from start to end; negative when end is earlier."""
    return (end.year - start.year) * 12 + end.month - start.month


def span(start: date, n: int) -> list[date]:
    """Return n months in a row, beginning with the month of start; none for n below 1."""
    return [add(start, i) for i in range(n)]


def parse(text: str) -> date:
    """Read a month such as "10/2026" or "2026-10".

    Raises ValueError with a sentence that says how to write it.
    """
    for form in _FORMS:
        found = form.fullmatch(text.strip())
        if found and 1 <= int(found["month"]) <= 12 and int(found["year"]) >= 1:
            return date(int(found["year"]), int(found["month"]), 1)
    raise ValueError("Write the month as MM/yyyy, for example 10/2026.")


def label(month: date, locale: str = "vi") -> str:
    """Return the name of a month: "Tháng 10/2026" or "October 2026"."""
    if locale.startswith("vi"):
        return f"Tháng {month.month:02}/{month.year:04}"
    return f"{_NAMES[month.month - 1]} {month.year}"


def weekday_date(day: date, locale: str = "vi") -> str:
    """Return a day with its weekday: "Thứ Tư, 04/11/2026"."""
    names = _WEEKDAYS["vi" if locale.startswith("vi") else "en"]
    return f"{names[day.weekday()]}, {day.day:02}/{day.month:02}/{day.year:04}"
