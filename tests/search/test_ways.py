"""Names are met nearby, along the tree, among those of the whole words, or by the index of words:
whichever way is taken, the same is found."""

import pytest
from sqlalchemy import text

from app.core import scope
from app.core.db import db
from app.people.models import Member
from app.search import finding, queries
from app.units.models import Unit
from tests import factories
from tests.search.statistics import gathered, scans

SEVERAL = 7000
EVERY = {"lan": 1, "hoa": 2, "mai": 90, "xuan": 900}
"""How seldom a word is: every so manyth name has it."""
ASKED = [
    # Nearby, along the tree, by the index.
    ("('lan')", 20),
    ("('lan') & ('h':*)", 20),
    ("('mai')", 20),
    ("('lan') & ('ma':*)", 60),
    ("('mai')", 100),
    ("('lan') & ('xu':*)", 20),
    ("('xuan')", 3),
    # Among the names that have the whole words.
    ("('xuan') & ('h':*)", 20),
    ("('xuan') & ('l':*)", 3),
    ("('zzz') & ('l':*)", 20),
    ("('xuan') & ('zz':*)", 20),
    ("('hoa') & ('m':*)", 60),
]
"""Text searches, and how many are wanted at most."""


@pytest.fixture
def path(app):
    """A committee of seven thousand cells with one member each, all named after their number."""
    name = " || ".join(
        f"CASE WHEN n % {each} = 0 THEN ' {one}' ELSE '' END" for one, each in EVERY.items()
    )
    with app.app_context(), scope.system():
        south = factories.unit("SOUTH")
        first = {"path": south.path, "parent": south.id, "several": SEVERAL}
        several = f"(SELECT n, 'To' || {name} AS name FROM generate_series(1, :several) n) AS made"
        for rows in (
            "unit (id, path, parent_id, code, name, short_name, kind_code, is_cell, member_count,"
            " valid_from, search_text) SELECT 10000 + n, :path || (10000 + n) || '/', :parent,"
            " 'B' || n, name, 'B' || n, 'SUB_CELL', true, 5, '2020-01-01', 'x'",
            "member (unit_id, unit_path, full_name, name_key, search_text, standing, position,"
            " joined_on) SELECT 10000 + n, :path || (10000 + n) || '/', name, lower(name),"
            " lower(name), 'OFFICIAL', 'MEMBER', '2020-01-01'",
        ):
            db.session.execute(text(f"INSERT INTO {rows} FROM {several}"), first)
        db.session.commit()
        path = south.path
    gathered(app, "unit", "member")
    return path


def test_all_ways_find_the_same_names(app, path):
    with app.app_context(), scope.entered(scope.branch(path)):
        for model in (Unit, Member):
            for asked, most in ASKED:
                given = {"asked": asked, "most": most}
                table = model.__tablename__
                every = text(f"SELECT id FROM {table} WHERE words @@ CAST(:asked AS tsquery)")
                expected = set(db.session.scalars(every, given))
                clause = queries.is_worded(model, asked, most)
                found = list(db.session.scalars(db.select(model.id).where(clause)))
                assert len(found) == min(most, len(expected)), (table, asked, most)
                assert set(found) <= expected, (table, asked, most)


@pytest.mark.parametrize(("asked", "reads"), [("'lan'", 0), ("'mai'", 0), ("'xuan'", 1)])
def test_only_rare_words_are_looked_up_in_their_index(app, path, asked, reads):
    with app.app_context(), scope.entered(scope.branch(path)):
        before = scans("ix_member_words")
        assert queries.people_worded(asked, 20)
        assert scans("ix_member_words") == before + reads


def test_a_word_that_ends_in_a_number_is_found_by_its_letters(app):
    with app.app_context(), scope.system():
        factories.new_unit("N4", "Chi bộ TDP3", "SUB_CELL", factories.unit("NORTH"))
        db.session.commit()
    with app.app_context(), scope.entered(scope.branch("/1/")):
        for typed in ("tdp", "chi bo tdp", "tdp3", "TD"):
            met = finding.found(typed, people=True, meetings=False)
            assert [row.code for row in met.units] == ["N4"], typed
            assert not met.mended
