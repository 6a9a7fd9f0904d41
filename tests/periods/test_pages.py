"""Screens of periods: who opens, who sees what, what a preview tells, how many statements."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.core import scope
from app.core.db import db
from app.periods import queries
from app.periods.models import Extension, Obligation, Period
from tests import factories
from tests.factories import unit
from tests.periods import OCTOBER, open_, owed

READERS = ("secretary_north", "clerk_north", "supervisor_north", "chief", "analyst", "admin")


pytestmark = pytest.mark.usefixtures("in_october")


@pytest.fixture
def opened(app) -> dict[str, int]:
    """October is open; keys of N1's schedule and of units."""
    with app.app_context(), scope.system():
        open_()
        db.session.commit()
        keys = {f"{code}": unit(code).id for code in ("ROOT", "NORTH", "SOUTH", "N1")}
        return keys | {"schedule": owed("N1")["SCHEDULE"].id, "done": owed("S1")["RESULT"].id}


def number(app, model) -> int:
    with app.app_context(), scope.system():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("username", READERS)
def test_everybody_of_the_branch_reads_what_is_owed(login, opened, username):
    browser = login(username)
    page = browser.get("/obligations/list/")
    assert page.status_code == 200
    assert "Chi bộ Bắc Một" in page.text
    assert "Đăng ký lịch" in page.text
    one = browser.get(f"/obligations/show/{opened['schedule']}")
    assert "Quá hạn" in one.text


def test_strangers_see_nothing_and_find_nothing(login, opened):
    browser = login("clerk_south")
    assert "Bắc" not in browser.get("/obligations/list/").text
    assert browser.get(f"/obligations/show/{opened['schedule']}").status_code == 404
    asked = browser.get(f"/extensions/add?obligation={opened['schedule']}")
    assert "Bắc" not in asked.text


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("quick=overdue", {"Đăng ký lịch"}),
        ("quick=result", {"Báo cáo kết quả"}),
        ("quick=overdue,result", set()),
        ("quick=this_month,roll_up", {"Tổng hợp"}),
        ("quick=next_month", set()),
        ("q=bac+hai&quick=schedule", {"Đăng ký lịch"}),
    ],
)
def test_chips_and_search_find_their_rows(login, opened, query, seen):
    page = login("clerk_north").get(f"/obligations/list/?{query}").text
    rows = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    stages = {"Đăng ký lịch", "Báo cáo kết quả", "Tổng hợp", "Thẩm định điểm"}
    assert {stage for stage in stages if stage in rows} == seen


def test_a_clerk_sees_what_opening_would_do_and_does_it(app, login):
    browser = login("clerk_north")
    first = browser.get("/open-month/")
    assert "Đảng bộ Phía Bắc" in first.text
    assert 'value="11/2026"' in first.text
    with app.app_context(), scope.system():
        key = unit("NORTH").id
    told = browser.get(f"/open-month/?unit={key}&month=10/2026").text
    assert "Tổng số" in told or "14" in told
    assert number(app, Obligation) == number(app, Period) == 0
    done = browser.post("/open-month/go", data={"unit": key, "month": "10/2026"})
    assert done.status_code == 302
    assert number(app, Obligation) == 14
    assert "10/2026" in browser.get("/periods/list/").text
    nothing = browser.get(f"/open-month/?unit={key}&month=10/2026").text
    assert "Mở kỳ này không thay đổi gì." in nothing
    assert "/open-month/go" not in nothing


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"unit": "SOUTH", "month": "10/2026"}, "unit"),
        ({"unit": "N1", "month": "10/2026"}, "unit"),
        ({"unit": "NORTH", "month": "10/2028"}, "month"),
        ({"unit": "NORTH", "month": "x"}, "month"),
    ],
)
def test_what_cannot_be_opened_comes_back_beside_its_field(app, login, opened, sent, field):
    before = number(app, Obligation)
    data = sent | {"unit": opened[sent["unit"]]}
    browser = login("clerk_north")
    page = browser.post("/open-month/go", data=data)
    assert page.status_code == 200
    assert f'id="{field}-error"' in page.text
    asked = browser.get("/open-month/", query_string=data)
    assert f'id="{field}-error"' in asked.text
    assert number(app, Obligation) == before


@pytest.mark.parametrize("username", ["secretary_north", "supervisor_north", "inspector"])
def test_others_do_not_open_months(app, login, opened, username):
    browser = login(username)
    assert "/open-month/" not in browser.get("/").text
    sent = {"unit": opened["NORTH"], "month": "11/2026"}
    browser.post("/open-month/go", data=sent)
    assert number(app, Period) == 1


def test_more_time_is_given_from_the_obligation(app, login, opened):
    browser = login("clerk_north")
    key = opened["schedule"]
    assert f"/obligations/action/extend/{key}" in browser.get(f"/obligations/show/{key}").text
    asked = browser.post(f"/obligations/action/extend/{key}")
    assert asked.location.endswith(f"/extensions/add?obligation={key}")
    form = browser.get(asked.location).text
    assert "Chi bộ Bắc Một 10/2026: Đăng ký lịch" in form
    assert 'value="08/10/2026"' in form
    sent = {"obligation": key, "until": "09/10/2026", "reason": "Mất điện"}
    assert browser.post("/extensions/add", data=sent).status_code == 302
    page = login("secretary_north").get("/extensions/list/").text
    assert "Mất điện" in page
    assert "09/10/2026" in login("secretary_north").get(f"/obligations/show/{key}").text


@pytest.mark.parametrize("username", ["secretary_north", "supervisor_north"])
def test_cells_do_not_give_themselves_time(app, login, opened, username):
    browser, key = login(username), opened["schedule"]
    assert "/action/extend/" not in browser.get(f"/obligations/show/{key}").text
    sent = {"obligation": key, "until": "09/10/2026", "reason": "Mất điện"}
    browser.post("/extensions/add", data=sent)
    assert number(app, Extension) == 0


def test_rest_reads_and_never_writes(app, token, opened):
    client, key = app.test_client(), opened["schedule"]
    mine, foreign = token("clerk_north"), token("clerk_south")
    found = client.get(f"/api/v1/obligations/{key}", headers=mine).json["result"]
    assert (found["stage"], found["state"], found["due_on"]) == ("SCHEDULE", "OPEN", "2026-09-25")
    assert client.get(f"/api/v1/obligations/{key}", headers=foreign).status_code == 404
    asked = "(filters:!((col:stage,opr:eq,value:RESULT)),page_size:100)"
    rows = client.get(f"/api/v1/obligations/?q={asked}", headers=mine).json["result"]
    assert {row["stage"] for row in rows} == {"RESULT"}
    for method in ("post", "put", "delete"):
        where = "/api/v1/obligations/" + ("" if method == "post" else str(key))
        answer = getattr(client, method)(where, json={"state": "DONE"}, headers=mine)
        assert answer.status_code in {404, 405}


def test_lists_take_the_same_few_statements_however_long(app, login, opened, statements):
    browser = login("clerk_north")

    def asked() -> dict[str, int]:
        counts = {}
        for path in ("obligations", "periods", "extensions", "holidays", "deadline-rules"):
            browser.get(f"/{path}/list/")
            statements.clear()
            assert browser.get(f"/{path}/list/").status_code == 200
            counts[path] = len(statements)
        return counts

    before = asked()
    with app.app_context(), scope.system():
        for n in range(20):
            factories.new_unit(f"X{n}", f"Chi bộ Bắc {n}", "SUB_CELL", unit("NORTH"))
        open_()
        open_(date(2026, 11, 1))
        db.session.commit()
    assert asked() == before
    assert max(before.values()) <= 12


def test_the_nightly_job_is_safe_to_repeat(app, monkeypatch):
    runner = app.test_cli_runner()
    first = runner.invoke(args=["open-month"])
    assert first.exit_code == 0, first.output
    assert [line[:12] for line in first.output.splitlines()] == [
        "09/2026 ROOT",
        "10/2026 ROOT",
        "11/2026 ROOT",
    ]
    again = runner.invoke(args=["open-month"])
    assert all("0 added, 0 changed, 0 withdrawn" in line for line in again.output.splitlines())
    one = runner.invoke(args=["open-month", "--month", "12/2026"])
    assert one.output.startswith("12/2026 ROOT: 29 added")
    wrong = runner.invoke(args=["open-month", "--month", "x"])
    assert wrong.exit_code != 0
    assert "Traceback" not in wrong.output
    assert number(app, Obligation) == 4 * 29
    assert OCTOBER


@pytest.mark.parametrize("month", ["01/1950", "12/2019"])
def test_a_month_before_the_office_is_refused_beside_its_field(app, login, month):
    browser = login("clerk_north")
    with app.app_context(), scope.system():
        sent = {"unit": unit("NORTH").id, "month": month}
    for page in (
        browser.get("/open-month/", query_string=sent),
        browser.post("/open-month/go", data=sent),
    ):
        field = page.text.split('data-field="month"')[1].split('data-field="')[0]
        assert "hãy chọn tháng 01/2020 trở về sau" in field
    assert number(app, Period) == number(app, Obligation) == 0


def test_the_nightly_job_leaves_an_office_alone_in_months_before_it(app):
    with app.app_context(), scope.system():
        for root in queries.roots():
            root.valid_from = date(2026, 10, 2)
        db.session.commit()
    done = app.test_cli_runner().invoke(args=["open-month"])
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.output.splitlines()] == ["10/2026", "11/2026"]
    asked = app.test_cli_runner().invoke(args=["open-month", "--month", "09/2026"])
    assert asked.exit_code == 1
    assert "09/2026" in asked.output
