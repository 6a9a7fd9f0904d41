"""Mistyped words are mended, and the best fit comes first."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search import rules
from app.search.reading import read

KNOWN = ("bo", "chi", "dang", "dan", "phong", "phan", "thi", "thon", "truong", "uy", "van", "to")
WORD = st.text(alphabet="abcdefgh", max_size=7)


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ("phong", "phong", 0),
        ("phogn", "phong", 1),
        ("phog", "phong", 1),
        ("pohgn", "phong", 2),
        ("bb", "aaaa", 3),
    ],
)
def test_swapped_missing_and_wrong_letters_are_counted(one, other, away):
    assert rules.distance(one, other, 2) == away


@given(WORD, WORD)
def test_distance_is_the_same_both_ways_and_stops_counting(one, other):
    assert rules.distance(one, other, 2) == rules.distance(other, one, 2) <= 3
    assert (rules.distance(one, other, 2) == 0) == (one == other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("phogn", "phong"),
        ("truogn", "truong"),
        ("turogn", "truong"),
        ("dnag", "dang"),
        ("thno", "thon"),
        ("ob", "bo"),
        ("phongf", "phong"),
        ("vawn", "van"),
        ("ddangr", "dang"),
        ("pho2ng", "phong"),
    ],
)
def test_a_mistyped_word_stands_for_the_nearest_known_one(typed, meant):
    assert meant in rules.meanings(typed, KNOWN)


def test_numbers_and_known_words_stand_for_themselves():
    assert rules.meanings("10", ("1", "11")) == {"10": 0}
    assert rules.meanings("dan", KNOWN) == {"dan": 0}
    assert "dang" in rules.meanings("dan", KNOWN, widely=True)


def test_two_letters_forgive_no_other_letter():
    assert rules.meanings("tq", ("ty", "to", "qt")) == {"tq": 0, "qt": 1}


@pytest.mark.parametrize(
    ("typed", "parts"),
    [("vanphong", ("van", "phong")), ("to2", ("to", "2")), ("phong", ("phong",)), ("x", ("x",))],
)
def test_a_missing_space_is_put_in(typed, parts):
    assert rules.apart(typed, KNOWN) == parts


@pytest.mark.parametrize("word", ["phogn", "vna", "ob", "to2", "vanphong", "3", "a"])
def test_the_guesses_are_few(word):
    assert len(rules.guesses(word)) <= 300


@given(st.lists(st.text(alphabet="abc123", min_size=1, max_size=5), min_size=1, max_size=8))
def test_a_text_search_quotes_every_word(words):
    query = rules.tsquery([{word: 0} for word in words], begun=True)
    assert query.count("'") == 2 * len(words)
    assert query.endswith(":*)")


def test_only_many_ways_of_a_begun_word_are_looked_for_among_the_words_before():
    def before(last, ways):
        asked = rules.tsquery([{"nguyen": 0}, {last: 0}], begun=True, ways=ways)
        return rules.complete(asked)

    assert before("an", {"an": ["an", "anh"]}) == ""
    assert before("th", {"th": ["tha", "thi", "tho", "thu", "thy"]}) == "('nguyen')"
    assert before("t", rules.NONE) == "('nguyen')"


def test_a_word_that_begins_no_other_is_not_asked_for_beginnings():
    groups = [{"dang": 0}, {"booj": 0, "bo": 1}]
    assert rules.tsquery(groups, begun=True, ways={"booj": []}) == "('dang') & ('booj' | 'bo')"
    assert rules.tsquery(groups, begun=True) == "('dang') & ('booj':* | 'bo')"


def test_the_best_fit_comes_first():
    asked = read("chi bo 3", date(2026, 11, 23))
    typed = [{word: 0} for word in asked.words]
    names = (
        "chi bo 3",
        "chi bo 3 so y te",
        "lien chi bo 3 va 4",
        "chi bo 30",
        "lien chi bo 31",
        "chi bo thon 3",
        "chi bo thon 31",
    )
    assert sorted(names, key=lambda name: rules.fit(asked, typed, name)) == list(names)
    assert rules.fit(asked, typed, "dang bo", "chi bo 3") < rules.fit(asked, typed, "chi bo 3")


def test_an_exact_word_fits_better_than_a_mended_one():
    asked = read("van phogn", date(2026, 11, 23))
    groups = [{"van": 0}, {"phogn": 0, "phong": 1, "phon": 1}]
    assert rules.fit(asked, groups, "van phogn") < rules.fit(asked, groups, "van phong")
    assert rules.fit(asked, groups, "van phong") < rules.fit(asked, groups, "ban van hoa phong")


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Chi bộ Văn phòng", ("van", "ph"), "Chi bộ [Văn] [ph]òng"),
        ("Đảng ủy Khối", ("dang", "uy"), "[Đảng] [ủy] Khối"),
        ("Chi bộ 03", ("3",), "Chi bộ [03]"),
        ("<b>An</b>", ("an",), "<b>[An]</b>"),
        ("", ("an",), ""),
    ],
)
def test_what_was_asked_for_is_marked_in_its_own_writing(text, words, marked):
    pieces = rules.marks(text, [{word: 0} for word in words])
    assert "".join(f"[{piece}]" if met else piece for piece, met in pieces) == marked


@given(st.text(max_size=60), st.lists(WORD.filter(bool), max_size=4))
def test_marking_loses_no_letter(text, words):
    pieces = rules.marks(text, [{word: 0} for word in words])
    assert "".join(piece for piece, _met in pieces) == text
