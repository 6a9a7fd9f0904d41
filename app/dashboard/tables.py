"""The figures of the desks as tables beside their charts."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from app.core import text
from app.dashboard.marks import Mark, Tongue


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


def escaped(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """The cells of ``rows`` as HTML that a page may take in as it is."""
    return [[str(escape(cell)) for cell in row] for row in rows]


def _link(mark: Mark) -> Markup:
    month = f"{mark.month:%m/%Y}" if mark.month else ""
    return Markup('<a href="{}">{}</a>').format(mark.url, month)
