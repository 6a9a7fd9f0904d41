"""Results and roll-calls: every step and every refusal."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.meetings import policies, results, rollcall
from app.meetings.models import Absence, ClosedMonth, Meeting, Task
from app.meetings.results import approve, lock, return_result, save_result, submit
from app.meetings.rollcall import Mark, count_heads, roll_call
from app.meetings.rules import (
    Attendance,
    HeadCounts,
    MeetingType,
    ResultState,
    ScheduleState,
)
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState
from app.security.models import AuditEntry
from tests.factories import new_meeting, unit
from tests.meetings import NOW, OCTOBER, refused, who

pytestmark = pytest.mark.usefixtures("system")

START = datetime.fromisoformat("2026-10-04 14:00")


def meeting_of(code: str = "N1", **values: object) -> Meeting:
    return new_meeting(unit(code), OCTOBER, **values)


def filled(code: str = "N1", **values: object) -> Meeting:
    """A meeting of which everything is entered but nothing sent."""
    meeting = meeting_of(code, started_at=START, ended_at=START + timedelta(minutes=95), **values)
    by = who("clerk_north" if code.startswith("N") else "clerk_south")
    save_result(meeting, by=by, at=NOW)
    roll_call(meeting, [], by=by)
    return meeting


def members(code: str = "N1") -> list[Member]:
    found = select(Member).where(Member.unit_id == unit(code).id).order_by(Member.name_key)
    return list(db.session.scalars(found))


def spell(member: Member, state: ActivityState) -> None:
    db.session.add(
        ActivitySpell(
            member_id=member.id,
            unit_id=member.unit_id,
            unit_path=member.unit_path,
            state=state,
            from_on=date(2026, 1, 1),
        )
    )
    db.session.flush()


class TestRollCall:
    def test_everybody_is_present_unless_said_otherwise(self) -> None:
        meeting = meeting_of()
        roll_call(meeting, [], by=who("secretary_north"))
        assert (meeting.attended, meeting.due, meeting.on_roll) == (5, 5, 5)
        assert meeting.result_state is ResultState.DRAFT
        assert meeting.absences == []

    def test_the_acceptance_scene_17_members_13_of_15(self) -> None:
        cell = unit("N1")
        for number in range(12):
            db.session.add(
                Member(
                    unit_id=cell.id,
                    unit_path=cell.path,
                    full_name=f"Đồng chí {number}",
                    joined_on=date(2020, 1, 1),
                )
            )
        db.session.flush()
        everyone = members()
        spell(everyone[0], ActivityState.EXEMPT)
        spell(everyone[1], ActivityState.TEMP_OUT)
        meeting = meeting_of()
        marks = [Mark(m.id, Attendance.EXCUSED, "Đi công tác") for m in everyone[2:4]]
        roll_call(meeting, marks, by=who("secretary_north"))
        assert (meeting.attended, meeting.due) == (13, 15)
        assert (meeting.on_roll, meeting.exempt, meeting.temp_out, meeting.excused) == (17, 1, 1, 2)
        assert {row.status for row in meeting.absences} == {
            Attendance.EXEMPT,
            Attendance.TEMP_OUT,
            Attendance.EXCUSED,
        }

    def test_calling_again_replaces_what_was_said(self) -> None:
        meeting, by = meeting_of(), who("secretary_north")
        first, second, *_rest = members()
        roll_call(meeting, [Mark(first.id, Attendance.UNEXCUSED)], by=by)
        roll_call(
            meeting,
            [Mark(first.id, Attendance.EXCUSED, "Ốm"), Mark(second.id, Attendance.UNEXCUSED)],
            by=by,
        )
        assert (meeting.attended, meeting.excused, meeting.unexcused) == (3, 1, 1)
        roll_call(meeting, [], by=by)
        left = select(func.count()).select_from(Absence).where(Absence.meeting_id == meeting.id)
        assert db.session.scalar(left) == 0

    def test_an_exempt_member_who_came_is_counted_on_both_sides(self) -> None:
        first = members()[0]
        spell(first, ActivityState.EXEMPT)
        meeting = meeting_of()
        roll_call(meeting, [Mark(first.id, Attendance.PRESENT)], by=who("secretary_north"))
        assert (meeting.attended, meeting.due, meeting.voluntary) == (5, 5, 1)
        assert [row.status for row in meeting.absences] == [Attendance.PRESENT]

    def test_a_guest_counts_as_temporary_here(self) -> None:
        spell(members()[0], ActivityState.TEMP_IN)
        meeting = meeting_of()
        roll_call(meeting, [], by=who("secretary_north"))
        assert (meeting.on_roll, meeting.temp_in, meeting.due) == (4, 1, 5)

    def test_who_has_left_or_not_yet_come_is_not_called(self) -> None:
        cell = unit("N1")
        gone, late, *_rest = members()
        gone.left_on, gone.left_reason = date(2026, 10, 4), next(iter(_reasons()))
        late.joined_on = date(2026, 10, 5)
        db.session.flush()
        meeting = new_meeting(cell, OCTOBER)
        roll_call(meeting, [], by=who("secretary_north"))
        assert meeting.on_roll == 3

    def test_a_committee_meeting_calls_the_committee(self) -> None:
        meeting = meeting_of(type=MeetingType.COMMITTEE)
        roll_call(meeting, [], by=who("secretary_north"))
        assert meeting.on_roll == 1

    def test_wrong_marks_are_refused_beside_the_member(self) -> None:
        meeting, by = meeting_of(), who("secretary_north")
        first, second, *_rest = members()
        spell(second, ActivityState.EXEMPT)
        stranger = members("S1")[0]
        key = f"member-{first.id}"
        for marks, field in (
            ([Mark(first.id, Attendance.EXCUSED)], key),
            ([Mark(first.id, Attendance.EXCUSED, "  ")], key),
            ([Mark(first.id, Attendance.EXCUSED, "x" * 251)], key),
            ([Mark(first.id, Attendance.EXEMPT)], key),
            ([Mark(second.id, Attendance.UNEXCUSED)], f"member-{second.id}"),
            ([Mark(first.id, Attendance.UNEXCUSED)] * 2, None),
            ([Mark(stranger.id, Attendance.UNEXCUSED)], None),
        ):
            refused(lambda marks=marks: roll_call(meeting, marks, by=by), field)

    def test_without_a_policy_nothing_is_counted(self) -> None:
        meeting = meeting_of()
        meeting.started_at = datetime.fromisoformat("2019-01-01 08:00")
        for member in members():
            member.joined_on = date(2018, 1, 1)
        by = who("secretary_north")
        assert "cách tính tỷ lệ dự" in refused(lambda: roll_call(meeting, [], by=by))

    def test_an_empty_roll_is_named(self) -> None:
        meeting = meeting_of()
        for member in members():
            member.joined_on = date(2027, 1, 1)
        by = who("secretary_north")
        refused(lambda: roll_call(meeting, [], by=by))

    def test_changing_the_day_counts_again_by_the_roll_of_that_day(self) -> None:
        meeting, by = meeting_of(), who("secretary_north")
        first, second, *_rest = members()
        roll_call(meeting, [Mark(first.id, Attendance.EXCUSED, "Ốm")], by=by)
        first.joined_on = date(2026, 10, 6)
        db.session.flush()
        meeting.started_at = datetime.fromisoformat("2026-10-05 08:00")
        save_result(meeting, by=by, at=NOW)
        assert (meeting.on_roll, meeting.excused, meeting.attended) == (4, 0, 4)
        assert second.id not in {row.member_id for row in meeting.absences}


class TestHeadCounts:
    @pytest.fixture
    def meeting(self) -> Meeting:
        unit("N1").names_kept = False
        return meeting_of()

    def test_numbers_are_counted_by_the_policy(self, meeting: Meeting) -> None:
        counts = HeadCounts(on_roll=17, exempt=1, temp_out=1, present=13, excused=2)
        count_heads(meeting, counts, by=who("secretary_north"))
        assert (meeting.attended, meeting.due) == (13, 15)

    def test_a_broken_rule_is_named_beside_the_number(self, meeting: Meeting) -> None:
        by = who("secretary_north")
        wrong = HeadCounts(on_roll=17, present=18)
        refused(lambda: count_heads(meeting, wrong, by=by), "present")
        refused(lambda: count_heads(meeting, HeadCounts(), by=by), "on_roll")
        refused(lambda: roll_call(meeting, [], by=by))

    def test_where_names_are_kept_numbers_are_refused(self) -> None:
        meeting, by = meeting_of("N2"), who("clerk_north")
        refused(lambda: count_heads(meeting, HeadCounts(on_roll=5, present=5), by=by))


class TestDraft:
    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"ended_at": START}, "ended_at"),
            ({"ended_at": START - timedelta(minutes=1)}, "ended_at"),
            ({"ended_at": START + timedelta(days=2)}, "ended_at"),
            ({"started_at": None, "ended_at": START}, "started_at"),
            (
                {
                    "started_at": datetime.fromisoformat("2026-09-30 14:00"),
                    "ended_at": datetime.fromisoformat("2026-09-30 15:00"),
                },
                "started_at",
            ),
            ({"papers_posted_at": datetime.fromisoformat("2026-10-05 10:01")}, "papers_posted_at"),
            ({"speakers": 6}, "speakers"),
            ({"speakers": -1}, "speakers"),
        ],
    )
    def test_impossible_entries_are_refused_beside_their_field(
        self, values: dict, field: str
    ) -> None:
        meeting, by = filled(), who("secretary_north")
        for name, value in values.items():
            setattr(meeting, name, value)
        with db.session.no_autoflush:
            refused(lambda: save_result(meeting, by=by, at=NOW), field)

    def test_only_what_changed_is_logged(self) -> None:
        meeting, by = filled(), who("secretary_north")
        db.session.refresh(meeting)
        meeting.content = "Nội dung"
        save_result(meeting, by=by, at=NOW)
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.detail) == ("save_result", {"changed": ["content"]})

    def test_a_meeting_not_held_has_no_result(self) -> None:
        meeting, by = meeting_of(state=ScheduleState.NOT_HELD), who("secretary_north")
        refused(lambda: save_result(meeting, by=by, at=NOW))
        refused(lambda: roll_call(meeting, [], by=by))

    @pytest.mark.parametrize("state", ["SUBMITTED", "APPROVED", "LOCKED"])
    def test_what_is_with_the_superior_is_not_written(self, state: str) -> None:
        meeting, by = filled(), who("clerk_north")
        meeting.result_state = ResultState[state]
        for step in (
            lambda: save_result(meeting, by=by, at=NOW),
            lambda: roll_call(meeting, [], by=by),
            lambda: submit(meeting, by=by, at=NOW),
            lambda: results.add_task(Task(meeting=meeting, title="Việc"), by=by),
        ):
            refused(step)


class TestSending:
    def test_a_complete_result_is_sent_approved_and_locked(self) -> None:
        meeting, cell, clerk = filled(), who("secretary_north"), who("clerk_north")
        submit(meeting, by=cell, at=NOW)
        assert (meeting.result_state, meeting.state) == (ResultState.SUBMITTED, ScheduleState.HELD)
        assert (meeting.submitted_at, meeting.submitted_by) == (NOW, "secretary_north")
        approve(meeting, by=clerk, at=NOW)
        assert (meeting.result_state, meeting.decided_by) == (ResultState.APPROVED, "clerk_north")
        lock(meeting, by=clerk, at=NOW)
        assert meeting.result_state is ResultState.LOCKED
        refused(lambda: return_result(meeting, by=clerk, reason="Thiếu", at=NOW))

    def test_a_returned_result_can_be_mended_and_sent_again(self) -> None:
        meeting, cell, clerk = filled(), who("secretary_north"), who("clerk_north")
        submit(meeting, by=cell, at=NOW)
        refused(lambda: return_result(meeting, by=clerk, reason=" "), "reason")

    def test_a_returned_result_says_why_until_it_is_sent_again(self) -> None:
        meeting, cell, clerk = filled(), who("secretary_north"), who("clerk_north")
        submit(meeting, by=cell, at=NOW)
        return_result(meeting, by=clerk, reason="Thiếu nghị quyết", at=NOW)
        assert (meeting.result_state, meeting.return_reason) == (
            ResultState.RETURNED,
            "Thiếu nghị quyết",
        )
        meeting.resolution_no = "05-NQ/CB"
        save_result(meeting, by=cell, at=NOW)
        assert meeting.result_state is ResultState.RETURNED
        submit(meeting, by=cell, at=NOW)
        assert (meeting.return_reason, meeting.decided_by) == (None, None)

    def test_an_incomplete_result_is_not_sent(self) -> None:
        by = who("secretary_north")
        bare = meeting_of()
        refused(lambda: submit(bare, by=by, at=NOW))
        bare.result_state = ResultState.DRAFT
        refused(lambda: submit(bare, by=by, at=NOW), "started_at")

    def test_a_meeting_that_goes_on_is_not_sent(self) -> None:
        meeting, by = filled(), who("secretary_north")
        early = datetime(2026, 10, 4, 8, 0, tzinfo=UTC)
        refused(lambda: submit(meeting, by=by, at=early), "ended_at")

    def test_without_roll_call_or_with_another_roll_nothing_is_sent(self) -> None:
        by = who("secretary_north")
        meeting = meeting_of(started_at=START, ended_at=START + timedelta(hours=1))
        save_result(meeting, by=by, at=NOW)
        refused(lambda: submit(meeting, by=by, at=NOW))

    def test_a_roll_that_changed_since_it_was_called_is_called_again(self) -> None:
        meeting, by = filled(), who("secretary_north")
        members()[0].joined_on = date(2027, 1, 1)
        db.session.flush()
        refused(lambda: submit(meeting, by=by, at=NOW))
        assert not rollcall.stands(meeting)

    def test_more_speakers_than_present_are_refused_at_sending_too(self) -> None:
        meeting, by = filled(), who("secretary_north")
        meeting.speakers = 4
        save_result(meeting, by=by, at=NOW)
        marks = [Mark(member.id, Attendance.UNEXCUSED) for member in members()[:2]]
        roll_call(meeting, marks, by=by)
        refused(lambda: submit(meeting, by=by, at=NOW), "speakers")

    def test_a_closed_month_takes_nothing_more(self) -> None:
        meeting, by = filled(), who("secretary_north")
        policies.close_month(
            ClosedMonth(unit=unit("NORTH"), month=OCTOBER),
            by=who("clerk_north"),
            at=datetime(2026, 11, 2, tzinfo=UTC),
        )
        for step in (
            lambda: submit(meeting, by=by, at=NOW),
            lambda: save_result(meeting, by=by, at=NOW),
            lambda: roll_call(meeting, [], by=by),
        ):
            refused(step, "month")

    def test_a_draft_is_not_approved(self) -> None:
        meeting, by = filled(), who("clerk_north")
        for step in (approve, lock):
            refused(lambda step=step: step(meeting, by=by))

    def test_a_postponed_meeting_that_took_place_after_all_is_held(self) -> None:
        meeting = filled(state=ScheduleState.POSTPONED, state_reason="Bão")
        submit(meeting, by=who("secretary_north"), at=NOW)
        assert (meeting.state, meeting.state_reason) == (ScheduleState.HELD, None)


class TestTasks:
    def test_a_task_belongs_to_the_unit_of_its_meeting(self) -> None:
        by = who("secretary_north")
        task = Task(meeting=filled(), title="Đọc nghị quyết")
        results.add_task(task, by=by)
        assert task.unit_path == unit("N1").path

    def test_a_foreign_meeting_takes_no_task(self) -> None:
        by = who("clerk_north")
        task = Task(meeting=filled("S1"), title="Việc")
        refused(lambda: results.add_task(task, by=by), "meeting")

    def test_once_sent_only_done_may_change(self) -> None:
        meeting, by = filled(), who("secretary_north")
        task = Task(meeting=meeting, title="Việc")
        results.add_task(task, by=by)
        submit(meeting, by=by, at=NOW)
        task.done = True
        results.change_task(task, by=by)
        task.title = "Việc khác"
        refused(lambda: results.change_task(task, by=by))

    @pytest.mark.parametrize("state", [ResultState.APPROVED, ResultState.LOCKED])
    @pytest.mark.parametrize("column", ["title", "assignee", "due_on"])
    def test_what_is_decided_and_closed_keeps_its_tasks_open_to_done(self, state, column) -> None:
        meeting, by = filled(), who("secretary_north")
        task = Task(meeting=meeting, title="Việc")
        results.add_task(task, by=by)
        submit(meeting, by=by, at=NOW)
        meeting.result_state = state
        keys = {"unit_id": unit("NORTH").id, "unit_path": unit("NORTH").path}
        db.session.add(ClosedMonth(month=OCTOBER, closed_at=NOW, closed_by="clerk_north", **keys))
        db.session.flush()
        task.done = True
        results.change_task(task, by=by)
        db.session.flush()
        assert task.done
        refused(lambda: results.add_task(Task(meeting=meeting, title="Nữa"), by=by), "month")
        refused(lambda: results.remove_task(task, by=by), "month")
        setattr(task, column, {"due_on": date(2026, 12, 1)}.get(column, "Khác"))
        refused(lambda: results.change_task(task, by=by), "month")


def _reasons() -> type:
    from app.people.rules import LeaveReason

    return LeaveReason
