"""What was typed is understood: words in any accents, months in any writing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.reading import LONGEST, MOST_WORDS, read, words_of

TODAY = date(2026, 11, 23)
OCTOBERS = (date(2026, 10, 1), date(2025, 10, 1))


@pytest.mark.parametrize("typed", ["đang ủy", "dang uy", "Đảng uỷ", "ĐẢNG  ỦY", "Đảng ủy"])
def test_writings_of_the_same_words_are_alike(typed):
    assert read(typed, TODAY).words == ("dang", "uy")


@pytest.mark.parametrize(
    ("typed", "phrase", "months"),
    [
        ("chi bộ 3 tháng 10", "chi bo 3", OCTOBERS),
        ("Chi bộ 3 T10", "chi bo 3", OCTOBERS),
        ("chi bo 3 thnag 10", "chi bo 3", OCTOBERS),
        ("tháng 10/2026 bắc", "bac", OCTOBERS[:1]),
        ("10/2026", "", OCTOBERS[:1]),
        ("2026-10 chi bộ", "chi bo", OCTOBERS[:1]),
        ("tháng 10 năm 2025", "", OCTOBERS[1:]),
        ("october 2025 cell", "cell", OCTOBERS[1:]),
        ("tháng 1", "", (date(2027, 1, 1), date(2026, 1, 1))),
        ("tháng 2", "", (date(2026, 2, 1), date(2025, 2, 1))),
    ],
)
def test_a_month_is_read_in_many_writings(typed, phrase, months):
    found = read(typed, TODAY)
    assert (found.phrase, found.months) == (phrase, months)


@pytest.mark.parametrize(
    "typed", ["chi bộ 10", "tổ 10", "Trường TH 2", "thanh 5", "tầng 5", "13/2026", "30/4", "10/10"]
)
def test_numbers_that_name_no_month_stay_words(typed):
    found = read(typed, TODAY)
    assert found.months == ()
    assert found.words == tuple(dict.fromkeys(words_of(typed)))


def test_numbers_are_alike_with_and_without_leading_zeros():
    assert words_of("Chi bộ 03") == words_of("chi bo 3") == ["chi", "bo", "3"]


@given(st.text(max_size=400))
def test_nothing_that_can_be_typed_breaks_the_reading(typed):
    found = read(typed, TODAY)
    assert len(found.text) <= LONGEST
    assert len(found.words) <= MOST_WORDS
    assert all(word.isascii() and word.isalnum() for word in found.words)


@given(st.text(alphabet="0123456789/.-tháng nam ", max_size=40))
def test_no_writing_of_a_month_breaks_the_reading(typed):
    assert all(month.day == 1 for month in read(typed, TODAY).months)
