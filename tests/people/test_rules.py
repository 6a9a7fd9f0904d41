from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules import ActivityState, Standing, is_phone, overlaps, roll_count

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))
SPANS = st.tuples(DAYS, st.none() | st.integers(0, 40)).map(
    lambda span: (span[0], None if span[1] is None else span[0] + timedelta(days=span[1]))
)


@pytest.mark.parametrize(
    "number", ["0912 345 678", "+84 912.345.678", "02393855577", "(0239) 385 55"]
)
def test_telephone_numbers_in_their_usual_forms_are_known(number):
    assert is_phone(number.lstrip("("))


@pytest.mark.parametrize("number", ["", "123", "gọi sau", "0912345678x", "١٢٣٤٥٦٧٨٩"])
def test_other_texts_are_no_telephone_numbers(number):
    assert not is_phone(number)


@given(SPANS, SPANS)
def test_spans_overlap_when_they_share_a_day(first, second):
    def days(span):
        last = span[1] or date(2021, 1, 1)
        return {span[0] + timedelta(days=i) for i in range((last - span[0]).days + 1)}

    assert overlaps(first, second) == bool(days(first) & days(second))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Standing),
            st.none() | st.sampled_from(ActivityState),
            st.integers(0, 50),
        )
    )
)
def test_everybody_on_the_roll_is_counted_once(people):
    count = roll_count(people)
    assert count.on_roll + count.temp_in == sum(number for _, _, number in people)
    assert 0 <= count.vote_base <= count.due
