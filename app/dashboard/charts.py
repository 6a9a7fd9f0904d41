"""Rows → figures: plain dicts as Plotly reads them. A month without reports is a gap, never 0.

``say`` translates; ``customdata`` holds the address behind each mark.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from html import escape
from typing import Any

from app.core import text
from app.core.terms import N_
from app.dashboard.marks import Mark, Tongue
from app.dashboard.rules import Facts

Figure = dict[str, Any]

RATING_COLOURS = ("#1f8a70", "#4b8fce", "#cf8a1d", "#c4493d")
UNRATED_COLOUR = "#8f9b96"
HEAT_COLOURS = ((0.0, "#c4493d"), (0.5, "#e9c46a"), (1.0, "#1f8a70"))
NEARLY_ALL = Fraction(9, 10)
"""From this share of reporting cells a mark is drawn full, below it hollow."""


def participation(
    marks: Sequence[Mark],
    tongue: Tongue,
    *,
    compared: Sequence[Mark] = (),
    compared_name: str = "",
) -> Figure:
    """Participation by month: the weighted rate, the mean of the cells, and a line to compare.

    ``compared`` holds as many marks as ``marks``; each stands over the month of its partner.
    """
    x = [_iso(mark.month) for mark in marks]
    lines = [
        _line(x, marks, tongue, tongue.say(N_("All members together"))),
        {
            "type": "scatter",
            "mode": "lines",
            "name": tongue.say(N_("Mean of the cells")),
            "x": x,
            "y": [_value(mark.facts.mean_rate) for mark in marks],
            "text": [tongue.percent(mark.facts.mean_rate) for mark in marks],
            "customdata": [mark.url for mark in marks],
            "hovertemplate": "%{text}",
            "line": {"dash": "dot", "width": 1.5},
            "connectgaps": False,
        },
    ]
    if compared:
        other = _line(x, compared, tongue, compared_name)
        other["line"] = {"dash": "dash", "width": 1.5}
        lines.append(other)
    layout = _layout(tongue) | {"yaxis": {"ticksuffix": " %", "rangemode": "normal"}}
    return {"data": lines, "layout": layout}


def ratings(marks: Sequence[Mark], scale: Sequence[tuple[str, str]], tongue: Tongue) -> Figure:
    """Official ratings by month: stacked bars of cells, best rating first, and those not yet rated.

    ``scale`` lists (code, name) from the best down.
    """
    x = [_iso(mark.month) for mark in marks]
    bars = []
    for place, (code, name) in enumerate(scale):
        counts = [mark.facts.ratings.get(code, 0) for mark in marks]
        bars.append(_bar(x, marks, counts, name, tongue))
        bars[-1]["marker"] = {"color": RATING_COLOURS[place % len(RATING_COLOURS)]}
    waiting = [mark.facts.unrated for mark in marks]
    bars.append(_bar(x, marks, waiting, tongue.say(N_("Not yet rated")), tongue))
    bars[-1]["marker"] = {"color": UNRATED_COLOUR}
    layout = _layout(tongue) | {
        "barmode": "stack",
        "bargap": 0.2,
        "legend": {"traceorder": "normal"},
        "yaxis": {"title": {"text": tongue.say(N_("Cells"))}, "rangemode": "tozero"},
    }
    return {"data": bars, "layout": layout}


def heat(rows: Sequence[tuple[str, Sequence[Mark]]], tongue: Tongue) -> Figure:
    """Weighted participation of units (rows, first at the top) by month (columns).

    Every row holds the same months. A unit that did not report is left blank.
    """
    columns = [mark.month for mark in rows[0][1]] if rows else []
    grid = [[_value(mark.facts.rate) for mark in marks] for _label, marks in rows]
    cells = {
        "type": "heatmap",
        "x": [_iso(month) for month in columns],
        "y": list(range(len(rows))),
        "z": grid,
        "text": [
            [f"{escape(mark.name)}<br>{_short(mark, tongue)}" for mark in marks]
            for _label, marks in rows
        ],
        "customdata": [[mark.url for mark in marks] for _label, marks in rows],
        "hovertemplate": "%{text}<extra>%{x|%m/%Y}</extra>",
        "hoverongaps": False,
        "colorscale": [list(stop) for stop in HEAT_COLOURS],
        "zmin": _floor(grid),
        "zmax": 100,
        "xgap": 1,
        "ygap": 1,
        "colorbar": {
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yanchor": "bottom",
            "len": 0.6,
            "thickness": 8,
            "outlinewidth": 0,
            "ticksuffix": " %",
            "tickangle": 0,
            "nticks": 4,
        },
    }
    names = {
        "tickmode": "array",
        "tickvals": list(range(len(rows))),
        "ticktext": [escape(shortened(label)) for label, _marks in rows],
        "autorange": "reversed",
        "showgrid": False,
        "tickfont": {"size": 11},
    }
    layout = _layout(tongue) | {"yaxis": names, "hovermode": "closest"}
    return {"data": [cells], "layout": layout}


def by_unit(marks: Sequence[Mark], tongue: Tongue) -> Figure:
    """Weighted participation of units in one month, as bars; the first unit stands at the top."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(marks))),
        "x": [_value(mark.facts.rate) for mark in marks],
        "text": [tongue.percent(mark.facts.rate) for mark in marks],
        "hovertext": [f"{escape(mark.name)}<br>{_shown(mark, tongue)}" for mark in marks],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [mark.url for mark in marks],
        "textposition": "auto",
    }
    names = {
        "tickmode": "array",
        "tickvals": list(range(len(marks))),
        "ticktext": [escape(shortened(mark.label or mark.name)) for mark in marks],
        "autorange": "reversed",
    }
    layout = _layout(tongue) | {
        "xaxis": {"ticksuffix": " %", "range": [0, 105]},
        "yaxis": names,
        "hovermode": "closest",
        "showlegend": False,
    }
    return {"data": [bars], "layout": layout}


def shortened(name: str, most: int = 28) -> str:
    """A name that fits beside an axis."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _line(x: list[str | None], marks: Sequence[Mark], tongue: Tongue, name: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": x,
        "y": [_value(mark.facts.rate) for mark in marks],
        "text": [_shown(mark, tongue) for mark in marks],
        "customdata": [mark.url for mark in marks],
        "hovertemplate": "%{text}",
        "connectgaps": False,
        "line": {"width": 2.5},
        "marker": {
            "size": 8,
            "symbol": ["circle" if _complete(mark.facts) else "circle-open" for mark in marks],
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


def _layout(tongue: Tongue) -> dict[str, Any]:
    return {
        "xaxis": {"type": "date", "tickformat": "%m/%Y", "hoverformat": "%m/%Y"},
        "separators": ",." if tongue.locale == "vi" else ".,",
    }


def _shown(mark: Mark, tongue: Tongue) -> str:
    facts = mark.facts
    if facts.rate is None:
        return f"{text.MISSING} · {tongue.completeness(facts)}"
    return f"{tongue.fraction(facts)} = {tongue.percent(facts.rate)} · {tongue.completeness(facts)}"


def _short(mark: Mark, tongue: Tongue) -> str:
    """The same in few letters, for figures of many marks."""
    facts = mark.facts
    complete = f"{tongue.number(facts.reported)}/{tongue.number(facts.cells)}"
    if facts.rate is None:
        return f"{text.MISSING} · {complete}"
    return f"{tongue.fraction(facts)} = {tongue.percent(facts.rate)} · {complete}"


def _floor(grid: list[list[float | None]]) -> float:
    """Where the colours begin: the ten below the lowest percentage, 80 at most."""
    lowest = min((value for line in grid for value in line if value is not None), default=80)
    return min(80.0, 10.0 * (lowest // 10))


def _complete(facts: Facts) -> bool:
    return facts.reported >= NEARLY_ALL * facts.cells


def _value(value: Fraction | float | None) -> float | None:
    return None if value is None else round(float(value), 2)


def _iso(month: date | None) -> str | None:
    return month.isoformat() if month else None
