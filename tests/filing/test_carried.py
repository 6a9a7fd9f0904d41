"""Tasks of earlier meetings in the filing: saved by field, nothing lost, asked before sending."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.core.db import db
from app.evaluations.models import Criterion
from app.meetings.models import Meeting, Task, TaskStatus
from app.meetings.rules import ResultState
from app.meetings.task_rules import TaskState
from tests.filing.test_page import fields_of


@pytest.fixture
def tasks(world) -> list[int]:
    """Two tasks that September's meeting gave, the first one late by two weeks."""
    with world.rows() as row:
        september = select(Meeting).filter_by(unit_id=row.unit_id, month=date(2026, 9, 1))
        before = db.session.scalars(september).one()
        keys = {"meeting_id": before.id, "unit_id": row.unit_id, "unit_path": row.unit_path}
        found = [
            Task(title="Rà soát hồ sơ", assignee="Trần Thị Bình", due_on=date(2026, 9, 20), **keys),
            Task(title="Quyên góp sách", **keys),
        ]
        db.session.add_all(found)
        db.session.commit()
        return [task.id for task in found]


def words(world) -> dict[int, tuple[TaskState, str | None]]:
    """What the meeting says of each task, by the database."""
    with world.rows() as row:
        found = select(TaskStatus).where(TaskStatus.meeting_id == row.id)
        return {one.task_id: (one.state, one.note) for one in db.session.scalars(found)}


def test_a_word_is_kept_at_once_and_can_be_said_otherwise(world, window, tasks):
    secretary, (first, second) = window("secretary_north"), tasks
    told = secretary.save(**{f"review-{first}-state": "OPEN", f"review-{first}-note": "Còn chờ"})
    assert told.json["errors"] == {}
    assert words(world) == {first: (TaskState.OPEN, "Còn chờ")}
    secretary.save(**{f"review-{first}-state": "DONE", f"review-{second}-state": "OPEN"})
    assert words(world) == {first: (TaskState.DONE, "Còn chờ"), second: (TaskState.OPEN, None)}


def test_giving_up_waits_in_the_draft_until_the_reason_is_there(world, window, tasks):
    secretary, (first, _second) = window("secretary_north"), tasks
    state, note = f"review-{first}-state", f"review-{first}-note"
    told = secretary.save(**{state: "NOT_DONE", "content": "Đã bàn"}).json
    assert "lý do" in told["errors"][state]
    assert (told["values"][state], words(world)) == ("NOT_DONE", {})
    told = secretary.save(**{note: "Không có kinh phí"}).json
    assert told["errors"] == {}
    assert words(world) == {first: (TaskState.NOT_DONE, "Không có kinh phí")}
    assert world.draft().entries == {}


@pytest.mark.parametrize("text", ["", "MAYBE", "1", "x" * 600])
def test_a_word_that_is_none_changes_nothing_and_breaks_nothing(world, window, tasks, text):
    secretary, (first, second) = window("secretary_north"), tasks
    secretary.save(**{f"review-{first}-state": "DONE"})
    told = secretary.save(**{f"review-{first}-state": text, f"review-{second}-note": text})
    assert told.status_code == 200
    assert words(world) == {first: (TaskState.DONE, None)}


def test_saying_it_twice_keeps_one_word(world, window, tasks):
    secretary, (first, _second) = window("secretary_north"), tasks
    body = secretary.body(**{f"review-{first}-state": "DONE"})
    for _again in range(3):
        assert secretary.put(body).status_code == 200
    assert words(world) == {first: (TaskState.DONE, None)}


def test_two_windows_that_say_differently_are_told(world, window, tasks):
    secretary, minutes = window("secretary_north"), window("minutes_north")
    name = f"review-{tasks[0]}-state"
    minutes.save(**{name: "DONE"})
    assert secretary.save(**{name: "OPEN"}).json["conflicts"] == {name: "DONE"}
    assert words(world) == {tasks[0]: (TaskState.DONE, None)}


def test_sending_is_refused_beside_the_task_and_nothing_is_lost(world, window, tasks):
    secretary, (first, second) = window("secretary_north"), tasks
    told = secretary.send(**secretary.full(), content="Đã bàn")
    assert told.status_code == 422
    assert "Rà soát hồ sơ" in told.json["errors"][f"review-{first}-state"]
    with world.rows() as row:
        assert (row.content, row.result_state) == ("Đã bàn", ResultState.DRAFT)
    secretary.base = secretary.look()["values"]
    told = secretary.send(**{f"review-{key}-state": "DONE" for key in (first, second)})
    assert told.json["sent"]
    assert len(words(world)) == 2


def test_the_share_done_scores_where_the_set_says_so(world, window, tasks):
    with world.rows():
        one = db.session.scalars(select(Criterion).where(Criterion.max_points == 40)).one()
        one.metric, one.standard = "task_completion", {"from": 100}
        key = str(one.id)
        db.session.commit()
    secretary, (first, second) = window("secretary_north"), tasks
    assert "Chưa đủ" in secretary.look()["score"]["criteria"][key]["why"]
    told = secretary.save(**{f"review-{first}-state": "DONE", f"review-{second}-state": "OPEN"})
    found = told.json["score"]["criteria"][key]
    assert (found["auto"], found["why"].partition(";")[0]) == ("", "1/2 nhiệm vụ kỳ trước đã xong")
    found = secretary.save(**{f"review-{second}-state": "DONE"}).json["score"]["criteria"][key]
    assert (found["auto"], found["why"].partition(";")[0]) == (
        "40",
        "2/2 nhiệm vụ kỳ trước đã xong",
    )


class TestPage:
    def test_each_open_task_is_asked_with_what_is_known_of_it(self, login, world, tasks):
        page = login("secretary_north").get(f"/filing/{world.meeting}/").text
        assert page.count("data-carried=") == 2
        for text in ("Rà soát hồ sơ", "Trần Thị Bình", "hạn 20/09/2026", "chậm 14 ngày"):
            assert text in page

    def test_without_tasks_nothing_is_there(self, login, world):
        page = login("secretary_north").get(f"/filing/{world.meeting}/").text
        assert "data-carried" not in page

    def test_without_scripts_it_is_refused_beside_its_task_and_then_sent(self, login, world, tasks):
        client = login("secretary_north")
        found = fields_of(client.get(f"/filing/{world.meeting}/").text)
        points = {name: "40" for name in found if name.startswith("points-")}
        page = client.post(f"/filing/{world.meeting}/", data=found | points | {"then": "send"}).text
        line = rf'data-error-of="review-{tasks[0]}-state" >.*?<span>([^<]+)'
        assert "Rà soát hồ sơ" in re.search(line, page)[1]
        said = {f"review-{key}-state": "DONE" for key in tasks}
        found = fields_of(client.get(f"/filing/{world.meeting}/").text)
        answer = client.post(f"/filing/{world.meeting}/", data=found | said | {"then": "send"})
        assert answer.status_code == 302
        with world.rows() as row:
            assert row.result_state is ResultState.SUBMITTED
