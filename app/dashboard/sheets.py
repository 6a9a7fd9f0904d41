"""The figures of the desks as sheets of a workbook, with how complete they are."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from app.core import clock, i18n
from app.core.export import Sheet
from app.dashboard.analysis import ChildRow, View
from app.dashboard.marks import Mark
from app.dashboard.rules import Facts, total
from app.units.models import Unit

Scale = Sequence[tuple[str, str]]
Matrix = Sequence[tuple[Unit, Sequence[tuple[date, Facts]]]]


def participation(
    view: View, facts: dict[date, Facts], *, compared: Sequence[Mark] = (), name: str = ""
) -> Sheet:
    """Participation by month: weighted, and as the mean of the cells.

    Beside it what it is ``compared`` with, month by month, of that ``name``.
    """
    rows: list[list[Any]] = [
        [month, *_told(one), _tenth(one.rate), _tenth(one.mean_rate)]
        for month, one in ((month, facts[month]) for month in view.span)
    ]
    heads = [*_told_heads(_("Month")), *_met_heads(), str(_("Mean of the cells in percent"))]
    if compared:
        words = (_("Cells"), _("Reported"), _("Participation in percent"))
        heads += [f"{name}: {word}" for word in words]
        for row, mark in zip(rows, compared, strict=True):
            row += [mark.facts.cells, mark.facts.reported, _tenth(mark.facts.rate)]

    def notes(_count: int) -> list[str]:
        silent = [str(_("%(what)s: nothing was reported.", what=name))] if name else []
        return [*_notes(_count), *([] if compared else silent)]

    return Sheet(str(_("Participation by month")), heads, rows, notes, frozenset({0}))


def ratings(view: View, facts: dict[date, Facts], scale: Scale) -> Sheet:
    """Official ratings by month."""
    return Sheet(
        str(_("Official ratings by month")),
        [*_told_heads(_("Month")), *_rated_heads(scale)],
        [[month, *_told(facts[month])[:2], *_rated(facts[month], scale)] for month in view.span],
        _notes,
        frozenset({0}),
    )


def units(rows: Sequence[ChildRow], month: date, scale: Scale) -> Sheet:
    """The units of one month."""
    whole = total(row.facts for row in rows)

    def notes(_count: int) -> list[str]:
        complete = _(
            "%(reported)s of %(cells)s cells reported", reported=whole.reported, cells=whole.cells
        )
        return [str(complete), *_notes(_count)]

    return Sheet(
        f"{_('Units')} {month:%m-%Y}",
        [*_told_heads(_("Unit")), *_met_heads(), *_rated_heads(scale)],
        [
            [row.unit.name, *_told(row.facts), _tenth(row.facts.rate), *_rated(row.facts, scale)]
            for row in rows
        ],
        notes,
    )


def heat(rows: Matrix, span: Sequence[date]) -> list[Sheet]:
    """Units by month: participation in percent, and how many of the cells have reported."""
    heads = [str(_("Unit")), *(f"{month:%m/%Y}" for month in span)]
    return [
        Sheet(
            str(_("Participation in percent")),
            heads,
            [[unit.name, *(_tenth(facts.rate) for _month, facts in line)] for unit, line in rows],
            _notes,
        ),
        Sheet(
            str(_("Reported / cells")),
            heads,
            [
                [
                    unit.name,
                    *(
                        f"{facts.reported}/{facts.cells}" if facts.cells else None
                        for _m, facts in line
                    ),
                ]
                for unit, line in rows
            ],
            _notes,
        ),
    ]


def _notes(_count: int) -> list[str]:
    weighted = _("Participation is weighted: all attended over all due.")
    return [str(weighted), str(_("Figures as of %(now)s", now=i18n.datetime_vi(clock.wall())))]


def _told_heads(first: str) -> list[str]:
    return [str(first), str(_("Cells")), str(_("Reported"))]


def _met_heads() -> list[str]:
    return [str(_("Attended")), str(_("Due")), str(_("Participation in percent"))]


def _rated_heads(scale: Scale) -> list[str]:
    names = [name for _code, name in scale]
    return [*names, str(_("Not yet rated")), str(_("Mean points"))]


def _told(facts: Facts) -> list[int | None]:
    known = facts.reported > 0
    return [
        facts.cells,
        facts.reported,
        facts.attended if known else None,
        facts.due if known else None,
    ]


def _rated(facts: Facts, scale: Scale) -> list[Any]:
    if not facts.reported:
        return [None] * (len(scale) + 2)
    counts = [facts.ratings.get(code, 0) for code, _name in scale]
    return [*counts, facts.unrated, _tenth(facts.mean_points)]


def _tenth(value: Fraction | float | None) -> float | None:
    return None if value is None else round(float(value), 4)
