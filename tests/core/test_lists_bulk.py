"""What is done to several rows is shown first, found by trying, and done to just these rows."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import func, select

from app.core import bulk, scope
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import ResultState, ScheduleState
from app.security.models import Account, Assignment, AuditEntry
from app.units import commands as units
from app.units.rules import Decision
from tests import factories
from tests.meetings import who

MONTH = date(2026, 8, 1)


@pytest.fixture
def sent(app) -> dict[str, list[int]]:
    """Results of N1 and N2: some sent, one still a draft; and one of the south."""
    with app.app_context(), scope.system():
        made = {"sent": [], "draft": [], "south": []}
        for number in range(4):
            row = factories.new_meeting(
                factories.unit("N1" if number % 2 else "N2"),
                date(2026, 1 + number, 1),
                state=ScheduleState.HELD,
                result_state=ResultState.SUBMITTED,
            )
            made["sent"].append(row.id)
        draft = factories.new_meeting(
            factories.unit("N1"), date(2026, 6, 1), result_state=ResultState.DRAFT
        )
        south = factories.new_meeting(
            factories.unit("S1"), date(2026, 6, 1), result_state=ResultState.SUBMITTED
        )
        made["draft"], made["south"] = [draft.id], [south.id]
        db.session.commit()
        return made


def states(app, keys) -> list[ResultState]:
    with app.app_context(), scope.system():
        found = select(Meeting.result_state).where(Meeting.id.in_(keys)).order_by(Meeting.id)
        return list(db.session.scalars(found))


def entries(app) -> int:
    with app.app_context(), scope.system():
        return db.session.scalar(select(func.count()).select_from(AuditEntry))


def choose(client, keys, action="approve", address="/results/action_post", **more):
    data = {"action": action, "rowid": [str(key) for key in keys], **more}
    return client.post(address, data=data)


def agreed(page: str) -> str:
    found = re.search(r'name="chosen" value="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def do_it(client, page: str, action="approve", **more):
    data = {"action": action, "chosen": agreed(page), "back": "/results/list/?q=bac", **more}
    return client.post("/results/action_post", data=data)


def test_several_rows_are_shown_before_anything_is_done(app, login, sent):
    client = login("clerk_north")
    before = entries(app)
    page = choose(client, [*sent["sent"], *sent["draft"]])
    assert page.status_code == 200
    assert "<h2>4 " in page.text
    assert "Chi bộ Bắc Một 06/2026" in page.text
    assert set(states(app, sent["sent"])) == {ResultState.SUBMITTED}
    assert entries(app) == before


def test_the_preview_tells_who_is_refused_and_why(app, login, sent):
    client = login("clerk_north")
    page = choose(client, [sent["sent"][0], *sent["draft"]]).text
    (reason,) = re.findall(r'class="preview-why">.*?<span>(.*?)</span>', page, re.S)
    assert reason.startswith("1 × ")
    done = do_it(client, choose(client, [sent["sent"][0], *sent["draft"]]).text)
    told = client.get(done.location).text
    assert html.unescape(reason).removeprefix("1 × ") in html.unescape(told)


def test_the_preview_tells_cells_apart_by_what_is_above_them(login, sent):
    rows = [*sent["sent"], *sent["south"]]
    page = choose(login("analyst"), rows).text
    assert "Chi bộ Bắc Hai 01/2026 · Đảng bộ Phía Bắc" in page
    assert "Chi bộ Nam Một 06/2026 · Đảng bộ Phía Nam" in page
    assert "· Đảng bộ Phía" not in choose(login("clerk_north"), sent["sent"]).text


def test_assignments_are_named_by_whose_they_are_and_what_they_allow(app, login):
    with app.app_context(), scope.system():
        rows = list(db.session.scalars(select(Assignment.id).order_by(Assignment.id).limit(2)))
    page = choose(login("admin"), rows, action="end", address="/assignments/action_post").text
    assert "(admin): Quản trị · Đảng ủy Khối" in page


def test_then_it_is_done_to_just_these_rows(app, login, sent):
    client = login("clerk_north")
    page = choose(client, [*sent["sent"][:3], *sent["draft"]]).text
    done = do_it(client, page)
    assert done.location == "/results/list/?q=bac"
    assert states(app, sent["sent"]) == [ResultState.APPROVED] * 3 + [ResultState.SUBMITTED]
    told = client.get(done.location).text
    assert "toast" in told
    assert "Chi bộ Bắc Một 06/2026" in told


def test_all_that_match_are_those_of_the_address_not_of_the_page(app, login, sent):
    client = login("clerk_north")
    page = choose(
        client,
        sent["sent"][:1],
        address="/results/action_post?quick=waiting&psize_ResultView=2",
        all="1",
    ).text
    assert "<h2>4 " in page
    do_it(client, page)
    assert set(states(app, sent["sent"])) == {ResultState.APPROVED}
    assert states(app, sent["south"]) == [ResultState.SUBMITTED]


def test_all_that_match_one_filter_leaves_the_others(app, login, sent):
    with app.app_context(), scope.system():
        cell = factories.unit("N1").id
    client = login("clerk_north")
    page = choose(
        client, [], address=f"/results/action_post?quick=waiting&_flt_0_unit={cell}", all="1"
    ).text
    do_it(client, page)
    assert sorted(state.name for state in states(app, sent["sent"])) == [
        *("APPROVED", "APPROVED", "SUBMITTED", "SUBMITTED")
    ]


def test_a_row_changed_in_between_is_told_and_left(app, login, sent):
    client = login("clerk_north")
    page = choose(client, sent["sent"][:2]).text
    with app.app_context(), scope.system():
        db.session.get(Meeting, sent["sent"][0]).place = "Nơi khác"
        db.session.commit()
    done = do_it(client, page)
    assert states(app, sent["sent"][:2]) == [ResultState.SUBMITTED, ResultState.APPROVED]
    assert "Chi bộ Bắc Hai 01/2026" in client.get(done.location).text


def test_a_row_that_left_the_branch_in_between_is_told_and_left(app, login, sent):
    client = login("clerk_north")
    page = choose(client, sent["sent"][:2]).text
    with app.app_context(), scope.system():
        # As if its cell had been handed over.
        south = factories.unit("S2")
        version = factories.new_meeting(south, date(2030, 1, 1)).unit_version_id
        row = db.session.get(Meeting, sent["sent"][0])
        row.unit_id, row.unit_path, row.unit_version_id = south.id, south.path, version
        db.session.commit()
    done = do_it(client, page)
    assert states(app, sent["sent"][:2]) == [ResultState.SUBMITTED, ResultState.APPROVED]
    assert f"#{sent['sent'][0]}" in client.get(done.location).text


def test_one_reason_is_asked_on_the_preview(app, login, sent):
    client = login("clerk_north")
    page = choose(client, sent["sent"][:2], "return").text
    assert 'name="reason"' in page
    again = do_it(client, page, "return", reason="   ").text
    assert 'id="reason-error"' in again
    assert set(states(app, sent["sent"])) == {ResultState.SUBMITTED}
    do_it(client, again, "return", reason="Thiếu nghị quyết")
    assert states(app, sent["sent"][:2]) == [ResultState.RETURNED] * 2
    with app.app_context(), scope.system():
        assert db.session.get(Meeting, sent["sent"][0]).return_reason == "Thiếu nghị quyết"


def test_nothing_to_do_offers_nothing_but_the_way_back(login, sent):
    client = login("clerk_north")
    page = choose(client, [*sent["draft"], *sent["draft"]], all="1").text
    assert "preview-why" in page
    alone = choose(
        client, [], address="/results/action_post?_flt_0_result_state=DRAFT", all="1"
    ).text
    assert 'type="submit"' not in re.search(r'class="save-bar">.*?</div>', alone, re.S)[0]


def test_a_single_row_is_done_at_once(app, login, sent):
    client = login("clerk_north")
    assert choose(client, sent["sent"][:1]).status_code == 302
    assert states(app, sent["sent"][:1]) == [ResultState.APPROVED]


def box(page: str, key: int) -> str:
    """What the list sends for the box of a row."""
    found = re.search(rf'name="rowid" value="({key}(?:@[^"]*)?)"', page)
    assert found
    return found[1]


def elsewhere(app, key: int) -> None:
    with app.app_context(), scope.system():
        db.session.get(Meeting, key).place = "Nơi khác"
        db.session.commit()


def test_what_was_changed_since_the_list_was_shown_is_not_decided_unseen(app, login, sent):
    client = login("clerk_north")
    page = client.get("/results/list/?psize_ResultView=100").text
    first, second, third = sent["sent"][:3]
    elsewhere(app, first)
    # One alone is left, and said.
    done = choose(client, [box(page, first)])
    assert "Đã có người khác sửa" in client.get(done.location).text
    assert states(app, [first]) == [ResultState.SUBMITTED]
    # Among several it stands with those that are left.
    preview = choose(client, [box(page, key) for key in (first, second, third)]).text
    assert "<h2>2 " in preview
    assert "Đã có người khác sửa" in preview
    do_it(client, preview)
    assert states(app, [first, second, third]) == [
        *(ResultState.SUBMITTED, ResultState.APPROVED, ResultState.APPROVED)
    ]
    # Looked at again, it is decided.
    again = client.get("/results/list/?psize_ResultView=100").text
    choose(client, [box(again, first)])
    assert states(app, [first]) == [ResultState.APPROVED]


def test_what_was_changed_since_its_page_was_shown_is_not_decided_unseen(app, login, sent):
    client, key = login("clerk_north"), sent["sent"][0]
    page = client.get(f"/results/show/{key}").text
    seen = dict(
        re.findall(r'action="/results/action/(\w+)/\d+".*?name="seen" value="(\d+)"', page, re.S)
    )
    elsewhere(app, key)
    done = client.post(f"/results/action/approve/{key}", data={"seen": seen["approve"]})
    assert done.status_code == 302
    assert states(app, [key]) == [ResultState.SUBMITTED]
    assert "Đã có người khác sửa" in client.get(f"/results/show/{key}").text
    client.post(f"/results/action/approve/{key}", data={"seen": str(int(seen["approve"]) + 1)})
    assert states(app, [key]) == [ResultState.APPROVED]


def test_a_reason_that_was_typed_for_an_older_version_is_kept(app, login, sent):
    client, key = login("clerk_north"), sent["sent"][0]
    asked = choose(client, [key], "return").text
    elsewhere(app, key)
    again = do_it(client, asked, "return", reason="Thiếu nghị quyết").text
    assert states(app, [key]) == [ResultState.SUBMITTED]
    assert ">Thiếu nghị quyết</textarea>" in again
    assert "Đã có người khác sửa" in again
    assert f'href="/results/show/{key}"' in again
    do_it(client, again, "return", reason="Thiếu nghị quyết")
    assert states(app, [key]) == [ResultState.RETURNED]


def test_a_missing_reason_is_asked_again_for_the_same_version(app, login, sent):
    client, key = login("clerk_north"), sent["sent"][0]
    again = do_it(client, choose(client, [key], "return").text, "return", reason="  ").text
    assert 'id="reason-error"' in again
    elsewhere(app, key)
    do_it(client, again, "return", reason="Thiếu nghị quyết")
    assert states(app, [key]) == [ResultState.SUBMITTED]


def test_more_than_can_be_done_at_once_is_refused_in_words(login, sent, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 3)
    client = login("clerk_north")
    answer = choose(client, sent["sent"])
    assert answer.status_code == 400
    assert "3" in answer.text
    assert (
        choose(client, [], address="/results/action_post?quick=waiting", all="1").status_code == 400
    )


def test_a_foreign_row_among_them_answers_not_found(app, login, sent):
    client = login("clerk_north")
    assert choose(client, [*sent["sent"], *sent["south"]]).status_code == 404
    assert set(states(app, sent["sent"])) == {ResultState.SUBMITTED}


@pytest.mark.parametrize("forged", ["x", "W10.x.y", ""])
def test_a_forged_list_of_rows_does_nothing(app, login, sent, forged):
    data = {"action": "approve", "chosen": forged}
    assert login("clerk_north").post("/results/action_post", data=data).status_code == 400
    assert set(states(app, sent["sent"])) == {ResultState.SUBMITTED}


def test_a_preview_holds_for_its_button_and_its_account_alone(app, login, sent):
    clerk = login("clerk_north")
    chosen = agreed(choose(clerk, sent["sent"][:2]).text)
    other = login("analyst").post(
        "/results/action_post", data={"action": "approve", "chosen": chosen}
    )
    lock = clerk.post("/results/action_post", data={"action": "lock", "chosen": chosen})
    assert (other.status_code, lock.status_code) == (400, 400)
    assert set(states(app, sent["sent"])) == {ResultState.SUBMITTED}


def test_who_may_not_press_the_button_gets_no_preview(login, sent):
    assert choose(login("secretary_north"), sent["sent"][:2]).status_code == 403


def test_new_passwords_of_several_are_shown_once_and_kept_nowhere(app, login):
    with app.app_context(), scope.system():
        keys = [factories.account(name).id for name in ("secretary_north", "minutes_north")]
        before = [db.session.get(Account, key).password for key in keys]
    client = login("admin_north")
    data = {"action": "reset_password", "rowid": keys}
    page = client.post("/accounts/action_post", data=data).text
    with app.app_context(), scope.system():
        assert [db.session.get(Account, key).password for key in keys] == before
    data = {"action": "reset_password", "chosen": agreed(page)}
    told = client.post("/accounts/action_post", data=data)
    lines = re.findall(r"<li>(\w+): ([\w-]{14})</li>", told.text)
    assert [name for name, _password in lines] == ["secretary_north", "minutes_north"]
    with client.session_transaction() as session:
        assert lines[0][1] not in str(session)
    fresh = app.test_client()
    entered = {"username": "secretary_north", "password": lines[0][1]}
    assert fresh.post("/login/", data=entered).status_code == 302


def test_the_message_stays_short_however_many_are_refused(app, login):
    with app.app_context(), scope.system():
        cell = factories.unit("N1")
        for number in range(60):
            year, month = 2010 + number // 12, 1 + number % 12
            factories.new_meeting(cell, date(year, month, 1), result_state=ResultState.DRAFT)
        one = factories.new_meeting(
            cell, date(2026, 3, 1), state=ScheduleState.HELD, result_state=ResultState.SUBMITTED
        ).id
        db.session.commit()
    client = login("clerk_north")
    page = choose(client, [], address="/results/action_post?psize_ResultView=100", all="1").text
    do_it(client, page)
    with client.session_transaction() as session:
        assert len(str(session["_flashes"])) < 1_500
    assert states(app, [one]) == [ResultState.APPROVED]


def test_the_list_offers_all_that_match_only_when_there_are_more(login, sent):
    client = login("clerk_north")
    assert 'name="all"' in client.get("/results/list/?psize_ResultView=2").text
    assert 'name="all"' not in client.get("/results/list/").text
    page = client.get("/results/list/?psize_ResultView=2&quick=waiting").text
    assert 'action="/results/action_post?psize_ResultView=2&amp;quick=waiting"' in page


def test_a_row_that_left_ones_area_after_the_preview_is_told_not_a_failure(app, login):
    with app.app_context(), scope.system():
        keys = [
            factories.new_meeting(factories.unit(code), date(2027, 1, 1)).id
            for code in ("N1", "N2")
        ]
        db.session.commit()
    clerk = login("clerk_north")
    asked = {"action": "confirm", "rowid": keys}
    page = clerk.post("/schedules/action_post", data=asked).text
    with app.app_context(), scope.system():
        to = factories.unit("SOUTH")
        units.move(factories.unit("N2"), to, Decision(date(2026, 10, 1), "12-QĐ"), by=who("admin"))
        db.session.commit()
    sent = {"action": "confirm", "chosen": agreed(page)}
    done = clerk.post("/schedules/action_post", data=sent, follow_redirects=True)
    assert done.status_code == 200
    assert "Không còn thuộc phạm vi" in done.text
