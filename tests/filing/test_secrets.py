"""What bears the mark of a state secret is kept nowhere, neither in the tables nor in the draft."""

import re

import pytest
from sqlalchemy import select, text

from app.core.db import db
from app.evaluations.models import Score
from app.filing.models import FilingDraft
from app.meetings.models import Task
from app.meetings.rules import ResultState

MARKED = "Theo văn bản TUYỆT MẬT số 5"
FIELDS = ("place", "chair", "agenda", "content", "resolution_no")


def everything(world) -> str:
    """All that the database holds of meetings and drafts, as text."""
    with world.rows():
        found = []
        for table in ("meeting", "filing_draft", "task", "absence", "score", "audit_entry"):
            found += db.session.scalars(text(f"SELECT t::text FROM {table} t"))
        return "\n".join(found)


@pytest.mark.parametrize("mark", ["TUYỆT MẬT", "(Mật)", "tối mật"])
@pytest.mark.parametrize("name", FIELDS)
def test_the_draft_does_not_keep_it_and_says_so(world, window, name, mark):
    secretary = window("secretary_north")
    before = secretary.base[name]
    told = secretary.save(**{name: f"Đã bàn {mark}", "speakers": "4"}).json
    assert mark in told["refused"][name]
    assert "không được lưu" in told["refused"][name]
    assert told["values"][name] == before
    assert name not in told["errors"]
    assert mark not in everything(world)
    with world.rows() as row:
        assert row.speakers == 4
    # Whoever opens it next finds nothing of it.
    assert name not in secretary.look()["errors"]


def test_all_other_fields_are_kept_also_those_that_break_another_rule(world, window):
    told = window("secretary_north").save(
        content=MARKED, agenda=MARKED, place="Nhà văn hóa", speakers="viele", resolution_no="05-NQ"
    ).json  # fmt: skip
    assert set(told["refused"]) == {"content", "agenda"}
    assert told["errors"].keys() == {"speakers"}
    with world.rows() as row:
        assert (row.place, row.resolution_no, row.content) == ("Nhà văn hóa", "05-NQ", None)
    assert world.draft().entries.keys() == {"speakers"}


def test_what_is_not_of_its_kind_is_not_kept_either(world, window):
    """A number or a day is no place for it: that field breaks another rule first."""
    told = window("secretary_north").save(speakers="TUYỆT MẬT", held_on="(Mật)").json
    assert set(told["refused"]) == {"speakers", "held_on"}
    assert "MẬT" not in everything(world).upper()


def test_the_reason_of_an_absence(world, window):
    member = world.members[2]
    name = f"reason-{member}"
    told = window("secretary_north").save(**{f"member-{member}": "EXCUSED", name: MARKED}).json
    assert told["refused"].keys() == {name}
    assert told["values"][f"member-{member}"] == "EXCUSED"
    assert "TUYỆT MẬT số" not in everything(world)


def test_a_task_keeps_its_other_fields(world, window):
    secretary = window("secretary_north")
    told = secretary.save(
        task__nA__title=MARKED, task__nA__who="Trần Thị Bình", task__nA__due="20/10/2026"
    ).json
    assert told["refused"].keys() == {"task-nA-title"}
    assert told["values"]["task-nA-who"] == "Trần Thị Bình"
    assert MARKED not in everything(world)
    told = secretary.save(task__nA__title="Quyên góp").json
    assert told["errors"] == told["refused"] == {}
    with world.rows():
        task = db.session.scalars(select(Task)).one()
        assert (task.title, task.assignee) == ("Quyên góp", "Trần Thị Bình")
    told = secretary.save(task__nA__who=MARKED, task__nA__due="21/10/2026").json
    assert told["refused"].keys() == {"task-nA-who"}
    with world.rows():
        task = db.session.scalars(select(Task)).one()
        assert (task.assignee, task.due_on.day) == ("Trần Thị Bình", 21)


def test_a_note_beside_points_takes_no_points_along(world, window):
    secretary = window("secretary_north")
    first, second = sorted(secretary.look()["score"]["criteria"], key=int)
    told = secretary.save(
        **{
            f"points__{first}": "50",
            f"note__{first}": MARKED,
            f"points__{second}": "30",
            f"note__{second}": "Thiếu tài liệu",
        }
    ).json
    assert told["refused"].keys() == {f"note-{first}"}
    assert told["errors"] == {}
    with world.rows():
        scores = db.session.scalars(select(Score).where(Score.meeting_id == world.meeting)).all()
        assert {(one.self_points, one.note) for one in scores} == {
            (50, None),
            (30, "Thiếu tài liệu"),
        }


def test_it_is_not_sent_without_what_was_refused(world, window):
    secretary = window("secretary_north")
    body = secretary.body(**secretary.full(), content=MARKED)
    # The second is the first again, whose answer did not arrive.
    for _ in range(2):
        told = secretary.put(body, to="send").json
        assert (told["sent"], told["refused"].keys()) == (False, {"content"})
        with world.rows() as row:
            assert row.result_state is ResultState.DRAFT
    assert MARKED not in everything(world)
    assert secretary.send(**secretary.full(), content="Đã bàn").json["sent"] is True


def test_an_older_draft_lets_go_of_it_with_the_next_save(world, window):
    with world.rows() as row:
        entry = {"value": MARKED, "error": "…"}
        db.session.add(
            FilingDraft(
                meeting_id=row.id,
                unit_id=row.unit_id,
                unit_path=row.unit_path,
                entries={"content": entry},
                tasks={},
                acks=[],
                updated_by="x",
                updated_at=row.registered_at,
            )
        )
        db.session.commit()
    told = window("secretary_north").save(speakers="4").json
    assert told["refused"].keys() == {"content"}
    assert MARKED not in everything(world)


def test_without_scripts_the_page_holds_it_until_its_writer_changes_it(world, login):
    browser = login("secretary_north")
    form = {"place": "Nhà văn hóa", "content": MARKED, "speakers": "4"}
    for then in ("save", "send"):
        page = browser.post(f"/filing/{world.meeting}/", data=form | {"then": then})
        assert page.status_code == 200
        assert re.search(rf"<textarea[^>]*id=\"f-content\"[^>]*>{MARKED}</textarea>", page.text)
        beside = page.text.split('id="error-content"')[1].split("</p>")[0]
        assert "bí mật nhà nước" in beside
        assert MARKED not in everything(world)
    with world.rows() as row:
        assert (row.place, row.speakers) == ("Nhà văn hóa", 4)
        assert row.result_state is ResultState.DRAFT
    assert MARKED not in browser.get(f"/filing/{world.meeting}/").text
