"""Facts and figures: laws of arithmetic, gaps for what is missing, figures Plotly takes."""

import json
from datetime import date
from fractions import Fraction

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import months
from app.dashboard import charts, unit_charts
from app.dashboard.marks import Mark, Tongue
from app.dashboard.rules import WIDEST, Facts, span, total

SCALE = [("TOT", "Tốt"), ("KHA", "Khá"), ("TRUNG_BINH", "Trung bình"), ("KEM", "Kém")]
SPEAK = Tongue(lambda message, **values: message % values if values else message)


def cell(attended: int, due: int, rating: str | None = None, points: int | None = None) -> Facts:
    """The facts of one cell that has reported."""
    return Facts(
        cells=1,
        reported=1,
        attended=attended,
        due=due,
        percents=100 * attended / due if due else 0,
        counted=1 if due else 0,
        points=Fraction(points or 0),
        scored=int(points is not None),
        ratings={rating: 1} if rating else {},
    )


SILENT = Facts(cells=1)
FULL = cell(9, 10, "TOT", 95)
pairs = st.integers(0, 60).flatmap(lambda due: st.tuples(st.integers(0, due), st.just(due)))


@given(st.lists(pairs, max_size=30))
def test_the_weighted_rate_is_all_attended_over_all_due(cells):
    whole = total(cell(*one) for one in cells)
    due = sum(one[1] for one in cells)
    assert whole.rate == (Fraction(100 * sum(one[0] for one in cells), due) if due else None)


@given(st.lists(pairs, max_size=30), st.integers(0, 20))
def test_silent_cells_change_no_rate(cells, silent):
    told = total(cell(*one) for one in cells)
    both = told + Facts(cells=silent)
    assert (both.rate, both.mean_rate, both.mean_points) == (
        told.rate,
        told.mean_rate,
        told.mean_points,
    )
    assert both.missing == silent


def test_weighted_rate_and_mean_of_cells_differ():
    whole = cell(1, 2) + cell(10, 10)
    assert (whole.rate, whole.mean_rate) == (Fraction(1100, 12), 75.0)


def test_ratings_add_up_and_the_rest_waits():
    whole = total([cell(5, 5, "TOT", 92), cell(5, 5, "KHA", 80), cell(4, 5), SILENT])
    assert whole.ratings == {"TOT": 1, "KHA": 1}
    assert (whole.rated, whole.unrated, whole.missing, whole.mean_points) == (2, 1, 1, 86)


@pytest.mark.parametrize("first", [date(2026, 1, 1), date(2026, 3, 1)])
def test_a_span_runs_forward_whichever_end_comes_first(first):
    other = date(2026, 3, 1) if first.month == 1 else date(2026, 1, 1)
    assert span(first, other) == months.span(date(2026, 1, 1), 3)


def test_a_span_is_never_wider_than_a_chart_can_hold():
    found = span(date(1950, 1, 1), date(2026, 11, 1))
    assert (len(found), found[-1]) == (WIDEST, date(2026, 11, 1))


def marks(*facts: Facts) -> list[Mark]:
    return [
        Mark(one, f"/analysis/units?month={month:%Y-%m}", month, "Chi bộ <b>Một</b>")
        for one, month in zip(facts, months.span(date(2026, 8, 1), len(facts)), strict=True)
    ]


def checked(figure):
    """The figure after JSON and Plotly's own validation."""
    json.dumps(figure, allow_nan=False)
    go.Figure(figure)
    return figure


def test_a_month_without_reports_is_a_gap_in_every_line():
    figure = checked(charts.participation(marks(FULL, SILENT, FULL), SPEAK))
    for line in figure["data"]:
        assert line["y"] == [90.0, None, 90.0]
        assert line["connectgaps"] is False


def test_hover_tells_completeness_in_vietnamese_numbers():
    facts = Facts(cells=1420, reported=1412, attended=12345, due=13000, percents=1.0, counted=1)
    line = charts.participation(marks(facts), SPEAK)["data"][0]
    assert line["text"] == ["12.345/13.000 = 95,0\u00a0% · 1.412 of 1.420 cells reported"]


def test_marks_of_incomplete_months_are_hollow():
    half = FULL + SILENT
    line = charts.participation(marks(FULL, half), SPEAK)["data"][0]
    assert line["marker"]["symbol"] == ["circle", "circle-open"]


def test_marks_lead_to_what_is_behind_them():
    for figure in (
        charts.participation(marks(FULL), SPEAK),
        charts.ratings(marks(FULL), SCALE, SPEAK),
    ):
        assert {trace["customdata"][0] for trace in figure["data"]} == {
            "/analysis/units?month=2026-08"
        }


def test_a_compared_line_stands_over_the_months_of_its_partner():
    earlier = [Mark(FULL, "/earlier", date(2025, 8, 1))]
    figure = checked(
        charts.participation(marks(FULL), SPEAK, compared=earlier, compared_name="2025")
    )
    assert figure["data"][2]["x"] == ["2026-08-01"]
    assert figure["data"][2]["customdata"] == ["/earlier"]


def test_ratings_are_stacked_and_missing_months_have_no_bar():
    figure = checked(charts.ratings(marks(FULL + cell(5, 5), SILENT), SCALE, SPEAK))
    assert figure["layout"]["barmode"] == "stack"
    assert [trace["name"] for trace in figure["data"]] == [
        *(name for _code, name in SCALE),
        "Not yet rated",
    ]
    assert [trace["y"] for trace in figure["data"]] == [
        [1, None],
        [0, None],
        [0, None],
        [0, None],
        [1, None],
    ]


@pytest.mark.parametrize("facts", [FULL, FULL + FULL, SILENT])
def test_an_axis_counts_few_cells_one_by_one(facts):
    assert charts.ratings(marks(facts), SCALE, SPEAK)["layout"]["yaxis"]["dtick"] == 1


def test_an_axis_of_many_cells_chooses_its_own_steps():
    many = sum([FULL] * 6, SILENT)
    assert "dtick" not in charts.ratings(marks(many), SCALE, SPEAK)["layout"]["yaxis"]


def test_a_heat_map_leaves_silent_units_blank_and_names_harmless():
    figure = checked(
        unit_charts.heat([("Một", marks(FULL, SILENT)), ("Hai", marks(FULL, FULL))], SPEAK)
    )
    grid = figure["data"][0]
    assert grid["z"] == [[90.0, None], [90.0, 90.0]]
    assert grid["text"][0][0].startswith("Chi bộ &lt;b&gt;Một&lt;/b&gt;<br>")
    assert figure["layout"]["yaxis"]["ticktext"] == ["Một", "Hai"]


def test_two_units_of_one_name_keep_their_own_rows():
    figure = checked(unit_charts.heat([("Một", marks(FULL)), ("Một", marks(SILENT))], SPEAK))
    assert figure["data"][0]["y"] == [0, 1]


def test_an_empty_area_still_makes_figures():
    for figure in (
        charts.participation([], SPEAK),
        charts.ratings([], SCALE, SPEAK),
        unit_charts.heat([], SPEAK),
        unit_charts.by_unit([], SPEAK),
    ):
        checked(figure)


def test_bars_of_units_say_their_rate():
    figure = checked(unit_charts.by_unit(marks(FULL), SPEAK))
    assert figure["data"][0]["text"] == ["90,0\u00a0%"]


def test_english_numbers_in_english():
    speak = Tongue(SPEAK.say, "en")
    assert speak.percent(Fraction(1234567, 1000)) == "1,234.6%"
    assert charts.participation([], speak)["layout"]["separators"] == ".,"
