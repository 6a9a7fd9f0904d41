"""The page of a filing: who opens it, what it begins with, and what it does without scripts."""

import re
from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType, ResultState
from app.people.models import Member
from tests import factories
from tests.filing.conftest import MORE
from tests.meetings import OCTOBER


def fields_of(page: str) -> dict[str, str]:
    """What a browser without scripts would send of the page's form."""
    found = {}
    for tag in re.findall(
        r"<input[^>]*>", re.sub(r"<template.*?</template>", "", page, flags=re.S)
    ):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attrs.get("type") in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if "name" in attrs:
            found[attrs["name"]] = attrs.get("value", "").replace("&#34;", '"')
    return found


def unexplained(page: str) -> list[str]:
    """The fields of result, numbers and tasks that point to no line of help that is there."""
    there = {key for key, text in re.findall(r'id="(help-[\w-]+)">([^<]+)<', page) if text.strip()}
    bare, form = [], page.partition("data-filing>")[2].partition("</form>")[0]
    for tag in re.findall(r"<(?:input|textarea)[^>]*>", form):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, told = attrs.get("name", ""), attrs.get("aria-describedby", "").split()
        # Members, agenda and points have a line above all of them, and the points their reasons.
        heaped = re.match(r"member-|reason-|agenda-|points-|note-|auto-", name)
        if attrs.get("type") != "hidden" and name and not heaped and not there & set(told):
            bare.append(name)
    return bare


@pytest.fixture
def page(login, world):
    def get(username: str = "secretary_north") -> str:
        answer = login(username).get(f"/filing/{world.meeting}/")
        assert answer.status_code == 200
        return answer.text

    return get


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("secretary_north", 200),
        ("minutes_north", 200),
        ("clerk_north", 200),
        ("analyst", 403),
        ("supervisor_north", 403),
        ("secretary_south", 404),
        ("clerk_south", 404),
    ],
)
def test_who_may_open_it(login, world, username, status):
    assert login(username).get(f"/filing/{world.meeting}/").status_code == status


@pytest.mark.parametrize("username", ["secretary_south", "clerk_south"])
def test_a_stranger_finds_no_such_filing(login, world, username):
    client, body = login(username), {"client": "x", "seq": 1, "changes": {"content": "x"}}
    assert client.get(f"/filing/{world.meeting}/draft").status_code == 404
    for name in ("draft", "send"):
        assert client.post(f"/filing/{world.meeting}/{name}", json=body).status_code == 404
    assert client.put(f"/filing/{world.meeting}/draft", json=body).status_code == 404
    assert world.draft() is None


def test_calls_of_an_ended_session_are_told_to_sign_in(app, world):
    client = app.test_client()
    body = {"client": "x", "seq": 1, "changes": {"content": "x"}, "base": {}}
    for method, name in (("get", "draft"), ("post", "draft"), ("put", "draft"), ("post", "send")):
        answer = getattr(client, method)(f"/filing/{world.meeting}/{name}", json=body)
        assert answer.status_code == 401
        assert answer.json["message"]


def test_a_role_that_only_reads_may_not_save(login, world):
    body = {"client": "x", "seq": 1, "changes": {"content": "x"}, "base": {}}
    answer = login("analyst").post(f"/filing/{world.meeting}/draft", json=body)
    assert answer.status_code == 403


def test_a_page_of_another_account_saves_nothing_under_this_one(login, world):
    body = {"client": "x", "seq": 1, "changes": {"content": "x"}, "base": {}, "account": 10**6}
    answer = login("secretary_north").post(f"/filing/{world.meeting}/draft", json=body)
    assert answer.status_code == 401
    assert world.draft() is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"client": "x"},
        {"client": "", "seq": 1},
        {"client": "x" * 61, "seq": 1},
        {"client": "x", "seq": 0},
        {"client": "x", "seq": True},
        {"client": "x", "seq": "1"},
        {"client": "x", "seq": 2**70},
        {"client": "x", "seq": 1, "changes": []},
        {"client": "x", "seq": 1, "changes": {"content": 5}},
        {"client": "x", "seq": 1, "changes": {"content": "x" * 20_001}},
        {"client": "x", "seq": 1, "changes": {"y" * 81: "x"}},
        {"client": "x", "seq": 1, "changes": {}, "base": {"content": None}},
    ],
)
def test_a_broken_body_is_refused(login, world, body):
    client = login("secretary_north")
    for name in ("draft", "send"):
        assert client.post(f"/filing/{world.meeting}/{name}", json=body).status_code == 400
    assert world.draft() is None


def test_strange_texts_do_no_harm(login, world):
    client, names = login("secretary_north"), ("held_on", "started", "speakers", "papers_posted_at")
    odd = ("\0", "\ud83d", "'; --", "9" * 5000, "٣", "-1", "1e9", "31/02/2026", "99:99", "<b>")
    for seq, text in enumerate(odd, 1):
        changes = dict.fromkeys((*names, "content", "task-n\0-title", "task--title"), text)
        changes[f"member-{world.members[0]}"] = text
        body = {"client": "odd", "seq": seq, "changes": changes, "base": client_base(client, world)}
        assert client.post(f"/filing/{world.meeting}/draft", json=body).status_code == 200
    assert client.get(f"/filing/{world.meeting}/").status_code == 200


def client_base(client, world):
    return client.get(f"/filing/{world.meeting}/draft").json["values"]


class TestBeginning:
    def test_times_place_and_chair_are_there_already(self, page, world):
        found = fields_of(page())
        # The month before took an hour and three quarters.
        assert (found["held_on"], found["started"], found["ended"]) == (
            "04/10/2026",
            "14:00",
            "15:45",
        )
        assert (found["place"], found["chair"]) == ("Hội trường", "Nguyễn Văn An")

    def test_everybody_is_present_and_who_is_away_is_not_counted(self, page, world):
        text = page()
        assert "15/15 = 100,0 %" in text
        found = fields_of(text)
        said = [found[f"member-{key}"] for key in world.members]
        assert said == ["PRESENT"] * 15 + ["EXEMPT", "TEMP_OUT"]

    def test_opening_it_writes_nothing(self, page, world):
        page()
        assert world.draft() is None
        with world.rows() as row:
            assert (row.result_state, row.started_at) == (ResultState.NONE, None)

    def test_the_agenda_offers_last_month_s_items_and_the_topic(self, page, world):
        with world.rows() as row:
            last = factories.new_meeting(
                row.unit, date(2026, 8, 1), agenda="Việc tháng Tám\nViệc khác"
            )
            assert last.id
            db.session.commit()
        world.change(type=MeetingType.COMBINED, topic="Chuyên đề học tập")
        text = page()
        assert "Chuyên đề học tập" in text
        assert "Việc tháng Tám" not in text  # September came between, without an agenda.

    def test_items_lose_the_numbers_they_had_last_month_and_come_once(self, page, world):
        with world.rows() as row:
            september = select(Meeting).filter_by(unit_id=row.unit_id, month=date(2026, 9, 1))
            before = db.session.scalars(september).one()
            before.agenda = "1. Thời sự\n2) Thảo luận\n- 30 ngày tới"
            db.session.commit()
        world.change(agenda="3. Thảo luận")
        offered = re.findall(r'name="agenda-item" value="([^"]+)"', page())
        assert offered == ["3. Thảo luận", "Thời sự", "30 ngày tới"]

    def test_every_field_says_what_is_asked_for(self, page, world):
        assert unexplained(page()) == []
        with world.rows() as row:
            row.unit.names_kept = False
            db.session.commit()
        assert unexplained(page()) == []

    def test_a_minute_taker_sees_no_points_and_no_sending(self, page):
        text = page("minutes_north")
        assert "data-criterion" not in text
        assert 'value="send"' not in text
        assert "Khi gửi, đồng chí xác nhận" not in text
        assert "rồi gửi." not in text
        assert "bí thư xem lại và gửi" in text

    def test_what_the_superior_said_stands_above(self, page, world):
        world.change(result_state=ResultState.RETURNED, return_reason="Ghi thêm số nghị quyết")
        assert "Ghi thêm số nghị quyết" in page()

    def test_a_meeting_still_to_come_is_filled_in_but_not_scored(self, page, world):
        world.change(planned_at=datetime(2026, 10, 28, 14, 0))
        assert "data-criterion" not in page()

    def test_a_unit_without_names_gets_numbers(self, page, world):
        with world.rows() as row:
            row.unit.names_kept = False
            row.unit.member_count = 17
            db.session.commit()
        found = fields_of(page())
        assert (found["on_roll"], found["present"]) == ("17", "17")

    def test_after_sending_it_says_what_happens_next(self, page, world):
        world.change(result_state=ResultState.SUBMITTED)
        text = page()
        assert "data-after" in text
        assert "data-filing>" not in text


class TestWithoutScripts:
    def test_the_whole_form_is_kept_with_one_press(self, login, world, page):
        client, found = login("secretary_north"), fields_of(page())
        member = world.members[1]
        found |= {f"member-{member}": "EXCUSED", f"reason-{member}": "Ốm", "speakers": "4"}
        found |= {"agenda-more": "Một\nHai", "then": "save"}
        answer = client.post(f"/filing/{world.meeting}/", data=found)
        assert answer.status_code == 302
        with world.rows() as row:
            assert (row.attended, row.due, row.speakers) == (14, 15, 4)
            assert row.agenda == "Một\nHai"
            assert row.duration_min == 105

    def test_it_is_sent_with_one_press(self, login, world, page):
        client, found = login("secretary_north"), fields_of(page())
        for name in found:
            if name.startswith("points-"):
                found[name] = "40" if found.get(name) != "60" else "60"
        answer = client.post(f"/filing/{world.meeting}/", data=found | {"then": "send"})
        assert answer.status_code == 302
        with world.rows() as row:
            assert row.result_state is ResultState.SUBMITTED
            assert (row.attended, row.due) == (15, 15)
        # The same form again, from the browser's history, sends nothing twice.
        again = client.post(f"/filing/{world.meeting}/", data=found | {"then": "send"})
        assert again.status_code == 200

    def test_a_broken_rule_comes_back_beside_its_field(self, login, world, page):
        client, found = login("secretary_north"), fields_of(page())
        member = world.members[1]
        found |= {f"member-{member}": "EXCUSED", "then": "send"}
        client.post(f"/filing/{world.meeting}/", data=found)
        text = client.get(f"/filing/{world.meeting}/").text
        assert re.search(rf'id="error-member-{member}" data-error-of="member-{member}" >', text)
        with world.rows() as row:
            assert row.result_state is ResultState.DRAFT

    def test_an_old_form_does_not_overwrite_what_came_between(self, login, world, page):
        client, found = login("secretary_north"), fields_of(page())
        world.change(resolution_no="09-NQ/CB")
        client.post(f"/filing/{world.meeting}/", data=found | {"speakers": "2", "then": "save"})
        with world.rows() as row:
            assert (row.resolution_no, row.speakers) == ("09-NQ/CB", 2)

    def test_a_minute_taker_cannot_send(self, login, world, page):
        found = fields_of(page("minutes_north")) | {"then": "send"}
        answer = login("minutes_north").post(f"/filing/{world.meeting}/", data=found)
        assert answer.status_code == 403


def test_opening_takes_the_same_statements_for_any_number_of_members(login, world, statements):
    client = login("secretary_north")
    client.get(f"/filing/{world.meeting}/")
    statements.clear()
    client.get(f"/filing/{world.meeting}/")
    before = len(statements)
    with world.rows() as row:
        where = {"unit_id": row.unit_id, "unit_path": row.unit_path}
        db.session.add_all(
            Member(full_name=f"{name} Hai", joined_on=factories.FOUNDED, **where) for name in MORE
        )
        db.session.commit()
    statements.clear()
    text = client.get(f"/filing/{world.meeting}/").text
    assert len(statements) == before <= 26
    assert text.count("data-line=") == 29


def test_october_is_the_month_of_these_tests(world):
    with world.rows() as row:
        assert row.month == OCTOBER
