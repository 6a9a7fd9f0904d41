"""The pages of the calendar: who sees what, what stands in a day, filters, how much it costs."""

import re
from datetime import datetime, timedelta

import pytest

from app.core import scope
from app.core.db import db
from app.meetings.rules import MeetingType, ScheduleState
from tests.factories import CAST, new_meeting, new_unit, unit
from tests.meetings import OCTOBER

MORNING = datetime(2026, 10, 14, 8, 0)
READERS = [name for name, role, *_ in CAST if role]


pytestmark = pytest.mark.usefixtures("in_october")


@pytest.fixture
def made(app):
    """``made("N1", state=…)`` writes an October meeting and answers its id."""

    def make(code="N1", **values):
        with app.app_context(), scope.system():
            row = new_meeting(unit(code), OCTOBER, **({"planned_at": MORNING} | values))
            key = row.id
            db.session.commit()
        return key

    return make


@pytest.fixture
def read(login):
    def get(username, **asked):
        answer = login(username).get("/calendar/", query_string={"month": "2026-10"} | asked)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    return get


def cell(page, day):
    """What stands in one day of the grid."""
    return re.search(rf'<td[^>]*data-cell="{day}">(.*?)</td>', page, re.DOTALL)[0]


def count(page, day):
    return cell(page, day).count('class="cal-event ')


@pytest.mark.parametrize("username", READERS)
def test_every_reader_has_a_calendar(read, username):
    page = read(username)
    assert "<caption" in page
    assert page.count("data-cell=") == 35
    assert 'aria-current="date"' in cell(page, "2026-10-05")


def test_who_holds_no_role_has_none(login):
    assert login("nobody").get("/calendar/").status_code in {302, 403}


@pytest.mark.parametrize("view", ["month", "list"])
def test_a_branch_sees_its_own_meetings_only(made, read, view):
    made("N1")
    made("S1")
    assert "Nam Một" not in read("clerk_north", view=view)
    assert "Bắc Một" in read("clerk_north", view=view)
    assert "Bắc Một" not in read("clerk_south", view=view)
    both = read("analyst", view=view)
    assert "Bắc Một" in both
    assert "Nam Một" in both


def test_a_meeting_stands_in_its_day_with_state_and_symbol(made, read):
    key = made("N1", state=ScheduleState.POSTPONED)
    held = cell(read("clerk_north"), "2026-10-14")
    assert f"/schedules/show/{key}" in held
    assert "cal-warn" in held
    assert "#calendar-clock" in held
    assert "8:00" in held
    assert "Hoãn" in held


def test_neighbouring_days_show_their_meetings_dimmed(made, read):
    made("N1", planned_at=datetime(2026, 11, 1, 9, 0))
    held = cell(read("clerk_north"), "2026-11-01")
    assert "cal-outside" in held
    assert "Bắc Một" in held
    assert "Bắc Một" not in read("clerk_north", view="list")


def test_a_meeting_of_one_month_held_in_the_next_stands_on_its_day(made, read):
    made("N1", planned_at=datetime(2026, 11, 8, 9, 0))
    assert "Bắc Một" in cell(read("clerk_north", month="2026-11"), "2026-11-08")


@pytest.mark.parametrize(
    ("number", "shown", "more"), [(4, 4, 0), (5, 5, 0), (6, 4, 2), (40, 4, 36)]
)
def test_a_full_day_shows_some_and_opens_the_others(made, read, number, shown, more):
    for _ in range(number):
        made("N1", type=MeetingType.THEMATIC)
    page = read("clerk_north")
    assert count(page, "2026-10-14") == shown
    assert (f"+{more} " in cell(page, "2026-10-14")) == bool(more)
    opened = read("clerk_north", day="2026-10-14")
    assert opened.count('class="cal-line"') == number


def test_the_list_says_the_weekday_of_each_day(made, read):
    made("N1")
    page = read("clerk_north", view="list")
    assert "Thứ Tư, 14/10/2026" in page
    assert page.count('class="cal-line"') == 1


def test_the_list_goes_on_on_further_pages(made, read):
    for _ in range(53):
        made("N1", type=MeetingType.THEMATIC)
    assert read("clerk_north", view="list").count('class="cal-line"') == 50
    assert read("clerk_north", view="list", page=1).count('class="cal-line"') == 3


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({"q": "bac hai"}, {"N2"}),
        ({"q": "Nhà văn hóa"}, {"N1"}),
        ({"superior": "le van an"}, {"N1"}),
        ({"superior": "AN"}, {"N1"}),
        ({"superior": "nobody"}, set()),
        ({"state": "CONFIRMED"}, {"N2"}),
        ({"state": "x"}, {"N1", "N2"}),
        ({"q": "bac", "state": "CONFIRMED"}, {"N2"}),
    ],
)
@pytest.mark.parametrize("view", ["month", "list"])
def test_filters_of_the_address_hold(made, read, asked, seen, view):
    keys = {
        "N1": made("N1", place="Nhà văn hóa", superior="Đ/c Lê Văn An, Bí thư"),
        "N2": made("N2", state=ScheduleState.CONFIRMED),
    }
    page = read("clerk_north", view=view, **asked)
    assert {code for code, key in keys.items() if f"/schedules/show/{key}" in page} == seen


def test_a_branch_can_be_chosen_and_a_foreign_one_is_not_found(app, made, read, login):
    made("N1")
    made("S1")
    with app.app_context(), scope.system():
        north, south = unit("NORTH").id, unit("SOUTH").id
    page = read("analyst", unit=north)
    assert "Bắc Một" in page
    assert "Nam Một" not in page
    assert login("clerk_north").get(f"/calendar/?unit={south}").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"month": "x"},
        {"month": "0001-01"},
        {"month": "9999-12"},
        {"day": "x"},
        {"day": "0001-01-01"},
        {"day": "2026-10-14T10:00"},
        {"page": "-1", "view": "list"},
        {"page": "99999999999999999999", "view": "list"},
        {"view": "x"},
        {"superior": "%_'\\"},
        {"q": "%_'\\"},
    ],
)
def test_odd_addresses_are_answered(read, asked):
    read("clerk_north", **asked)


# Clashes


@pytest.fixture
def twice(made):
    return {
        "N1": made("N1", superior="Lê Văn An"),
        "N2": made("N2", superior="lê văn an", planned_at=MORNING + timedelta(hours=1)),
        "other": made("N2", type=MeetingType.THEMATIC, planned_at=MORNING + timedelta(days=3)),
    }


def test_a_superior_expected_twice_is_shown(read, twice):
    page = read("clerk_north")
    assert "cal-twice" in page
    assert cell(page, "2026-10-14").count("#alert-triangle") == 2


@pytest.mark.parametrize("view", ["month", "list"])
def test_only_the_clashes_can_be_shown(read, twice, view):
    page = read("clerk_north", view=view, clash="1")
    assert f"/schedules/show/{twice['N1']}" in page
    assert f"/schedules/show/{twice['other']}" not in page


def test_who_sees_one_of_the_two_sees_no_clash_in_his_calendar(read, twice):
    assert "cal-twice" not in read("secretary_north")


def test_what_was_held_on_both_sides_is_over(made, read):
    for code in ("N1", "N2"):
        made(code, superior="Lê Văn An", state=ScheduleState.HELD)
    assert "cal-twice" not in read("clerk_north")


def test_a_clash_stands_in_the_chosen_branch(app, made, read):
    made("N1", superior="Lê Văn An")
    made("S1", superior="Lê Văn An")
    with app.app_context(), scope.system():
        north, cell_two = unit("NORTH").id, unit("S2").id
    assert "cal-twice" in read("analyst", unit=north)
    assert "cal-twice" not in read("analyst", unit=cell_two)


# Registering


def test_who_may_register_is_led_to_it_from_a_day_to_come(read, login):
    page = read("clerk_north")
    assert "day=2026-10-20" in cell(page, "2026-10-20").split("cal-add")[1]
    assert "cal-add" not in cell(page, "2026-10-04")
    assert "cal-add" not in read("analyst")
    form = login("secretary_north").get("/schedules/add?month=2026-10&day=2026-10-20")
    assert 'value="20/10/2026 ' in form.get_data(as_text=True)


def test_an_empty_month_says_what_to_do_next(read):
    for view in ("month", "list"):
        page = read("clerk_north", month="2027-03", view=view)
        assert "/schedules/add" in page
    assert "/schedules/add" not in read("inspector", month="2027-03", view="list")


# Cost


def test_a_calendar_costs_the_same_whatever_the_number_of_meetings(app, login, statements):
    def fill(number):
        with app.app_context(), scope.system():
            parent = new_unit(f"P{number}", "Đảng bộ thêm", "GRASSROOTS_PC", unit("ROOT"))
            for index in range(number):
                one = new_unit(f"P{number}-{index}", f"Chi bộ {index}", "SUB_CELL", parent)
                moment = MORNING + timedelta(days=index % 15, hours=index % 8)
                name = f"Lê Văn {index % 6}"
                new_meeting(one, OCTOBER, planned_at=moment, superior=name)
            db.session.commit()

    def asked(view):
        statements.clear()
        answer = client.get(f"/calendar/?month=2026-10&view={view}&day=2026-10-14")
        assert answer.status_code == 200
        return len(statements), len(answer.data)

    fill(10)
    client = login("analyst")
    asked("month")
    small = {view: asked(view) for view in ("month", "list")}
    fill(150)
    large = {view: asked(view) for view in ("month", "list")}
    assert {view: large[view][0] - small[view][0] for view in small} == {"month": 0, "list": 0}
    assert max(number for number, _size in large.values()) <= 12
    assert max(size for _number, size in large.values()) < 200_000
