"""Whatever is decided, in whatever order: one version for every day, without gaps."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.db import db
from app.core.errors import RuleBroken
from app.units import commands, queries
from tests import factories
from tests.units.cast import acting, decided, kind

DAYS = st.integers(0, 6).map(lambda step: factories.FOUNDED + timedelta(days=step))
CHANGES = st.lists(
    st.tuples(st.sampled_from(["name", "kind", "parent", "end"]), st.integers(0, 3), DAYS),
    max_size=8,
)


def change(what: str, which: int, day: date) -> None:
    unit, by, decision = factories.unit("N1"), acting("admin"), decided(day)
    if what == "name":
        commands.rename(unit, f"Chi bộ {which}", f"CB {which}", decision, by=by)
    elif what == "kind":
        code = ("SUB_CELL", "BASE_CELL", "SECTION_PC", "GROUP")[which]
        commands.reclassify(unit, kind(code), None, decision, by=by)
    elif what == "parent":
        parent = factories.unit(("NORTH", "SOUTH", "ROOT", "N2")[which])
        commands.move(unit, parent, decision, by=by)
    elif which == 0:
        unit.member_count = 0
        commands.cease(unit, decision, by=by)


@pytest.mark.usefixtures("system")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CHANGES)
def test_versions_follow_each_other_without_gap_or_overlap(changes):
    for what, which, day in changes:
        try:
            with db.session.begin_nested():
                change(what, which, day)
        except RuleBroken:
            pass
    unit = factories.unit("N1")
    db.session.flush()
    versions = list(reversed(queries.versions(unit.id)))
    assert versions[0].valid_from == factories.FOUNDED
    assert versions[-1].valid_to is None
    for earlier, later in pairwise(versions):
        assert earlier.valid_from < earlier.valid_to == later.valid_from
    last = versions[-1]
    assert (last.name, last.kind_code, last.parent_id, last.unit_path) == (
        unit.name,
        unit.kind_code,
        unit.parent_id,
        unit.path,
    )
    for step in range(8):
        assert queries.version_at(unit.id, factories.FOUNDED + timedelta(days=step)) is not None
    assert queries.version_at(unit.id, factories.FOUNDED - timedelta(days=1)) is None
    db.session.rollback()
