"""What the analyst's pages show: the facts of a branch as figures, tables and six numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.core import i18n, months
from app.dashboard import links, queries, unit_charts
from app.dashboard.concerns import FEW
from app.dashboard.marks import Mark, Tongue
from app.dashboard.rules import NOTHING, Facts, total
from app.units.models import Unit

HEAT_ROWS = 20
"""So many units, those with the lowest participation, fit into one heat map."""

FEW_MONTHS = 4
"""So many months, the one before the first that may be shown among them, are read at first."""


@dataclass(frozen=True)
class View:
    """What is looked at: a branch and the months."""

    path: str
    unit_id: int
    span: list[date]

    def url(self, month: date, unit_id: int | None = None) -> str:
        """The page of the units behind a mark."""
        return f"{self.url_of(unit_id or self.unit_id)}{month:%Y-%m}"

    def url_of(self, unit_id: int) -> str:
        """The same without the month, which comes last."""
        return f"{self.units_page}?unit={unit_id}&month="

    @cached_property
    def units_page(self) -> str:
        """The page of the units behind a mark, whichever."""
        return url_for("AnalystDesk.units")


@dataclass(frozen=True)
class ChildRow:
    """A unit directly below with its facts of one month and where they lead."""

    unit: Unit
    facts: Facts
    url: str
    before: Facts = NOTHING

    @property
    def moved(self) -> Fraction | None:
        """Points of percent up (or down) on the month before; ``None`` where few were due."""
        if min(self.facts.due, self.before.due) < FEW:
            return None
        return (self.facts.rate or Fraction(0)) - (self.before.rate or Fraction(0))


def tongue() -> Tongue:
    """How figures speak in this request."""
    return Tongue(lambda message, **values: str(_(message, **values)), i18n.language())


def cells_of(view: View, *, years_back: int = 0) -> dict[queries.UnitMonth, int]:
    """How many cells were to meet in the months of the view, and in as many years before."""
    return queries.cells_to_meet(view.path, _months(view, years_back))


def by_month(
    view: View, cells: Mapping[queries.UnitMonth, int], *, years_back: int = 0
) -> dict[date, Facts]:
    """The facts of every month of the view, and of as many years before as asked."""
    span = _months(view, years_back)
    found = queries.by_month(view.path, span[0], span[-1])
    to_meet = dict.fromkeys(span, 0)
    for (_child, month), count in cells.items():
        to_meet[month] += count
    return {month: found.get(month, NOTHING).among(to_meet[month]) for month in span}


def known(
    view: View, compare: str | None
) -> tuple[Mapping[queries.UnitMonth, int], dict[date, Facts]]:
    """The cells that were to meet and the facts, of the year before too if that is compared."""
    back = int(compare == "year")
    cells = cells_of(view, years_back=back)
    return cells, by_month(view, cells, years_back=back)


def last_known(span: Sequence[date], facts: Mapping[date, Facts]) -> date:
    """The last month of which something was reported; failing that the last one."""
    return next((month for month in reversed(span) if facts[month].reported), span[-1])


@dataclass(frozen=True)
class Latest:
    """The month that the figures of a page are of.

    ``facts``: of it and of the month before; ``cells``: how many were to meet, by unit and month.
    """

    month: date
    facts: Mapping[date, Facts]
    cells: Mapping[queries.UnitMonth, int]


def latest(view: View, *, exactly: bool) -> Latest:
    """The month to begin with.

    ``exactly``: the last of the view; otherwise the last one of which something is known, for
    which a few months are read as a rule, and all only when these are silent.
    """
    end = view.span[-1]
    wanted = View(view.path, view.unit_id, months.span(months.add(end, 1 - FEW_MONTHS), FEW_MONTHS))
    cells = cells_of(wanted)
    facts = by_month(wanted, cells)
    within = view.span[1 - FEW_MONTHS :]
    if exactly:
        return Latest(end, facts, cells)
    if len(view.span) >= FEW_MONTHS and not any(facts[month].reported for month in within):
        cells = cells_of(view)
        facts = by_month(view, cells)
        within = view.span
    return Latest(last_known(within, facts), facts, cells)


def _months(view: View, years_back: int) -> list[date]:
    start = months.add(view.span[0], -12 * years_back)
    return months.span(start, months.distance(start, view.span[-1]) + 1)


def marks(view: View, facts: dict[date, Facts]) -> list[Mark]:
    """One mark for each month of the view."""
    return [Mark(facts[month], view.url(month), month) for month in view.span]


def year_before(view: View, facts: dict[date, Facts]) -> list[Mark]:
    """The marks of the same months a year before."""
    earlier = [months.add(month, -12) for month in view.span]
    return [Mark(facts[month], view.url(month), month) for month in earlier]


def children(
    parent: Unit, month: date, cells: Mapping[queries.UnitMonth, int] | None = None
) -> list[ChildRow]:
    """The units below with their facts of ``month``: silent ones first, then the lowest rate.

    ``cells`` says how many were to meet, if that is known already.
    """
    before = months.add(month, -1)
    found = queries.by_child_and_month(parent.path, before, month)
    to_meet = cells if cells is not None else queries.cells_to_meet(parent.path, [month])
    results = queries.meetings_below(parent.id, month)
    view = View(parent.path, parent.id, [month])
    rows = []
    for unit in queries.units_below(parent.id, month):
        facts = found.get((unit.id, month), NOTHING).among(to_meet.get((unit.id, month), 0))
        url = view.url(month, unit.id)
        if unit.is_cell:
            url = result_url(results.get(unit.id)) or url
        rows.append(ChildRow(unit, facts, url, found.get((unit.id, before), NOTHING)))
    return sorted((row for row in rows if row.facts.cells), key=_weakest)


def movers(rows: Sequence[ChildRow], most: int = 5) -> tuple[list[ChildRow], list[ChildRow]]:
    """The units whose participation fell most, and those in which it rose most."""
    moved = sorted((row for row in rows if row.moved), key=lambda row: row.moved or 0)
    fell = [row for row in moved if (row.moved or 0) < 0]
    return fell[:most], [row for row in reversed(moved) if row not in fell][:most]


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
                found.get((unit.id, month), NOTHING).among(cells.get((unit.id, month), 0)),
            )
            for month in span
        ]
        rows.append((unit, line))
    whole = {unit.id: total(facts for _month, facts in line) for unit, line in rows}
    return sorted(
        (row for row in rows if whole[row[0].id].cells), key=lambda row: _low(whole[row[0].id])
    )


def _weakest(row: ChildRow) -> tuple[bool, Fraction, str]:
    return (row.facts.rate is not None, row.facts.rate or Fraction(0), row.unit.name)


def _low(facts: Facts) -> tuple[bool, Fraction]:
    return (facts.rate is None, facts.rate or Fraction(0))
