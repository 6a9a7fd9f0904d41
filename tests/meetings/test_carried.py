"""Tasks of earlier meetings: which come up, what is said of them, and that it stays said."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.core import scope
from app.core.db import db
from app.evaluations import commands as evaluations
from app.evaluations.rules import Layer
from app.meetings import carried, results, rollcall
from app.meetings.models import Meeting, Task, TaskStatus
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.meetings.task_rules import TaskState, counts_as_due, days_late
from tests import rest
from tests.factories import new_meeting, unit
from tests.meetings import NOW, OCTOBER, at_the_desk, refused, who

SEPTEMBER, AUGUST = date(2026, 9, 1), date(2026, 8, 1)
START = datetime.fromisoformat("2026-10-04 14:00")
SAID = {"DONE": "", "OPEN": "Còn chờ số liệu", "NOT_DONE": "Không có kinh phí"}


def meeting_of(month: date, code: str = "N1") -> Meeting:
    found = select(Meeting).where(Meeting.unit_id == unit(code).id, Meeting.month == month)
    return db.session.scalars(found).first() or new_meeting(unit(code), month)


def task_of(meeting: Meeting, title: str = "Việc", **values: object) -> Task:
    keys = {"unit_id": meeting.unit_id, "unit_path": meeting.unit_path}
    row = Task(meeting_id=meeting.id, title=title, **keys, **values)
    db.session.add(row)
    db.session.flush()
    return row


def filled(code: str = "N1") -> Meeting:
    """October's meeting with all that sending needs but a word about tasks."""
    made, by = meeting_of(OCTOBER, code), who("clerk_north")
    made.started_at, made.ended_at = START, START + timedelta(minutes=95)
    results.save_result(made, by=by, at=NOW)
    rollcall.roll_call(made, [], by=by)
    return made


def say(meeting: Meeting, task: Task, name: str, note: str | None = None) -> TaskStatus:
    one = next(one for one in carried.of(meeting) if one.task.id == task.id)
    told = SAID[name] if note is None else note
    by = who("secretary_north")
    row = carried.review(meeting, one, TaskState[name], told, by=by, at=NOW)
    db.session.flush()
    return row


def titles(meeting: Meeting) -> list[str]:
    return [one.task.title for one in carried.of(meeting)]


class TestRules:
    @pytest.mark.parametrize(
        ("state", "due_on", "counts"),
        [
            (TaskState.OPEN, date(2026, 10, 3), True),
            (TaskState.OPEN, date(2026, 10, 4), True),
            (TaskState.OPEN, date(2026, 10, 5), False),
            (TaskState.OPEN, None, True),
            (TaskState.DONE, date(2026, 12, 1), True),
            (TaskState.NOT_DONE, date(2026, 12, 1), True),
        ],
    )
    def test_what_has_time_left_is_no_failure(self, state, due_on, counts) -> None:
        assert counts_as_due(state, due_on, date(2026, 10, 4)) is counts

    @pytest.mark.parametrize(
        ("state", "due_on", "days"),
        [
            (TaskState.OPEN, date(2026, 10, 1), 3),
            (TaskState.OPEN, date(2026, 10, 4), None),
            (TaskState.OPEN, None, None),
            (TaskState.DONE, date(2026, 10, 1), None),
        ],
    )
    def test_only_open_tasks_are_late(self, state, due_on, days) -> None:
        assert days_late(state, due_on, date(2026, 10, 4)) == days


@pytest.mark.usefixtures("system")
class TestWhichComeUp:
    def test_open_ones_of_all_earlier_months_and_of_this_unit_alone(self) -> None:
        task_of(meeting_of(AUGUST), "Cũ")
        task_of(meeting_of(SEPTEMBER), "Mới")
        task_of(meeting_of(SEPTEMBER, "N2"), "Của chi bộ khác")
        task_of(meeting_of(OCTOBER), "Của chính kỳ này")
        assert titles(meeting_of(OCTOBER)) == ["Cũ", "Mới"]

    def test_a_thematic_meeting_speaks_of_none(self) -> None:
        task_of(meeting_of(SEPTEMBER))
        thematic = new_meeting(unit("N1"), OCTOBER, type=MeetingType.THEMATIC)
        assert titles(thematic) == []

    def test_what_was_settled_since_the_last_meeting_is_shown_but_not_asked(self) -> None:
        task_of(meeting_of(AUGUST), "Xong từ lâu", state=TaskState.DONE)
        task_of(meeting_of(SEPTEMBER), "Vừa xong", state=TaskState.DONE)
        (one,) = carried.of(meeting_of(OCTOBER))
        assert (one.task.title, one.is_asked, one.state) == ("Vừa xong", False, TaskState.DONE)

    def test_a_month_not_held_hides_nothing_that_was_settled_meanwhile(self) -> None:
        july = meeting_of(date(2026, 7, 1))
        task_of(july, "Xong", state=TaskState.DONE)
        task_of(july, "Chưa xong")
        new_meeting(unit("N1"), AUGUST, state=ScheduleState.NOT_HELD, state_reason="Bão")
        september = meeting_of(SEPTEMBER)
        september.result_state = ResultState.RETURNED
        assert titles(september) == ["Xong", "Chưa xong"]

    def test_one_in_progress_comes_up_again_with_what_was_said(self) -> None:
        task, september = task_of(meeting_of(AUGUST)), meeting_of(SEPTEMBER)
        september.result_state = ResultState.RETURNED
        say(september, task, "OPEN")
        (one,) = carried.of(meeting_of(OCTOBER))
        assert one.before is not None
        assert (one.before.note, one.is_asked, one.state) == ("Còn chờ số liệu", True, None)
        say(meeting_of(OCTOBER), task, "DONE")
        assert titles(meeting_of(date(2026, 11, 1))) == []

    def test_what_a_later_meeting_settled_is_not_asked_of_an_earlier_one(self) -> None:
        task = task_of(meeting_of(AUGUST))
        say(meeting_of(OCTOBER), task, "OPEN")
        assert titles(meeting_of(SEPTEMBER)) == []

    def test_an_earlier_word_cannot_be_changed_once_a_later_meeting_has_spoken(self) -> None:
        task, september = task_of(meeting_of(AUGUST)), meeting_of(SEPTEMBER)
        september.result_state = ResultState.RETURNED
        say(september, task, "OPEN")
        say(meeting_of(OCTOBER), task, "DONE")
        refused(lambda: say(september, task, "NOT_DONE"), f"review-{task.id}-state")
        assert (task.state, [row.state for row in task.history]) == (
            TaskState.DONE,
            [TaskState.OPEN, TaskState.DONE],
        )


@pytest.mark.usefixtures("system")
class TestSaying:
    def test_it_is_written_once_and_holds_for_the_task(self) -> None:
        task, october = task_of(meeting_of(SEPTEMBER)), meeting_of(OCTOBER)
        row = say(october, task, "NOT_DONE")
        assert (task.state, task.note, task.done) == (TaskState.NOT_DONE, row.note, False)
        assert (row.said_by, row.unit_path) == ("secretary_north", unit("N1").path)
        assert october.result_state is ResultState.DRAFT

    def test_giving_up_needs_a_reason(self) -> None:
        task = task_of(meeting_of(SEPTEMBER))
        refused(lambda: say(meeting_of(OCTOBER), task, "NOT_DONE", ""), f"review-{task.id}-note")
        task.state = TaskState.NOT_DONE
        refused(lambda: results.change_task(task, by=who("clerk_north")), "note")

    @pytest.mark.parametrize("state", ["SUBMITTED", "APPROVED", "LOCKED"])
    def test_what_is_with_the_superior_stays_said(self, state: str) -> None:
        task, october = task_of(meeting_of(SEPTEMBER)), meeting_of(OCTOBER)
        row = say(october, task, "OPEN")
        october.result_state = ResultState[state]
        refused(lambda: say(october, task, "DONE"))
        task.done = True
        results.change_task(task, by=who("clerk_north"))
        db.session.flush()
        # What is known since then stands in the next month's table, not in this one's.
        assert (row.state, [one.state for one in carried.of(october)]) == (
            TaskState.OPEN,
            [TaskState.OPEN],
        )
        (later,) = carried.of(meeting_of(date(2026, 11, 1)))
        assert (later.is_asked, later.state) == (False, TaskState.DONE)

    def test_a_task_that_was_spoken_of_is_not_removed(self) -> None:
        september = meeting_of(SEPTEMBER)
        task = task_of(september)
        say(meeting_of(OCTOBER), task, "OPEN")
        september.result_state = ResultState.RETURNED
        refused(lambda: results.remove_task(task, by=who("clerk_north")))

    def test_done_can_be_read_and_set_as_before(self) -> None:
        task = task_of(meeting_of(SEPTEMBER), done=True)
        assert task.state is TaskState.DONE
        assert db.session.scalars(select(Task.id).where(Task.done)).all() == [task.id]
        task.done = False
        assert task.state is TaskState.OPEN


@pytest.mark.usefixtures("system")
class TestSending:
    def test_it_is_refused_until_each_open_task_has_a_word(self) -> None:
        first, second = (task_of(meeting_of(SEPTEMBER), title) for title in ("Một", "Hai"))
        october, by = filled(), who("secretary_north")
        text = refused(lambda: results.submit(october, by=by, at=NOW), f"review-{first.id}-state")
        assert "Một" in text
        # What a refused command had begun is rolled back with its transaction.
        october.result_state = ResultState.DRAFT
        say(october, first, "DONE")
        refused(lambda: results.submit(october, by=by, at=NOW), f"review-{second.id}-state")
        october.result_state = ResultState.DRAFT
        say(october, second, "OPEN")
        results.submit(october, by=by, at=NOW)
        assert october.result_state is ResultState.SUBMITTED

    def test_what_was_settled_elsewhere_is_written_into_the_table(self) -> None:
        task = task_of(meeting_of(SEPTEMBER), state=TaskState.DONE)
        october = filled()
        results.submit(october, by=who("secretary_north"), at=NOW)
        db.session.flush()
        assert [(one.task_id, one.state) for one in task.history] == [(task.id, TaskState.DONE)]

    def test_a_self_score_waits_for_it_too(self) -> None:
        task, october = task_of(meeting_of(SEPTEMBER)), filled()
        by = who("secretary_north")
        sheet = evaluations.open_evaluation(october, by=by)
        full = {one.criterion_id: one.criterion.max_points for one in sheet.scores}
        evaluations.give_points(sheet, Layer.SELF, full, {}, by=by)
        refused(lambda: evaluations.submit(sheet, by=by), f"review-{task.id}-state")
        say(october, task, "DONE")
        evaluations.submit(sheet, by=by)

    def test_the_share_done_counts_what_was_due(self) -> None:
        september = meeting_of(SEPTEMBER)
        tasks = [task_of(september, f"Việc {n}", due_on=date(2026, 9, 20)) for n in range(3)]
        tasks.append(task_of(september, "Còn hạn", due_on=date(2026, 12, 1)))
        october = meeting_of(OCTOBER)
        assert carried.completed(october) is None
        for task, name in zip(tasks, ("DONE", "DONE", "NOT_DONE", "OPEN"), strict=True):
            say(october, task, name)
        assert carried.completed(october) == carried.Completion(2, 3, 1)

    def test_a_month_without_tasks_asks_nothing(self) -> None:
        october = filled()
        assert carried.completed(october) is None
        results.submit(october, by=who("secretary_north"), at=NOW)


WORDS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([*SAID, "CLOSE", "REOPEN"])), max_size=12
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=WORDS)
def test_whatever_is_said_there_is_one_word_per_task_and_meeting(app, words) -> None:
    """The task is as its last word; saying the same again changes nothing; sent words stay."""
    with app.app_context(), scope.system():
        tasks = [task_of(meeting_of(SEPTEMBER), f"Việc {n}") for n in range(3)]
        october = meeting_of(OCTOBER)
        last: dict[int, TaskState] = {}
        for number, word in words:
            task = tasks[number]
            if word in SAID and october.result_state is not ResultState.SUBMITTED:
                for _again in range(2):
                    say(october, task, word)
                last[task.id] = TaskState[word]
                assert task.state is last[task.id]
            elif word == "CLOSE":
                october.result_state = ResultState.SUBMITTED
            elif word == "REOPEN":
                october.result_state = ResultState.RETURNED
            else:
                refused(lambda task=task, word=word: say(october, task, word)) if (
                    task.id in last
                ) else None
            db.session.flush()
            kept = db.session.execute(
                select(TaskStatus.task_id, TaskStatus.state).where(
                    TaskStatus.meeting_id == october.id
                )
            )
            rows = [(key, state) for key, state in kept]
            assert len(rows) == len(dict(rows))
            assert dict(rows) == last
        db.session.rollback()


@pytest.mark.usefixtures("system")
def test_a_task_of_which_a_sent_result_speaks_keeps_its_title() -> None:
    september = meeting_of(SEPTEMBER)
    september.result_state = ResultState.RETURNED
    task, october = task_of(september, "Rà soát sổ sách"), filled()
    say(october, task, "DONE")
    secretary = who("secretary_north")
    task.title = "Rà soát sổ sách đảng viên"
    results.change_task(task, by=secretary)
    results.submit(october, by=secretary, at=NOW)
    db.session.flush()
    task.title = "Việc khác"
    refused(lambda: results.change_task(task, by=secretary), "title")


class TestScreens:
    @pytest.fixture
    def keys(self, app, monkeypatch) -> tuple[int, int]:
        """October's meeting and September's task, 14 days late on the fourth."""
        at_the_desk(monkeypatch)
        with app.app_context(), scope.system():
            task = task_of(meeting_of(SEPTEMBER), "Rà soát sổ sách", due_on=date(2026, 9, 20))
            task_of(meeting_of(SEPTEMBER), "Muộn hơn", due_on=date(2026, 9, 1))
            october = filled()
            db.session.commit()
            return october.id, task.id

    def test_bulk_and_single_sending_say_what_is_missing(self, login, app, keys) -> None:
        meeting, _task = keys
        page = login("secretary_north").post(
            f"/results/action/submit/{meeting}", follow_redirects=True
        )
        assert "Muộn hơn" in page.text
        with app.app_context(), scope.system():
            assert db.session.get(Meeting, meeting).result_state is ResultState.DRAFT

    def test_the_overdue_stand_by_days_late_and_export_so(self, login, keys) -> None:
        clerk = login("clerk_north")
        page = clerk.get("/tasks/list/?quick=overdue").text
        assert page.index("Muộn hơn") < page.index("Rà soát sổ sách")
        assert ">15<" in page.replace(" ", "")
        assert clerk.get("/tasks/export?quick=overdue").status_code == 200
        for chip in ("open", "carried", "done", "given_up"):
            assert clerk.get(f"/tasks/list/?quick={chip}").status_code == 200

    def test_a_stranger_sees_none_of_it(self, login, token, app, keys) -> None:
        meeting, task = keys
        south = login("clerk_south")
        assert "Rà soát" not in south.get("/tasks/list/").text
        assert south.get(f"/tasks/show/{task}").status_code == 404
        answer = app.test_client().get(
            f"/api/v1/results/{meeting}/tasks", headers=token("clerk_south")
        )
        assert answer.status_code == 404

    def test_the_result_shows_start_and_outcome(self, login, app, keys) -> None:
        meeting, task = keys
        with app.app_context(), scope.system():
            row = db.session.get(Task, task)
            say(db.session.get(Meeting, meeting), row, "NOT_DONE")
            db.session.commit()
        page = login("clerk_north").get(f"/results/show/{meeting}").text
        for text in ("mới giao tháng 09/2026", "Không làm được", "Không có kinh phí", "chưa nêu"):
            assert text in page
        shown = login("clerk_north").get(f"/tasks/show/{task}").text
        assert "10/2026: Không làm được – Không có kinh phí" in shown

    def test_rest_tells_and_takes_words_and_sends_only_then(self, app, token, keys) -> None:
        meeting, task = keys
        client, headers = app.test_client(), token("secretary_north")
        address = f"/api/v1/results/{meeting}"

        def submit() -> int:
            body = rest.seen(client, headers, address)
            return client.post(f"{address}/submit", json=body, headers=headers).status_code

        assert submit() == 422
        told = client.get(f"{address}/tasks", headers=headers).json["tasks"]
        assert [(one["title"], one["state"]) for one in told] == [
            ("Muộn hơn", None),
            ("Rà soát sổ sách", None),
        ]

        def put(**word: object) -> int:
            body = rest.seen(client, headers, address) | {"tasks": [word]}
            return client.put(f"{address}/tasks", json=body, headers=headers).status_code

        assert put(task=task, state="NOT_DONE") == 422
        assert put(task=task, state="MAYBE") == 422
        assert put(task=10**9, state="DONE") == 422
        assert put(task=task, state="DONE") == 200
        assert put(task=told[0]["task"], state="NOT_DONE", note="Đã dừng") == 200
        assert submit() == 200
        assert put(task=task, state="OPEN") == 422

    def test_looking_takes_as_many_statements_for_many_tasks(
        self, login, app, keys, statements
    ) -> None:
        meeting, _task = keys
        client = login("clerk_north")
        client.get(f"/results/show/{meeting}")
        statements.clear()
        client.get(f"/results/show/{meeting}")
        before = len(statements)
        with app.app_context(), scope.system():
            for number in range(10):
                task_of(meeting_of(SEPTEMBER), f"Việc {number}")
            db.session.commit()
        statements.clear()
        client.get(f"/results/show/{meeting}")
        assert len(statements) == before


def test_the_application_cannot_delete_what_was_said(app) -> None:
    with app.app_context(), scope.system():
        say(meeting_of(OCTOBER), task_of(meeting_of(SEPTEMBER)), "DONE")
        with pytest.raises(Exception, match="permission denied"):
            db.session.query(TaskStatus).delete()
        db.session.rollback()
        assert db.session.scalar(select(func.count(TaskStatus.id))) == 0
