"""The chase board: every cell's lights of a month, counted, filtered, and put into words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core import i18n, months
from app.core.terms import N_
from app.core.text import fold
from app.dashboard import links, queries
from app.dashboard.lights import NO_MORE, Board, Kind, Light, board, closed_in
from app.evaluations.queries import evaluations_of_month
from app.meetings.queries import cells_of_month
from app.meetings.rules import ResultState
from app.periods import queries as periods
from app.units.rules import line_of

PAGE = 50
MOST_IN_TEXT = 200
"""A reminder that names more cells than this is read by nobody."""


@dataclass(frozen=True)
class Filter:
    """One of the counts above the board, and the rows that it leaves."""

    name: str
    text: str
    keeps: Callable[[Board], bool]
    tone: str = ""


FILTERS = (
    Filter("", N_("All cells"), lambda one: True),
    Filter("schedule", N_("Schedule missing"), lambda one: one.schedule.missing, "bad"),
    Filter("result", N_("Result missing"), lambda one: one.result.missing, "bad"),
    Filter("score", N_("Score missing"), lambda one: one.score.missing, "bad"),
    Filter("late", N_("Overdue"), lambda one: any(light.late for light in one.owed), "bad"),
    Filter(
        "review",
        N_("To be reviewed"),
        lambda one: one.cell.result_state is ResultState.SUBMITTED,
        "warn",
    ),
    Filter("closed", N_("Missing, month closed"), lambda one: one.closed),
    Filter("next", N_("Next month not registered"), lambda one: one.following.missing, "warn"),
)


def counted(rows: Sequence[Board], chosen: Filter) -> list[tuple[Filter, int]]:
    """The filters with their numbers; that of closed months only where there is something."""
    found = [(one, sum(map(one.keeps, rows))) for one in FILTERS]
    return [
        (one, number) for one, number in found if number or one.name != "closed" or one is chosen
    ]


def boards(month: date, today: date, *, path: str = "") -> list[Board]:
    """The lights of every cell of the branch in ``month``, the most overdue first."""
    scores = {row.meeting_id: row.state for row in evaluations_of_month(month)}
    after = months.add(month, 1)
    following, more = queries.schedules(after), periods.extended([month, after])
    cells = [cell for cell in cells_of_month(month) if cell.unit_path.startswith(path)]
    open_ = [
        board(
            cell,
            scores.get(cell.meeting_id or 0),
            following.get(cell.unit_id),
            today,
            more.get(cell.unit_id, NO_MORE),
        )
        for cell in cells
    ]
    # Only a month that is over can be closed.
    over = [one for one in (month, after) if one < months.first_of(today)]
    closed = queries.closed_months(over) if over else {}
    found = [closed_in(one, _closed_for(one.cell.unit_path, closed)) for one in open_]
    return sorted(found, key=lambda one: (one.risk, one.cell.parent_code or "", one.cell.code))


def _closed_for(path: str, closed: Mapping[str, set[date]]) -> set[date]:
    """The months that the unit at ``path``, or one above it, has closed."""
    return set().union(*(closed.get(above, ()) for above in line_of(path))) if closed else set()


def by_risk(rows: Sequence[Board], often: Mapping[int, int]) -> list[Board]:
    """The rows with the most pressing first, among equals who has been late most ``often``."""
    return sorted(rows, key=lambda one: (one.risk[0], -often.get(one.cell.unit_id, 0)))


def found_by(rows: Sequence[Board], words: str) -> list[Board]:
    """The rows whose cell or committee the words name, in any accents."""
    wanted = fold(words)
    if not wanted:
        return list(rows)
    return [
        one
        for one in rows
        if wanted in fold(f"{one.cell.name} {one.cell.code} {one.cell.parent_name or ''}")
    ]


def in_words(light: Light) -> str:
    """How many days are left, or how late it is; "" when nothing is owed.

    That the month is closed, where something is missing and can no longer be sent.
    """
    if light.closed:
        return str(_("month is closed"))
    if not light.missing or light.days is None:
        return ""
    if light.days == 0:
        return str(_("due today"))
    if light.days > 0:
        return str(ngettext("%(num)s day left", "%(num)s days left", light.days))
    return str(ngettext("%(num)s day late", "%(num)s days late", -light.days))


def what(light: Light) -> str:
    """What a light asks for, as the middle of a sentence."""
    return {
        Kind.SCHEDULE: str(_("register the meeting")),
        Kind.RESULT: str(_("send the result")),
        Kind.SCORE: str(_("score the meeting")),
    }[light.kind]


def reminder(rows: Sequence[Board], month: date, now: datetime, url: str) -> str:
    """A message to paste: what each cell still owes, its last day, and the way to its form."""
    lines = [
        _(
            "Meetings of %(month)s, as of %(now)s. Still missing:",
            month=months.label(month, i18n.language()),
            now=i18n.datetime_vi(now),
        )
    ]
    # Many committees have a cell of the same name.
    several = len({one.cell.parent_id for one in rows}) > 1
    for number, one in enumerate(rows[:MOST_IN_TEXT], 1):
        owed = [_asked(light, one, month) for light in one.owed if light.pressing]
        of = f" ({one.cell.parent_name})" if several and one.cell.parent_name else ""
        way = form_of(one, month)
        there = f" → {url.rstrip('/')}{way}" if way else ""
        lines.append(f"{number}. {one.cell.name}{of}: {'; '.join(owed)}{there}")
    if len(rows) > MOST_IN_TEXT:
        lines.append(_("… and %(count)s more cells.", count=len(rows) - MOST_IN_TEXT))
    lines.append(_("Please enter it at %(url)s. Thank you, comrades.", url=url))
    return "\n".join(lines)


def form_of(one: Board, month: date) -> str:
    """The address of the form with which the cell does what is most urgent, or ""."""
    light = next((light for light in one.owed if light.pressing), None)
    if light is None:
        return ""
    key = one.cell.meeting_id
    if light.kind is Kind.RESULT and key:
        return links.to("FilingPage.show", pk=key)
    if light.kind is Kind.SCORE and key:
        return links.to("ScorePage.score", meeting_id=key)
    of = months.add(month, 1) if light is one.following else month
    return links.to("ScheduleView.add", unit=one.cell.unit_id, month=f"{of:%Y-%m-01}")


def _asked(light: Light, one: Board, month: date) -> str:
    of = months.add(month, 1) if light is one.following else month
    due = f"{light.due:%d/%m}" if light.due else ""
    text = _(
        "%(what)s of %(month)s (due %(due)s, %(late)s)",
        what=what(light),
        month=f"{of:%m/%Y}",
        due=due,
        late=in_words(light),
    )
    return str(text)
