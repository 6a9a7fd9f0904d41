from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.units.rules import (
    Rank,
    UnitEvent,
    child_path,
    depth,
    event_between,
    ids_of,
    is_valid_on,
    is_within,
    line_of,
    may_stand_under,
)

UPPER, GRASSROOTS, SECTION = Rank(2, False), Rank(3, False), Rank(4, False)
BASE_CELL, SUB_CELL, GROUP = Rank(3, True), Rank(5, True), Rank(6, False)


@pytest.mark.parametrize(
    ("below", "above", "possible"),
    [
        (GRASSROOTS, UPPER, True),
        (BASE_CELL, UPPER, True),
        (SUB_CELL, SECTION, True),
        (SECTION, GRASSROOTS, True),
        (GROUP, SUB_CELL, True),
        (SUB_CELL, BASE_CELL, False),
        (UPPER, GRASSROOTS, False),
        (SECTION, SUB_CELL, False),
    ],
)
def test_what_may_stand_under_what(below, above, possible):
    assert may_stand_under(below, above) is possible


def test_a_change_of_kind_goes_up_down_or_sideways():
    assert event_between(SUB_CELL, GRASSROOTS) is UnitEvent.PROMOTE
    assert event_between(GRASSROOTS, SECTION) is UnitEvent.DEMOTE
    assert event_between(BASE_CELL, GRASSROOTS) is UnitEvent.RECLASSIFY


def test_the_last_day_of_validity_is_the_one_before_its_end():
    first, end = date(2026, 1, 1), date(2026, 7, 26)
    assert is_valid_on(first, end, date(2026, 7, 25))
    assert not is_valid_on(first, end, end)
    assert is_valid_on(None, None, end)
    assert not is_valid_on(first, None, date(2025, 12, 31))


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8))
def test_a_path_tells_its_units_and_its_depth(ids):
    path = None
    for unit_id in ids:
        path, above = child_path(path, unit_id), path or "/"
        assert is_within(path, above)
    assert path is not None
    assert ids_of(path) == ids
    assert [ids_of(one) for one in line_of(path)] == [ids[:at] for at in range(1, len(ids) + 1)]
    assert depth(path) == len(ids)


def test_a_unit_whose_number_begins_alike_is_not_within():
    assert not is_within("/1/31/", "/1/3/")
