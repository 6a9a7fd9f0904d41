"""The leader's page: six numbers, three charts and ten names of one month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core import months, text
from app.dashboard import analysis, queries, unit_charts
from app.dashboard.concerns import Concern, Matter, concerns
from app.dashboard.contacts import Contact, contacts
from app.dashboard.grounds import Grounds, grounds
from app.dashboard.marks import Mark, Tongue
from app.dashboard.rules import NOTHING, Facts, total
from app.deadlines.queries import timetable
from app.deadlines.rules import Stage
from app.evaluations.queries import scale as scale_of_ratings
from app.units.models import Unit

MONTHS = 13
"""A year, and the same month a year before."""
LATEST = 3
"""So many months before the current one may still be the last that nearly all have reported."""
NAMES = 10
HEAT_ROWS = 10
REASONS = 2
"""So many matters are told of one unit; the first two are what a phone call is about."""

Table = Mapping[int | None, Mapping[date, Facts]]


@dataclass(frozen=True)
class Name:
    """A unit that needs a word: about what, whom to phone, and where more is known."""

    unit: Unit
    reasons: Sequence[str]
    contact: Contact | None
    url: str


@dataclass(frozen=True)
class Sheet:
    """A branch and a month with the facts of its units in the thirteen months up to it."""

    unit: Unit
    month: date
    table: Table
    units: Sequence[Unit]
    span: Sequence[date]
    scale: Sequence[tuple[str, str]]
    grounds: Grounds

    @cached_property
    def whole(self) -> dict[date, Facts]:
        """The facts of all units together by month."""
        return {month: total(line[month] for line in self.table.values()) for month in self.span}

    @cached_property
    def view(self) -> analysis.View:
        """The same as the analyst's pages take it."""
        return analysis.View(self.unit.path, self.unit.id, list(self.span))


def sheet(unit: Unit, asked: date | None, this: date) -> Sheet:
    """What the page shows of ``unit``.

    Without a month asked for: the last one, up to ``this``, of which nearly all cells have
    reported; failing that the last one of which anything is known.
    """
    last = asked or this
    count = MONTHS if asked else MONTHS + LATEST
    known = months.span(months.add(last, 1 - count), count)
    table = _table(unit.path, known)
    month = asked or _latest(table, known[MONTHS - 1 :])
    span = months.span(months.add(month, 1 - MONTHS), MONTHS)
    below = [
        one
        for one in queries.units_below(unit.id, month, since=span[0])
        if one.id in table and any(table[one.id][each].cells for each in span)
    ]
    return Sheet(unit, month, table, below, span, scale_of_ratings(), grounds(unit.path, month))


def running(of: Sheet, this: date) -> tuple[date, Facts] | None:
    """The month after the one shown, when some have reported of it already."""
    later = months.add(of.month, 1)
    if later > this:
        return None
    found = total(line.get(later, Facts()) for line in of.table.values())
    return (later, found) if found.reported else None


def heat(of: Sheet, speak: Tongue) -> tuple[dict[str, Any] | None, int]:
    """The heat map of the units with the lowest participation, and how many units there are."""
    lines = {unit.id: [of.table[unit.id][month] for month in of.span] for unit in of.units}
    weakest = sorted(of.units, key=lambda unit: _low(total(lines[unit.id])))[:HEAT_ROWS]
    rows = [
        (
            unit.short_name,
            [
                Mark(facts, of.view.url(month, unit.id), month, unit.name)
                for month, facts in zip(of.span, lines[unit.id], strict=True)
            ],
        )
        for unit in weakest
    ]
    return (unit_charts.heat(rows, speak) if rows else None), len(of.units)


def names(of: Sheet, speak: Tongue, today: date) -> list[Name]:
    """The units that need a word most urgently, ``NAMES`` at most."""
    area = of.whole[of.month]
    due = timetable(of.unit.path, of.month).due(Stage.RESULT, of.month)
    over = today > due.late_after
    found = []
    for unit in of.units:
        line = [of.table[unit.id][month] for month in of.span]
        matters = concerns(line, area, of.scale, over=over)
        if matters:
            found.append((sum(one.weight for one in matters), unit, matters))
    found.sort(key=lambda row: (-row[0], row[1].code))
    chosen = found[:NAMES]
    people = contacts([unit for _weight, unit, _matters in chosen], of.unit.path, of.month, today)
    return [
        Name(
            unit,
            [in_words(one, unit.is_cell, speak) for one in matters[:REASONS]],
            people.get(unit.id),
            of.view.url(of.month, unit.id),
        )
        for _weight, unit, matters in chosen
    ]


def in_words(one: Concern, is_cell: bool, speak: Tongue) -> str:
    """A concern as a leader would say it."""
    points = text.number(Fraction(one.points), 1, speak.locale)
    rate = f"{one.count}/{one.whole}"
    if one.matter is Matter.SILENT:
        return _silence(one, is_cell)
    if one.matter is Matter.LOW:
        percent = speak.percent(Fraction(100 * one.count, one.whole))
        said = _(
            "participation %(percent)s (%(rate)s), %(points)s points below the whole",
            percent=percent,
            rate=rate,
            points=points,
        )
    elif one.matter is Matter.FALLEN:
        said = _("%(points)s points below its own last twelve months", points=points)
    elif one.matter is Matter.POOR and is_cell:
        said = _("rated %(rating)s", rating=one.rating)
    elif one.matter is Matter.POOR:
        said = ngettext(
            "%(num)s cell rated %(rating)s",
            "%(num)s cells rated %(rating)s",
            one.count,
            rating=one.rating,
        )
    else:
        said = ngettext(
            "%(num)s member absent without reason",
            "%(num)s members absent without reason",
            one.count,
        )
    return str(said)


def _silence(one: Concern, is_cell: bool) -> str:
    if is_cell:
        said = str(_("has not reported"))
    else:
        said = str(
            _("%(count)s of %(cells)s cells have not reported", count=one.count, cells=one.whole)
        )
    if one.months < 2:
        return said
    return str(_("%(what)s, %(months)s months in a row", what=said, months=one.months))


def _table(path: str, span: Sequence[date]) -> Table:
    """The facts of each unit directly below, and of ``None`` for the unit itself, by month."""
    told = queries.by_child_and_month(path, span[0], span[-1])
    cells = queries.cells_to_meet(path, list(span))
    children = {child for child, _month in [*told, *cells]}
    return {
        child: {
            month: told.get((child, month), NOTHING).among(cells.get((child, month), 0))
            for month in span
        }
        for child in children
    }


def _latest(table: Table, candidates: Sequence[date]) -> date:
    whole = [(month, total(line[month] for line in table.values())) for month in candidates]
    full = [month for month, facts in whole if facts.reported and facts.nearly_all]
    known = [month for month, facts in whole if facts.reported]
    return (full or known or [candidates[-1]])[-1]


def _low(facts: Facts) -> tuple[bool, Fraction]:
    return (facts.rate is None, facts.rate or Fraction(0))
