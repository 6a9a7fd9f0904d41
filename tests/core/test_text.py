"""Search keys, sort keys and numbers."""

import unicodedata
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import fold, given_name_key, nfc, number, number_vi, percent


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Đảng ủy", "dang uy"),
        ("ĐẢNG UỶ", "dang uy"),
        ("hoà", "hoa"),
        ("hòa", "hoa"),
        ("  Chi   bộ\tNgữ Văn\n", "chi bo ngu van"),
        ("Nguyễn Thị Ước", "nguyen thi uoc"),
        ("Đ", "d"),
        ("", ""),
    ],
)
def test_a_search_key_is_blind_to_accents_case_and_spaces(typed: str, key: str) -> None:
    assert fold(typed) == key
    assert fold(unicodedata.normalize("NFD", typed)) == key


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folding_does_not_depend_on_how_the_text_was_composed(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_every_vietnamese_letter_folds_to_a_plain_one() -> None:
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz"
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    for letter in letters + letters.upper():
        for tone in tones:
            assert fold(letter + tone) in "abcdefghijklmnopqrstuvwxyz"


def test_stored_text_is_composed_trimmed_and_free_of_invisible_characters() -> None:
    assert nfc(" \ufeffĐa\u0309ng\u200b u\u0309y\x00\x07 ") == "Đảng ủy"
    assert nfc("dòng 1\r\ndòng 2\rdòng 3\u2028dòng\t4") == "dòng 1\ndòng 2\ndòng 3\ndòng\t4"
    assert nfc("\ud800") == ""


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)
    assert unicodedata.is_normalized("NFC", nfc(text))


def test_people_are_sorted_by_given_name_then_family_name() -> None:
    expected = [
        "Lê Thị An",
        "Nguyễn Văn An",
        "Trần An",
        "Nguyễn Hoài Ân",
        "Phạm Văn Bình",
        "Phan Thị Dung",
        "Đỗ Văn Dũng",
        "Nguyễn Xuân Đào",
        "Bùi Thị Hà",
        "Hoàng Hạ",
        "Trần Thị Hoa",
        "Trần Thị Hòa",
        "Võ Văn Hoàng",
        "Lê Oanh",
        "Lê Ơn",
        "Trần Văn Út",
        "Trần Văn Ưng",
        "Hồ Thị Yến",
    ]
    backwards = expected[::-1]
    assert sorted(backwards, key=given_name_key) == expected


def test_tones_sort_in_dictionary_order_after_the_letters() -> None:
    assert sorted(["Mạ", "Má", "Mã", "Mả", "Mà", "Ma", "Mai"], key=given_name_key) == [
        *("Ma", "Mà", "Mả", "Mã", "Má", "Mạ"),
        "Mai",
    ]


def test_the_alphabet_sorts_as_a_vietnamese_dictionary() -> None:
    alphabet = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    backwards = alphabet[::-1]
    assert sorted(backwards, key=given_name_key) == alphabet


def test_a_name_of_one_word_and_no_name_have_keys() -> None:
    assert given_name_key("An") < given_name_key("Nguyễn Văn An") < given_name_key("Anh")
    assert given_name_key("  ") == ""


@given(st.text())
def test_a_sort_key_is_blind_to_case_and_composition(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    assert given_name_key(unicodedata.normalize("NFD", name)) == given_name_key(composed)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234, 0, "1.234"),
        (Decimal("1234.5"), 1, "1.234,5"),
        (Decimal("0.25"), 1, "0,3"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.5"), 0, "-3"),
        (Decimal("-0.04"), 1, "0,0"),
        (Fraction(2, 3), 2, "0,67"),
        (0, 0, "0"),
        (1_000_000, 2, "1.000.000,00"),
    ],
)
def test_numbers_are_written_the_vietnamese_way_and_rounded_half_up(
    value: int | Decimal | Fraction, decimals: int, text: str
) -> None:
    assert number_vi(value, decimals) == text


def test_numbers_are_written_the_english_way_for_english_readers() -> None:
    assert number(Decimal("1234.5"), 1, "en") == "1,234.5"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(0, 4))
def test_a_written_number_is_off_by_half_a_unit_at_most(value: Decimal, decimals: int) -> None:
    written = Decimal(number_vi(value, decimals).replace(".", "").replace(",", "."))
    assert abs(Fraction(written) - Fraction(value)) <= Fraction(1, 2 * 10**decimals)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (13, 15, "13/15 = 86,7 %"),
        (0, 15, "0/15 = 0,0 %"),
        (15, 15, "15/15 = 100,0 %"),
        (1, 16, "1/16 = 6,3 %"),
        (0, 0, "—"),
    ],
)
def test_a_percentage_shows_what_it_was_made_of(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


def test_a_percentage_is_written_the_english_way_for_english_readers() -> None:
    assert percent(13, 15, "en") == "13/15 = 86.7%"
