"""Opening a month: who owes what, nothing twice, only differences; and more time."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from app.core import months
from app.core.db import db
from app.dashboard.chase import boards
from app.deadlines.models import DeadlineRule, Holiday
from app.deadlines.rules import Shift, Stage
from app.meetings import commands as meetings
from app.meetings.models import ClosedMonth, Meeting
from app.meetings.rules import ResultState, ScheduleState
from app.periods import commands, queries
from app.periods.models import Extension, Obligation, Period
from app.periods.rules import Cause, Difference, Standing, State
from app.security.models import AuditEntry
from app.units import commands as units
from app.units.models import Unit
from app.units.rules import Decision
from tests.factories import FOUNDED, new_meeting, new_unit, unit
from tests.meetings import NOW, refused, who
from tests.periods import CELLS, OCTOBER, SEPTEMBER, open_, owed, states

pytestmark = pytest.mark.usefixtures("in_october", "system")
MET = NOW.replace(tzinfo=None)


def on(monkeypatch, day: date) -> None:
    monkeypatch.setattr("app.core.clock.today", lambda: day)


def owner(code: str) -> dict[str, object]:
    return {"unit_id": unit(code).id, "unit_path": unit(code).path}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_month_asks_six_things_of_cells_and_two_of_committees() -> None:
    done = open_()
    assert {stage.name: one.added for stage, one in done.stages.items()} == {
        **dict.fromkeys(CELLS, 4),
        "ROLL_UP": 3,
        "SUBMISSION": 2,
    }
    assert set(owed("N1")) == set(CELLS)
    assert set(owed("NORTH")) == {"ROLL_UP", "SUBMISSION"}
    # Nobody stands above the root to whom it could submit.
    assert set(owed("ROOT")) == {"ROLL_UP"}
    assert set(states("N1").values()) == {"OPEN"}


def test_the_usual_days() -> None:
    open_()
    days = {stage: row.due_on for stage, row in (owed("N1") | owed("NORTH")).items()}
    assert days == {
        "SCHEDULE": date(2026, 9, 25),
        "MEETING": date(2026, 10, 31),
        "RESULT": date(2026, 11, 2),
        "SELF_SCORE": date(2026, 11, 2),
        **dict.fromkeys(("VERIFICATION", "OFFICIAL", "ROLL_UP", "SUBMISSION"), date(2026, 11, 5)),
    }


def test_a_second_opening_touches_no_row() -> None:
    open_()
    marks = text("SELECT xmin::text || ctid::text FROM obligation ORDER BY id")
    before = db.session.scalars(marks).all()
    again = open_()
    assert again.stages == {}
    assert db.session.scalars(marks).all() == before
    assert count(Period) == 1


def test_a_finished_month_opens_finished() -> None:
    open_(SEPTEMBER)
    assert states("N1", SEPTEMBER) == {
        **dict.fromkeys(("SCHEDULE", "MEETING", "RESULT", "SELF_SCORE", "OFFICIAL"), "DONE"),
        "VERIFICATION": "WAIVED",
    }
    assert owed("N1", SEPTEMBER)["VERIFICATION"].cause is Cause.NOT_VERIFIED


def test_a_preview_tells_the_same_and_leaves_nothing() -> None:
    told = commands.would_open(unit("NORTH"), OCTOBER, by=who("clerk_north"))
    assert told.total.added == 14
    assert count(Obligation) == 0
    assert queries.heads("/", OCTOBER) == set()
    assert open_(code="NORTH") == told


class TestThreeDifferentThings:
    @pytest.fixture
    def meeting(self) -> Meeting:
        open_()
        return new_meeting(unit("N1"), OCTOBER, planned_at=MET)

    def put(self, meeting: Meeting, state: ScheduleState, reason: str) -> None:
        meeting.state, meeting.state_reason = state, reason
        db.session.flush()

    def test_postponed_with_permission(self, meeting, monkeypatch) -> None:
        self.put(meeting, ScheduleState.POSTPONED, "Bão")
        found = owed("N1")
        assert [found[one].state for one in CELLS] == [State.DONE, *[State.POSTPONED] * 5]
        assert found["MEETING"].why == "Bão"
        # It may still be held in the first ten days of November.
        assert found["MEETING"].due_on == date(2026, 11, 10)
        assert found["RESULT"].due_on == date(2026, 11, 12)
        on(monkeypatch, date(2026, 11, 10))
        assert found["MEETING"].standing is Standing.POSTPONED
        on(monkeypatch, date(2026, 11, 11))
        assert found["MEETING"].standing is Standing.OVERDUE

    def test_put_off_with_leave_it_is_not_late_on_its_new_day(self, meeting, monkeypatch) -> None:
        meetings.postpone(meeting, by=who("clerk_north"), reason="Bão")
        new_day = datetime(2026, 11, 5, 14, 0)
        meetings.register_again(meeting, planned_at=new_day, by=who("secretary_north"), at=NOW)
        db.session.flush()
        found = owed("N1")["MEETING"]
        assert (found.state, found.due_on) == (State.OPEN, date(2026, 11, 5))
        meeting.state = ScheduleState.HELD
        db.session.flush()
        assert owed("N1")["MEETING"].late_days == 0
        assert not open_().total.any

    def test_without_leave_a_meeting_of_the_next_month_is_late(self, meeting) -> None:
        meeting.planned_at = datetime(2026, 11, 5, 14, 0)
        self.put(meeting, ScheduleState.HELD, "")
        assert owed("N1")["MEETING"].late_days == 5

    def test_not_held_with_permission(self, meeting, monkeypatch) -> None:
        self.put(meeting, ScheduleState.NOT_HELD, "Lũ")
        found = owed("N1")
        assert [found[one].state for one in CELLS] == [State.DONE, *[State.EXCUSED] * 5]
        assert {found[one].why for one in CELLS[1:]} == {"Lũ"}
        on(monkeypatch, date(2027, 1, 1))
        assert {found[one].standing for one in CELLS[1:]} == {Standing.EXCUSED}

    def test_forgotten(self, monkeypatch) -> None:
        open_()
        found = owed("N2")
        assert found["SCHEDULE"].standing is Standing.OVERDUE
        assert found["SCHEDULE"].days_late == 10
        assert found["RESULT"].standing is Standing.PENDING
        on(monkeypatch, date(2026, 12, 1))
        assert {row.standing for row in found.values()} == {Standing.OVERDUE}


def test_late_is_counted_from_the_last_day_once_grace_is_over() -> None:
    rule = {"stage": Stage.RESULT, "offset_days": 2, "grace_days": 3, "valid_from": FOUNDED}
    db.session.add(DeadlineRule(**rule, **owner("NORTH")))
    sent = {"result_state": ResultState.SUBMITTED, "state": ScheduleState.HELD}
    for code, days in (("N1", 5), ("N2", 6), ("S1", 3)):
        sent_at = NOW + timedelta(days=days)
        new_meeting(unit(code), OCTOBER, planned_at=MET, submitted_at=sent_at, **sent)
    open_()
    results = {code: owed(code)["RESULT"] for code in ("N1", "N2", "S1")}
    assert {code: row.late_days for code, row in results.items()} == {"N1": 0, "N2": 4, "S1": 1}
    assert results["S1"].standing is Standing.DONE_LATE


class TestOpeningAgain:
    def test_a_new_cell_gets_its_rows_and_nobody_else_is_touched(self) -> None:
        open_()
        new_unit("N3", "Chi bộ Bắc Ba", "SUB_CELL", unit("NORTH"))
        assert open_().total == Difference(added=6)
        assert set(owed("N3")) == set(CELLS)

    def test_nobody_is_late_with_what_was_due_before_he_was_there(self) -> None:
        open_()
        founded = {"valid_from": date(2026, 10, 3)}
        db.session.execute(update(Unit).where(Unit.code == "N2").values(**founded))
        assert open_().total == Difference(changed=1)
        found = owed("N2")["SCHEDULE"]
        assert (found.due_on, found.standing) == (date(2026, 10, 31), Standing.PENDING)
        board = next(one for one in boards(OCTOBER, NOW.date()) if one.cell.code == "N2")
        assert (board.schedule.due, board.schedule.late) == (found.due_on, False)

    def test_a_cell_that_did_not_exist_is_withdrawn_and_kept(self) -> None:
        open_()
        db.session.execute(update(Unit).where(Unit.code == "N2").values(valid_to=SEPTEMBER))
        assert open_().total == Difference(withdrawn=6)
        assert set(states("N2").values()) == {"WITHDRAWN"}
        assert owed("N2")["RESULT"].cause is Cause.GONE
        assert not open_().total.any
        db.session.execute(update(Unit).where(Unit.code == "N2").values(valid_to=None))
        assert open_().total == Difference(changed=6)
        assert set(states("N2").values()) == {"OPEN"}

    def test_a_moved_cell_goes_by_the_days_of_its_new_superior(self) -> None:
        rule = {"stage": Stage.RESULT, "offset_days": 7, "valid_from": FOUNDED}
        db.session.add(DeadlineRule(**rule, **owner("SOUTH")))
        open_()
        assert owed("N1")["RESULT"].due_on == date(2026, 11, 2)
        decision = Decision(date(2026, 10, 2), "1-QĐ")
        units.move(unit("N1"), unit("SOUTH"), decision, by=who("admin"))
        assert owed("N1")["RESULT"].unit_path == unit("N1").path
        again = open_()
        assert {stage.name for stage in again.stages} == {"RESULT", "SELF_SCORE"}
        assert again.total == Difference(changed=2)
        assert owed("N1")["RESULT"].due_on == date(2026, 11, 7)

    def test_a_changed_rule_and_a_day_off_move_only_what_they_concern(self) -> None:
        open_()
        rule = DeadlineRule(
            stage=Stage.ROLL_UP,
            day_of_month=5,
            month_offset=1,
            shift=Shift.NEXT,
            valid_from=SEPTEMBER,
            **owner("ROOT"),
        )
        off = Holiday(day=date(2026, 11, 5), name="Nghỉ", **owner("ROOT"))
        db.session.add_all([rule, off])
        again = open_()
        assert {stage.name for stage in again.stages} == {
            *("VERIFICATION", "OFFICIAL", "ROLL_UP", "SUBMISSION")
        }
        assert owed("N1")["OFFICIAL"].due_on == date(2026, 11, 6)
        assert owed("ROOT")["ROLL_UP"].rule.id == rule.id

    def test_branch_and_whole_may_open_in_any_order(self) -> None:
        open_(code="NORTH")
        assert open_().total.added == 15
        assert not open_(code="NORTH").total.any
        assert not open_().total.any


def test_a_practice_unit_owes_nothing() -> None:
    db.session.execute(update(Unit).where(Unit.code == "S1").values(is_practice=True))
    open_()
    assert owed("S1") == {}


def test_below_a_closed_month_nothing_is_asked_any_more_until_it_is_opened_again() -> None:
    open_(SEPTEMBER)
    shut = {"month": SEPTEMBER, "closed_at": NOW, "closed_by": "x"}
    db.session.add(ClosedMonth(**shut, **owner("NORTH")))
    # To close is not to report: tests/rollup tells what fulfils these two.
    assert states("NORTH", SEPTEMBER) == {"ROLL_UP": "OPEN", "SUBMISSION": "OPEN"}
    above = ClosedMonth(**shut, **owner("ROOT"))
    db.session.add(above)
    for code in ("NORTH", "SOUTH"):
        assert states(code, SEPTEMBER) == {"ROLL_UP": "WAIVED", "SUBMISSION": "WAIVED"}
    assert owed("SOUTH", SEPTEMBER)["ROLL_UP"].cause is Cause.CLOSED_ABOVE
    assert states("ROOT", SEPTEMBER) == {"ROLL_UP": "OPEN"}
    above.reopened_at, above.reopened_by = NOW, "x"
    assert states("SOUTH", SEPTEMBER) == {"ROLL_UP": "OPEN", "SUBMISSION": "OPEN"}


def test_who_may_open_what() -> None:
    clerk = who("clerk_north")
    refused(lambda: commands.open_month(unit("SOUTH"), OCTOBER, by=clerk), "unit")
    refused(lambda: commands.open_month(unit("N1"), OCTOBER, by=clerk), "unit")
    refused(lambda: commands.open_month(None, OCTOBER, by=clerk), "unit")
    far = date(2027, 11, 1)
    refused(lambda: commands.open_month(unit("NORTH"), far, by=clerk), "month")
    commands.open_month(unit("NORTH"), OCTOBER, by=clerk)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "open_month")).one()
    done = {"added": 14, "changed": 0, "withdrawn": 0}
    assert (entry.username, entry.detail) == ("clerk_north", done)


class TestMoreTime:
    def give(self, row: Obligation, until: date, by: str = "clerk_north") -> Extension:
        made = Extension(obligation=row, until=until, reason="Máy hỏng")
        commands.give_time(made, by=who(by), at=NOW)
        return made

    def test_the_last_day_follows_and_the_history_stays(self) -> None:
        open_()
        until = date(2026, 10, 8)
        first = self.give(owed("N1")["SCHEDULE"], until)
        row = owed("N1")["SCHEDULE"]
        assert (row.due_on, row.late_after) == (until, until)
        assert first.due_before == date(2026, 9, 25)
        assert row.standing is Standing.PENDING
        self.give(row, date(2026, 10, 12))
        assert owed("N1")["SCHEDULE"].due_on == date(2026, 10, 12)
        assert count(Extension) == 2
        assert not open_().total.any
        assert owed("N2")["SCHEDULE"].due_on == date(2026, 9, 25)
        given = queries.extended([OCTOBER])[unit("N1").id]
        assert given == {(OCTOBER, Stage.SCHEDULE): date(2026, 10, 12)}

    def test_what_is_done_by_then_is_in_time(self) -> None:
        open_()
        self.give(owed("N1")["SCHEDULE"], date(2026, 10, 8))
        new_meeting(unit("N1"), OCTOBER, registered_at=NOW)
        assert owed("N1")["SCHEDULE"].late_days == 0
        new_meeting(unit("N2"), OCTOBER, registered_at=NOW)
        assert owed("N2")["SCHEDULE"].late_days == 10

    def test_not_for_oneself_not_for_strangers_not_for_what_is_done(self) -> None:
        open_()
        rows, until = (owed("N1"), owed("NORTH"), owed("S1")), date(2026, 12, 1)
        refused(lambda: self.give(rows[1]["ROLL_UP"], until), "obligation")
        refused(lambda: self.give(rows[2]["RESULT"], until), "obligation")
        refused(lambda: self.give(rows[0]["RESULT"], date(2026, 11, 2)), "until")
        refused(lambda: self.give(rows[0]["RESULT"], date(2028, 1, 1)), "until")
        new_meeting(unit("N1"), OCTOBER)
        refused(lambda: self.give(owed("N1")["SCHEDULE"], until), "obligation")
        self.give(rows[1]["ROLL_UP"], until, by="analyst")


def test_months_before_the_committee_was_founded_are_not_opened(monkeypatch) -> None:
    first = date(FOUNDED.year, FOUNDED.month, 1)
    said = refused(lambda: open_(months.add(first, -1)), "month")
    assert "01/2020" in said
    assert count(Period) == count(Obligation) == 0
    # What lies since then can be filled in later.
    assert open_(first).total.added
    young = unit("NORTH")
    young.valid_from = date(2026, 9, 15)
    db.session.flush()
    refused(lambda: commands.would_open(young, date(2026, 8, 1), by=who("clerk_north")), "month")
    assert commands.open_month(young, SEPTEMBER, by=who("clerk_north")).total.added
