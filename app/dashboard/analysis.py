"""What the analyst's pages show: the facts of a branch as figures, tables and six numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.core import i18n, months, text
from app.dashboard import links, queries, unit_charts
from app.dashboard.marks import Mark, Tongue
from app.dashboard.rules import Facts, total
from app.evaluations.queries import scale as scale_of_ratings
from app.units.models import Unit

HEAT_ROWS = 20
"""So many units, those with the lowest participation, fit into one heat map."""


@dataclass(frozen=True)
class View:
    """What is looked at: a branch and the months."""

    path: str
    unit_id: int
    span: list[date]

    def url(self, month: date, unit_id: int | None = None) -> str:
        """The page of the units behind a mark."""
        chosen = unit_id or self.unit_id
        return f"{url_for('AnalystDesk.units')}?unit={chosen}&month={month:%Y-%m}"


@dataclass(frozen=True)
class ChildRow:
    """A unit directly below with its facts of one month and where they lead."""

    unit: Unit
    facts: Facts
    url: str


def tongue() -> Tongue:
    """How figures speak in this request."""
    return Tongue(lambda message, **values: str(_(message, **values)), i18n.language())


def by_month(view: View, *, years_back: int = 0) -> dict[date, Facts]:
    """The facts of every month of the view, and of as many years before as asked."""
    start = months.add(view.span[0], -12 * years_back)
    span = months.span(start, months.distance(start, view.span[-1]) + 1)
    found = queries.by_month(view.path, span[0], span[-1])
    cells = dict.fromkeys(span, 0)
    for (_child, month), count in queries.cells_to_meet(view.path, span).items():
        cells[month] += count
    return {month: found.get(month, Facts()) + Facts(cells=cells[month]) for month in span}


def marks(view: View, facts: dict[date, Facts]) -> list[Mark]:
    """One mark for each month of the view."""
    return [Mark(facts[month], view.url(month), month) for month in view.span]


def year_before(view: View, facts: dict[date, Facts]) -> list[Mark]:
    """The marks of the same months a year before."""
    earlier = [months.add(month, -12) for month in view.span]
    return [Mark(facts[month], view.url(month), month) for month in earlier]


def children(parent: Unit, month: date) -> list[ChildRow]:
    """The units below with their facts of ``month``: silent ones first, then the lowest rate."""
    found = queries.by_child(parent.path, month)
    cells = queries.cells_to_meet(parent.path, [month])
    results = queries.meetings_below(parent.id, month)
    view = View(parent.path, parent.id, [month])
    rows = []
    for unit in queries.units_below(parent.id, month):
        facts = found.get(unit.id, Facts()) + Facts(cells=cells.get((unit.id, month), 0))
        url = view.url(month, unit.id)
        if unit.is_cell:
            url = result_url(results.get(unit.id))
        rows.append(ChildRow(unit, facts, url))
    return sorted((row for row in rows if row.facts.cells), key=_weakest)


def result_url(meeting_id: int | None) -> str:
    """The page of a meeting's result, or "" without one."""
    return links.to("ResultView.show", pk=meeting_id) if meeting_id else ""


def heat(parent: Unit, span: Sequence[date]) -> tuple[dict[str, Any], int]:
    """The heat map of the units below, and how many of them there are."""
    view = View(parent.path, parent.id, list(span))
    rows = matrix(parent, span)
    shown = [
        (
            unit.short_name,
            [Mark(facts, view.url(month, unit.id), month, unit.name) for month, facts in line],
        )
        for unit, line in rows[:HEAT_ROWS]
    ]
    return unit_charts.heat(shown, tongue()), len(rows)


def matrix(parent: Unit, span: Sequence[date]) -> list[tuple[Unit, list[tuple[date, Facts]]]]:
    """The units below with reports and attendance of every month, the lowest rate first."""
    found = queries.rates_by_child(parent.path, span[0], span[-1])
    cells = queries.cells_to_meet(parent.path, list(span))
    rows = []
    for unit in queries.units_below(parent.id, span[-1], since=span[0]):
        line = [
            (
                month,
                found.get((unit.id, month), Facts()) + Facts(cells=cells.get((unit.id, month), 0)),
            )
            for month in span
        ]
        rows.append((unit, line))
    whole = {unit.id: total(facts for _month, facts in line) for unit, line in rows}
    return sorted(
        (row for row in rows if whole[row[0].id].cells), key=lambda row: _low(whole[row[0].id])
    )


def six(view: View, month: date, facts: dict[date, Facts]) -> list[dict[str, Any]]:
    """The six numbers of a month, each with how complete it is."""
    now, speak = facts.get(month, Facts()), tongue()
    before = facts.get(months.add(month, -1), Facts())
    best = scale_of_ratings()[:1]
    in_time, sent = queries.sent_in_time(view.path, month)
    complete = speak.completeness(now)
    code, name = best[0] if best else ("", "")
    return [
        _stat(
            _("Cells reported"),
            f"{speak.number(now.reported)}/{speak.number(now.cells)}",
            _share(now.reported, now.cells, speak),
            "ok" if now.cells and not now.missing else "warn" if now.missing else "",
        ),
        _stat(
            _("Participation, all members together"),
            speak.percent(now.rate),
            _joined(speak.fraction(now), complete, _change(now.rate, before.rate)),
        ),
        _stat(
            _("Rated %(rating)s", rating=name),
            _share(now.ratings.get(code, 0), now.rated, speak),
            _("%(rated)s of %(cells)s cells rated", rated=now.rated, cells=now.cells),
        ),
        _stat(
            _("Mean official points"),
            text.number(now.mean_points, 1, speak.locale)
            if now.mean_points is not None
            else text.MISSING,
            _("%(rated)s of %(cells)s cells rated", rated=now.scored, cells=now.cells),
        ),
        _stat(_("Results sent in time"), _share(in_time, sent, speak), complete),
        _stat(
            _("Absent without reason"),
            speak.number(now.unexcused) if now.reported else text.MISSING,
            complete,
        ),
    ]


def _stat(label: str, figure: str, hint: str, tone: str = "") -> dict[str, str]:
    return {"label": label, "figure": figure, "hint": hint, "tone": tone}


def _share(part: int, whole: int, speak: Tongue) -> str:
    return speak.percent(Fraction(100 * part, whole)) if whole else text.MISSING


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _change(now: Fraction | None, before: Fraction | None) -> str:
    if now is None or before is None:
        return ""
    points = text.number(abs(now - before), 1, i18n.language())
    if now >= before:
        return str(_("up %(points)s points on the month before", points=points))
    return str(_("down %(points)s points on the month before", points=points))


def _weakest(row: ChildRow) -> tuple[bool, Fraction, str]:
    return (row.facts.rate is not None, row.facts.rate or Fraction(0), row.unit.name)


def _low(facts: Facts) -> tuple[bool, Fraction]:
    return (facts.rate is None, facts.rate or Fraction(0))
