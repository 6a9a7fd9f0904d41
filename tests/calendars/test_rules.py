"""The shape of a month: whole weeks from Monday, spans, names that fit a day."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import rules
from app.core import months

any_month = st.dates(date(1931, 1, 1), date(2199, 12, 31)).map(months.first_of)


@given(any_month)
def test_a_month_is_shown_in_whole_weeks_from_monday(month):
    found = rules.weeks(month)
    days = [day for week in found for day in week]
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in found)
    assert days == [days[0] + timedelta(days=step) for step in range(len(days))]
    assert days[0] <= month
    assert months.last_of(month) <= days[-1]
    assert 4 <= len(found) <= 6
    assert all(any(months.first_of(day) == month for day in week) for week in found)


def test_november_2026_begins_on_a_sunday():
    found = rules.weeks(date(2026, 11, 1))
    assert found[0][0] == date(2026, 10, 26)
    assert found[-1][-1] == date(2026, 12, 6)


def test_a_feed_tells_three_months_back_and_six_ahead():
    low, high = rules.feed_span(date(2026, 11, 23))
    assert low == datetime(2026, 8, 1)
    assert high == datetime(2027, 6, 1)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("CB Tài chính", "Tài chính"),
        ("Chi bộ Bắc Một", "Bắc Một"),
        ("ĐB SNNPTNT", "SNNPTNT"),
        ("Cbiên", "Cbiên"),
        ("CB", "CB"),
        ("Chi bộ", "Chi bộ"),
    ],
)
def test_names_in_a_day_go_without_their_kind(name, short):
    assert rules.without_kind(name) == short
