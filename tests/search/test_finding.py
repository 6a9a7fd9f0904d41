"""Units, people and meetings are found in any accents and mistyped, within the scope only."""

from datetime import date

import pytest
from sqlalchemy import select, text

from app.core import scope
from app.core.db import db
from app.people.models import Member
from app.search import finding, queries
from app.search.reading import words_of
from app.units.models import Unit
from tests import factories

NAMES = (
    "Chi bộ Đảng uỷ 03 – Sở Hoà",
    "  ĐẢNG  Ủy đ ",
    "Thôn Nghĩa Trung (Ấp 7b)",
    "Công ty CP 30-4 «Dệt»",
    "Trường THPT Nguyễn Đình Chiểu số 007",
    "x² ﬁn Ⅳ",
    "%_'\"\\",
)


@pytest.fixture
def world(app):
    """The small world and an office of the north, whose name has two letters in common places."""
    with app.app_context(), scope.system():
        north = factories.unit("NORTH")
        cell = factories.new_unit("N-VP.01", "Chi bộ Văn phòng", "SUB_CELL", north)
        factories.new_unit("N3", "Chi bộ Thôn 3", "SUB_CELL", north)
        factories.new_unit("N30", "Chi bộ Thôn 30", "SUB_CELL", north)
        factories.new_meeting(cell, date(2026, 10, 1))
        db.session.commit()
        return {row.code: row.path for row in db.session.scalars(select(Unit))}


def found(path, typed, **reads):
    with scope.entered(scope.branch(path)):
        return finding.found(typed, **{"people": True, "meetings": True, **reads})


def names(result):
    return [row.name for row in result.units]


@pytest.mark.parametrize("name", NAMES)
def test_the_database_folds_and_splits_as_the_application_does(system, name):
    asked = text("SELECT tsvector_to_array(nep_words(:name))")
    assert sorted(set(words_of(name))) == db.session.scalar(asked, {"name": name})


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "Văn phòng",
            "van phong",
            "VĂN PHÒNG",
            "chi bo van phogn",
            "chi bo vna phong",
            "vanphong",
        ),
        *("n-vp.01", "N-VP", "vawn phongf", "phòng văn", "chi bo va", "chii bo van pong"),
    ],
)
def test_a_unit_is_found_however_it_is_typed(app, world, typed):
    with app.app_context():
        assert names(found(world["ROOT"], typed)) == ["Chi bộ Văn phòng"]


@pytest.mark.parametrize("typed", ["đang ủy", "dang uy", "Đảng uỷ", "dnag uy", "dang uy khoi"])
def test_accents_and_their_places_make_no_difference(app, world, typed):
    with app.app_context():
        assert names(found(world["ROOT"], typed))[0] == "Đảng ủy Khối"


def test_the_exact_code_then_the_exact_name_come_first(app, world):
    with app.app_context():
        assert [row.code for row in found(world["ROOT"], "n3").units] == ["N3"]
        assert [row.code for row in found(world["ROOT"], "chi bo thon 3").units] == ["N3", "N30"]


def test_mistyped_numbers_are_not_mended(app, world):
    with app.app_context():
        assert names(found(world["ROOT"], "chi bo thon 4")) == []


@pytest.mark.parametrize("typed", ["van phong", "van phogn", "N-VP.01", "bac", "an n1", "10/2026"])
def test_a_stranger_finds_nothing_of_the_north(app, world, typed):
    with app.app_context():
        result = found(world["SOUTH"], typed)
        seen = {row.path for row in result.units}
        seen |= {row.unit_path for row in (*result.people, *result.meetings)}
        assert all(path.startswith(world["SOUTH"]) for path in seen)
        assert found(world["NORTH"], typed) != result


def test_people_come_by_given_name_and_only_to_those_who_may_read_them(app, world):
    with app.app_context(), scope.system():
        cell = factories.unit("N1")
        for name in ("Lê Văn Bình", "Lê Văn An", "Lê Thị Ánh", "Lê Văn Ba"):
            db.session.add(Member(unit=cell, full_name=name, joined_on=factories.FOUNDED))
        db.session.commit()
    with app.app_context():
        asked = [row.full_name for row in found(world["NORTH"], "le van").people]
        assert asked == ["Lê Văn An", "Lê Văn Ba", "Lê Văn Bình"]
        assert [row.full_name for row in found(world["N1"], "lee thij anhs").people] == [
            "Lê Thị Ánh"
        ]
        assert found(world["NORTH"], "le van", people=False).people == ()


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ("văn phòng tháng 10", [date(2026, 10, 1)]),
        ("van phogn 10/2026", [date(2026, 10, 1)]),
        ("10/2026", [date(2026, 10, 1)]),
        ("văn phòng 9/2026", []),
        ("văn phòng", [date(2026, 10, 1)]),
    ],
)
def test_a_meeting_is_found_by_its_unit_and_month(app, world, typed, months):
    with app.app_context():
        assert [row.month for row in found(world["NORTH"], typed).meetings] == months
        assert found(world["NORTH"], typed, meetings=False).meetings == ()


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "   ",
            "%",
            "_",
            "'",
            '"',
            "\\",
            "((",
            "&|!:*",
            "<->",
            "a" * 500,
            "zzzz qqqq",
            "\u200b",
        ),
        *("--", "; DROP TABLE unit", "/1/", "٣", "😀", "1" * 100, "a b c d e f g h i j k l m n"),
    ],
)
def test_nothing_that_can_be_typed_breaks_the_search(app, world, typed):
    with app.app_context():
        result = found(world["ROOT"], typed)
        assert (result.units, result.people, result.meetings) == ((), (), ())


def test_no_group_grows_beyond_its_limit(app, world):
    with app.app_context(), scope.system():
        south = factories.unit("SOUTH")
        for number in range(finding.MOST + 20):
            factories.new_unit(f"Z{number}", f"Chi bộ Xóm {number}", "SUB_CELL", south)
        db.session.commit()
    with app.app_context():
        for typed in ("xom", "chi bo xom", "xmo", "chi bo"):
            assert len(found(world["ROOT"], typed).units) == finding.MOST + 1


def test_renamed_units_and_people_are_found_by_their_new_names(app, world):
    with app.app_context(), scope.system():
        factories.unit("N1").name = "Chi bộ Quỳnh Lưu"
        db.session.commit()
    with app.app_context():
        assert names(found(world["NORTH"], "quynh luu")) == ["Chi bộ Quỳnh Lưu"]
        assert names(found(world["NORTH"], "quynh lwu")) == ["Chi bộ Quỳnh Lưu"]


def test_a_search_for_words_that_occur_nowhere_asks_for_no_names(app, world, statements):
    with app.app_context():
        found(world["ROOT"], "zzzz qqqq")
        assert not [one for one in statements if "members_worded" in one]


@pytest.mark.parametrize(
    ("words", "occur"),
    [
        (["van", "phong"], (True, True)),
        (["van", "ph"], (False, True)),
        (["ph", "van"], (False, False)),
        (["van", "phogn"], (False, False)),
        (["phogn", "van"], (False, False)),
        (["chi", "bo", "3"], (True, True)),
        (["9"], (True, True)),
        (["x", "y"], (True, True)),
        (["zzzz", "9"], (False, False)),
        (["n1x", "van"], (True, True)),
        (["van", "van"], (True, True)),
    ],
)
def test_words_occur_in_some_name_or_begin_one(app, world, words, occur):
    with app.app_context():
        met = queries.words_occur(words)
        assert (met.whole, met.begun) == occur
