"""Narrow windows and columns: words that must stay on one line."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType, ResultState
from app.people.models import Member
from tests import factories
from tests.review.test_pages import clean

LINES = """() => [...document.querySelectorAll(".roll-main .roll-choice")].map((choice) => {
  choice.querySelector("input").checked = true;
  const range = document.createRange();
  range.selectNodeContents(choice.querySelector("span"));
  return range.getClientRects().length;
})"""


def test_the_three_choices_of_the_roll_call_take_one_line_each(app, enter):
    with app.app_context(), scope.system():
        cell = factories.unit("N1").id
        meeting = db.session.scalars(select(Meeting).where(Meeting.unit_id == cell)).first()
        meeting.result_state = ResultState.DRAFT
        db.session.commit()
        key = meeting.id
    page = enter("secretary_north", f"/results/{key}/roll-call", width=360)
    assert set(page.evaluate(LINES)) == {1}
    assert page.evaluate("document.documentElement.scrollWidth") == 360


LONG = "Chi bộ Bộ môn Giáo dục thể chất - Quốc phòng và An ninh"
HEIGHTS = """(what) => [...document.querySelectorAll(what)].map((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
})"""


@pytest.fixture
def crowded(app):
    """Cells of long names, meetings of the longest type, phones in groups of digits."""
    with app.app_context(), scope.system():
        for unit in db.session.scalars(select(factories.Unit).where(factories.Unit.is_cell)):
            unit.name = f"{LONG} {unit.code}"
        for meeting in db.session.scalars(select(Meeting)):
            meeting.type = MeetingType.COMBINED
        for member in db.session.scalars(select(Member)):
            member.phone = "0100 000 202"
        db.session.commit()


@pytest.mark.parametrize(
    ("path", "what", "most"),
    [
        ("/results/list/", ".tag-short", 1),
        ("/results/list/", ".tag-long", 2),
        ("/results/list/", "thead th:not(:has(a, input))", 2),
        ("/schedules/list/", ".tag", 2),
        ("/members/list/", "td[data-label='Điện thoại']", 1),
        ("/review/?month=09/2026", ".review-table .tag", 1),
    ],
)
def test_heads_states_and_phones_of_a_crowded_list_are_not_broken_up(
    crowded, enter, path, what, most
):
    page = enter("clerk_north", path)
    heights = page.evaluate(HEIGHTS, f"main {what}")
    assert heights
    assert max(heights) <= most


@pytest.mark.parametrize(
    ("username", "path"), [("clerk_north", "/chase/"), ("clerk_north", "/leader/?month=08/2026")]
)
def test_who_says_a_number_reaches_its_link(crowded, enter, username, path):
    page = enter(username, path)
    calls = page.locator(".chase-call")
    expect(calls.first).to_be_visible()
    for call in calls.all():
        assert call.inner_text().strip() in call.get_attribute("aria-label")


def test_the_results_fit_their_box_in_english(crowded, app, enter, address):
    with app.app_context(), scope.system():
        first = db.session.scalars(select(Meeting)).first()
        first.type, first.result_state = MeetingType.REGULAR, ResultState.SUBMITTED
        db.session.commit()
    page = enter("clerk_north", "/lang/en")
    page.goto(f"{address}/results/list/")
    box = page.locator(".rows").first
    assert box.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 1


def test_a_day_and_its_hour_stand_beside_their_label_on_a_phone(crowded, enter):
    page = enter("clerk_north", "/schedules/list/", width=360)
    when = page.locator(".cell-when").first
    label = "(one) => parseFloat(getComputedStyle(one.closest('td'), '::before').width)"
    cell = when.locator("xpath=ancestor::td").bounding_box()
    assert when.bounding_box()["x"] > cell["x"] + when.evaluate(label)


def test_the_buttons_of_the_review_are_not_wider_than_a_phone(app, enter):
    with app.app_context(), scope.system():
        clean("N1")
        db.session.commit()
    page = enter("clerk_north", "/review/?month=09/2026", width=360)
    buttons = page.locator(".review-deeds .btn")
    assert buttons.count()
    for button in buttons.all():
        button.evaluate("(one) => { one.lastChild.textContent += ' ' + 'x '.repeat(20); }")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.fixture
def many_cells(app) -> None:
    with app.app_context(), scope.system():
        north = factories.unit("NORTH")
        for number in range(25):
            factories.new_unit(f"N9{number}", f"Chi bộ thôn {number}", "SUB_CELL", north)
        db.session.commit()


@pytest.mark.parametrize("path", ["/summary/", "/monthly-report/"])
def test_a_long_table_shows_twenty_cells_on_a_phone_and_a_way_to_all(enter, many_cells, path):
    page = enter("clerk_north", f"{path}?month=09/2026", width=360)
    lines = page.locator(".summary tbody tr:not(.desk-total)")
    visible = lines.filter(visible=True)
    number = lines.count()
    assert number > 25
    assert visible.count() == 20
    page.emulate_media(media="print")
    assert visible.count() == number
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert visible.count() == number
    more = page.get_by_role("link", name=f"Tất cả {number} chi bộ")
    expect(more).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 740})
    more.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "rows=all" in url and "month=09" in url)
    assert visible.count() == number
    assert more.count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("path", ["/monthly-report/", "/summary/"])
def test_a_word_below_a_field_leaves_all_fields_and_the_button_in_line(enter, address, path):
    page = enter("clerk_north")
    page.goto(f"{address}{path}?month=13/2026")
    expect(page.locator(".desk-filter .field-error").first).to_be_visible()
    lines = page.locator(".desk-filter :is(.ts-control, .form-control[name=month], .btn-primary)")
    tops = [line.bounding_box()["y"] for line in lines.all()]
    assert len(tops) == 3
    assert max(tops) - min(tops) <= 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_heads_of_the_matrix_of_rights_take_two_lines_at_most(enter, address, language):
    page = enter("admin")
    page.goto(f"{address}/lang/{language}")
    page.goto(f"{address}/roles/")
    assert page.evaluate("document.documentElement.lang") == language
    heights = page.evaluate(HEIGHTS, ".matrix thead th")
    assert len(heights) == 9
    assert max(heights) <= 2
    assert page.evaluate(
        "(one) => one.scrollWidth <= one.clientWidth", page.query_selector(".rows")
    )


@pytest.mark.parametrize("path", ["/login/", "/nowhere"])
def test_without_scripts_a_stranger_is_offered_nothing_dead(browser, address, path):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 800}, locale="vi-VN"
    )
    page = context.new_page()
    page.goto(f"{address}{path}")
    expect(page.locator("main")).to_be_visible()
    for dead in ("[data-bs-toggle]", "[data-back]", "[data-reveal]"):
        expect(page.locator(dead).locator("visible=true")).to_have_count(0)
    context.close()


CUT = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const cut = [];
  const fields = ".filters :is(.filter-operator, input[data-kind])";
  for (const field of document.querySelectorAll(fields)) {
    const style = getComputedStyle(field);
    pen.font = style.font;
    const aside = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    const room = field.clientWidth - aside;
    const said = field.options ? [...field.options].map((one) => one.text) : [field.placeholder];
    cut.push(...said.filter((words) => pen.measureText(words).width > room));
  }
  return cut;
}"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_panel_of_filters_cuts_no_word(enter, address, width, language):
    page = enter("clerk_north", f"/lang/{language}", width=width)
    page.goto(f"{address}/members/list/")
    page.locator("[data-bs-target^='#filters']").click()
    expect(page.locator(".filters-foot [type=submit]")).to_be_visible()
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("width", [320, 360, 412])
def test_add_stands_beside_the_search_of_a_list_on_a_phone(enter, width):
    page = enter("secretary_north", "/members/list/", width=width)
    places = [one.bounding_box() for one in page.locator(".list-tools > :visible").all()]
    assert len(places) == 7
    lines = sorted({round(one["y"]) for one in places})
    assert [sum(round(one["y"]) == line for one in places) for line in lines] == [2, 5]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
