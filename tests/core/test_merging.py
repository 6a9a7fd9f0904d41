"""Two people save the same row: the second sees both versions and chooses, field by field."""

import html
import re
from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.core import merging, scope
from app.core.db import db
from app.evaluations.models import Evaluation, Rating, Score
from app.evaluations.rules import EvaluationState
from app.meetings.models import Meeting, Task
from app.meetings.rules import ResultState
from app.people.models import Member
from app.units.models import UnitKind
from tests import factories
from tests.review.test_pages import meeting

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _october(time_machine):
    time_machine.move_to(datetime(2026, 10, 20, 3, 0))


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's main form."""
    main = page.split("<main", 1)[1]
    form = next(part for part in main.split("<form")[1:] if 'name="was"' in part)
    form = form.split("</form>")[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and (
            ('type="radio"' not in tag and 'type="checkbox"' not in tag) or "checked" in tag
        ):
            found[name[1]] = html.unescape(value[1]) if value else "y"
    for name, value in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>\r?\n?([^<]*)</textarea>', form
    ):
        found[name] = html.unescape(value)
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"', body) or re.search(
            r'<option[^>]*value="([^"]*)"[^>]*selected', body
        )
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.fixture
def member(app) -> int:
    with app.app_context(), scope.system():
        asked = select(Member.id).where(Member.full_name == "Trần Thị Bình N1")
        return db.session.scalars(asked).one()


def held(app, key: int) -> Member:
    with app.app_context(), scope.system():
        found = db.session.get(Member, key)
        db.session.expunge(found)
        return found


def both_open(login, address: str) -> tuple:
    first, second = login("secretary_north"), login("clerk_north")
    return first, fields_of(first.get(address).text), second, fields_of(second.get(address).text)


def test_the_second_sees_both_versions_and_nothing_is_saved_yet(login, app, member):
    address = f"/members/edit/{member}"
    first, one, second, two = both_open(login, address)
    assert first.post(address, data=one | {"phone": "0911 111 111"}).status_code == 302
    page = second.post(address, data=two | {"phone": "0922 222 222"})
    assert page.status_code == 200
    assert "Có người khác cũng vừa sửa" in page.text
    assert "0911 111 111" in page.text
    assert "0922 222 222" in page.text
    assert "secretary_north" in page.text
    assert held(app, member).phone == "0911 111 111"


@pytest.mark.parametrize(
    ("choice", "phone"), [("mine", "0922 222 222"), ("theirs", "0911 111 111")]
)
def test_the_choice_is_what_is_saved(login, app, member, choice, phone):
    address = f"/members/edit/{member}"
    first, one, second, two = both_open(login, address)
    first.post(address, data=one | {"phone": "0911 111 111"})
    page = second.post(address, data=two | {"phone": "0922 222 222"}).text
    sent = fields_of(page)
    assert "pick-phone" not in sent
    answer = second.post(address, data=sent | {"pick-phone": choice})
    assert answer.status_code == 302
    assert held(app, member).phone == phone


def test_what_only_one_changed_is_chosen_beforehand(login, app, member):
    address = f"/members/edit/{member}"
    first, one, second, two = both_open(login, address)
    first.post(address, data=one | {"phone": "0911 111 111"})
    page = second.post(address, data=two | {"full_name": "Trần Thị Bình Minh"}).text
    sent = fields_of(page)
    assert sent["pick-phone"] == "theirs"
    assert sent["pick-full_name"] == "mine"
    assert second.post(address, data=sent).status_code == 302
    found = held(app, member)
    assert (found.phone, found.full_name) == ("0911 111 111", "Trần Thị Bình Minh")


def test_without_a_choice_it_is_asked_again(login, app, member):
    address = f"/members/edit/{member}"
    first, one, second, two = both_open(login, address)
    first.post(address, data=one | {"phone": "0911 111 111"})
    page = second.post(address, data=two | {"phone": "0922 222 222"}).text
    again = second.post(address, data=fields_of(page))
    assert again.status_code == 200
    assert "Hãy chọn một trong hai" in again.text
    assert held(app, member).phone == "0911 111 111"


def test_a_third_save_while_one_chooses_is_shown_too(login, app, member):
    address = f"/members/edit/{member}"
    first, one, second, two = both_open(login, address)
    first.post(address, data=one | {"phone": "0911 111 111"})
    page = second.post(address, data=two | {"phone": "0922 222 222"}).text
    newer = fields_of(first.get(address).text)
    first.post(address, data=newer | {"phone": "0933 333 333"})
    third = second.post(address, data=fields_of(page) | {"pick-phone": "mine"})
    assert third.status_code == 200
    assert "0933 333 333" in third.text
    assert held(app, member).phone == "0933 333 333"


def test_the_same_change_twice_is_no_clash(login, app, member):
    address = f"/members/edit/{member}"
    first, one, second, two = both_open(login, address)
    first.post(address, data=one | {"phone": "0911 111 111"})
    page = second.post(address, data=two | {"phone": "0911 111 111"})
    if page.status_code == 200:
        assert second.post(address, data=fields_of(page.text)).status_code == 302
    assert held(app, member).phone == "0911 111 111"


def test_a_schedule_and_a_result_are_caught_alike(login, app):
    with app.app_context(), scope.system():
        made = factories.new_meeting(factories.unit("N1"), OCTOBER)
        db.session.commit()
        key = made.id
    for address, name in ((f"/schedules/edit/{key}", "place"), (f"/results/edit/{key}", "content")):
        first, one, second, two = both_open(login, address)
        one["started_at" if name == "content" else "place"] = (
            "04/10/2026 14:00" if name == "content" else "Nhà văn hóa"
        )
        assert first.post(address, data=one | {name: "Bản một"}).status_code == 302
        page = second.post(address, data=two | {name: "Bản hai"}).text
        assert "Bản một" in page
        assert "Bản hai" in page
        assert (
            second.post(address, data=fields_of(page) | {f"pick-{name}": "mine"}).status_code == 302
        )
        with app.app_context(), scope.system():
            assert getattr(db.session.get(Meeting, key), name) == "Bản hai"


@pytest.fixture
def scored(app) -> int:
    with app.app_context(), scope.system():
        found = meeting("N1")
        found.result_state = ResultState.DRAFT
        evaluation = db.session.get(Evaluation, found.id)
        for row in evaluation.scores:
            row.official_points = None
        evaluation.state = EvaluationState.DRAFT
        db.session.commit()
        return found.id


def test_a_score_sheet_is_chosen_criterion_by_criterion(login, app, scored):
    address = f"/evaluations/{scored}/score"
    login("secretary_north").post(
        address, data=fields_of(login("secretary_north").get(address).text) | {"then": "save"}
    )
    first, one, second, two = both_open(login, address + "?layer=self")
    name, other = [key for key in one if key.startswith("points-")][:2]
    first.post(address, data=one | {name: "50", "then": "save"})
    page = second.post(address, data=two | {name: "40", other: "30", "then": "save"}).text
    assert "Có người khác cũng vừa sửa" in page
    sent = fields_of(page)
    assert sent[f"pick-{other}"] == "mine"
    answer = second.post(address, data=sent | {f"pick-{name}": "theirs"})
    assert answer.status_code == 302
    with app.app_context(), scope.system():
        rows = db.session.scalars(select(Score).where(Score.meeting_id == scored)).all()
        points = {f"points-{row.criterion_id}": row.self_points for row in rows}
        assert (points[name], points[other]) == (50, 30)


def test_a_roll_call_is_chosen_member_by_member(login, app):
    with app.app_context(), scope.system():
        made = factories.new_meeting(factories.unit("N1"), OCTOBER)
        db.session.commit()
        key = made.id
    address = f"/results/{key}/roll-call"
    first, one, second, two = both_open(login, address)
    name = next(field for field in one if field.startswith("status-"))
    reason = name.replace("status", "reason")
    first.post(address, data=one | {name: "EXCUSED", reason: "Ốm"})
    page = second.post(address, data=two | {name: "UNEXCUSED"})
    assert page.status_code == 200
    assert "Vắng không lý do" in page.text
    answer = second.post(address, data=fields_of(page.text) | {f"pick-{name}": "theirs"})
    assert answer.status_code == 302
    with app.app_context(), scope.system():
        found = db.session.get(Meeting, key)
        assert (found.excused, found.unexcused) == (1, 0)


def test_rest_answers_with_both_versions(app, token, member):
    client, headers = app.test_client(), token("secretary_north")
    address = f"/api/v1/members/{member}"
    version = client.get(address, headers=headers).json["result"]["version"]
    body = {"phone": "0911 111 111", "version": version}
    assert client.put(address, headers=headers, json=body).status_code == 200
    late = client.put(address, headers=headers, json={"phone": "0922 222 222", "version": version})
    assert late.status_code == 409
    assert late.json["theirs"]["phone"] == "0911 111 111"
    assert late.json["mine"]["phone"] == "0922 222 222"
    assert late.json["version"] == version + 1


def test_of_an_unknown_past_a_person_chooses():
    words = merging.differing({"a": "A"}, {}, {"a": "1"}, {"a": "2"}, lambda _n, text: text)
    assert [one.taken for one in words] == [""]


@pytest.fixture
def task(app) -> int:
    with app.app_context(), scope.system():
        given = meeting("N1", factories.MONTH)
        row = {"meeting_id": given.id, "unit_id": given.unit_id, "unit_path": given.unit_path}
        made = Task(title="Rà soát sổ sách", **row)
        db.session.add(made)
        db.session.commit()
        return made.id


def test_a_row_without_a_version_is_not_overwritten_either(login, app, task):
    address = f"/tasks/edit/{task}"
    first, one, second, two = both_open(login, address)
    done = one | {"state": "DONE", "note": "Xong ngày 4"}
    assert first.post(address, data=done).status_code == 302
    page = second.post(address, data=two | {"state": "NOT_DONE", "note": "Thiếu người"})
    assert page.status_code == 200
    assert "Có người khác cũng vừa sửa" in page.text
    assert "Xong ngày 4" in page.text
    with app.app_context(), scope.system():
        assert db.session.get(Task, task).note == "Xong ngày 4"
    chosen = fields_of(page.text) | {"pick-state": "theirs", "pick-note": "mine"}
    assert second.post(address, data=chosen).status_code == 302
    with app.app_context(), scope.system():
        row = db.session.get(Task, task)
        assert (row.state.name, row.note) == ("DONE", "Thiếu người")


def test_a_row_without_a_version_that_nobody_else_changed_is_saved(login, app, task):
    address = f"/tasks/edit/{task}"
    client = login("clerk_north")
    sent = fields_of(client.get(address).text)
    assert client.post(address, data=sent | {"state": "DONE"}).status_code == 302


@pytest.mark.parametrize("address", ["/ratings/edit/{rating}", "/unit-kinds/edit/{kind}"])
def test_a_row_that_has_a_code_is_not_overwritten_either(login, app, address):
    with app.app_context(), scope.system():
        codes = {"rating": Rating.code, "kind": UnitKind.code}
        found = {name: db.session.scalars(select(code)).first() for name, code in codes.items()}
    address = address.format(**found)
    first, second = login("admin"), login("admin")
    one, two = fields_of(first.get(address).text), fields_of(second.get(address).text)
    assert first.post(address, data=one | {"name": "Tên của người thứ nhất"}).status_code == 302
    page = second.post(address, data=two | {"name": "Tên của người thứ hai"})
    assert page.status_code == 200
    assert "Tên của người thứ nhất" in page.text
