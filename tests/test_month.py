"""A month under the hands of everybody: whatever is done in whatever order, it stays sound.

Each deed is done as its screens do it: if the role may, under the rows of its own unit, by the
same commands. What was refused leaves no trace.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.core import scope
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import commands as evaluations
from app.evaluations.models import Evaluation
from app.evaluations.rules import Layer
from app.meetings import commands, deferrals, results, rollcall
from app.meetings.models import Meeting
from app.meetings.queries import is_closed
from app.meetings.rules import (
    REPORTED,
    MeetingType,
    ResultState,
    ScheduleState,
    result_can_become,
    schedule_can_become,
)
from app.periods import queries as periods
from app.rollup import commands as rollup
from app.rollup import queries as frozen
from app.rollup.rules import HANDED, add_up
from app.rollup.snapshots import Snapshot
from app.security.roles import may
from app.security.rules import RoleName
from app.units import commands as units
from app.units.models import Unit, UnitKind
from app.units.rules import Decision
from tests import factories
from tests.factories import unit
from tests.meetings import at_the_desk, who
from tests.periods import SEPTEMBER, open_

CELLS = {"N8": "NORTH", "S8": "SOUTH"}
COMMITTEES = ("NORTH", "SOUTH", "ROOT", "P8")
CAST = ("clerk_north", "clerk_south", "analyst", "chief", "supervisor_north", "secretary_north")
EMPTY = {"N8": "N7", "S8": "S7"}
"""Cells beside those that act, with nobody on the roll: they can cease."""
DAYS = (date(2026, 8, 20), date(2026, 9, 10), date(2026, 10, 2))
"""Before, in and after the month."""
FACTS = "planned_at, started_at, ended_at, speakers, present, excused, unexcused, content"


def there(code: str) -> Unit | None:
    """The unit, if whoever acts may see it."""
    return db.session.scalars(select(Unit).where(Unit.code == code)).first()


def of(cell: str) -> Meeting:
    """The cell's meeting, if whoever acts may see it."""
    asked = select(Meeting).join(Meeting.unit).where(Unit.code == cell, Meeting.month == SEPTEMBER)
    found = db.session.scalars(asked).first()
    if found is None:
        raise RuleBroken("not there")
    return found


def request_of(cell: str) -> deferrals.Deferral:
    found = deferrals.waiting([of(cell).id]).get(of(cell).id)
    if found is None:
        raise RuleBroken("nobody asked")
    return found


def sheet_of(cell: str) -> Evaluation:
    found = db.session.get(Evaluation, of(cell).id)
    if found is None:
        raise RuleBroken("not scored")
    return found


def register(cell: str, by: Acting, number: int) -> None:
    planned = datetime(2026, 9, 2 + number, 14, 0)
    made = Meeting(unit=there(cell), month=SEPTEMBER, type=MeetingType.REGULAR, place="Hội trường")
    made.planned_at = planned
    commands.register(made, by=by)


def report(cell: str, by: Acting, number: int) -> None:
    meeting = of(cell)
    meeting.started_at = datetime(2026, 9, 2 + number, 14, 0)
    meeting.ended_at = meeting.started_at + timedelta(minutes=60 + 10 * number)
    meeting.speakers, meeting.content = 1, f"Nội dung {number}"
    results.save_result(meeting, by=by)
    rollcall.roll_call(meeting, [], by=by)
    results.submit(meeting, by=by)


def score(cell: str, by: Acting, number: int) -> None:
    sheet = evaluations.open_evaluation(of(cell), by=by)
    points = {one.criterion_id: one.criterion.max_points - number for one in sheet.scores}
    evaluations.give_points(sheet, Layer.SELF, points, by=by)
    evaluations.submit(sheet, by=by)


def report_of(cell: str, by: Acting, number: int) -> Any:
    committee = (CELLS[cell], CELLS[cell], "ROOT", "P8", CELLS[cell], "ROOT")[number]
    return rollup.report_for(there(committee), SEPTEMBER, by=by)


def decided(number: int) -> Decision:
    day = DAYS[number % 3]
    return Decision(day, f"{number}-QĐ/ĐU", day)


def move(cell: str, by: Acting, number: int) -> None:
    to = ("NORTH", "SOUTH")[number // 3 % 2]
    units.move(seen_unit(cell), there(to), decided(number), by=by)


def move_section(cell: str, by: Acting, number: int) -> None:
    move("P8", by, number)


def cease(cell: str, by: Acting, number: int) -> None:
    # Never before the month: figures handed up would tell of a cell that was not there.
    units.cease(seen_unit(EMPTY[cell]), decided(1 + number % 2), by=by)


def found(cell: str, by: Acting, number: int) -> None:
    kind = db.session.get_one(UnitKind, "SUB_CELL")
    made = Unit(code=f"NEW{number}", name=f"Chi bộ mới {number}", short_name=f"Mới {number}")
    made.parent, made.kind, made.member_count = there(CELLS[cell]), kind, 0
    made.valid_from = DAYS[number % 3]
    units.establish(made, by=by)


def seen_unit(code: str) -> Unit:
    unit = there(code)
    if unit is None:
        raise RuleBroken("not there")
    return unit


Deed = Callable[[str, Acting, int], Any]
DEEDS: dict[str, tuple[str, str, Deed]] = {
    # name: screen, right, what is done to a cell by somebody with a number
    "register": ("Schedules", "add", register),
    "confirm": ("Schedules", "confirm", lambda c, by, n: commands.confirm(of(c), by=by)),
    "postpone": (
        "Schedules",
        "postpone",
        lambda c, by, n: commands.postpone(of(c), by=by, reason="Bão"),
    ),
    "not_held": (
        "Schedules",
        "not_held",
        lambda c, by, n: commands.not_held(of(c), by=by, reason="Bão"),
    ),
    "agree": ("Deferrals", "agree", lambda c, by, n: deferrals.agree(request_of(c), by=by)),
    "refuse": (
        "Deferrals",
        "refuse",
        lambda c, by, n: deferrals.refuse(request_of(c), by=by, reason="Họp được"),
    ),
    "register_again": (
        "Schedules",
        "edit",
        lambda c, by, n: commands.register_again(
            of(c), planned_at=datetime(2026, 9, 10 + n, 9, 0), by=by
        ),
    ),
    "report": ("Results", "submit", report),
    "return": (
        "Results",
        "return",
        lambda c, by, n: results.return_result(of(c), by=by, reason="Ghi thêm"),
    ),
    "approve": ("Results", "approve", lambda c, by, n: results.approve(of(c), by=by)),
    "lock": ("Results", "lock", lambda c, by, n: results.lock(of(c), by=by)),
    "score": ("Evaluations", "submit", score),
    "verify": ("Evaluations", "verify", lambda c, by, n: evaluations.verify(sheet_of(c), by=by)),
    "official": (
        "Evaluations",
        "make_official",
        lambda c, by, n: evaluations.make_official(sheet_of(c), by=by),
    ),
    "reopen": (
        "Evaluations",
        "reopen",
        lambda c, by, n: evaluations.reopen(sheet_of(c), by=by, reason="Chấm lại"),
    ),
    "hand_up": (
        "MonthlyReports",
        "submit",
        lambda c, by, n: rollup.submit(report_of(c, by, n), by=by, incomplete=True),
    ),
    "hand_back": (
        "MonthlyReports",
        "return",
        lambda c, by, n: rollup.return_(report_of(c, by, n), by=by, reason="Xem lại"),
    ),
    "accept": (
        "MonthlyReports",
        "accept",
        lambda c, by, n: rollup.accept(report_of(c, by, n), by=by),
    ),
    "amend": (
        "Amendments",
        "amend",
        lambda c, by, n: rollup.amend(of(c), {"speakers": n}, by=by, reason="Đếm nhầm"),
    ),
}
OF_UNITS: dict[str, tuple[str, str, Deed]] = {
    "move": ("Units", "move", move),
    "move_section": ("Units", "move", move_section),
    "cease": ("Units", "cease", cease),
    "found": ("Units", "add", found),
}
STEP = st.tuples(
    st.sampled_from(sorted(DEEDS)),
    st.sampled_from(CAST),
    st.sampled_from(sorted(CELLS)),
    st.integers(0, 5),
)
# Who reports and who moves cells meanwhile: no other deeds touch who is counted where.
TURN = st.one_of(
    st.tuples(
        st.sampled_from(("move", "move", "move_section", "cease", "found")),
        st.sampled_from(("admin", "admin", "clerk_north")),
        st.sampled_from(sorted(CELLS)),
        st.integers(0, 5),
    ),
    st.tuples(
        st.sampled_from(("hand_up", "hand_up", "hand_back")),
        st.sampled_from(("clerk_north", "clerk_south", "analyst")),
        st.sampled_from(sorted(CELLS)),
        st.integers(0, 5),
    ),
)
# A whole month as it should go, so that no run is only refusals.
WHOLE = [
    ("register", "clerk_north", "N8", 0),
    ("postpone", "clerk_north", "N8", 0),
    ("register_again", "clerk_north", "N8", 1),
    ("confirm", "clerk_north", "N8", 0),
    ("report", "clerk_north", "N8", 2),
    ("return", "analyst", "N8", 0),
    ("report", "clerk_north", "N8", 3),
    ("approve", "chief", "N8", 0),
    ("score", "clerk_north", "N8", 1),
    ("verify", "supervisor_north", "N8", 0),
    ("official", "analyst", "N8", 0),
    ("hand_up", "clerk_north", "N8", 0),
    ("hand_back", "analyst", "N8", 0),
    ("hand_up", "clerk_north", "N8", 0),
    ("accept", "analyst", "N8", 0),
    ("amend", "analyst", "N8", 5),
    ("hand_up", "analyst", "N8", 2),
]


@contextmanager
def rows_of(by: Acting) -> Iterator[None]:
    """Within the transaction, only the rows that ``by`` may see and write."""

    def tell(where: scope.Scope) -> None:
        given = {"low": where.low, "high": where.high, "account": str(where.account)}
        db.session.execute(scope._SET, given)

    tell(scope.branch(by.unit_path, account=by.account_id))
    try:
        yield
    finally:
        tell(scope.EVERYTHING)


def did(deed: str, username: str, cell: str, number: int) -> bool:
    """Try a deed as somebody; whether it was done."""
    screen, word, step = (DEEDS | OF_UNITS)[deed]
    by = who(username)
    if not may(RoleName[by.role], screen, word):
        return False
    session: Any = db.session
    try:
        with rows_of(by), session.begin_nested():
            step(cell, by, number)
            session.flush()
    except RuleBroken:
        session.expire_all()
        return False
    session.expire_all()
    return True


def seen() -> dict[str, tuple[Any, ...]]:
    """State, result, closing and facts of each cell's meeting."""
    found = {}
    for cell in CELLS:
        asked = text(
            f"SELECT state, result_state, {FACTS} FROM meeting WHERE unit_id = :unit AND month = :m"
        )
        row = db.session.execute(asked, {"unit": unit(cell).id, "m": SEPTEMBER}).one_or_none()
        if row is not None:
            found[cell] = (*row[:2], is_closed(unit(cell).path, SEPTEMBER), *row[2:])
    return found


def owed() -> Counter[tuple[int, str]]:
    asked = text("SELECT unit_id, stage FROM obligation WHERE month = :m AND state <> 'WITHDRAWN'")
    return Counter((row[0], row[1]) for row in db.session.execute(asked, {"m": SEPTEMBER}))


def kept() -> set[str]:
    """What is frozen and amended; a unit that moves takes its path along, no more."""
    tables = ("snapshot", "snapshot_row", "snapshot_part", "amendment")
    return {
        line
        for table in tables
        for line in db.session.scalars(
            text(f"SELECT '{table} ' || (to_jsonb(t) - 'unit_path')::text FROM {table} t")
        )
    }


def cells_then() -> Counter[str]:
    """The cells that existed in the month."""
    asked = text(
        "SELECT code FROM unit WHERE is_cell AND NOT is_practice AND valid_from <= '2026-09-30'"
        " AND (valid_to IS NULL OR valid_to > '2026-09-01')"
    )
    return Counter(db.session.scalars(asked))


def counted_once() -> None:
    """Every cell stands once in what the whole office has, live or in figures handed up."""
    rows = frozen.rows_now(unit("ROOT"), SEPTEMBER)
    parts = {row.part_id for row in rows if row.part_id}
    below = frozen.rows_of(sorted(parts | set(frozen.parts_of(sorted(parts)))))
    told = Counter(row.code for row in (*rows, *below) if row.is_cell)
    assert told == cells_then(), "every cell is counted once"
    whole = add_up(rows)
    assert whole.cells == told.total()
    assert whole.cells == (
        whole.counted + whole.waiting + whole.not_held + whole.postponed + whole.missing
    )
    assert add_up([row for row in (*rows, *below) if row.is_cell]).members == whole.members


def sound(deed: str, before: dict[str, tuple[Any, ...]]) -> None:
    """What holds after every deed, done or refused."""
    for cell, (state, result, closed, *facts) in seen().items():
        then = before.get(cell)
        if then is not None:
            stepped(then, (state, result), deed)
            if then[2] and closed and deed != "amend":
                assert facts == list(then[3:]), "a closed month changes by amendments alone"
        if ResultState[result] in REPORTED:
            assert state == ScheduleState.HELD.name
    assert periods.differing(SEPTEMBER, "/") == []
    assert frozen.differing(SEPTEMBER) == []
    for taken in db.session.scalars(select(Snapshot)):
        assert add_up(frozen.rows_of([taken.id])) == frozen.figures_of(taken)
    for code in COMMITTEES:
        found = frozen.report_of(unit(code).id, SEPTEMBER)
        if found is not None and found.state in HANDED:
            assert is_closed(unit(code).path, SEPTEMBER)


def stepped(then: tuple[Any, ...], now: tuple[str, str], deed: str) -> None:
    """No state is reached by a way that the tables of states do not hold."""
    state, result = ScheduleState[then[0]], ResultState[then[1]]
    if state.name != now[0]:
        assert schedule_can_become(state, ScheduleState[now[0]])
    if result.name != now[1]:
        reached = {"DRAFT", now[1]} if deed == "report" else {now[1]}
        freed = deed == "hand_back" and (result.name, now[1]) == ("LOCKED", "APPROVED")
        assert freed or any(result_can_become(result, ResultState[one]) for one in reached)


def played(steps: list[tuple[str, str, str, int]]) -> list[bool]:
    """All of them, one after the other; which were done."""
    done, all_owed, lines = [], owed(), kept()
    assert set(all_owed.values()) == {1}
    for deed, username, cell, number in steps:
        before = seen()
        done.append(did(deed, username, cell, number))
        if done[-1] and deed in OF_UNITS:
            # The tree is followed by opening again, as the nightly job does.
            open_(SEPTEMBER)
        if done[-1] and deed in {"cease", "found"}:
            # Who came owes, who is gone owes no more.
            all_owed = owed()
            assert set(all_owed.values()) == {1}
        sound(deed, before)
        counted_once()
        assert owed() == all_owed, "no obligation is lost or doubled"
        assert lines <= kept(), "what is frozen or amended stays as it was written"
        lines = kept()
    return done


@pytest.fixture
def month(app, system, monkeypatch) -> None:
    at_the_desk(monkeypatch)
    for code, committee in CELLS.items():
        cell = factories.new_unit(code, f"Chi bộ {code}", "SUB_CELL", unit(committee))
        factories._members(cell)
        empty = factories.new_unit(EMPTY[code], f"Chi bộ {code} cũ", "SUB_CELL", unit(committee))
        empty.member_count = 0
    section = factories.new_unit("P8", "Đảng bộ bộ phận", "SECTION_PC", unit("NORTH"))
    factories.new_unit("P81", "Chi bộ P81", "SUB_CELL", section)
    db.session.flush()
    open_(SEPTEMBER)


RANDOM = settings(
    max_examples=12,
    deadline=None,
    # Shrinking would play thousands of months.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def rolled_back(steps: Any) -> None:
    """Play the steps and leave the month as it was."""
    session: Any = db.session
    whole = session.begin_nested()
    try:
        played(steps)
    finally:
        whole.rollback()
        session.expire_all()


@pytest.mark.usefixtures("month")
@RANDOM
@given(steps=st.lists(STEP, min_size=10, max_size=25))
@example(steps=WHOLE)
def test_no_order_of_deeds_by_anybody_breaks_a_month(steps) -> None:
    rolled_back(steps)


# A cell moves back into the month: after its old superior has handed up, and after its new one.
BACKWARDS = [
    [("hand_up", "clerk_north", "N8", 0), ("move", "admin", "N8", 4)],
    [("hand_up", "clerk_south", "S8", 0), ("move", "admin", "N8", 4)],
    [("move", "admin", "N8", 5), ("hand_up", "clerk_north", "N8", 0)],
]
AFTERWARDS = [("hand_up", "clerk_north", "N8", 0), ("hand_up", "clerk_south", "S8", 0)]
AFTERWARDS += [("hand_back", "analyst", "N8", 0), ("hand_up", "clerk_north", "N8", 0)]
AFTERWARDS += [("hand_up", "analyst", "N8", 2)]


@pytest.mark.usefixtures("month")
@RANDOM
@given(steps=st.lists(st.one_of(TURN, TURN, STEP), min_size=8, max_size=16))
@example(steps=[*BACKWARDS[0], *AFTERWARDS])
@example(steps=[*BACKWARDS[1], *AFTERWARDS])
@example(steps=[*BACKWARDS[2], *AFTERWARDS])
def test_whoever_moves_ceases_or_is_founded_meanwhile_is_counted_once(steps) -> None:
    rolled_back(steps)


@pytest.mark.usefixtures("month")
def test_a_whole_month_goes_its_way() -> None:
    done = played(WHOLE)
    assert [step for step, was_done in zip(WHOLE, done, strict=True) if not was_done] == []
    assert db.session.scalar(text("SELECT count(*) FROM snapshot")) == 3
    assert Decimal(db.session.scalar(text("SELECT count(*) FROM amendment"))) == 1
