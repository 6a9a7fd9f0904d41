"""Whatever is done in whatever order: totals are what rows add up to, what is frozen stays."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import results
from app.meetings.models import Meeting
from app.meetings.queries import is_closed
from app.meetings.rules import ResultState
from app.rollup import commands, queries
from app.rollup.models import MonthlyReport
from app.rollup.rules import HANDED, add_up, can_become
from app.rollup.snapshots import Snapshot
from app.units import commands as units
from app.units.rules import Decision
from tests.factories import unit
from tests.meetings import NOW, at_the_desk, who
from tests.periods import SEPTEMBER, open_, states

ROLES = ("clerk_north", "clerk_south", "analyst", "chief", "secretary_north", "admin")
COMMITTEES = ("NORTH", "SOUTH", "ROOT")
CELLS = ("N1", "N2", "S1", "S2")
FROZEN = ("snapshot", "snapshot_row", "snapshot_part")
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("compile", "submit", "submit_anyway", "return_", "accept", "approve", "back"),
                *("amend", "move", "move"),
            )
        ),
        st.sampled_from(ROLES),
        st.sampled_from(COMMITTEES),
        st.sampled_from(CELLS),
        st.integers(0, 5),
    ),
    min_size=6,
    max_size=18,
)


MOVES = [
    ("move", "admin", "NORTH", "S2", 0),
    ("submit_anyway", "clerk_south", "SOUTH", "S2", 0),
    ("move", "admin", "SOUTH", "N2", 1),
]


def result(code: str) -> Meeting:
    wanted = select(Meeting).where(Meeting.unit_id == unit(code).id, Meeting.month == SEPTEMBER)
    return db.session.scalars(wanted).one()


def do(deed: str, by: Any, committee: str, cell: str, number: int, at: Any) -> None:
    """One step of anybody, allowed or not."""

    def of() -> MonthlyReport:
        return commands.report_for(unit(committee), SEPTEMBER, by=by)

    # One cell of each committee stays, lest it has none to report of.
    mover, day = f"{cell[0]}1", (date(2026, 9, 10), date(2026, 10, 2))[number % 2]
    steps: dict[str, Callable[[], Any]] = {
        "move": lambda: units.move(unit(mover), unit(committee), Decision(day, "9-QĐ"), by=by),
        "compile": lambda: commands.compile(of(), by=by, at=at),
        "submit": lambda: commands.submit(of(), by=by, at=at),
        "submit_anyway": lambda: commands.submit(of(), by=by, at=at, incomplete=True),
        "return_": lambda: commands.return_(of(), by=by, at=at, reason="Xem lại"),
        "accept": lambda: commands.accept(of(), by=by, at=at),
        "approve": lambda: results.approve(result(cell), by=by, at=at),
        "back": lambda: results.return_result(result(cell), by=by, at=at, reason="Xem lại"),
        "amend": lambda: commands.amend(
            result(cell),
            {"present": number, "excused": 5 - number, "unexcused": 0, "speakers": 0},
            by=by,
            at=at,
            reason="Đếm nhầm",
        ),
    }
    steps[deed]()


def frozen() -> dict[str, set[str]]:
    return {
        table: set(db.session.scalars(text(f"SELECT t::text FROM {table} t"))) for table in FROZEN
    }


def reports() -> dict[int, Any]:
    return {row.unit_id: row.state for row in db.session.scalars(select(MonthlyReport))}


def stands(code: str) -> None:
    """The obligations of a committee, its report and the closing of its month agree."""
    found = queries.report_of(unit(code).id, SEPTEMBER)
    state = found.state if found else None
    if state in HANDED:
        assert is_closed(unit(code).path, SEPTEMBER)
        assert queries.snapshots_of(found.id)
    if code != "ROOT":
        owed = states(code, SEPTEMBER)["SUBMISSION"]
        assert (owed == "DONE") == (state in HANDED)
        if state is not None and state.name == "RETURNED":
            assert owed in {"RETURNED", "WAIVED"}


def once() -> None:
    """Every cell stands once in what the whole office has, live or in figures handed up."""
    rows = queries.rows_now(unit("ROOT"), SEPTEMBER)
    below = queries.rows_of([row.part_id for row in rows if row.part_id])
    assert sorted(row.code for row in (*rows, *below) if row.is_cell) == sorted(CELLS)
    assert add_up(rows).cells == len(CELLS)


@pytest.mark.usefixtures("system")
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=DEEDS)
@example(deeds=[("submit_anyway", "clerk_north", "NORTH", "N2", 0), *MOVES])
@example(deeds=[*MOVES, ("submit_anyway", "clerk_south", "SOUTH", "S2", 0)])
def test_no_order_of_deeds_breaks_what_was_submitted(app, deeds) -> None:
    with pytest.MonkeyPatch.context() as patch:
        at_the_desk(patch)
        session: Any = db.session
        whole = session.begin_nested()
        try:
            open_(SEPTEMBER)
            result("N2").result_state = ResultState.SUBMITTED
            played(deeds)
        finally:
            whole.rollback()
            session.expire_all()


def played(deeds: list[Any]) -> None:
    kept, before = frozen(), reports()
    for place, (deed, username, committee, cell, number) in enumerate(deeds):
        amended = db.session.scalar(text("SELECT count(*) FROM amendment"))
        try:
            with db.session.begin_nested():
                at = NOW + timedelta(minutes=place)
                do(deed, who(username), committee, cell, number, at)
        except RuleBroken:
            db.session.expire_all()
        db.session.flush()
        now, after = frozen(), reports()
        # Nothing frozen is ever changed or gone; every total is what its rows add up to.
        assert all(kept[table] <= now[table] for table in FROZEN)
        for taken in db.session.scalars(select(Snapshot)):
            assert add_up(queries.rows_of([taken.id])) == queries.figures_of(taken)
        assert queries.differing(SEPTEMBER) == []
        for key, state in after.items():
            then = before.get(key)
            if then is not None and then is not state:
                root = key == unit("ROOT").id
                assert can_become(then, state) or (root and state in HANDED)
        assert db.session.scalar(text("SELECT count(*) FROM amendment")) >= amended
        for code in COMMITTEES:
            stands(code)
        once()
        kept, before = now, after
