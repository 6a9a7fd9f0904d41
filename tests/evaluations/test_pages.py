"""The list, the sheet to read and the sheet to fill in, as each role meets them."""

import io
import re
import zipfile
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.evaluations import commands, queries
from app.evaluations.models import CriteriaSet, Evaluation
from app.evaluations.rules import EvaluationState, SetStatus
from app.meetings.rules import ScheduleState
from tests import factories
from tests.evaluations.conftest import FULL, OCTOBER


@pytest.fixture
def meeting_id(app) -> int:
    """A meeting of N1 in October 2026 under the national set, not yet scored."""
    with app.app_context(), scope.system():
        commands.load_published(factories.unit("NORTH"))
        made = factories.new_meeting(factories.unit("N1"), OCTOBER, state=ScheduleState.HELD)
        db.session.commit()
        return made.id


def fields(app, meeting_id: int, **given: object) -> dict[str, str]:
    """What the form sends: full points but for those given by code."""
    with app.app_context(), scope.system():
        found = queries.evaluation(meeting_id)
        meeting = queries.meeting(meeting_id)
        key = commands.set_in_force(meeting).id
        codes = FULL | {code.replace("_", "."): points for code, points in given.items()}
        sent = {
            f"points-{line.criterion.id}": str(codes[line.criterion.code])
            for line in queries.lines(key)
            if line.criterion.is_leaf
        }
        return sent | {"version": str(found.version if found else 0)}


def evaluation(app, meeting_id: int) -> Evaluation:
    with app.app_context(), scope.system():
        found = queries.evaluation(meeting_id)
        assert found is not None
        db.session.expunge_all()
        return found


def send(client, app, meeting_id, layer="self", then="save", **given):
    data = fields(app, meeting_id, **given) | {"then": then}
    return client.post(f"/evaluations/{meeting_id}/score?layer={layer}", data=data)


def test_opening_the_form_writes_nothing(app, login, meeting_id):
    page = login("secretary_north").get(f"/evaluations/{meeting_id}/score")
    assert page.status_code == 200
    assert "Đủ bước theo quy trình" in page.text
    with app.app_context(), scope.system():
        assert queries.evaluation(meeting_id) is None


def test_a_draft_is_saved_and_shown_again(app, login, meeting_id):
    client = login("secretary_north")
    answer = send(client, app, meeting_id, G4_2="22,5", G7="")
    assert answer.status_code == 302
    found = evaluation(app, meeting_id)
    assert found.state is EvaluationState.DRAFT
    assert found.self_total == Decimal("92.5")
    assert found.self_rating_code is None
    assert 'value="22,5"' in client.get(answer.location).text


def test_the_self_score_is_sent(app, login, meeting_id):
    client = login("secretary_north")
    answer = send(client, app, meeting_id, then="onward", G4_2="14,5")
    assert answer.location.endswith(f"/evaluations/show/{meeting_id}")
    found = evaluation(app, meeting_id)
    assert (found.state, found.self_rating_code) == (EvaluationState.SELF_SCORED, "KHA")
    page = client.get(answer.location).text
    assert "89,5" in page
    assert "Khá" in page


def test_wrong_points_keep_everything_that_was_typed(app, login, meeting_id):
    client = login("secretary_north")
    data = fields(app, meeting_id, G1="7", G2="abc", G5="0,3", G4_2="20")
    note = next(name for name in data if name.startswith("points-")).replace("points", "note")
    page = client.post(
        f"/evaluations/{meeting_id}/score",
        data=data | {"then": "onward", note: "Muộn <b>năm</b> phút"},
    )
    assert page.status_code == 200
    for typed in ("7", "abc", "0,3", "20"):
        assert f'value="{typed}"' in page.text
    assert "Muộn &lt;b&gt;năm&lt;/b&gt; phút" in page.text
    assert page.text.count('aria-invalid="true"') == 1
    page = client.post(
        f"/evaluations/{meeting_id}/score",
        data=fields(app, meeting_id, G1="7", G5="0,3") | {"then": "onward"},
    )
    assert page.text.count('aria-invalid="true"') == 2
    with app.app_context(), scope.system():
        assert queries.evaluation(meeting_id) is None


def test_a_secret_note_is_told_beside_its_criterion_together_with_wrong_points(
    app, login, meeting_id
):
    sent = fields(app, meeting_id, G4_2="99")
    key = next(name for name in sent if name.startswith("points-")).removeprefix("points-")
    sent |= {f"note-{key}": "Theo văn bản TUYỆT MẬT", "then": "save"}
    page = login("secretary_north").post(f"/evaluations/{meeting_id}/score", data=sent).text
    told = re.search(rf'id="error-{key}"[^>]*>.*?<span>([^<]*)</span>', page)
    assert told
    assert "bí mật nhà nước" in told[1]
    assert re.search(rf'name="note-{key}" data-secret', page)


def test_missing_points_are_named_when_sending(app, login, meeting_id):
    page = send(login("secretary_north"), app, meeting_id, then="onward", G6="")
    assert page.status_code == 200
    assert page.text.count('aria-invalid="true"') == 1
    assert 'value="25"' in page.text


def test_full_points_fill_only_what_is_empty(app, login, meeting_id):
    page = send(login("secretary_north"), app, meeting_id, then="full", G4_2="", G6="12,5")
    assert page.status_code == 200
    assert 'value="25"' in page.text
    assert 'value="12,5"' in page.text
    with app.app_context(), scope.system():
        assert queries.evaluation(meeting_id) is None


def test_levels_are_chosen_and_others_refused(app, login, meeting_id):
    with app.app_context(), scope.system():
        rows = {row.code: row for row in db.session.scalars(select(CriteriaSet))}
        rows["HD42-2025-NATIONAL"].status = SetStatus.RETIRED
        rows["ANPHU-2025"].status = SetStatus.ACTIVE
        rows["ANPHU-2025"].valid_from = OCTOBER
        db.session.commit()
        lines = queries.lines(rows["ANPHU-2025"].id)
        keys = {line.criterion.code: line.criterion.id for line in lines}
    client = login("secretary_north")
    address = f"/evaluations/{meeting_id}/score"
    page = client.post(address, data={"then": "full", "version": "0"}).text
    assert re.search(rf'name="points-{keys["7"]}" value="30" checked', page)
    assert ">100</span>/100" in page
    sent = {f"points-{keys['7']}": "27", f"points-{keys['2.1']}": "3", "version": "0"}
    assert client.post(address, data=sent).status_code == 302
    assert evaluation(app, meeting_id).self_total == 30
    wrong = {f"points-{keys['7']}": "29", "version": "2"}
    page = client.post(address, data=wrong)
    assert page.status_code == 200
    assert f'href="#criterion-{keys["7"]}"' in page.text
    assert evaluation(app, meeting_id).self_total == 30


def test_a_second_editor_is_told_and_may_save_once_more(app, login, meeting_id):
    client = login("secretary_north")
    stale = fields(app, meeting_id, G4_2="21") | {"then": "save"}
    send(client, app, meeting_id)
    page = client.post(f"/evaluations/{meeting_id}/score?layer=self", data=stale)
    assert page.status_code == 200
    assert ">21</q>" in page.text
    assert evaluation(app, meeting_id).self_total == 100
    version = re.search(r'name="version" value="(\d+)"', page.text)
    again = client.post(
        f"/evaluations/{meeting_id}/score?layer=self", data=stale | {"version": version[1]}
    )
    assert again.status_code == 302
    assert evaluation(app, meeting_id).self_total == 96


@pytest.mark.parametrize(
    ("username", "layer", "status"),
    [
        ("secretary_north", "self", 200),
        ("clerk_north", "self", 200),
        ("minutes_north", "self", 403),
        ("analyst", "self", 403),
        ("inspector", "self", 403),
        ("secretary_north", "verified", 403),
        ("secretary_north", "official", 403),
        ("supervisor_north", "official", 403),
        ("supervisor_north", "verified", 200),
        ("chief", "official", 200),
        ("chief", "verified", 403),
        ("secretary_south", "self", 404),
        ("clerk_south", "official", 404),
        ("analyst_south", "verified", 404),
        ("secretary_north", "nonsense", 404),
        ("nobody", "self", 403),
    ],
)
def test_each_role_opens_its_own_layer_only(login, meeting_id, username, layer, status):
    address = f"/evaluations/{meeting_id}/score?layer={layer}"
    client = login(username)
    assert client.get(address).status_code == status
    if status != 200:
        assert client.post(address, data={"then": "save"}).status_code == status


def test_the_superior_walks_on_from_the_cells_score(app, login, meeting_id):
    send(login("secretary_north"), app, meeting_id, then="onward")
    supervisor = login("supervisor_north")
    page = supervisor.get(f"/evaluations/{meeting_id}/score").text
    assert 'value="25"' in page  # begins with what the cell gave
    answer = send(supervisor, app, meeting_id, "verified", "onward", G6="15")
    assert answer.status_code == 302
    assert evaluation(app, meeting_id).verified_total == 85
    clerk = login("clerk_north")
    clerk.post(f"/evaluations/action/make_official/{meeting_id}")
    found = evaluation(app, meeting_id)
    assert (found.official_total, found.official_rating_code) == (85, "KHA")
    page = clerk.get(f"/evaluations/show/{meeting_id}").text
    assert "−15" in page


def test_many_are_made_official_at_once(app, login, meeting_id):
    send(login("secretary_north"), app, meeting_id, then="onward")
    clerk = login("clerk_north")
    data = {"action": "make_official", "rowid": [str(meeting_id)]}
    assert clerk.post("/evaluations/action_post", data=data).status_code == 302
    assert evaluation(app, meeting_id).state is EvaluationState.OFFICIAL


def test_reopening_asks_why_and_tells_the_cell(app, login, meeting_id):
    secretary = login("secretary_north")
    send(secretary, app, meeting_id, then="onward")
    clerk = login("clerk_north")
    asked = clerk.post(f"/evaluations/action/reopen/{meeting_id}")
    assert "reason" in asked.text
    data = {"action": "reopen", "rowid": str(meeting_id), "reason": "Thiếu biên bản"}
    data["back"] = f"/evaluations/show/{meeting_id}"
    answer = clerk.post("/evaluations/action_post", data=data)
    assert answer.location.endswith(f"/evaluations/show/{meeting_id}")
    assert evaluation(app, meeting_id).state is EvaluationState.DRAFT
    assert "Thiếu biên bản" in secretary.get(f"/evaluations/{meeting_id}/score").text


def test_buttons_belong_to_roles(app, login, meeting_id):
    send(login("secretary_north"), app, meeting_id, then="onward")
    for username, shown in (
        ("secretary_north", set()),
        ("supervisor_north", {"verify"}),
        ("chief", {"make_official"}),
        ("clerk_north", {"verify", "make_official", "reopen"}),
        ("inspector", set()),
    ):
        page = login(username).get(f"/evaluations/show/{meeting_id}")
        assert page.status_code == 200
        assert set(re.findall(rf"/evaluations/action/(\w+)/{meeting_id}", page.text)) == shown
    answer = login("secretary_north").post(f"/evaluations/action/make_official/{meeting_id}")
    assert answer.status_code == 403


def test_points_that_cannot_be_given_now_say_why(app, login, meeting_id):
    secretary = login("secretary_north")
    send(secretary, app, meeting_id, then="onward")
    page = secretary.get(f"/evaluations/{meeting_id}/score")
    assert page.status_code == 200
    assert f"/evaluations/show/{meeting_id}" in page.text


@pytest.mark.parametrize("key", ["0", "999999", "x", "-1", "9" * 30])
def test_a_meeting_that_is_none_is_not_found(login, key):
    client = login("clerk_north")
    assert client.get(f"/evaluations/{key}/score").status_code == 404
    assert client.get(f"/evaluations/show/{key}").status_code == 404


def test_the_list_is_narrowed_to_a_month(login, meeting_id):
    client = login("analyst")
    assert "Chi bộ Nam Hai" in client.get("/evaluations/list/?month=09/2026").text
    assert "Chi bộ Nam Hai" not in client.get("/evaluations/list/?month=08/2026").text
    assert client.get("/evaluations/list/?month=sang+nam").status_code == 400


def test_what_is_exported_is_the_month_on_the_screen(login, meeting_id):
    client = login("analyst")
    assert (
        "/evaluations/export?month=09/2026" in client.get("/evaluations/list/?month=09/2026").text
    )
    for month, rows in (("09/2026", 4), ("08/2026", 0)):
        answer = client.get(f"/evaluations/export?month={month}")
        assert answer.status_code == 200
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert len(re.findall(r"<v>95(?:\.0)?</v>", sheet)) == rows
    assert client.get("/evaluations/export?month=soon").status_code == 400


def test_the_pages_take_few_statements(app, login, meeting_id, statements):
    send(login("secretary_north"), app, meeting_id, then="onward")
    clerk = login("clerk_north")
    for address, most in (
        ("/evaluations/list/", 10),
        (f"/evaluations/show/{meeting_id}", 10),
        (f"/evaluations/{meeting_id}/score?layer=verified", 11),
    ):
        statements.clear()
        assert clerk.get(address).status_code == 200
        assert len(statements) <= most, (address, statements)


@pytest.mark.parametrize("name", ["points-999999", "note-999999"])
def test_a_criterion_that_the_sheet_has_not_is_told_and_nothing_is_kept(
    app, login, meeting_id, name
):
    client = login("secretary_north")
    sent = fields(app, meeting_id) | {"then": "onward", name: "5"}
    page = client.post(f"/evaluations/{meeting_id}/score?layer=self", data=sent)
    assert page.status_code == 200
    assert "Phiếu chấm điểm không có tiêu chí này" in page.text
    with app.app_context(), scope.system():
        assert queries.evaluation(meeting_id) is None
