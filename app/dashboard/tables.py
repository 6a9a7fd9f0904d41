"""The figures of the analyst's desk as tables: beside the charts and in a workbook."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from app.core import clock, i18n, text
from app.core.export import Sheet
from app.dashboard.analysis import ChildRow, View
from app.dashboard.marks import Mark, Tongue
from app.dashboard.rules import Facts
from app.evaluations.queries import scale as scale_of_ratings


def participation(points: Sequence[Mark], speak: Tongue) -> list[list[Any]]:
    """Month, rate, attended of due, mean of the cells, completeness; the latest month first."""
    return [
        [
            _link(mark),
            speak.percent(mark.facts.rate),
            speak.fraction(mark.facts),
            speak.percent(mark.facts.mean_rate),
            f"{speak.number(mark.facts.reported)}/{speak.number(mark.facts.cells)}",
        ]
        for mark in reversed(points)
    ]


def ratings(
    points: Sequence[Mark], scale: Sequence[tuple[str, str]], speak: Tongue
) -> list[list[Any]]:
    """Month, cells of each rating, not yet rated, mean points; the latest month first."""
    return [
        [
            _link(mark),
            *(
                speak.number(mark.facts.ratings.get(code, 0)) if mark.facts.reported else "—"
                for code, _name in scale
            ),
            speak.number(mark.facts.unrated) if mark.facts.reported else "—",
            "—"
            if mark.facts.mean_points is None
            else text.number(mark.facts.mean_points, 1, speak.locale),
        ]
        for mark in reversed(points)
    ]


def sheets(view: View, month: date, facts: dict[date, Facts], rows: list[ChildRow]) -> list[Sheet]:
    """The desk as sheets: participation and ratings by month, the units of the month."""
    scale = scale_of_ratings()
    now = i18n.datetime_vi(clock.wall())
    names = [name for _code, name in scale]

    def notes(_count: int) -> list[str]:
        weighted = _("Participation is weighted: all attended over all due.")
        return [str(weighted), str(_("Figures as of %(now)s", now=now))]

    head = [str(_("Month")), str(_("Cells")), str(_("Reported"))]
    met = [str(_("Attended")), str(_("Due")), str(_("Participation in percent"))]
    rated = [*names, str(_("Not yet rated")), str(_("Mean points"))]
    return [
        Sheet(
            str(_("Participation by month")),
            [*head, *met, str(_("Mean of the cells in percent"))],
            [
                [month, *_told(one), _tenth(one.rate), _tenth(one.mean_rate)]
                for month, one in ((month, facts[month]) for month in view.span)
            ],
            notes,
            frozenset({0}),
        ),
        Sheet(
            str(_("Official ratings by month")),
            [*head, *rated],
            [
                [month, *_told(facts[month])[:2], *_rated(facts[month], scale)]
                for month in view.span
            ],
            notes,
            frozenset({0}),
        ),
        Sheet(
            f"{_('Units')} {month:%m-%Y}",
            [str(_("Unit")), *head[1:], *met, *rated],
            [
                [
                    row.unit.name,
                    *_told(row.facts),
                    _tenth(row.facts.rate),
                    *_rated(row.facts, scale),
                ]
                for row in rows
            ],
            notes,
        ),
    ]


def _told(facts: Facts) -> list[int | None]:
    known = facts.reported > 0
    return [
        facts.cells,
        facts.reported,
        facts.attended if known else None,
        facts.due if known else None,
    ]


def _rated(facts: Facts, scale: Sequence[tuple[str, str]]) -> list[Any]:
    if not facts.reported:
        return [None] * (len(scale) + 2)
    counts = [facts.ratings.get(code, 0) for code, _name in scale]
    return [*counts, facts.unrated, _tenth(facts.mean_points)]


def _tenth(value: Fraction | float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _link(mark: Mark) -> Markup:
    month = f"{mark.month:%m/%Y}" if mark.month else ""
    return Markup('<a href="{}">{}</a>').format(mark.url, month)
