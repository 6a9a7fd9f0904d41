"""What makes the search fast, told without a clock: its indexes are used under the policies."""

import pytest
from sqlalchemy import create_engine, pool, text

from app.core import scope
from app.core.db import db
from app.search import finding, queries
from tests import factories
from tests.search.statistics import gathered, scans


@pytest.fixture
def many(app):
    """A committee of two thousand cells beside the small world."""
    with app.app_context(), scope.system():
        south = factories.unit("SOUTH")
        db.session.execute(
            text(
                "INSERT INTO unit (id, path, parent_id, code, name, short_name, kind_code, is_cell,"
                " member_count, valid_from, search_text)"
                " SELECT n, :path || n || '/', :parent, 'B' || n, 'Chi bộ Bản ' || n, 'CB ' || n,"
                " 'SUB_CELL', true, 5, '2020-01-01', 'x'"
                " FROM generate_series(10001, 12000) n"
            ),
            {"path": south.path, "parent": south.id},
        )
        db.session.commit()
    gathered(app, "unit")


def worded(asked, most):
    return queries.units_found("", asked, "", most=most)


@pytest.mark.usefixtures("many")
def test_words_are_looked_up_in_their_index_under_the_policies(app):
    with app.app_context(), scope.entered(scope.branch("/1/")):
        before = scans("ix_unit_words")
        assert len(worded("'ban' & '10500'", 10)) == 1
        assert scans("ix_unit_words") > before


@pytest.mark.parametrize(
    ("index", "typed"), [("ix_unit_name_key", "chi bo ban 10500"), ("ix_unit_code_key", "b10500")]
)
@pytest.mark.usefixtures("many")
def test_names_and_codes_are_looked_up_in_their_indexes(app, index, typed):
    with app.app_context(), scope.entered(scope.branch("/1/")):
        before = scans(index)
        assert [row.id for row in queries.units_found(typed, "", "", most=10)] == [10500]
        assert scans(index) > before


@pytest.mark.usefixtures("many")
def test_common_words_are_gathered_no_further_than_the_limit(app):
    with app.app_context(), scope.entered(scope.branch("/1/")):
        assert len(worded("'chi' & 'bo'", 7)) == 7
        assert len(finding.found("chi bo ban", people=True, meetings=True).units) == 51


@pytest.mark.usefixtures("many")
def test_names_that_begin_so_spare_the_words_when_they_are_enough(app):
    with app.app_context(), scope.entered(scope.branch("/1/")):
        before = scans("ix_unit_words")
        assert len(queries.units_found("chi bo ban", "'chi'", "'chi':*", most=10)) == 10
        assert scans("ix_unit_words") == before


@pytest.mark.usefixtures("many")
def test_committees_come_before_cells_when_both_have_the_word(app):
    with app.app_context(), scope.entered(scope.branch("/1/")):
        found = worded("'bo'", 3)
        assert sorted(row.is_cell for row in found) == [False, False, True]


def test_the_functions_see_no_further_than_the_scope(app):
    with app.app_context(), scope.system():
        north = factories.unit("NORTH").path
    with app.app_context(), scope.entered(scope.branch(north)):
        assert {row.code for row in worded("'bo'", 50)} == {"NORTH", "N1", "N2"}
        units = {row.unit_path.startswith(north) for row in queries.people_worded("'an'", 50)}
        assert units == {True}
    with app.app_context():
        assert worded("'bo'", 50) == []
        assert queries.people_worded("'an'", 50) == []


def test_the_list_of_words_cannot_be_written_by_a_session(system):
    with pytest.raises(Exception, match="permission denied"):
        db.session.execute(text("INSERT INTO search_word VALUES ('x')"))


def test_without_leave_to_use_the_index_first_the_search_finds_the_same(app):
    owner = create_engine(app.config["DATABASE_OWNER_URL"], poolclass=pool.NullPool)
    with owner.begin() as connection:
        connection.execute(
            text("ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) NOT LEAKPROOF")
        )
    with app.app_context(), scope.entered(scope.branch("/1/")):
        assert [row.code for row in finding.found("bca mto", people=True, meetings=True).units] == [
            "N1"
        ]
