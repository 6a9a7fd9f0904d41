"""The arithmetic of points, bands and sets."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluations import rules
from app.evaluations.rules import EvaluationState

LEVELS = [{"points": 5, "label": "Đủ"}, {"points": 2.5, "label": "Nửa"}]


@pytest.mark.parametrize(
    ("points", "fits"),
    [
        ("0", True),
        ("0.5", True),
        ("5", True),
        ("5.5", False),
        ("-0.5", False),
        ("0.25", False),
        ("NaN", False),
        ("Infinity", False),
    ],
)
def test_points_go_in_halves_up_to_the_maximum(points, fits):
    assert (rules.points_misfit(Decimal(points), Decimal(5)) is None) is fits


@pytest.mark.parametrize(("points", "fits"), [("5", True), ("2.5", True), ("3", False)])
def test_a_criterion_with_levels_takes_only_these(points, fits):
    assert (rules.points_misfit(Decimal(points), Decimal(5), LEVELS) is None) is fits


@given(st.lists(st.integers(0, 200), max_size=30))
def test_the_total_of_halves_is_exact(halves):
    points = [Decimal(half) / 2 for half in halves]
    assert rules.total(points) * 2 == sum(halves)


@given(st.integers(0, 200))
def test_a_rating_never_falls_when_points_rise(halves):
    bands = [(Decimal(low), str(rank)) for rank, low in enumerate((0, 50, 70, 90))]
    lower = rules.rating(Decimal(halves) / 2, bands)
    higher = rules.rating(Decimal(halves + 1) / 2, bands)
    assert lower is not None
    assert higher is not None
    assert lower <= higher


def test_without_bands_there_is_no_rating():
    assert rules.rating(Decimal(100), []) is None


@pytest.mark.parametrize(
    ("leaves", "bands", "total", "whole"),
    [
        ([60, 40], [90, 50, 0], 100, True),
        ([60, 39], [90, 50, 0], 100, False),
        ([60, 40], [90, 50], 100, False),
        ([60, 40], [], 100, False),
        ([60, 40], [50, 50, 0], 100, False),
        ([60, 40], [101, 0], 100, False),
        ([], [90, 0], 0, False),
        ([60, 40], [90, 0], None, False),
    ],
)
def test_a_set_must_be_whole_to_be_in_force(leaves, bands, total, whole):
    decimals = [Decimal(value) for value in leaves], [Decimal(value) for value in bands]
    expected = None if total is None else Decimal(total)
    assert (rules.set_misfit(*decimals, expected) is None) is whole


@pytest.mark.parametrize(
    ("label", "bounds"),
    [
        (">=90%", {"lower": 90}),
        (">50%", {"lower": 50, "lower_open": True}),
        ("40-<50%", {"lower": 40, "upper": 50}),
        ("90-100% chỉ tiêu", {"lower": 90, "upper": 100, "upper_closed": True}),
        ("Thiếu <=15 phút", {"upper": 15, "upper_closed": True}),
        ("<30%", {"upper": 30}),
        ("Chỉ bằng 1/2", {}),
    ],
)
def test_bounds_are_read_from_a_label(label, bounds):
    assert rules.bounds(label) == bounds


def test_official_is_left_only_back_to_a_draft():
    after = {then for then in EvaluationState if rules.can_become(EvaluationState.OFFICIAL, then)}
    assert after == {EvaluationState.DRAFT}
