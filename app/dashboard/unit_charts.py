"""Figures that compare units: a heat map of units by month, bars of one month."""

from collections.abc import Sequence
from html import escape
from typing import Any

from app.core.terms import N_
from app.dashboard import axes
from app.dashboard.charts import Figure
from app.dashboard.marks import Mark, Tongue

HEAT_BANDS = (
    (0, "#5c150c"),
    (60, "#9c3f1c"),
    (70, "#cc7a33"),
    (80, "#e6b25c"),
    (90, "#bcdccf"),
    (95, "#eaf4f0"),
)
"""From this percentage up that colour: each lighter than the one before, also when printed grey."""
BAR_COLOUR = "#0e6b5c"
SILENT_COLOUR = "#55615c"


def heat(rows: Sequence[tuple[str, Sequence[Mark]]], tongue: Tongue) -> Figure:
    """Weighted participation of units (rows, first at the top) by month (columns).

    Every row holds the same months. A unit that did not report has a cross instead of a colour.
    """
    columns = [mark.month for mark in rows[0][1]] if rows else []
    grid = {
        "type": "heatmap",
        "x": [axes.iso(month) for month in columns],
        "y": list(range(len(rows))),
        "z": [[axes.value(mark.facts.rate) for mark in marks] for _label, marks in rows],
        "text": [[_told(mark, tongue) for mark in marks] for _label, marks in rows],
        "customdata": [[mark.url for mark in marks] for _label, marks in rows],
        "hovertemplate": "%{text}<extra>%{x}</extra>",
        "hoverongaps": False,
        "colorscale": _steps(),
        "zmin": 0,
        "zmax": 100,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }
    names = _names([label for label, _marks in rows])
    layout = axes.layout(columns, tongue) | {
        "yaxis": names | {"tickfont": {"size": 11}},
        "hovermode": "closest",
        "legend": {"itemclick": False, "itemdoubleclick": False},
    }
    return {"data": [grid, *_legend(tongue), _silent(rows, tongue)], "layout": layout}


def by_unit(marks: Sequence[Mark], tongue: Tongue) -> Figure:
    """Weighted participation of units in one month, as bars; the first unit stands at the top."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(marks))),
        "x": [axes.value(mark.facts.rate) for mark in marks],
        "text": [tongue.percent(mark.facts.rate) for mark in marks],
        "hovertext": [f"{escape(mark.name)}<br>{axes.rate(mark, tongue)}" for mark in marks],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [mark.url for mark in marks],
        "textposition": "inside",
        "insidetextanchor": "end",
        "constraintext": "none",
        "textfont": {"size": 11},
        "marker": {"color": BAR_COLOUR},
    }
    layout = axes.layout([], tongue) | {
        "xaxis": axes.percent_axis(tongue) | {"range": [0, 105]},
        "yaxis": _names([mark.label or mark.name for mark in marks]) | {"tickfont": {"size": 11}},
        "hovermode": "closest",
        "showlegend": False,
    }
    return {"data": [bars], "layout": layout}


def _steps() -> list[list[Any]]:
    """The bands as a colour scale from 0 to 100 without transitions."""
    ends = [*(low for low, _colour in HEAT_BANDS[1:]), 100]
    return [
        [edge / 100, colour]
        for (low, colour), end in zip(HEAT_BANDS, ends, strict=True)
        for edge in (low, end)
    ]


def _legend(tongue: Tongue) -> list[Figure]:
    """One empty trace for each band: Plotly's own scale breaks a strict content policy."""
    ends: list[int | None] = [*(low for low, _colour in HEAT_BANDS[1:]), None]
    percent = axes.percent_axis(tongue)["ticksuffix"]
    found = []
    for (low, colour), end in zip(HEAT_BANDS, ends, strict=True):
        name = f"{low}–{end}" if low and end else f"≥ {low}" if low else f"< {end}"
        found.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [None],
                "y": [None],
                "name": f"{name}{percent}",
                "marker": {"symbol": "square", "size": 12, "color": colour, "line": {"width": 1}},
                "hoverinfo": "skip",
            }
        )
    return found


def _silent(rows: Sequence[tuple[str, Sequence[Mark]]], tongue: Tongue) -> Figure:
    """A cross for each unit and month in which cells were to meet and none has reported."""
    found = [
        (place, mark)
        for place, (_label, marks) in enumerate(rows)
        for mark in marks
        if mark.facts.rate is None and mark.facts.cells
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": tongue.say(N_("No report")),
        "x": [axes.iso(mark.month) for _place, mark in found] or [None],
        "y": [place for place, _mark in found] or [None],
        "text": [_told(mark, tongue) for _place, mark in found],
        "customdata": [mark.url for _place, mark in found],
        "hovertemplate": "%{text}<extra>%{x}</extra>",
        "marker": {"symbol": "x-thin-open", "size": 7, "color": SILENT_COLOUR},
    }


def _told(mark: Mark, tongue: Tongue) -> str:
    return f"{escape(mark.name)}<br>{axes.short_rate(mark, tongue)}"


def _names(labels: Sequence[str]) -> dict[str, Any]:
    """An axis of names, the first at the top."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": [escape(axes.shortened(label)) for label in labels],
        "range": [len(labels) - 0.5, -0.5],
        "showgrid": False,
        "zeroline": False,
    }
