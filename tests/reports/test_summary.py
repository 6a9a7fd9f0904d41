"""The summary table of the small world: what it says, for whom, and with which tree."""

import io
from datetime import date, datetime
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from app.core import scope
from app.core.acting import Acting
from app.core.db import db
from app.evaluations.models import Evaluation
from app.meetings.rules import ResultState, ScheduleState
from app.reports.rules import add_up
from app.reports.summary import summary
from app.units import commands
from app.units.rules import Decision
from tests import factories
from tests.factories import MONTH

NOW = datetime(2026, 10, 20, 10, 0)
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def boss(system) -> Acting:
    root, account = factories.unit("ROOT"), factories.account("admin")
    return Acting(account.id, "admin", "", 0, "Administrator", root.id, root.path, root.name)


def of(code: str, month: date = MONTH):
    return summary(factories.unit(code), month, NOW)


def names(table) -> dict[str, list[str]]:
    return {group.name: [line.name for line in group.lines] for group in table.groups}


def test_the_world_in_september(app, system):
    with app.test_request_context():
        table = of("ROOT")
    assert names(table) == {
        "Đảng bộ Phía Bắc": ["Chi bộ Bắc Một", "Chi bộ Bắc Hai"],
        "Đảng bộ Phía Nam": ["Chi bộ Nam Một", "Chi bộ Nam Hai"],
    }
    sums = add_up(table.lines)
    assert (sums.reported, sums.cells, sums.attended, sums.due) == (4, 4, 16, 20)
    assert (sums.ratings, sums.official_mean, sums.self_mean) == ({"TOT": 4}, 92, 95)
    assert table.policies == ["Theo HD 42-HD/BTCTW (v1)"]
    line = table.lines[0]
    assert (line.minutes, line.speakers, line.gap, line.excused) == (105, 3, -3, 1)


def test_a_unit_has_its_superior_above_it(app, system):
    with app.test_request_context():
        table = of("NORTH")
        assert (table.superior, table.issuer) == ("Đảng ủy Khối", "Đảng bộ Phía Bắc")
        assert len(table.lines) == 2
        assert of("ROOT").superior == ""
        assert names(of("N1")) == {"Đảng bộ Phía Bắc": ["Chi bộ Bắc Một"]}


def test_a_branch_prints_the_superior_that_it_cannot_see(app):
    with app.app_context(), scope.system():
        north = factories.unit("NORTH").path
    with app.test_request_context(), scope.entered(scope.branch(north)):
        assert of("NORTH").superior == "Đảng ủy Khối"


def test_why_a_report_is_missing_stands_in_the_remarks(app, system):
    factories.new_meeting(
        factories.unit("N1"), OCTOBER, state=ScheduleState.NOT_HELD, state_reason="Bão lũ"
    )
    factories.new_meeting(factories.unit("N2"), OCTOBER, result_state=ResultState.RETURNED)
    factories.new_meeting(factories.unit("S1"), OCTOBER)
    with app.test_request_context():
        lines = {line.name: line for line in of("ROOT", OCTOBER).lines}
    assert not any(line.reported for line in lines.values())
    assert "Bão lũ" in lines["Chi bộ Bắc Một"].note
    assert len({line.note for line in lines.values()}) == 4
    assert {line.due for line in lines.values()} == {None}


def test_cells_with_permission_not_to_meet_are_told_beside_the_number_of_cells(app, login):
    with app.app_context(), scope.system():
        factories.new_meeting(factories.unit("N1"), OCTOBER, state=ScheduleState.NOT_HELD)
        db.session.commit()
    client = login("clerk_north")
    said = "Trong đó có 1 chi bộ được phép không sinh hoạt."
    assert said in client.get("/summary/?month=10/2026").text
    assert "được phép" not in client.get("/summary/?month=09/2026").text
    data = client.get("/summary/download?month=2026-10").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert said in [str(cell) for row in rows for cell in row]


def test_remarks_explain_lost_points(app, system):
    evaluation = db.session.query(Evaluation).first()
    evaluation.remark = "Đạt yêu cầu"
    score = evaluation.scores[-1]
    score.note = "Chậm 5 phút"
    db.session.flush()
    with app.test_request_context():
        notes = [line.note for line in of("ROOT").lines if line.note]
    assert notes == [f"Đạt yêu cầu; {score.criterion.code}: Chậm 5 phút"]


def test_an_old_month_prints_the_tree_as_it_was(app, boss):
    decision = Decision(date(2026, 10, 7), "907-QĐ/TU", date(2026, 10, 1))
    with app.test_request_context():
        commands.move(factories.unit("N1"), factories.unit("SOUTH"), decision, by=boss)
        commands.rename(factories.unit("NORTH"), "Đảng bộ Tên Mới", "Tên mới", decision, by=boss)
        september, october = of("ROOT"), of("ROOT", OCTOBER)
        assert len(of("NORTH").lines) == 2
        assert len(of("NORTH", OCTOBER).lines) == 1
    assert names(september)["Đảng bộ Phía Bắc"] == ["Chi bộ Bắc Một", "Chi bộ Bắc Hai"]
    assert names(october) == {
        "Đảng bộ Tên Mới": ["Chi bộ Bắc Hai"],
        "Đảng bộ Phía Nam": ["Chi bộ Bắc Một", "Chi bộ Nam Một", "Chi bộ Nam Hai"],
    }


# The screen and the file


def rows(answer) -> list[list]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_the_file_has_a_name_with_month_and_unit(login):
    answer = login("analyst").get("/summary/download?month=09/2026")
    assert answer.status_code == 200
    header = answer.headers["Content-Disposition"]
    assert 'filename="' in header
    assert header.isascii()
    assert header.split('filename="')[1].split('"')[0].endswith("2026-09-root.xlsx")
    assert unquote(header.split("UTF-8''")[1]).endswith("2026-09 ROOT.xlsx")


def test_screen_and_file_say_the_same(login):
    client = login("analyst")
    text = client.get("/summary/?month=09/2026").get_data(as_text=True)
    found = rows(client.get("/summary/download?month=09/2026"))
    assert [row[1] for row in found if str(row[1]).startswith("Chi bộ")] == [
        "Chi bộ Bắc Một",
        "Chi bộ Bắc Hai",
        "Chi bộ Nam Một",
        "Chi bộ Nam Hai",
    ]
    assert "16/20" in text
    assert "4/5 = 80,0 %" in text


def test_a_branch_sees_its_own_only(login):
    client = login("analyst_south")
    text = client.get("/summary/?month=09/2026").get_data(as_text=True)
    assert "Bắc" not in text
    assert "Bắc" not in str(rows(client.get("/summary/download?month=09/2026")))


@pytest.mark.parametrize("query", ["month=99/2026", "month=x", "month=01/0001", "month=12/9999"])
def test_odd_months_are_answered_calmly(login, query):
    client = login("analyst")
    assert client.get(f"/summary/?{query}").status_code == 200
    assert client.get(f"/summary/download?{query}").status_code in (200, 400)


def test_a_secretary_has_no_summary(login):
    assert login("secretary_north").get("/summary/download").status_code in (302, 403)
