"""Loading: repeatable, only into an empty database, all or nothing, the schema left as it was."""

import hashlib
import re

import click
import psycopg
import pytest
from sqlalchemy import func, select, text

from app.core import scope
from app.core.db import db
from app.demo import headcounts, loading, provinces
from app.demo.provinces import Plan
from app.evaluations.models import Evaluation
from app.evaluations.rules import rating
from app.meetings.models import Meeting
from app.meetings.rules import ResultState, attendance, misfit, month_misfit
from app.security.models import AuditEntry
from app.units.models import Unit, UnitVersion
from tests import factories

from .conftest import TODAY, owner, wipe

SAME = (
    *("unit", "unit_version", "member", "activity_spell", "meeting", "absence", "task"),
    *("evaluation", "score", "criterion", "assignment", "attendance_policy"),
)
SCHEMA = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, indexname, indexdef, true FROM pg_indexes
    WHERE schemaname = 'public'
    UNION ALL SELECT relname, '', relrowsecurity::text, relforcerowsecurity FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text, true FROM pg_trigger
    WHERE NOT tgisinternal
    ORDER BY 1, 2, 3
"""


@pytest.fixture
def small(monkeypatch):
    """A province and a nation of a few units."""
    plan = Plan("HT", uppers=2, committees=4, base_cells=3, cells=30)
    monkeypatch.setattr(provinces, "PROVINCE", plan)
    monkeypatch.setattr(provinces, "NATION", plan)
    monkeypatch.setattr(provinces, "PROVINCES", 2)


def fingerprints(app):
    made = {}
    with owner(app) as connection:
        for table in SAME:
            digest = hashlib.sha256()
            query = f"COPY (SELECT * FROM {table} ORDER BY 1) TO STDOUT"
            with connection.cursor() as cursor, cursor.copy(query) as stream:
                for block in stream:
                    digest.update(bytes(block))
            made[table] = digest.hexdigest()
    return made


def schema(app):
    with owner(app) as connection:
        rows = connection.execute(SCHEMA).fetchall()
    # An index made again from its own text shows its casts in other places.
    casts = re.compile(r"::(?:text|character varying)(?:\[\])?|[()]")
    return [tuple(casts.sub("", v) if isinstance(v, str) else v for v in row) for row in rows]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("size", ["bloc", "province"])
def test_the_same_seed_and_day_give_the_same_rows(empty, small, size):
    made = []
    for seed in (5, 5, 6):
        wipe(empty)
        loading.load(size, seed=seed, today=TODAY, cells=2)
        made.append(fingerprints(empty))
    assert made[0] == made[1]
    assert made[0]["meeting"] != made[2]["meeting"]


def test_a_database_with_units_is_refused(empty):
    loading.load("bloc", today=TODAY, cells=2)
    before = fingerprints(empty)
    with pytest.raises(click.ClickException, match="not empty"):
        loading.load("bloc", today=TODAY, cells=2)
    assert fingerprints(empty) == before


def test_an_unknown_size_is_refused(empty):
    with pytest.raises(click.ClickException, match="bloc, province, nation"):
        loading.load("village")


@pytest.mark.parametrize("size", ["bloc", "province"])
def test_a_load_leaves_the_schema_as_it_was(empty, small, size):
    before = schema(empty)
    loading.load(size, today=TODAY, cells=2)
    assert schema(empty) == before
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM meeting").scalar() == 0


def test_nobody_is_told_of_what_is_invented(empty, small):
    loading.load("bloc", today=TODAY, cells=2)
    with scope.system():
        assert count(AuditEntry) > 0
        assert db.session.scalar(text("SELECT count(*) FROM jobs.procrastinate_jobs")) == 0


def test_a_failure_leaves_nothing_behind(empty, small, monkeypatch):
    before = schema(empty)

    def fail(*_arguments):
        raise RuntimeError("out of luck")

    monkeypatch.setattr(headcounts.HeadCounts, "_write_chunk", fail)
    with pytest.raises(RuntimeError, match="out of luck"):
        loading.load("province", today=TODAY)
    assert schema(empty) == before
    with owner(empty) as connection:
        assert connection.execute("SELECT count(*) FROM unit").fetchone() == (0,)


def test_new_rows_find_free_numbers_after_a_load(empty):
    loading.load("bloc", today=TODAY, cells=2)
    with scope.system():
        cell = db.session.scalars(select(Unit).where(Unit.is_cell)).first()
        last = db.session.scalar(select(func.max(Meeting.id)))
        made = factories.new_meeting(cell, TODAY.replace(day=1, month=12))
        assert made.id == last + 1


@pytest.mark.parametrize("size", ["province", "nation"])
def test_head_counts_keep_every_rule(empty, small, size):
    loading.load(size, today=TODAY)
    with scope.system():
        found = db.session.scalars(select(Meeting)).all()
        assert len(found) > 900
        sizes = dict(db.session.execute(select(Unit.id, Unit.member_count)).all())
        for one in found:
            assert month_misfit(one.month, one.planned_at.date()) is None
            if one.result_state is ResultState.NONE:
                continue
            assert misfit(one.counts) is None
            share = attendance(one.counts, one.attendance_policy.rule)
            assert (one.attended, one.due) == (share.present, share.denominator)
            assert sizes[one.unit_id] - 2 <= one.on_roll <= sizes[one.unit_id]
        for one in db.session.scalars(select(Evaluation)):
            bands = [(band.min_points, band.rating_code) for band in one.criteria_set.bands]
            if one.official_total is not None:
                assert one.official_rating_code == rating(one.official_total, bands)
        assert count(Evaluation) > 800


def test_a_province_has_the_shape_asked_for(empty, small):
    loading.load("province", today=TODAY)
    with scope.system():
        kinds = dict(
            db.session.execute(select(Unit.kind_code, func.count()).group_by(Unit.kind_code)).all()
        )
        assert kinds == {
            "PROVINCE": 1,
            "UPPER": 2,
            "GRASSROOTS_PC": 4,
            "BASE_CELL": 3,
            "SUB_CELL": 27,
        }
        assert count(UnitVersion) == 37
        assert db.session.scalar(select(func.bool_or(Unit.names_kept))) is False


def test_a_nation_stands_under_one_root(empty, small):
    loading.load("nation", today=TODAY)
    with scope.system():
        roots = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).all()
        assert [root.kind_code for root in roots] == ["CENTRAL"]


def test_the_recomputation_finds_no_difference_in_a_province(empty, small, recompute, tmp_path):
    loading.load("province", today=TODAY)
    recompute.export(empty.config["DATABASE_OWNER_URL"], tmp_path)
    figures = recompute.recompute(tmp_path)
    assert len(figures["evaluations"]) > 800
    assert recompute.differences(tmp_path, figures) == []


def test_an_owner_without_privileges_can_load(empty, small):
    """As on a managed server: the owner of the tables, but no superuser."""
    url = empty.config["DATABASE_OWNER_URL"]
    user = url.replace("postgres@", "plain_owner@", 1)
    if user == url:
        pytest.skip("the server given asks for passwords")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("DROP ROLE IF EXISTS plain_owner")
        connection.execute("CREATE ROLE plain_owner LOGIN")
        connection.execute("GRANT USAGE, CREATE ON SCHEMA public TO plain_owner")
        for (command,) in connection.execute(
            "SELECT format('ALTER TABLE %I OWNER TO plain_owner', relname) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall():
            connection.execute(command)
    empty.config["DATABASE_OWNER_URL"] = user
    try:
        for size in ("bloc", "province"):
            wipe(empty)
            loading.load(size, today=TODAY, cells=2)
    finally:
        empty.config["DATABASE_OWNER_URL"] = url
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("REASSIGN OWNED BY plain_owner TO postgres")
            connection.execute("DROP OWNED BY plain_owner")
            connection.execute("DROP ROLE plain_owner")
    with scope.system():
        assert count(Meeting) > 0
