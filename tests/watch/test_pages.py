"""Who sees the watch lists, what stands on them, and that a neighbour's stay his own."""

import io
from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook

from app.core import scope
from app.core.db import db
from app.people.rules import ActivityState
from app.security.models import Assignment
from app.security.roles import ROLES, may
from app.security.rules import RoleName
from app.watch.models import WatchRule
from app.watch.rules import WatchKind
from tests import factories
from tests.watch.cast import OCTOBER, member, more_cells, roll, spell

NOW = datetime(2026, 10, 31, 3, 0)
BINH = "Trần Thị Bình N1"
ENTITLED = {"secretary_north": True, "clerk_north": True}
OTHERS = (
    *("admin", "analyst", "chief", "inspector", "admin_north", "supervisor_north"),
    *("minutes_north", "admin_south", "analyst_south", "nobody"),
)


@pytest.fixture(autouse=True)
def _october(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def absences(app):
    """A member of N1 and one of S1 unexcused in two of the last three months."""
    with app.app_context(), scope.system():
        for code in ("N1", "S1"):
            roll(code, member(code), "✗✓✗")
        roll("N2", member("N2"), "PPPP")
        spell(member("N1", "Dung"), ActivityState.EXEMPT, date(2026, 1, 1), date(2026, 11, 10))
        spell(member("N1", "Đức"), ActivityState.TEMP_OUT, date(2025, 1, 1))
        db.session.commit()


def test_the_table_of_roles_lets_two_roles_in():
    assert {role for role in ROLES if may(role, "WatchLists", "read")} == {
        RoleName.Secretary,
        RoleName.DutyClerk,
    }


@pytest.mark.usefixtures("absences")
@pytest.mark.parametrize("username", ENTITLED)
def test_the_cell_and_the_clerk_see_a_member_unexcused_in_two_of_the_last_three_months(
    login, username
):
    page = login(username).get("/watch/").text
    assert BINH in page
    assert "08/2026: vắng không lý do" in page
    assert "09/2026: có mặt" in page
    assert "10/2026: vắng không lý do" in page
    assert "208-QĐ/TW" in page
    assert "Nam" not in page.split("<main", 1)[1]


@pytest.mark.usefixtures("absences")
@pytest.mark.parametrize("username", OTHERS)
@pytest.mark.parametrize("address", ["/watch/", "/watch/download", "/watch/?kind=NO_THEMATIC"])
def test_nobody_else_does(login, username, address):
    answer = login(username).get(address, follow_redirects=True)
    assert answer.status_code == 403 or "WatchLists" not in answer.text
    assert BINH not in answer.text


@pytest.mark.usefixtures("absences")
@pytest.mark.parametrize("username", ["clerk_south", "secretary_south"])
def test_neighbours_see_their_own_only(login, app, username):
    page = login(username).get("/watch/").text
    assert BINH not in page
    assert "Trần Thị Bình S1" in page
    with app.app_context(), scope.system():
        north = factories.unit("N1").id
    assert login(username).get(f"/watch/?unit={north}").status_code == 404
    assert login(username).get(f"/watch/download?unit={north}").status_code == 404


@pytest.mark.usefixtures("absences")
def test_a_secretary_of_a_cell_sees_no_other_cell_and_one_of_a_committee_none(login, app):
    client = login("secretary_north")
    assert "Trần Thị Bình N2" not in client.get("/watch/").text
    with app.app_context(), scope.system():
        other = factories.unit("N2").id
    assert client.get(f"/watch/?unit={other}").status_code == 404
    with app.app_context(), scope.system():
        committee = factories.unit("NORTH")
        held = db.session.query(Assignment).filter_by(
            account_id=factories.account("secretary_north").id
        )
        held.update({"unit_id": committee.id, "unit_path": committee.path})
        db.session.commit()
    client = login("secretary_north")
    assert client.get("/watch/").status_code == 403
    assert client.get(f"/watch/?unit={other}").status_code == 403
    assert client.get("/watch/download").status_code == 403


@pytest.mark.usefixtures("absences")
def test_each_list_says_its_rule_and_leads_on(login):
    page = login("clerk_north").get("/watch/").text
    for kind in WatchKind:
        assert f"why-{kind.name.lower()}" in page
    assert "Vắng không lý do ít nhất 2 trong 3 tháng gần nhất." in page
    assert "theo mặc định, cơ quan chưa xác nhận" in page
    assert "10/11/2026, còn 10 ngày" in page
    assert "đã 21 tháng" in page
    for address in ("/members/show/", "/results/show/", "/spells/show/", "/units/show/"):
        assert f'href="{address}' in page


@pytest.mark.usefixtures("absences")
def test_a_rule_of_the_office_is_confirmed_and_decides(login, app):
    with app.app_context(), scope.system():
        owner = factories.unit("NORTH")
        db.session.add(
            WatchRule(
                unit_id=owner.id,
                unit_path=owner.path,
                kind=WatchKind.UNEXCUSED_RECENT,
                number=3,
                within=3,
                legal_basis="01-QĐ/ĐU",
                valid_from=date(2026, 1, 1),
            )
        )
        db.session.commit()
    page = login("clerk_north").get("/watch/?kind=UNEXCUSED_RECENT").text
    assert "01-QĐ/ĐU" in page
    assert "cơ quan chưa xác nhận" not in page
    assert BINH not in page


@pytest.mark.usefixtures("absences")
def test_one_list_alone_one_cell_alone_one_month(login, app):
    client = login("clerk_north")
    with app.app_context(), scope.system():
        one, two = factories.unit("N1").id, factories.unit("N2").id
    assert BINH in client.get(f"/watch/?unit={one}").text
    assert BINH not in client.get(f"/watch/?unit={two}").text
    page = client.get("/watch/?kind=EXCUSED_RUNNING").text
    assert "Trần Thị Bình N2" in page
    assert BINH not in page
    assert BINH not in client.get("/watch/?month=2026-09").text
    assert "đang hiện tháng này" in client.get("/watch/?month=2027-01").text
    assert client.get("/watch/?kind=NOTHING&month=x").status_code == 200
    assert client.get("/watch/download?kind=NOTHING").status_code == 400
    assert client.get("/watch/download?month=x").status_code == 400


def test_empty_lists_say_what_that_means(login):
    page = login("secretary_north").get("/watch/").text
    assert "Không ai hay vắng không lý do trong mấy tháng gần đây." in page
    assert "Không có trường hợp miễn nào sắp hết hạn." in page
    page = login("secretary_north").get("/watch/?month=2026-09").text
    assert "chưa tổ chức, chưa có lịch" in page


@pytest.mark.usefixtures("absences")
def test_the_file_holds_what_is_shown(login):
    client = login("clerk_north")
    answer = client.get("/watch/download?kind=UNEXCUSED_RECENT")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert len(book.sheet_names) == 1
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][:4] == [BINH, "Chi bộ Bắc Một", "Đảng bộ Phía Bắc", "08 ✗ 09 ✓ 10 ✗"]
    assert rows[1][4] == date(2026, 8, 1)
    assert any("Vắng không lý do ít nhất 2 trong 3" in str(row[0]) for row in rows)
    assert any("clerk_north" in str(row[0]) for row in rows)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/watch/download").data))
    assert len(book.sheet_names) == len(WatchKind)


@pytest.mark.usefixtures("absences")
def test_the_number_of_statements_does_not_grow_with_the_cells(login, app, statements):
    client = login("clerk_north")
    client.get("/watch/?month=2026-09")
    statements.clear()
    client.get("/watch/?month=2026-09")
    before = len(statements)
    assert before <= 12, "\n".join(statements)
    with app.app_context(), scope.system():
        for cell in more_cells(6):
            roll(cell.code, member(cell.code), "✗✗✗", OCTOBER)
        db.session.commit()
    statements.clear()
    client.get("/watch/?month=2026-09")
    assert len(statements) == before


def test_the_administrator_sets_a_rule_and_a_clerk_only_reads_them(login, app):
    with app.app_context(), scope.system():
        north, south = factories.unit("NORTH").id, factories.unit("SOUTH").id
    sent = {"unit": north, "kind": "EXEMPTION_ENDING", "number": "60", "valid_from": "01/10/2026"}
    assert login("clerk_north").post("/watch-rules/add", data=sent).status_code in {302, 403}
    client = login("admin_north")
    client.post("/watch-rules/add", data=sent | {"unit": south})
    client.post("/watch-rules/add", data=sent | {"number": "9999"})
    client.post("/watch-rules/add", data=sent | {"within": "3"})
    with app.app_context(), scope.system():
        assert db.session.query(WatchRule).count() == 0
    assert client.post("/watch-rules/add", data=sent).status_code == 302
    with app.app_context(), scope.system():
        row = db.session.query(WatchRule).one()
        assert (row.number, row.unit_id, row.kind) == (60, north, WatchKind.EXEMPTION_ENDING)
        key = row.id
    client.post(f"/watch-rules/edit/{key}", data={"valid_to": "01/09/2026"})
    client.post(f"/watch-rules/edit/{key}", data={"valid_to": "01/12/2026"})
    with app.app_context(), scope.system():
        assert db.session.query(WatchRule).one().valid_to == date(2026, 12, 1)
    assert "60" in login("secretary_north").get("/watch-rules/list/").text
    assert login("secretary_south").get(f"/watch-rules/show/{key}").status_code == 404
