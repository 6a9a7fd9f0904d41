"""What is watched, from which number on, and how marks of a roll-call are counted; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core import months
from app.core.terms import N_, Term
from app.meetings.rules import Attendance


class WatchKind(Term):
    """The lists, in the order in which they are shown (source: DOMAIN 2.8, 5.8)."""

    UNEXCUSED_YEAR = N_("Absent without reason this year")
    UNEXCUSED_RUNNING = N_("Absent without reason several times running")
    UNEXCUSED_RECENT = N_("Absent without reason lately")
    EXCUSED_RUNNING = N_("Excused many times running")
    EXEMPTION_ENDING = N_("Exemption about to end")
    TEMPORARY_OVERDUE = N_("Temporary activity overdue")
    NO_THEMATIC = N_("No thematic meeting this quarter")


ABSENCES = (
    WatchKind.UNEXCUSED_YEAR,
    WatchKind.UNEXCUSED_RUNNING,
    WatchKind.UNEXCUSED_RECENT,
    WatchKind.EXCUSED_RUNNING,
)
"""The lists that come from roll-calls."""

YEAR = 12
"""So many months back absences are looked for, and more only where a rule says so."""
MOST_MONTHS = 24
"""The longest look back that a rule may ask for, in months."""


@dataclass(frozen=True)
class Threshold:
    """From which number on a list names somebody; ``legal_basis`` is the document behind it.

    Absences: so many months, ``within`` the last months where that matters. Exemptions: so many
    days before their end. Temporary activity: so many months. Thematic meetings: from which month
    of the quarter on. ``unit_path`` is the owner's; "" for what is shipped and nobody confirmed.
    """

    kind: WatchKind
    number: int
    within: int | None = None
    legal_basis: str = ""
    unit_path: str = ""


_CHARTER_RULES = "208-QĐ/TW, 26/7/2026 (cần kiểm tra)"
_TEMPORARY = "HD 01-HD/TW, 28/9/2021 (cần kiểm tra)"
SHIPPED: Mapping[WatchKind, Threshold] = {
    one.kind: one
    for one in (
        Threshold(WatchKind.UNEXCUSED_YEAR, 3, legal_basis=_CHARTER_RULES),
        Threshold(WatchKind.UNEXCUSED_RUNNING, 2, legal_basis=_CHARTER_RULES),
        Threshold(WatchKind.UNEXCUSED_RECENT, 2, 3, _CHARTER_RULES),
        Threshold(WatchKind.EXCUSED_RUNNING, 4, legal_basis="HD 12-HD/BTCTW, 06/7/2018"),
        Threshold(WatchKind.EXEMPTION_ENDING, 30, legal_basis="HD 12-HD/BTCTW, 18/01/2022"),
        Threshold(WatchKind.TEMPORARY_OVERDUE, 12, legal_basis=_TEMPORARY),
        Threshold(WatchKind.NO_THEMATIC, 2, legal_basis="HD 12-HD/BTCTW, 06/7/2018"),
    )
}
"""What holds until an office says otherwise (DOMAIN 2.8; months and days are assumptions)."""

LIMITS: Mapping[WatchKind, tuple[int, int]] = {
    **dict.fromkeys(ABSENCES, (1, YEAR)),
    WatchKind.EXEMPTION_ENDING: (1, 366),
    WatchKind.TEMPORARY_OVERDUE: (1, 120),
    WatchKind.NO_THEMATIC: (1, 3),
}
"""The least and the most that the number of a list may be."""

Mark = Attendance | None
"""What a month's roll-call says of a member; ``None`` where it says nothing of him."""
Marks = Mapping[date, Mark]
"""Marks by month; a month that is not in it has none."""


def nearest(held: Iterable[Threshold], kind: WatchKind, path: str) -> Threshold:
    """The threshold of ``kind`` for the unit at ``path``: its nearest owner's, else the shipped.

    Of several of one owner the first in ``held`` counts.
    """
    mine = [one for one in held if one.kind is kind and path.startswith(one.unit_path)]
    return max(mine, key=lambda one: len(one.unit_path), default=SHIPPED[kind])


def counted(rule: Threshold, marks: Marks, month: date) -> tuple[date, ...]:
    """The months for which a list of absences names a member in ``month``, the earliest first.

    Empty when he is not to be named.
    """
    ask = {
        WatchKind.UNEXCUSED_YEAR: lambda: of_year(marks, Attendance.UNEXCUSED, month),
        WatchKind.UNEXCUSED_RUNNING: lambda: running(marks, Attendance.UNEXCUSED, month),
        WatchKind.UNEXCUSED_RECENT: lambda: within(
            marks, Attendance.UNEXCUSED, month, rule.within or rule.number
        ),
        WatchKind.EXCUSED_RUNNING: lambda: longest(marks, Attendance.EXCUSED, month),
    }
    found = ask[rule.kind]()
    return found if len(found) >= rule.number else ()


def running(marks: Marks, status: Attendance, month: date) -> tuple[date, ...]:
    """The months of the run of ``status`` that still goes on in ``month``.

    A month without a mark, and one in which the member was not due, neither counts nor ends it.
    """
    found: list[date] = []
    for one in sorted(_until(marks, month), reverse=True):
        if marks[one] is status:
            found.append(one)
        elif _tells(marks[one]):
            break
    return tuple(reversed(found))


def longest(marks: Marks, status: Attendance, month: date) -> tuple[date, ...]:
    """The months of the longest run of ``status`` in the year up to ``month``; of two the later.

    Source: HD 12-HD/BTCTW, 06/7/2018: nobody excused more than three times running in the year.
    """
    of = {one: mark for one, mark in marks.items() if one.year == month.year}
    runs = (running(of, status, one) for one in sorted(_until(of, month)))
    return max(reversed(list(runs)), key=len, default=())


def within(marks: Marks, status: Attendance, month: date, number: int) -> tuple[date, ...]:
    """The months of ``status`` among the last ``number`` months that end with ``month``."""
    first = months.add(month, 1 - number)
    return tuple(
        one for one in sorted(_until(marks, month)) if one >= first and marks[one] is status
    )


def of_year(marks: Marks, status: Attendance, month: date) -> tuple[date, ...]:
    """The months of ``status`` in the calendar year up to ``month``."""
    return within(marks, status, month, month.month)


def shown_from(rule: Threshold, found: Sequence[date], month: date) -> date:
    """The first month of the evidence: all that the rule looked at, and what it found."""
    if rule.kind is WatchKind.UNEXCUSED_RECENT:
        return months.add(month, 1 - (rule.within or rule.number))
    start = months.first_of(month).replace(month=1)
    return min([*found[:1], month if rule.kind is WatchKind.UNEXCUSED_RUNNING else start])


def full_months(start: date, day: date) -> int:
    """How many whole months lie from ``start`` to ``day``; 0 when it is later."""
    return max(0, months.distance(start, day) - (day.day < start.day))


def quarter(month: date) -> list[date]:
    """The three months of the quarter of ``month``."""
    return months.span(months.add(month, -((month.month - 1) % 3)), 3)


def misfit(kind: WatchKind, number: int | None, span: int | None) -> tuple[str, str] | None:
    """What is wrong with a rule, as a msgid, and the number to look at; ``None`` when it fits."""
    least, most = LIMITS[kind]
    if number is None or not least <= number <= most:
        return N_("For this list a number from %(least)s to %(most)s is needed."), "number"
    if kind is not WatchKind.UNEXCUSED_RECENT:
        return None if span is None else (N_("Only “lately” looks at so many months."), "within")
    if span is None or not number <= span <= MOST_MONTHS:
        return N_("Look at least at as many months as count, and at most at 24."), "within"
    return None


def _tells(mark: Mark) -> bool:
    """Whether a mark says that the member was due, and came or not."""
    return mark in (Attendance.PRESENT, Attendance.EXCUSED, Attendance.UNEXCUSED)


def _until(marks: Marks, month: date) -> Iterable[date]:
    return (one for one in marks if one <= month)
