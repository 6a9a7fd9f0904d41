"""Saves of a filing: kept as far as they can be, once each, and never over somebody else's word."""

from sqlalchemy import select

from app.core.db import db
from app.evaluations.rules import EvaluationState
from app.filing import commands
from app.meetings.models import Absence, Meeting, Task
from app.meetings.rules import Attendance, ResultState, ScheduleState
from app.people.models import Member
from app.people.rules import LeaveReason
from app.security.models import AuditEntry


class TestKeeping:
    def test_good_fields_go_into_the_tables(self, world, window):
        secretary = window("secretary_north")
        told = secretary.save(
            held_on="04/10/2026",
            started="14:00",
            ended="15h45",
            chair="Trần Thị Bình N1",
            agenda="Thời sự\nNghị quyết",
            resolution_no="05-NQ/CB",
            minutes_present="1",
        )
        assert told.status_code == 200
        assert told.json["errors"] == {}
        with world.rows() as row:
            assert (row.duration_min, row.chair, row.resolution_no) == (
                105,
                "Trần Thị Bình N1",
                "05-NQ/CB",
            )
            assert row.agenda == "Thời sự\nNghị quyết"
            assert row.minutes_present
            assert row.result_state is ResultState.DRAFT
            assert row.state is ScheduleState.REGISTERED

    def test_the_counts_are_those_of_the_roll(self, world, window):
        first, second = world.members[1], world.members[3]
        told = window("secretary_north").save(
            **{
                f"member-{first}": "EXCUSED",
                f"reason-{first}": "Ốm",
                f"member-{second}": "EXCUSED",
                f"reason-{second}": "Đi công tác",
            }
        )
        assert told.json["share"] == "13/15 = 86,7 %"
        with world.rows() as row:
            assert (row.attended, row.due, row.excused, row.exempt, row.temp_out) == (
                13, 15, 2, 1, 1,
            )  # fmt: skip
            reasons = {
                line.member_id: line.reason
                for line in row.absences
                if line.status is Attendance.EXCUSED
            }
            assert reasons == {first: "Ốm", second: "Đi công tác"}

    def test_a_half_filled_absence_waits_in_the_draft_and_counts_already(self, world, window):
        member = world.members[2]
        secretary = window("secretary_north")
        told = secretary.save(**{f"member-{member}": "EXCUSED", "speakers": "3"}).json
        assert "lý do" in told["errors"][f"member-{member}"]
        assert told["share"] == "14/15 = 93,3 %"
        assert told["values"][f"member-{member}"] == "EXCUSED"
        with world.rows() as row:
            assert row.speakers == 3
            assert row.attendance_policy_id is None
        told = secretary.save(**{f"reason-{member}": "Ốm"}).json
        assert told["errors"] == {}
        with world.rows() as row:
            assert (row.attended, row.due) == (14, 15)
        assert world.draft().entries == {}

    def test_each_broken_rule_keeps_only_its_own_field_out(self, world, window):
        told = window("secretary_north").save(
            held_on="04/10/2026", started="14:00", ended="13:00", speakers="viele",
            papers_posted_at="gestern", resolution_no="x" * 61, content="Đã bàn",
        ).json  # fmt: skip
        assert {"ended", "speakers", "papers_posted_at", "resolution_no"} == {
            name for name, text in told["errors"].items() if text
        }
        assert told["values"]["ended"] == "13:00"
        with world.rows() as row:
            assert row.content == "Đã bàn"
            assert row.started_at is not None
            assert row.ended_at is None

    def test_who_came_although_not_due_counts_on_both_sides(self, world, window):
        exempt = world.members[-2]
        told = window("secretary_north").save(**{f"member-{exempt}": "PRESENT"}).json
        assert told["share"] == "16/16 = 100,0 %"

    def test_tasks_come_change_and_go(self, world, window):
        secretary = window("secretary_north")
        told = secretary.save(
            task__nA__title="Quyên góp", task__nA__who="Trần Thị Bình", task__nA__due="20/10/2026"
        ).json
        assert told["values"]["task-nA-due"] == "20/10/2026"
        told = secretary.save(task__nA__title="Quyên góp sách", task__nB__who="Ai đó").json
        assert told["errors"]["task-nB-who"]
        with world.rows() as row:
            assert [(task.title, task.assignee) for task in row.tasks] == [
                ("Quyên góp sách", "Trần Thị Bình")
            ]
        told = secretary.save(task__nA__gone="1", task__nB__gone="1").json
        assert not any(name.startswith("task-") for name in told["values"])
        with world.rows() as row:
            assert row.tasks == []

    def test_a_unit_without_names_types_numbers(self, world, window):
        with world.rows() as row:
            row.unit.names_kept = False
            db.session.commit()
        secretary = window("secretary_north")
        zero = dict.fromkeys(("temp_in", "special_duty", "voluntary", "unexcused"), "0")
        told = secretary.save(
            on_roll="17", exempt="1", temp_out="1", present="13", excused="2", **zero
        ).json
        assert (told["errors"], told["share"]) == ({}, "13/15 = 86,7 %")
        told = secretary.save(present="14").json
        assert told["errors"]["present"]
        with world.rows() as row:
            assert (row.attended, row.due) == (13, 15)

    def test_texts_are_tidied_and_strange_fields_ignored(self, world, window):
        told = window("secretary_north").save(
            content="  Hoà\u0300\u200b ", registered_by="x", member__999999="EXCUSED", unit_id="1"
        )
        assert told.status_code == 200
        with world.rows() as row:
            assert row.registered_by == "factory"
            assert row.absences == []

    def test_the_deed_stands_in_the_audit_log_and_on_behalf_of_the_cell(self, world, window):
        window("clerk_north").save(content="Nhập thay")
        with world.rows() as row:
            entry = db.session.scalars(
                select(AuditEntry).where(AuditEntry.subject_id == row.id).order_by(AuditEntry.id)
            ).all()[-1]
            assert (entry.username, entry.action) == ("clerk_north", "save_result")
            assert entry.detail["on_behalf"]


class TestOnce:
    def test_a_repeated_save_answers_the_same_and_does_nothing(self, world, window):
        secretary = window("secretary_north")
        body = secretary.body(task__nA__title="Một việc", content="Một", speakers="x")
        first = secretary.put(body).json
        second = secretary.put(body).json
        third = secretary.put(body).json
        volatile = {"token", "saved_at"}
        told = [{k: v for k, v in one.items() if k not in volatile} for one in (second, third)]
        assert told[0] == told[1]
        assert {k: v for k, v in first.items() if k not in volatile} == told[0]
        with world.rows() as row:
            assert len(row.tasks) == 1

    def test_a_save_that_arrives_late_does_nothing(self, world, window):
        secretary = window("secretary_north")
        late = secretary.body(content="Một")
        secretary.save(content="Hai")
        told = secretary.put(late)
        assert told.status_code == 200
        assert told.json["values"]["content"] == "Hai"

    def test_a_lost_answer_may_be_asked_for_again_before_the_next_save(self, world, window):
        secretary = window("secretary_north")
        lost = secretary.body(content="A", task__n1__title="Việc")
        secretary.client.post(f"/filing/{world.meeting}/draft", json=lost)
        secretary.put(lost)
        told = secretary.save(content="B").json
        assert (told["values"]["content"], told["conflicts"]) == ("B", {})

    def test_browsers_are_forgotten_in_time(self, world, window):
        for number in range(45):
            one = window("secretary_north")
            one.save(content=f"Lần {number}")
        assert len(world.draft().acks) == 40


class TestTogether:
    def test_different_fields_of_two_people_both_stay(self, world, window):
        secretary, clerk = window("secretary_north"), window("minutes_north")
        clerk.save(resolution_no="01-NQ/CB")
        told = secretary.save(content="Đã bàn").json
        assert told["conflicts"] == {}
        assert told["values"]["resolution_no"] == "01-NQ/CB"

    def test_the_same_field_is_told_with_both_values_and_nothing_is_overwritten(
        self, world, window
    ):
        secretary, minutes = window("secretary_north"), window("minutes_north")
        minutes.save(content="Của thư ký", speakers="4")
        told = secretary.save(content="Của bí thư", resolution_no="02").json
        assert told["conflicts"] == {"content": "Của thư ký"}
        with world.rows() as row:
            assert (row.content, row.resolution_no) == ("Của thư ký", "02")
        # Having seen it, the secretary keeps his own.
        told = secretary.save(content="Của bí thư").json
        assert told["conflicts"] == {}
        with world.rows() as row:
            assert row.content == "Của bí thư"

    def test_the_same_word_twice_is_no_conflict(self, world, window):
        secretary, minutes = window("secretary_north"), window("minutes_north")
        minutes.save(content="Như nhau")
        assert secretary.save(content="Như nhau").json["conflicts"] == {}

    def test_a_change_by_another_screen_counts_too(self, world, window):
        secretary = window("secretary_north")
        world.change(content="Từ nơi khác")
        assert secretary.save(content="Của bí thư").json["conflicts"] == {"content": "Từ nơi khác"}

    def test_a_member_who_left_the_roll_meanwhile_is_no_obstacle(self, world, window):
        secretary, member = window("secretary_north"), world.members[5]
        body = secretary.body(**{f"member-{member}": "UNEXCUSED", "content": "Vẫn giữ"})
        with world.rows():
            row = db.session.get(Member, member)
            row.left_on, row.left_reason = row.joined_on, LeaveReason.TRANSFERRED
            db.session.commit()
        told = secretary.put(body)
        assert told.status_code == 200
        assert told.json["share"] == "14/14 = 100,0 %"


class TestSending:
    def test_the_result_and_the_self_score_go_together(self, world, window):
        secretary = window("secretary_north")
        told = secretary.send(**secretary.full())
        assert told.json.get("message") is None
        assert told.json["sent"] is True
        assert told.json["state"] == "SUBMITTED"
        with world.rows() as row:
            assert row.result_state is ResultState.SUBMITTED
            assert (row.attended, row.due, row.submitted_by) == (15, 15, "secretary_north")
            assert row.state is ScheduleState.HELD
        found = world.evaluation()
        assert (found.state, found.self_total) == (EvaluationState.SELF_SCORED, 100)

    def test_sending_twice_yields_one_result(self, world, window):
        secretary = window("secretary_north")
        body = secretary.body(task__nA__title="Một việc", **secretary.full())
        answers = [secretary.put(body, to="send") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert all(answer.json["sent"] for answer in answers)
        with world.rows() as row:
            found = select(Meeting.id).where(
                Meeting.unit_id == row.unit_id, Meeting.month == row.month
            )
            assert db.session.scalars(found).all() == [row.id]
            assert len(db.session.scalars(select(Task).where(Task.meeting_id == row.id)).all()) == 1
            sent = select(AuditEntry).where(
                AuditEntry.subject_id == row.id,
                AuditEntry.subject == "meeting",
                AuditEntry.action == "submit",
            )
            assert len(db.session.scalars(sent).all()) == 1

    def test_a_death_between_keeping_and_sending_is_made_good(self, world, window, monkeypatch):
        secretary = window("secretary_north")
        body = secretary.body(**secretary.full())
        real = commands.send

        def dies(*_args, **_kwargs):
            raise RuntimeError

        monkeypatch.setattr(commands, "send", dies)
        assert secretary.put(body, to="send").status_code == 500
        monkeypatch.setattr(commands, "send", real)
        told = secretary.put(body, to="send")
        assert (told.status_code, told.json["sent"]) == (200, True)

    def test_what_is_missing_is_named_and_the_rest_is_kept(self, world, window):
        secretary = window("secretary_north")
        given = {k: v for k, v in secretary.full().items() if not k.startswith("points")}
        told = secretary.send(content="Đã bàn", **given)
        assert told.status_code == 422
        assert set(told.json["errors"]) == {
            f"points-{key}" for key in told.json["score"]["criteria"]
        }
        with world.rows() as row:
            assert (row.content, row.result_state) == ("Đã bàn", ResultState.DRAFT)

    def test_nothing_unfinished_is_sent(self, world, window):
        secretary, member = window("secretary_north"), world.members[4]
        told = secretary.send(**secretary.full(), **{f"member-{member}": "EXCUSED"})
        assert told.status_code == 422
        assert f"member-{member}" in told.json["errors"]

    def test_what_somebody_else_sent_is_told(self, world, window):
        secretary, clerk = window("secretary_north"), window("clerk_north")
        clerk.send(**clerk.full())
        told = secretary.save(content="Muộn rồi")
        assert told.status_code == 409
        assert told.json["open"] is False
        assert told.json["message"]

    def test_a_returned_result_is_mended_and_sent_again(self, world, window):
        secretary = window("secretary_north")
        old = secretary.body(**secretary.full())
        assert secretary.put(old, to="send").json["sent"]
        world.change(result_state=ResultState.RETURNED, return_reason="Thiếu số")
        told = secretary.put(old, to="send")
        assert told.json["state"] == "RETURNED"
        told = secretary.send(resolution_no="07-NQ/CB")
        assert told.json["state"] == "SUBMITTED"
        with world.rows() as row:
            assert row.resolution_no == "07-NQ/CB"

    def test_a_minute_taker_types_but_does_not_send(self, world, window):
        minutes = window("minutes_north")
        assert minutes.save(content="Ghi biên bản").status_code == 200
        assert minutes.look()["score"] is None
        assert minutes.send().status_code == 403
        with world.rows() as row:
            assert row.result_state is ResultState.DRAFT


def test_absences_kept_elsewhere_are_shown(world, window):
    member = world.members[1]
    with world.rows() as row:
        db.session.add(
            Absence(
                meeting_id=row.id,
                member_id=member,
                unit_id=row.unit_id,
                unit_path=row.unit_path,
                status=Attendance.UNEXCUSED,
            )
        )
        db.session.commit()
    values = window("secretary_north").look()["values"]
    assert values[f"member-{member}"] == "UNEXCUSED"
