"""Obligations follow the facts inside the writing transaction, under the writer's own scope."""

from datetime import date, datetime, timedelta
from threading import Thread

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from app.core import clock, scope
from app.core.clock import OFFICE
from app.core.db import db
from app.deadlines.queries import timetable
from app.deadlines.rules import OF_CELLS, Stage, last_meeting_day
from app.evaluations import commands as evaluations
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState
from app.meetings import commands as meetings
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.periods.models import Obligation
from app.periods.rules import Cause, State
from tests.factories import new_meeting, rules_in_force, unit
from tests.meetings import NOW, who
from tests.periods import CELLS, OCTOBER, SEPTEMBER, open_, owed, states

MET = datetime(2026, 10, 4, 14, 0)


pytestmark = pytest.mark.usefixtures("in_october")


def meeting_of(code: str, month: date = SEPTEMBER) -> Meeting:
    asked = select(Meeting).where(Meeting.unit_id == unit(code).id, Meeting.month == month)
    return db.session.scalars(asked).one()


@pytest.mark.usefixtures("system")
class TestFacts:
    def test_a_month_that_nobody_opened_obliges_nobody(self) -> None:
        new_meeting(unit("N1"), OCTOBER)
        assert owed("N1") == {}

    def test_raw_rows_count_too(self) -> None:
        open_()
        new_meeting(unit("N1"), OCTOBER)
        db.session.execute(
            text("UPDATE meeting SET state = 'NOT_HELD', state_reason = 'Lũ' WHERE month = :m"),
            {"m": OCTOBER},
        )
        assert states("N1")["MEETING"] == "EXCUSED"

    def test_a_meeting_that_changes_its_month_leaves_the_old_one_open(self) -> None:
        open_()
        open_(date(2026, 11, 1))
        row = new_meeting(unit("N1"), OCTOBER)
        row.month = date(2026, 11, 1)
        assert states("N1")["SCHEDULE"] == "OPEN"
        assert states("N1", date(2026, 11, 1))["SCHEDULE"] == "DONE"

    def test_another_kind_of_meeting_fulfils_nothing(self) -> None:
        open_()
        new_meeting(unit("N1"), OCTOBER, type=MeetingType.EXTRAORDINARY)
        assert set(states("N1").values()) == {"OPEN"}

    def test_a_later_meeting_moves_what_counts_from_it(self) -> None:
        open_()
        row = new_meeting(unit("N1"), OCTOBER, planned_at=MET)
        assert owed("N1")["RESULT"].due_on == date(2026, 10, 6)
        row.planned_at = MET + timedelta(days=10)
        found = owed("N1")
        assert (found["RESULT"].counts_from, found["RESULT"].due_on) == (
            date(2026, 10, 14),
            date(2026, 10, 16),
        )
        assert found["OFFICIAL"].due_on == date(2026, 11, 5)

    def test_a_returned_result_is_owed_again_and_says_why(self) -> None:
        open_(SEPTEMBER)
        row = meeting_of("N1")
        row.result_state, row.return_reason = ResultState.RETURNED, "Thiếu kết luận"
        found = owed("N1", SEPTEMBER)["RESULT"]
        assert (found.state, found.why, found.done_at) == (State.RETURNED, "Thiếu kết luận", None)

    def test_a_reopened_score_is_owed_again_with_all_that_rests_on_it(self) -> None:
        open_(SEPTEMBER)
        score = db.session.get_one(Evaluation, meeting_of("N1").id)
        evaluations.reopen(score, by=who("clerk_north"), reason="Chấm lại")
        found = owed("N1", SEPTEMBER)
        assert (found["SELF_SCORE"].state, found["SELF_SCORE"].why) == (State.RETURNED, "Chấm lại")
        assert found["VERIFICATION"].state is State.OPEN
        assert found["OFFICIAL"].state is State.OPEN

    def test_what_means_nothing_to_obligations_asks_for_nothing(self, statements) -> None:
        open_(SEPTEMBER)
        row = meeting_of("N1")
        marks = text("SELECT xmin::text FROM obligation ORDER BY id")
        before = db.session.scalars(marks).all()
        row.place, row.content = "Chỗ khác", "Nội dung"
        db.session.flush()
        assert db.session.scalars(marks).all() == before


def test_what_the_owner_deletes_and_copies_counts_too(app) -> None:
    with app.app_context(), scope.system():
        open_()
        new_meeting(unit("N1"), OCTOBER)
        db.session.commit()
    address = make_url(app.config["DATABASE_OWNER_URL"]).set(drivername="postgresql")
    names = ", ".join(column.name for column in Meeting.__table__.columns)
    with (
        psycopg.connect(address.render_as_string(hide_password=False)) as raw,
        raw.cursor() as cursor,
    ):
        where = f"SELECT {names} FROM meeting WHERE month = '{OCTOBER}'"
        with cursor.copy(f"COPY ({where}) TO STDOUT") as out:
            lines = b"".join(bytes(one) for one in out)
        cursor.execute(f"DELETE FROM meeting WHERE month = '{OCTOBER}'")
        state = "SELECT state FROM obligation WHERE stage = 'SCHEDULE' AND done_at IS NOT NULL"
        assert cursor.execute(state).fetchall() == []
        with cursor.copy(f"COPY meeting ({names}) FROM STDIN") as into:
            into.write(lines)
        assert cursor.execute(state).fetchall() == [("DONE",)]


def test_a_secretary_registers_under_the_scope_of_his_cell(app) -> None:
    with app.app_context():
        with scope.system():
            open_()
            db.session.commit()
            secretary, path = who("secretary_north"), unit("N1").path
        with scope.entered(scope.branch(path)):
            role = db.session.execute(text("SELECT current_user, current_setting('is_superuser')"))
            assert role.one() == ("nep_app", "off")
            row = Meeting(
                unit=unit("N1"),
                month=OCTOBER,
                type=MeetingType.REGULAR,
                planned_at=MET,
                place="Hội trường",
            )
            meetings.register(row, by=secretary)
            db.session.commit()
            mine = db.session.scalars(select(Obligation.unit_id).distinct()).all()
            assert mine == [row.unit_id]
        with scope.system():
            found = owed("N1")
            assert (found["SCHEDULE"].state, found["SCHEDULE"].late_days) == (State.DONE, 10)
            assert states("N2")["SCHEDULE"] == "OPEN"


def test_nothing_of_another_branch_can_be_opened_or_read(app) -> None:
    with app.app_context():
        with scope.system():
            open_()
            db.session.commit()
            north, south = unit("NORTH").path, unit("SOUTH").path
        with scope.entered(scope.branch(south)):
            paths = db.session.scalars(select(Obligation.unit_path).distinct()).all()
            assert paths
            assert all(path.startswith(south) for path in paths)
            moved = db.session.execute(
                text("UPDATE obligation SET state = 'DONE' WHERE unit_path LIKE :p"),
                {"p": f"{north}%"},
            )
            assert moved.rowcount == 0


def test_two_writers_of_one_unit_do_not_undo_each_other(app) -> None:
    """One moves the day, the other scores: each writes only the half that it has changed."""
    with app.app_context():
        with scope.system():
            open_(SEPTEMBER)
            meeting = meeting_of("N1").id
            db.session.execute(
                text("UPDATE evaluation SET state = 'DRAFT' WHERE meeting_id = :m"), {"m": meeting}
            )
            db.session.commit()
        first, second = db.engine.connect(), db.engine.connect()
        for connection in (first, second):
            connection.execute(text("SELECT set_config('nep.scope_from', '/', false)"))
            connection.execute(text("SELECT set_config('nep.scope_to', '0', false)"))
            connection.commit()
        first.execute(
            text(
                "UPDATE meeting SET started_at = '2026-09-10 14:00',"
                " ended_at = '2026-09-10 16:00' WHERE id = :m"
            ),
            {"m": meeting},
        )

        def score() -> None:
            second.execute(
                text(
                    "UPDATE evaluation SET state = 'SELF_SCORED', self_scored_at = now()"
                    " WHERE meeting_id = :m"
                ),
                {"m": meeting},
            )
            second.commit()

        writer = Thread(target=score)
        writer.start()
        # It waits for the row whose day the first has moved and not yet committed.
        writer.join(1)
        assert writer.is_alive()
        first.commit()
        writer.join(30)
        for connection in (first, second):
            connection.close()
        with scope.system():
            found = owed("N1", SEPTEMBER)["SELF_SCORE"]
            assert (found.state, found.due_on) == (State.DONE, date(2026, 9, 12))


# What should stand there, said once more in Python: the database is compared with it.


def expected(month: date, meeting: Meeting | None, score: Evaluation | None, path: str):
    """State and days of each stage by the facts of one cell."""
    table = timetable(path, month)
    put_off = meeting is not None and meeting.state is ScheduleState.POSTPONED
    met = (meeting.started_at or meeting.planned_at).date() if meeting else None
    base = last_meeting_day(month) if put_off else met
    found = {}
    for stage in OF_CELLS:
        state = _state(stage, meeting, score)
        due = table.due(stage, month, base)
        days = [due.due_on, due.late_after]
        if state is State.POSTPONED:
            days = [max(day, last_meeting_day(month)) for day in days]
        found[stage.name] = (state, *days)
    return found


def _state(stage: Stage, meeting: Meeting | None, score: Evaluation | None) -> State:
    if meeting is None:
        return State.OPEN
    scored = score.state if score else None
    official = scored is EvaluationState.OFFICIAL
    done = {
        Stage.SCHEDULE: True,
        Stage.MEETING: meeting.state is ScheduleState.HELD,
        Stage.RESULT: meeting.result_state.name in {"SUBMITTED", "APPROVED", "LOCKED"},
        Stage.SELF_SCORE: scored not in {None, EvaluationState.DRAFT},
        Stage.VERIFICATION: scored is EvaluationState.VERIFIED
        or (official and score.verified_at is not None),
        Stage.OFFICIAL: official,
    }[stage]
    if done:
        return State.DONE
    if stage is Stage.VERIFICATION and official:
        return State.WAIVED
    if meeting.state in {ScheduleState.NOT_HELD, ScheduleState.POSTPONED}:
        return State.EXCUSED if meeting.state is ScheduleState.NOT_HELD else State.POSTPONED
    again = {
        Stage.RESULT: meeting.result_state is ResultState.RETURNED,
        Stage.SELF_SCORE: scored is EvaluationState.DRAFT and score.remark is not None,
    }
    return State.RETURNED if again.get(stage) else State.OPEN


facts = st.fixed_dictionaries(
    {
        "state": st.sampled_from(ScheduleState),
        "result_state": st.sampled_from(ResultState),
        "day": st.integers(0, 40),
        "score": st.none() | st.sampled_from(EvaluationState),
        "verified": st.booleans(),
        "remark": st.none() | st.just("Chấm lại"),
        "open_first": st.booleans(),
    }
)


@pytest.mark.usefixtures("system")
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(facts, min_size=1, max_size=3))
def test_any_facts_in_any_order_give_what_they_mean(steps) -> None:
    tried = db.session.begin_nested()
    cell, (_policy, criteria) = unit("N1"), rules_in_force()
    meeting = score = None
    for step in steps:
        if step["open_first"]:
            open_()
        planned = datetime(2026, 10, 1, 14, 0) + timedelta(days=step["day"])
        if meeting is None:
            meeting = new_meeting(cell, OCTOBER, planned_at=planned)
        meeting.state, meeting.result_state = step["state"], step["result_state"]
        meeting.planned_at = planned
        if step["score"] is not None and score is None:
            keys = {"meeting_id": meeting.id, "unit_id": cell.id, "unit_path": cell.path}
            score = Evaluation(**keys, criteria_set_id=criteria.id)
            db.session.add(score)
        if score is not None:
            score.state = step["score"] or score.state or EvaluationState.DRAFT
            score.remark = step["remark"]
            score.verified_at = NOW if step["verified"] else None
        db.session.flush()
    open_()
    found = owed("N1")
    assert {
        stage: (row.state, row.due_on, row.late_after) for stage, row in found.items()
    } == expected(OCTOBER, meeting, score, cell.path)
    assert (found["VERIFICATION"].cause is Cause.NOT_VERIFIED) is (
        found["VERIFICATION"].state is State.WAIVED
    )
    # What the triggers have written is what opening once more would write.
    assert open_().stages == {}
    assert set(found) == set(CELLS)
    tried.rollback()
    db.session.expire_all()


def test_the_office_counts_its_own_days(app) -> None:
    with app.app_context(), scope.system():
        open_()
        late = datetime(2026, 9, 25, 23, 30, tzinfo=OFFICE)
        new_meeting(unit("N1"), OCTOBER, registered_at=late.astimezone(clock.UTC))
        new_meeting(unit("N2"), OCTOBER, registered_at=late + timedelta(hours=1))
        assert owed("N1")["SCHEDULE"].late_days == 0
        assert owed("N2")["SCHEDULE"].late_days == 1
