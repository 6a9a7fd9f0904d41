"""The calendar of the demo: months, days off, and when people come less."""

from datetime import date, timedelta

from app.core import months

LENGTH = 36
NEW_YEARS = {
    day.year: day
    for day in (
        *(date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1), date(2023, 1, 22)),
        *(date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6)),
        *(date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3), date(2031, 1, 23)),
        *(date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8)),
    )
}
"""The first day of the lunar year (Tết)."""

DAYS_OFF = frozenset({(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)})


def past(today: date) -> list[date]:
    """The months of the demo: 36, ending with the current one."""
    return months.span(months.add(months.first_of(today), 1 - LENGTH), LENGTH)


def progress(month: date, today: date) -> float:
    """Where ``month`` lies in the demo's time: 0 for its first, 1 for the current one."""
    return 1 - months.distance(month, months.first_of(today)) / (LENGTH - 1)


def new_year(year: int) -> date:
    """The first day of Tết, a fair guess outside the table."""
    return NEW_YEARS.get(year, date(year, 2, 5))


def strain(month: date, school: bool) -> float:
    """How many times more people than usual are missing in ``month``."""
    factor = 1.0
    if months.first_of(new_year(month.year)) == month:
        factor = 1.9
    elif month.month in (6, 7, 8):
        factor = 1.7 if school and month.month != 6 else 1.3
    elif month.month == 12:
        factor = 1.15
    return factor


def is_office_day(day: date) -> bool:
    """Whether offices work on ``day``: no Sunday, no public holiday, not Tết."""
    since = (day - new_year(day.year)).days
    return day.weekday() != 6 and (day.month, day.day) not in DAYS_OFF and not -2 <= since <= 5


def office_day(day: date) -> date:
    """``day`` or the next office day of its month, else the last one before."""
    for step in (1, -1):
        found = day
        while found.month == day.month:
            if is_office_day(found):
                return found
            found += timedelta(days=step)
    return day
