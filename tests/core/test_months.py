"""Months: arithmetic, reading and naming."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import months

some_day = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
some_month = some_day.map(months.first_of)
shift = st.integers(-1200, 1200)


@given(some_day)
def test_a_day_lies_between_the_ends_of_its_month(day: date) -> None:
    first, last = months.first_of(day), months.last_of(day)
    assert first <= day <= last
    assert first.day == 1
    assert last + timedelta(days=1) == months.add(first, 1)


def test_a_moment_gives_a_plain_date() -> None:
    month = months.first_of(datetime(2026, 10, 31, 19, 30, tzinfo=UTC))
    assert type(month) is date
    assert month == date(2026, 10, 1)


@given(some_month, shift)
def test_going_forth_and_back_changes_nothing(month: date, n: int) -> None:
    assert months.add(months.add(month, n), -n) == month
    assert months.distance(month, months.add(month, n)) == n


@given(some_month, shift, shift)
def test_two_steps_are_one_long_step(month: date, a: int, b: int) -> None:
    assert months.add(months.add(month, a), b) == months.add(month, a + b)


def test_months_pass_the_end_of_the_year() -> None:
    assert months.add(date(2026, 11, 1), 3) == date(2027, 2, 1)
    assert months.add(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert months.last_of(date(9999, 12, 5)) == date(9999, 12, 31)


def test_there_is_no_month_outside_the_calendar() -> None:
    with pytest.raises(ValueError, match="no month"):
        months.add(date(9999, 12, 1), 1)
    with pytest.raises(ValueError, match="no month"):
        months.add(date(1, 1, 1), -1)


@given(some_month, st.integers(0, 60))
def test_a_span_is_unbroken_and_as_long_as_asked(start: date, n: int) -> None:
    span = months.span(start, n)
    assert len(span) == n
    assert [months.distance(start, month) for month in span] == list(range(n))


@pytest.mark.parametrize(
    "text", ["10/2026", " 10/2026 ", "10-2026", "10.2026", "10 / 2026", "2026-10", "2026-10-01"]
)
def test_a_month_is_read_as_people_and_browsers_write_it(text: str) -> None:
    assert months.parse(text) == date(2026, 10, 1)


@pytest.mark.parametrize(
    "text", ["", "13/2026", "0/2026", "2026", "10/26", "2026-10-02", "10/0000", "１０/2026", "a/b"]
)
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="for example 10/2026"):
        months.parse(text)


@given(st.text())
def test_reading_any_text_gives_a_month_or_a_clear_refusal(text: str) -> None:
    refused = None
    try:
        month = months.parse(text)
    except ValueError as refusal:
        refused = str(refusal)
    assert "MM/yyyy" in refused if refused else month.day == 1


@given(some_month)
def test_the_number_in_a_label_reads_back(month: date) -> None:
    assert months.parse(months.label(month, "vi").removeprefix("Tháng ")) == month


def test_months_and_days_have_names_in_both_languages() -> None:
    assert months.label(date(2026, 10, 1), "vi") == "Tháng 10/2026"
    assert months.label(date(2026, 10, 1), "en") == "October 2026"
    assert months.weekday_date(date(2026, 11, 4), "vi") == "Thứ Tư, 04/11/2026"
    assert months.weekday_date(date(2026, 11, 1), "vi_VN") == "Chủ Nhật, 01/11/2026"
    assert months.weekday_date(date(2026, 11, 4), "en") == "Wednesday, 04/11/2026"
