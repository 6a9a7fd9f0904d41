"""Who lands where, what each desk says, and that nobody sees beyond his branch."""

from datetime import UTC, date, datetime

import pytest
from markupsafe import escape

from app.core import clock, scope
from app.core.db import db
from app.deadlines.rules import Stage
from app.meetings import policies
from app.meetings.models import ClosedMonth
from app.meetings.rules import HeadCounts, ResultState, ScheduleState
from app.people.models import Member
from app.people.rules import LeaveReason
from app.periods.commands import open_month
from app.periods.models import Extension
from tests import factories
from tests.meetings import who

NOW = datetime(2026, 10, 20, 3, 0)
OCTOBER = date(2026, 10, 1)
LANDINGS = (
    ("admin", "/care/"),
    ("analyst", "/analysis/"),
    ("chief", "/leader/"),
    ("inspector", "/analysis/"),
    ("clerk_north", "/chase/"),
    ("supervisor_north", "/chase/"),
    ("secretary_north", "/desk/"),
    ("minutes_north", "/desk/"),
)
ANALYSIS = (
    "/analysis/",
    "/analysis/units",
    "/analysis/heat",
    "/analysis/table",
    "/analysis/export",
)


@pytest.fixture(autouse=True)
def _october(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def world(app):
    """Makes changes to the world and commits them."""

    def change(work):
        with app.app_context(), scope.system():
            found = work()
            db.session.commit()
            return found

    return change


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(("username", "desk"), LANDINGS)
def test_each_role_lands_on_its_desk(login, username, desk):
    client = login(username)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, desk)
    assert client.get(desk).status_code == 200


@pytest.mark.parametrize("desk", ["/chase/", "/care/", *ANALYSIS])
def test_a_secretary_opens_no_desk_of_others(login, desk):
    assert login("secretary_north").get(desk).status_code in (302, 403)


@pytest.mark.parametrize("address", [*ANALYSIS, "/chase/", "/summary/", "/summary/download"])
def test_a_foreign_unit_in_the_address_is_not_found(login, world, address):
    north = world(lambda: factories.unit("NORTH").id)
    client = login("analyst_south")
    assert client.get(f"{address}?unit={north}").status_code == 404
    assert client.get(f"{address}?unit=999999999999").status_code == 404
    assert client.get(f"{address}?unit=x").status_code == 404


def test_an_analyst_of_the_south_sees_the_south_only(login):
    client = login("analyst_south")
    for address in ("/analysis/", "/analysis/units?month=09/2026", "/analysis/table", "/chase/"):
        text = page(client, address)
        assert "Bắc" not in text, address
    assert "Bắc" not in client.get("/analysis/heat").get_data(as_text=True)
    assert "2/2" in page(client, "/analysis/?last=09/2026")


def test_every_figure_says_how_complete_it_is(login):
    text = page(login("analyst"), "/analysis/?last=09/2026")
    assert "4/4" in text
    assert "80,0\u00a0%" in text
    assert "16/20" in text


def test_figures_are_of_the_last_month_with_reports_unless_asked(login):
    client = login("analyst")
    assert "Tháng 09/2026</h2>" in page(client, "/analysis/")
    assert "Tháng 10/2026</h2>" in page(client, "/analysis/?last=10/2026")


@pytest.mark.parametrize(
    "query",
    ["compare=sideways", "compare=year", "first=10/2026&last=01/2020", "unit=", "month=&last="],
)
def test_odd_filters_are_answered_calmly(login, query):
    client = login("analyst")
    for address in ANALYSIS:
        assert client.get(f"{address}?{query}").status_code == 200, address


MISREAD = ("13/2026", "abc", "12/9999", "01/0001", "<b>", "10/1800")
PAGES_OF_A_MONTH = (
    ("/analysis/", "last"),
    ("/analysis/table", "first"),
    ("/analysis/units", "month"),
    ("/leader/", "month"),
    ("/chase/", "month"),
    ("/summary/", "month"),
)


@pytest.mark.parametrize("given", MISREAD)
@pytest.mark.parametrize(("address", "field"), PAGES_OF_A_MONTH)
def test_a_month_that_cannot_be_shown_is_told_with_what_is_shown_instead(
    login, address, field, given
):
    text = page(login("analyst"), f"{address}?{field}={given}")
    warning = text.split("alert-warning alert-dismissible")[1].split("</div>")[0]
    assert str(escape(given)) in warning
    assert "Tháng" in warning


@pytest.mark.parametrize("given", MISREAD)
@pytest.mark.parametrize("address", ["/analysis/export", "/analysis/heat", "/summary/download"])
def test_a_file_of_a_month_that_cannot_be_shown_is_refused(login, address, given):
    field = "month" if "summary" in address else "last"
    assert login("analyst").get(f"{address}?{field}={given}").status_code == 400


@pytest.mark.parametrize(("address", "field"), PAGES_OF_A_MONTH)
def test_a_month_that_can_be_read_is_shown_without_a_warning(login, address, field):
    client = login("analyst")
    for given in ("", "09/2026", "2026-09"):
        assert "alert-warning alert-dismissible" not in page(client, f"{address}?{field}={given}")


def test_more_months_than_fit_are_told(login):
    text = page(login("analyst"), "/analysis/?first=01/2015&last=09/2026")
    assert "60" in text.split("alert-info alert-dismissible")[1].split("</div>")[0]


def test_a_cell_leads_to_the_result_of_its_meeting(login, world):
    cell, meeting = world(
        lambda: (
            factories.unit("N1").id,
            db.session.query(factories.Meeting).filter_by(unit_id=factories.unit("N1").id).one().id,
        )
    )
    client = login("analyst")
    answer = client.get(f"/analysis/units?unit={cell}&month=2026-09")
    assert answer.headers["Location"] == f"/results/show/{meeting}"
    assert client.get(f"/analysis/units?unit={cell}&month=2026-10").status_code == 200


def test_the_way_from_the_whole_to_a_cell(login, world):
    north = world(lambda: factories.unit("NORTH").id)
    client = login("analyst")
    assert f"/analysis/units?unit={north}&amp;month=2026-09" in page(
        client, "/analysis/units?month=2026-09"
    )
    below = page(client, f"/analysis/units?unit={north}&month=2026-09")
    assert "Chi bộ Bắc Một" in below
    assert "/results/show/" in below


def test_on_a_phone_the_units_of_a_month_are_not_a_screen_each(login, world):
    def add():
        for number in range(24):
            factories.new_unit(
                f"C{number}", f"Chi bộ {number}", "SUB_CELL", factories.unit("NORTH")
            )

    world(add)
    client, address = login("clerk_north"), "/analysis/units?month=2026-09"
    shown = page(client, address)
    assert shown.count("<tr>") + shown.count('<tr class="phone-later">') > 24
    assert '<a class="btn w-100" href="/analysis/units?month=2026-09&amp;rows=all">' in shown
    assert "phone-later" not in page(client, f"{address}&rows=all")
    for odd in ("endpoint=x", "_method=POST", "_external=1", "self=x", "_scheme=x&_anchor=x"):
        for path in (address, "/chase/?month=2026-09", "/summary/?month=2026-09"):
            assert "://x" not in page(client, f"{path}&{odd}")


def test_a_name_that_looks_like_markup_stays_text(login, world):
    def rename():
        factories.unit("NORTH").name = "<script>alert(1)</script>"
        factories.unit("NORTH").short_name = "<img src=x>"

    world(rename)
    client = login("analyst")
    for address in ("/analysis/", "/analysis/units?month=09/2026", "/analysis/table"):
        assert "<script>alert(1)" not in page(client, address)
    heat = client.get("/analysis/heat").json
    assert heat["data"][0]["text"][0][0].startswith("&lt;script&gt;")


# The chase board


def test_the_board_shows_each_cell_with_its_lights_and_whom_to_call(login, world):
    def phone():
        secretary = (
            db.session.query(Member)
            .filter_by(unit_id=factories.unit("N1").id, position="SECRETARY")
            .one()
        )
        secretary.phone = "0900 000 001"

    world(phone)
    text = page(login("clerk_north"), "/chase/?month=10/2026")
    assert "Chi bộ Bắc Một" in text
    assert "tel:0900000001" in text
    assert "Nam" not in text


def test_who_only_reads_is_not_asked_to_approve(login, world):
    def send():
        factories.new_meeting(factories.unit("N1"), OCTOBER, result_state=ResultState.SUBMITTED)

    world(send)
    asked = "Duyệt các kết quả đã gửi"
    assert asked in page(login("clerk_north"), "/chase/?month=10/2026")
    text = page(login("inspector"), "/chase/?month=10/2026")
    assert asked not in text
    assert "/review/?month=2026-10" in text


def test_the_filters_leave_what_they_name(login, world):
    def register():
        factories.new_meeting(factories.unit("N1"), OCTOBER)

    world(register)
    client = login("clerk_north")
    rows = page(client, "/chase/?month=10/2026&missing=schedule")
    assert "Bắc Hai" in rows
    assert "Bắc Một" not in rows.split("<tbody>")[1]
    rows = page(client, "/chase/?month=10/2026&missing=result").split("<tbody>")[1]
    assert "Bắc Một" in rows
    assert "Bắc Hai" not in rows
    assert page(client, "/chase/?month=10/2026&missing=nonsense")
    assert "Bắc Hai" not in page(client, "/chase/?q=bac+mot").split("<tbody>")[1]


def test_the_reminder_names_who_is_late_or_soon_will_be_and_no_other(login, world):
    def register():
        factories.new_meeting(factories.unit("N1"), date(2026, 11, 1))
        for code in ("N1", "N2"):
            factories.new_meeting(
                factories.unit(code),
                OCTOBER,
                planned_at=datetime(2026, 10, 4 if code == "N2" else 24),
            )

    world(register)
    text = page(login("clerk_north"), "/chase/?month=10/2026")
    reminder = text.split('id="reminder"')[1].split("</textarea>")[0]
    assert "Chi bộ Bắc Hai" in reminder
    assert "Chi bộ Bắc Một" not in reminder
    assert "06/10" in reminder


@pytest.fixture
def unsent_and_closed(world) -> None:
    """N1's September was returned and never sent again; the committee has closed the month."""

    def close():
        cells = [factories.unit("N1"), factories.unit("N2")]
        meeting = db.session.query(factories.Meeting).filter_by(unit_id=cells[0].id).one()
        meeting.result_state = ResultState.RETURNED
        for cell in cells:
            factories.new_meeting(cell, OCTOBER, planned_at=datetime(2026, 10, 30))
        policies.close_month(
            ClosedMonth(unit=factories.unit("NORTH"), month=factories.MONTH), by=who("clerk_north")
        )

    world(close)


def test_what_a_closed_month_lacks_is_said_and_asked_of_nobody(login, world, unsent_and_closed):
    client, address = login("clerk_north"), "/chase/?month=09/2026"
    text = page(client, address)
    row = text.split("<tbody>")[1].split("Bắc Một")[1].split("</tr>")[0]
    assert "tháng đã khóa" in row
    assert "tag-bad" not in row
    assert 'id="reminder"' not in text
    assert "data-say" not in text
    key = world(lambda: factories.unit("N1").id)
    assert client.post("/chase/remind", data={"month": "09/2026", "unit": key}).status_code == 404
    assert "Bắc Một" in page(client, f"{address}&missing=closed").split("<tbody>")[1]
    assert "<tbody>" not in page(client, f"{address}&missing=result")
    assert "Thiếu, tháng đã khóa" not in page(client, "/chase/?month=10/2026")


def test_the_secretary_is_led_to_no_form_of_a_closed_month(login, unsent_and_closed):
    text = page(login("secretary_north"), "/desk/")
    assert "tháng đã khóa" in text
    assert "/filing/" not in text.split("<main")[1]


def test_the_board_of_an_empty_month_says_so(login):
    assert "<tbody>" not in page(login("clerk_north"), "/chase/?month=01/2019")


def test_the_board_leads_to_what_was_sent(login, world):
    def send():
        factories.new_meeting(factories.unit("N1"), OCTOBER, result_state=ResultState.SUBMITTED)

    world(send)
    for username in ("clerk_north", "supervisor_north"):
        assert "/review/?month=2026-10" in page(login(username), "/chase/?month=10/2026")


# The secretary's desk


def test_the_secretary_is_asked_to_register_this_month_and_the_next(login):
    text = page(login("secretary_north"), "/desk/")
    assert "month=2026-10-01" in text
    assert "month=2026-11-01" in text


def test_the_secretary_is_led_into_the_four_steps_and_back_to_them(login, world):
    key = world(
        lambda: (
            factories.new_meeting(
                factories.unit("N1"), OCTOBER, planned_at=datetime(2026, 10, 19, 14, 0)
            ).id
        )
    )
    client = login("secretary_north")
    asked = page(client, "/desk/")
    assert f'href="/filing/{key}/"' in asked
    assert "Nộp kết quả" in asked

    def begin():
        db.session.get(factories.Meeting, key).result_state = ResultState.DRAFT

    world(begin)
    asked = page(client, "/desk/")
    assert f'href="/filing/{key}/"' in asked
    assert "Tiếp tục" in asked

    def send():
        meeting = db.session.get(factories.Meeting, key)
        meeting.state, meeting.result_state = ScheduleState.HELD, ResultState.SUBMITTED

    world(send)
    assert f"/results/show/{key}" in page(client, "/desk/")


def test_points_are_asked_for_alone_only_once_the_result_is_sent(login, world):
    key = world(
        lambda: (
            factories.new_meeting(
                factories.unit("N1"), OCTOBER, planned_at=datetime(2026, 10, 19, 14, 0)
            ).id
        )
    )
    score = f"/evaluations/{key}/score"
    assert score not in page(login("secretary_north"), "/desk/")

    def send():
        meeting = db.session.get(factories.Meeting, key)
        meeting.state, meeting.result_state = ScheduleState.HELD, ResultState.SUBMITTED

    world(send)
    assert score in page(login("secretary_north"), "/desk/")
    assert score not in page(login("minutes_north"), "/desk/")


def test_what_the_superior_said_stands_on_the_card(login, world):
    def give_back():
        factories.new_meeting(
            factories.unit("N1"),
            OCTOBER,
            state=ScheduleState.HELD,
            result_state=ResultState.RETURNED,
            return_reason="Thiếu <b>ý kiến</b> phát biểu",
        )

    world(give_back)
    text = page(login("secretary_north"), "/desk/")
    assert "Thiếu &lt;b&gt;ý kiến&lt;/b&gt; phát biểu" in text


def test_what_was_said_of_a_score_sheet_that_came_back_stands_on_its_card(login, world):
    def come_back():
        meeting = factories.new_meeting(
            factories.unit("N1"),
            OCTOBER,
            state=ScheduleState.HELD,
            result_state=ResultState.APPROVED,
        )
        _policy, criteria_set = factories.rules_in_force()
        sheet = factories.Evaluation(
            meeting_id=meeting.id,
            criteria_set_id=criteria_set.id,
            unit_id=meeting.unit_id,
            unit_path=meeting.unit_path,
            remark="Chấm lại nhóm 6",
        )
        db.session.add(sheet)

    world(come_back)
    assert "Chấm lại nhóm 6" in page(login("secretary_north"), "/desk/")


def test_an_earlier_month_stays_until_it_is_done(login, world):
    def unlock():
        meeting = (
            db.session.query(factories.Meeting).filter_by(unit_id=factories.unit("N1").id).one()
        )
        meeting.result_state = ResultState.RETURNED

    assert "Tháng 09/2026" not in page(login("secretary_north"), "/desk/")
    world(unlock)
    assert "Tháng 09/2026" in page(login("secretary_north"), "/desk/")


# The administrator's desk


def test_cells_without_a_secretary_are_named(login):
    text = page(login("admin_north"), "/care/")
    assert "Chi bộ Bắc Hai" in text
    assert "Chi bộ Bắc Một<" not in text
    assert "Nam" not in text


def test_an_area_without_a_set_in_force_is_told(login, world):
    def retire():
        for one in db.session.query(factories.CriteriaSet):
            one.status = factories.SetStatus.RETIRED

    assert "alert-danger" not in page(login("admin_north"), "/care/")
    world(retire)
    assert "alert-danger" in page(login("admin_north"), "/care/")


def test_accounts_and_assignments_that_need_a_hand_are_named(login, world):
    def trouble():
        factories.account("clerk_north").locked_until = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
        for one in factories.account("secretary_north").assignments:
            one.valid_to = date(2026, 11, 30)

    well = page(login("admin_north"), "/care/").split("care-well")[1]
    assert "care-list" not in well
    world(trouble)
    text = page(login("admin_north"), "/care/").split("care-grid")[1].split("care-well")[0]
    assert "20/10/2026 11:00" in text
    assert "30/11/2026" in text


def test_a_cell_whose_secretary_left_is_named(login, world):
    def leave():
        secretary = (
            db.session.query(Member)
            .filter_by(unit_id=factories.unit("N1").id, position="SECRETARY")
            .one()
        )
        secretary.left_on, secretary.left_reason = date(2026, 10, 1), LeaveReason.TRANSFERRED

    def named() -> bool:
        text = page(login("admin_north"), "/care/").split("care-grid")[1].split("care-well")[0]
        return "Chi bộ Bắc Một" in text

    assert not named()
    world(leave)
    assert named()


# Counts

BUDGETS = {
    "/analysis/": 17,
    "/analysis/units?month=09/2026": 13,
    "/analysis/heat": 9,
    "/analysis/table": 9,
    "/chase/": 14,
    "/summary/?month=09/2026": 16,
    "/care/": 20,
}


def twice_as_many() -> None:
    """As many cells again below the north and the south, with their meetings."""
    policy = db.session.query(factories.AttendancePolicy).first()
    for code in ("N3", "N4", "S3", "S4"):
        parent = factories.unit("NORTH" if code[0] == "N" else "SOUTH")
        cell = factories.new_unit(code, f"Chi bộ {code}", "SUB_CELL", parent)
        for month in (factories.MONTH, OCTOBER):
            meeting = factories.new_meeting(cell, month, result_state=ResultState.APPROVED)
            meeting.count(HeadCounts(on_roll=5, present=4, excused=1), policy)


@pytest.mark.parametrize(("address", "most"), BUDGETS.items())
def test_the_number_of_statements_does_not_grow_with_the_data(
    login, world, statements, address, most
):
    client = login("admin" if address == "/care/" else "analyst")
    page(client, address)
    statements.clear()
    page(client, address)
    before = len(statements)
    assert before <= most, "\n".join(statements)
    world(twice_as_many)
    statements.clear()
    page(client, address)
    assert len(statements) == before


def test_the_desk_of_a_secretary_takes_few_statements(login, statements):
    client = login("secretary_north")
    page(client, "/desk/")
    statements.clear()
    page(client, "/desk/")
    assert len(statements) <= 17


def test_the_board_tells_who_is_often_late_and_follows_more_time(app, login):
    with app.app_context(), scope.system():
        root, cell = factories.unit("ROOT"), factories.unit("N1")
        open_month(root, date(2026, 10, 1), by=None)
        db.session.add(
            Extension(
                unit_id=cell.id,
                unit_path=cell.path,
                month=date(2026, 10, 1),
                stage=Stage.SCHEDULE,
                until=date(2026, 10, 25),
                reason="Bão",
                granted_at=clock.now(),
                granted_by="x",
                due_before=date(2026, 9, 25),
            )
        )
        db.session.commit()
    page = login("clerk_north").get("/chase/?month=2026-10").text.split("<tbody>")[1]
    rows = {name: page.split(name, 1)[1].split("</tr>")[0] for name in ("Bắc Một", "Bắc Hai")}
    assert "còn 5 ngày" in rows["Bắc Một"].lower()
    assert "chậm 25 ngày" in rows["Bắc Hai"].lower()
    assert "chậm 1 lần trong năm" in rows["Bắc Hai"]
    assert "lần trong năm" not in rows["Bắc Một"]
