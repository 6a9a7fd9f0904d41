"""The columns of the summary table and how its cells look."""

from dataclasses import dataclass
from typing import Any

from app.core.terms import N_
from app.reports.rules import Summary

FONT = "Times New Roman"


@dataclass(frozen=True)
class Column:
    """A column: its head, the head above it if it shares one, its width and its style.

    A head that is a name comes from the office's own tables and is not translated.
    """

    head: str
    width: float
    style: str = "text"
    above: str = ""
    is_name: bool = False


def columns(summary: Summary) -> list[Column]:
    """The columns in their order (source: DOMAIN 5.6, extended)."""
    absent, points, rating = N_("Absent"), N_("Points"), N_("Rating")
    return [
        Column(N_("No."), 5, "count"),
        Column(N_("Name of the unit"), 34),
        Column(N_("Members"), 7, "count"),
        Column(N_("Met on"), 11, "day"),
        Column(N_("Type"), 14),
        Column(N_("Due"), 7, "count"),
        Column(N_("Present"), 7, "count"),
        Column(N_("Rate in percent"), 8, "rate"),
        Column(N_("With reason"), 7, "count", absent),
        Column(N_("Without reason"), 7, "count", absent),
        Column(N_("Minutes"), 8, "count"),
        Column(N_("Speakers"), 8, "count"),
        Column(N_("Self"), 8, "points", points),
        Column(N_("Official"), 8, "points", points),
        Column(N_("Gap"), 7, "points", points),
        *(Column(name, 6.5, "mark", rating, True) for _code, name in summary.scale),
        Column(N_("Sent on"), 11, "day"),
        Column(N_("In time"), 7, "mark"),
        Column(N_("Remarks"), 30, "note"),
    ]


def styles() -> dict[str, dict[str, Any]]:
    """The formats by name: those of cells also as ``…_sum`` and ``…_total``."""
    centred: dict[str, Any] = {"align": "center"}
    cells: dict[str, dict[str, Any]] = {
        "text": {"text_wrap": True},
        "note": {"text_wrap": True, "font_size": 10},
        "count": {"num_format": "#,##0", "align": "center"},
        "points": {"num_format": "0.0", "align": "center"},
        "rate": {"num_format": "0.0%", "align": "center"},
        "day": {"num_format": "dd/mm/yyyy", "align": "center"},
        "mark": centred,
    }
    weights: dict[str, dict[str, Any]] = {
        "": {"border": 1},
        "_sum": {"border": 1, "bold": True, "italic": True},
        "_total": {"border": 1, "bold": True, "bg_color": "#E3F1ED"},
    }
    found = {
        name + suffix: style | weight
        for name, style in cells.items()
        for suffix, weight in weights.items()
    }
    # A sum of marks is a number.
    for suffix in ("_sum", "_total"):
        found["mark" + suffix] |= {"num_format": "#,##0"}
    return found | {
        "plain": centred | {"font_size": 12},
        "bold": centred | {"font_size": 12, "bold": True},
        "party": centred | {"font_size": 13, "bold": True, "underline": 1},
        "italic": centred | {"italic": True, "font_size": 12},
        "title": centred | {"bold": True, "font_size": 14},
        "head": centred | {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#F1F3EE"},
        "group": {"bold": True, "border": 1},
        "foot": {"italic": True, "text_wrap": True},
    }
