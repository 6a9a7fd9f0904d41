"""Figures by month: plain dicts as Plotly reads them. A month without reports is a gap, never 0.

``say`` translates; ``customdata`` holds the address behind each mark.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from app.core.terms import N_
from app.dashboard import axes
from app.dashboard.marks import Mark, Tongue

Figure = dict[str, Any]

RATING_COLOURS = ("#0e6b5c", "#7fb6dc", "#f0c46a", "#8f1d14")
"""From the best rating down; neighbours differ in lightness: grey paper tells them apart."""
UNRATED_COLOURS = ("#fefefe", "#8f9b96")
"""Hollow: its ground and its outline."""
FEW_CELLS = 5
"""Of no more cells an axis would count in fractions."""
LINE_COLOURS = ("#0e6b5c", "#b9770e", "#2f6fa8")


def participation(
    marks: Sequence[Mark],
    tongue: Tongue,
    *,
    compared: Sequence[Mark] = (),
    compared_name: str = "",
    mean: bool = True,
) -> Figure:
    """Participation by month: the weighted rate, the mean of the cells, and a line to compare.

    ``compared`` holds as many marks as ``marks``; each stands over the month of its partner.
    """
    x = [axes.iso(mark.month) for mark in marks]
    lines = [_line(x, marks, tongue, tongue.say(N_("All members together")))]
    if mean:
        lines.append(_mean(x, marks, tongue))
    if compared:
        other = _line(x, compared, tongue, compared_name)
        other["line"] = {"dash": "dash", "width": 1.5, "color": LINE_COLOURS[2]}
        other["marker"]["color"] = LINE_COLOURS[2]
        lines.append(other)
    layout = axes.layout([mark.month for mark in marks], tongue) | {
        "yaxis": axes.percent_axis(tongue)
    }
    return {"data": lines, "layout": layout}


def ratings(marks: Sequence[Mark], scale: Sequence[tuple[str, str]], tongue: Tongue) -> Figure:
    """Official ratings by month: stacked bars of cells, best rating first, and those not yet rated.

    ``scale`` lists (code, name) from the best down.
    """
    x = [axes.iso(mark.month) for mark in marks]
    bars = []
    for place, (code, name) in enumerate(scale):
        counts = [mark.facts.ratings.get(code, 0) for mark in marks]
        bars.append(_bar(x, marks, counts, name, tongue))
        bars[-1]["marker"] = {"color": RATING_COLOURS[place % len(RATING_COLOURS)]}
    if bars:
        bars[-1]["marker"]["pattern"] = {
            "shape": "/",
            "bgcolor": RATING_COLOURS[(len(bars) - 1) % len(RATING_COLOURS)],
            "fgcolor": "#ffffff",
            "size": 6,
        }
    waiting = [mark.facts.unrated for mark in marks]
    bars.append(_bar(x, marks, waiting, tongue.say(N_("Not yet rated")), tongue))
    ground, outline = UNRATED_COLOURS
    bars[-1]["marker"] = {"color": ground, "line": {"color": outline, "width": 1}}
    layout = axes.layout([mark.month for mark in marks], tongue) | {
        "barmode": "stack",
        "bargap": 0.2,
        "legend": {"traceorder": "normal"},
        "yaxis": {"title": {"text": tongue.say(N_("Cells"))}, "rangemode": "tozero"},
    }
    if max((mark.facts.reported for mark in marks), default=0) <= FEW_CELLS:
        layout["yaxis"]["dtick"] = 1
    return {"data": bars, "layout": layout}


def _mean(x: list[str | None], marks: Sequence[Mark], tongue: Tongue) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": tongue.say(N_("Mean of the cells")),
        "x": x,
        "y": [axes.value(mark.facts.mean_rate) for mark in marks],
        "text": [tongue.percent(mark.facts.mean_rate) for mark in marks],
        "customdata": [mark.url for mark in marks],
        "hovertemplate": "%{text}",
        "line": {"dash": "dot", "width": 1.5, "color": LINE_COLOURS[1]},
        "connectgaps": False,
    }


def _line(x: list[str | None], marks: Sequence[Mark], tongue: Tongue, name: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": x,
        "y": [axes.value(mark.facts.rate) for mark in marks],
        "text": [axes.rate(mark, tongue) for mark in marks],
        "customdata": [mark.url for mark in marks],
        "hovertemplate": "%{text}",
        "connectgaps": False,
        "line": {"width": 2.5, "color": LINE_COLOURS[0]},
        "marker": {
            "color": LINE_COLOURS[0],
            "size": 8,
            "symbol": ["circle" if mark.facts.nearly_all else "circle-open" for mark in marks],
        },
    }


def _bar(
    x: list[str | None], marks: Sequence[Mark], counts: list[int], name: str, tongue: Tongue
) -> Figure:
    shares = [
        Fraction(100 * count, mark.facts.reported) if mark.facts.reported else None
        for count, mark in zip(counts, marks, strict=True)
    ]
    return {
        "type": "bar",
        "name": name,
        "x": x,
        "y": [
            count if mark.facts.reported else None
            for count, mark in zip(counts, marks, strict=True)
        ],
        "hovertext": [
            f"{tongue.number(count)} ({tongue.percent(share)})"
            for count, share in zip(counts, shares, strict=True)
        ],
        "hovertemplate": "%{hovertext}",
        "customdata": [mark.url for mark in marks],
    }
