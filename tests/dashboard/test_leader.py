"""The leader's page: numbers that say why, the month they are of, names with a phone."""

import re
from datetime import date, datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from app.core import scope
from app.core.db import db
from app.meetings.rules import HeadCounts, ResultState
from app.people.models import Member
from app.people.rules import Position
from tests import factories
from tests.dashboard.test_desks import BUDGETS, page, twice_as_many

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _november(time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 3, 0))


@pytest.fixture
def world(app):
    """Makes changes to the world and commits them."""

    def change(work):
        with app.app_context(), scope.system():
            found = work()
            db.session.commit()
            return found

    return change


def report(code: str, month: date, present: int, due: int) -> None:
    """A sent result."""
    meeting = factories.new_meeting(factories.unit(code), month, result_state=ResultState.SUBMITTED)
    policy = db.session.query(factories.AttendancePolicy).first()
    meeting.count(HeadCounts(on_roll=due, present=present, unexcused=due - present), policy)


@pytest.mark.parametrize("username", ["chief", "analyst", "clerk_north", "inspector"])
def test_whoever_may_analyse_opens_the_page(login, username):
    assert "six" in page(login(username), "/leader/")


@pytest.mark.parametrize("username", ["secretary_north", "supervisor_north", "admin_north"])
def test_others_do_not(login, username):
    assert login(username).get("/leader/").status_code in (302, 403)


def test_a_foreign_unit_is_not_found_and_nothing_foreign_is_named(login, world):
    north = world(lambda: factories.unit("NORTH").id)
    client = login("analyst_south")
    assert client.get(f"/leader/?unit={north}").status_code == 404
    assert "Bắc" not in page(client, "/leader/")


def test_each_number_says_how_complete_it_is_and_why(login):
    text = page(login("chief"), "/leader/?month=09/2026")
    assert text.count("popovertarget=") == 12
    assert text.count("4/4") >= 3
    why = text.split('id="why-2"')[1].split("why-foot")[0]
    assert "16" in why
    assert "20" in why
    assert "Theo HD 42-HD/BTCTW (v1)" in why
    assert "Bộ tiêu chí thử (v1)" in text.split('id="why-3"')[1].split("why-foot")[0]


def test_each_number_leads_to_what_is_behind_it(login):
    client = login("chief")
    text = page(client, "/leader/?month=09/2026")
    links = [part.split('"')[0] for part in text.split('class="stretched-link" href="')[1:7]]
    assert len(links) == 6
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code in (200, 302), link


def test_unless_asked_it_shows_the_last_month_of_which_nearly_all_have_reported(login, world):
    world(lambda: report("N1", OCTOBER, 4, 5))
    text = page(login("chief"), "/leader/")
    assert "Tháng 09/2026" in text.split("page-sub")[1].split("</p>")[0]
    running = text.split("leader-running")[1].split("</p>")[0]
    assert "Tháng 10/2026" in running
    assert "1/4" in running
    assert "Tháng 10/2026" in page(login("chief"), "/leader/?month=2026-10").split("page-sub")[1]


def test_who_is_silent_is_named_with_a_phone(login, world):
    def phone():
        for member in db.session.query(Member).filter_by(position=Position.SECRETARY):
            member.phone = "0900 000 001"
        for code in ("N1", "S1", "S2"):
            report(code, OCTOBER, 5, 5)

    world(phone)
    text = page(login("chief"), "/leader/?month=2026-10")
    names = text.split("leader-names")[1]
    assert "Đảng bộ Phía Bắc" in names
    assert "Đảng bộ Phía Nam" not in names
    assert "Chi bộ Bắc Hai" in names
    assert 'href="tel:0900000001"' in names


def test_a_committee_is_reached_through_its_duty_clerk(login, world):
    def phone():
        factories.account("clerk_north").phone = "0911 111 111"
        for code in ("N1", "S1", "S2"):
            report(code, OCTOBER, 5, 5)

    world(phone)
    assert 'href="tel:0911111111"' in page(login("chief"), "/leader/?month=2026-10")


def test_of_one_committee_the_cells_are_named(login, world):
    north = world(lambda: (report("N1", OCTOBER, 5, 5), factories.unit("NORTH").id)[1])
    names = page(login("chief"), f"/leader/?unit={north}&month=2026-10").split("leader-names")[1]
    assert "Chi bộ Bắc Hai" in names
    assert "Chi bộ Bắc Một" not in names


def test_a_cell_and_an_empty_month_are_answered_calmly(login, world):
    cell = world(lambda: factories.unit("N1").id)
    client = login("chief")
    assert "leader-heat" not in page(client, f"/leader/?unit={cell}&month=2026-09")
    assert "leader-names" not in page(client, "/leader/?month=01/2005")
    assert page(client, "/leader/?month=01/2100")


def test_markup_in_a_name_stays_text(login, world):
    def rename():
        factories.unit("NORTH").name = "<script>alert(1)</script>"
        factories.unit("NORTH").short_name = "<img src=x>"
        report("S1", OCTOBER, 5, 5)

    world(rename)
    text = page(login("chief"), "/leader/?month=2026-10")
    assert "<script>alert(1)" not in text
    assert "<img src=x>" not in text


@pytest.mark.parametrize("address", ["/leader/?month=2026-10", "/leader/"])
def test_the_number_of_statements_does_not_grow_with_the_data(login, world, statements, address):
    world(lambda: report("N1", OCTOBER, 4, 5))
    client = login("chief")
    page(client, address)
    statements.clear()
    page(client, address)
    before = len(statements)
    assert before <= BUDGETS["/analysis/"] + 3, "\n".join(statements)
    world(twice_as_many)
    statements.clear()
    page(client, address)
    assert len(statements) <= before + 3


# Analysis


def test_who_moved_most_is_told_in_points(login, world):
    def move():
        for code, before, now in (("N1", 19, 10), ("S1", 10, 19)):
            report(code, date(2026, 8, 1), before, 20)
            report(code, OCTOBER, now, 20)
            meeting = db.session.query(factories.Meeting).filter_by(
                unit_id=factories.unit(code).id, month=factories.MONTH
            )
            policy = db.session.query(factories.AttendancePolicy).first()
            meeting.one().count(HeadCounts(on_roll=20, present=before), policy)

    world(move)
    text = page(login("analyst"), "/analysis/?last=10/2026")
    movers = text.split('class="movers"')[1].split("desk-head")[0]
    down, up = movers.split("</section>")[:2]
    assert "Đảng bộ Phía Bắc" in down
    assert "−" in down
    assert "Đảng bộ Phía Nam" in up
    assert "+" in up


@pytest.mark.parametrize(
    ("sheet", "sheets", "head"),
    [
        ("participation", 1, "Tỷ lệ"),
        ("ratings", 1, "Tốt"),
        ("units", 1, "Đảng bộ Phía Bắc"),
        ("heat", 2, "Đảng bộ Phía Bắc"),
        ("nonsense", 3, "Đảng bộ Phía Bắc"),
    ],
)
def test_every_chart_can_be_taken_along_as_a_file(login, sheet, sheets, head):
    answer = login("analyst").get(f"/analysis/export?last=09/2026&sheet={sheet}")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    assert len(book.sheet_names) == sheets
    rows = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert head in str(rows)
    assert "20/11/2026" in str(rows[0][-1])


def test_the_file_holds_what_the_chart_is_compared_with(login, keys):
    client = login("analyst")
    asked = f"unit={keys[1]}&first=08/2026&last=09/2026&sheet=participation"

    def sheet(compare: str) -> list[list]:
        answer = client.get(f"/analysis/export?{asked}&compare={compare}")
        return (
            CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
        )

    plain, beside, silent = sheet(""), sheet("area"), sheet("year")
    width = len(plain[0])
    assert beside[0][width:] == [
        "Đảng ủy Khối: Chi bộ",
        "Đảng ủy Khối: Đã báo cáo",
        "Đảng ủy Khối: Tỷ lệ dự (%)",
    ]
    assert [row[:width] for row in beside[:3]] == plain[:3]
    assert beside[2][width:] == [4, 4, 80]
    assert silent[0] == plain[0]
    assert "Cùng kỳ năm trước: chưa có báo cáo nào." in str(silent)
    text = page(client, f"/analysis/?{asked}&compare=area")
    files = re.findall(r'href="(/analysis/export[^"]*)"', text)
    assert len(files) == 4
    assert all("compare=area" in one for one in files)


def linked(figure) -> set[str]:
    """Every address behind a mark of a figure."""
    found: set[str] = set()
    for trace in figure["data"]:
        for one in trace.get("customdata", []):
            found.update([one] if isinstance(one, str) else one)
    return found


def figures_of(text: str) -> list[dict]:
    import json

    return [
        json.loads(one)
        for one in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.S)
        if '"layout"' in one
    ]


@pytest.mark.parametrize(
    ("address", "table"),
    [
        ("/analysis/units?month=09/2026", ""),
        ("/leader/?month=09/2026", "/analysis/table?first=09/2025&last=09/2026"),
    ],
)
def test_what_a_click_on_a_mark_opens_stands_in_a_table_too(login, address, table):
    client = login("analyst")
    text = page(client, address)
    shown = (text.split("</script>", 1)[0] + "".join(text.split("</script>")[1:])).replace(
        "&amp;", "&"
    )
    links = {part.split('"')[0] for part in shown.split('href="')[1:]}
    if table:
        links |= {
            part.split('"')[0] for part in page(client, table).replace("&amp;", "&").split('href="')
        }
    behind = set().union(*(linked(figure) for figure in figures_of(text)))
    assert behind
    assert behind <= links


def test_a_click_on_a_trend_opens_what_stands_in_its_table(login):
    figures = login("analyst").get("/analysis/trends?last=09/2026").json
    assert set(figures) == {"participation", "ratings"}
    for figure in figures.values():
        shown = "".join(str(row) for row in figure["rows"]).replace("&amp;", "&")
        behind = linked(figure)
        assert behind
        assert all(f'href="{one}"' in shown for one in behind)


def test_trends_take_a_branch_months_and_what_to_compare_with(login, keys):
    client = login("analyst")
    one = client.get("/analysis/trends?first=08/2026&last=09/2026").json["participation"]
    two = client.get(
        f"/analysis/trends?unit={keys[1]}&first=08/2026&last=09/2026&compare=area"
    ).json
    assert len(one["rows"]) == 2
    assert len(two["participation"]["data"]) == len(one["data"]) + 1
    assert "compare=year" in page(client, "/analysis/?compare=year")
    assert "compare=" not in page(client, "/analysis/?compare=nonsense").split("<form")[0]
    assert client.get("/analysis/trends?last=99/2026").status_code == 400


@pytest.fixture
def keys(app) -> tuple[int, int]:
    with app.app_context(), scope.system():
        return factories.unit("ROOT").id, factories.unit("NORTH").id


def test_what_compares_nothing_is_said_beside_the_field(login, keys):
    client = login("analyst")
    whole, north = keys
    for asked in ("", f"&unit={whole}"):
        text = page(client, f"/analysis/?compare=area{asked}")
        beside = text.split('data-field="compare"')[1].split("</div>")[0]
        assert "toàn phạm vi" in beside
    assert 'id="compare-error"' not in page(client, f"/analysis/?compare=area&unit={north}")
    assert 'id="compare-error"' not in page(client, "/analysis/?compare=year")
    assert 'id="compare-error"' in page(client, "/analysis/?compare=nonsense")


def test_a_year_before_without_reports_is_said_at_the_figure(login):
    client = login("analyst")
    asked = "/analysis/trends?first=08/2026&last=09/2026&compare="
    figure = client.get(f"{asked}year").json["participation"]
    plain = client.get(asked).json["participation"]
    assert "chưa có báo cáo" in figure["note"]
    assert len(figure["data"]) == len(plain["data"])
    assert "note" not in plain


def test_an_empty_unit_says_that_it_means_the_whole_area(login):
    client = login("analyst")
    for path in ("/analysis/", "/leader/", "/summary/"):
        field = page(client, path).split('data-field="unit"')[1].split("</select>")[0]
        assert "Toàn phạm vi" in field, path


@pytest.mark.parametrize(("today", "first"), [((2026, 11, 20), ""), ((2027, 8, 20), "09/2026")])
def test_the_last_month_of_which_something_is_known_is_found_however_old(
    login, time_machine, today, first
):
    time_machine.move_to(datetime(*today, 3, 0))
    client = login("analyst")
    assert "Tháng 09/2026</h2>" in page(client, f"/analysis/?first={first}")
    assert "16/20" in page(client, f"/analysis/?first={first}")


def test_the_heat_map_and_its_table_lead_to_the_same_pages(login):
    client = login("analyst")
    text = page(client, "/analysis/table?last=09/2026").replace("&amp;", "&")
    behind = linked(client.get("/analysis/heat?last=09/2026").json)
    assert behind
    assert all(f'href="{one}"' in text for one in behind if "2026-09" in one)
