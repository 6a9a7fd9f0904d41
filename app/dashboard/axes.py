"""What all figures share: months along an axis, values with gaps, words beside a mark."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from app.core import text
from app.dashboard.marks import Mark, Tongue

STEPS = (1, 2, 3, 4, 6, 12)
LABELS = 6
"""So many months are written below an axis; more would run into each other on a phone."""


def layout(months: Sequence[date | None], tongue: Tongue) -> dict[str, Any]:
    """The layout of a figure whose columns are ``months``; the last one is always written."""
    known = [month for month in months if month]
    step = next((one for one in STEPS if len(known) <= one * LABELS), STEPS[-1])
    vietnamese = tongue.locale == "vi"
    return {
        "xaxis": {
            "type": "date",
            "tickvals": [iso(month) for month in known[::-1][::step][::-1]],
            "tickformat": "%m/%Y" if vietnamese else "%b %Y",
            "hoverformat": "%B/%Y" if vietnamese else "%B %Y",
        },
        "separators": ",." if vietnamese else ".,",
    }


def percent_axis(tongue: Tongue) -> dict[str, Any]:
    """An axis of percentages."""
    return {"ticksuffix": "\u00a0%" if tongue.locale == "vi" else "%", "rangemode": "normal"}


def rate(mark: Mark, tongue: Tongue) -> str:
    """Attended of due, the rate, and how many have reported."""
    facts = mark.facts
    if facts.rate is None:
        return f"{text.MISSING} · {tongue.completeness(facts)}"
    return f"{tongue.fraction(facts)} = {tongue.percent(facts.rate)} · {tongue.completeness(facts)}"


def short_rate(mark: Mark, tongue: Tongue) -> str:
    """The same in few letters, for figures of many marks."""
    facts = mark.facts
    complete = f"{tongue.number(facts.reported)}/{tongue.number(facts.cells)}"
    if facts.rate is None:
        return f"{text.MISSING} · {complete}"
    return f"{tongue.fraction(facts)} = {tongue.percent(facts.rate)} · {complete}"


def value(number: Fraction | float | None) -> float | None:
    """A number as Plotly takes it; none is a gap."""
    return None if number is None else round(float(number), 2)


def iso(month: date | None) -> str | None:
    """A month as Plotly takes it."""
    return month.isoformat() if month else None


def shortened(name: str, most: int = 28) -> str:
    """A name that fits beside an axis."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
