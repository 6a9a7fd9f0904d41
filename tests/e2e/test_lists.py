"""Lists in a real browser: columns by keyboard, a view of one's own, all that match on a phone."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import ResultState, ScheduleState
from tests import factories
from tests.e2e.axe import violations


@pytest.fixture
def results(app) -> int:
    """Thirty sent results and three drafts in the north; how many were sent."""
    with app.app_context(), scope.system():
        for number in range(30):
            factories.new_meeting(
                factories.unit("N1" if number % 2 else "N2"),
                date(2023 + number // 12, 1 + number % 12, 1),
                state=ScheduleState.HELD,
                result_state=ResultState.SUBMITTED,
            )
        for number in range(3):
            factories.new_meeting(
                factories.unit("N1"), date(2027, 1 + number, 1), result_state=ResultState.DRAFT
            )
        db.session.commit()
    return 30


def approved(app) -> int:
    with app.app_context(), scope.system():
        found = select(func.count()).select_from(Meeting)
        return db.session.scalar(
            found.where(
                Meeting.result_state == ResultState.APPROVED, Meeting.month < date(2026, 9, 1)
            )
        )


def heads(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("thead th[scope=col]").all_inner_texts() if text]


def test_columns_are_chosen_by_keyboard_and_kept_in_a_view(enter, address):
    page = enter("clerk_north", "/members/list/")
    before = heads(page)
    summary = page.locator(".menu-columns summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".menu-columns .menu-body")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu-columns .menu-body")).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".menu-columns input[value=phone]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**cols=**")
    after = heads(page)
    assert len(after) == len(before) - 1

    # A chip and the columns become a view; the list opens with it.
    page.locator(".chips-quick a").first.click()
    page.wait_for_url("**quick=official**")
    page.locator(".menu-views summary").click()
    page.fill("#view-name", "Chính thức")
    page.keyboard.press("Enter")
    page.wait_for_url("**view=**")
    expect(page.locator(".menu-views summary")).to_contain_text("Chính thức")
    page.locator(".menu-views summary").click()
    page.locator(".menu-views form[action*='/default/'] button").click()
    page.goto(f"{address}/members/list/")
    assert "quick=official" in page.url
    assert heads(page) == after

    # Deleted, and brought back by the message.
    page.locator(".menu-views summary").click()
    page.locator(".menu-views form[action*='/remove/'] button").click()
    expect(page.locator(".menu-views summary")).not_to_contain_text("Chính thức")
    undo = page.locator(".toast-undo")
    page.set_viewport_size({"width": 360, "height": 800})
    assert undo.bounding_box()["height"] >= 44
    undo.click()
    expect(page.locator(".menu-views summary")).to_contain_text("Chính thức")


@pytest.mark.parametrize("width", [1280, 360])
def test_all_that_match_are_shown_and_then_done(app, enter, results, width):
    page = enter("clerk_north", "/results/list/", width=width)
    page.locator(".chips-quick a[href*=waiting]").click()
    page.wait_for_url("**quick=waiting**")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.locator("[data-row-box]").first.check()
    page.locator("[data-bulk-page]").click()
    expect(page.locator("[data-bulk-count]")).to_have_text("25")
    page.locator("[data-bulk-all]").check()
    page.locator("[data-bulk] button[value=approve]").click()
    page.wait_for_url("**/action_post**")
    expect(page.locator("h2").first).to_contain_text(str(results))
    assert approved(app) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".save-bar button[type=submit]").click()
    page.wait_for_url("**/results/list/?quick=waiting")
    assert approved(app) == results
    expect(page.locator(".blank")).to_be_visible()


def test_a_single_row_asks_as_before_and_several_do_not(enter, results):
    page = enter("clerk_north", "/evaluations/list/")
    page.locator("[data-row-box]").first.check()
    button = page.locator("[data-bulk] button[value=make_official]")
    assert button.get_attribute("data-confirm")
    page.locator("[data-row-box]").nth(1).check()
    assert button.get_attribute("data-confirm") is None
    button.click()
    page.wait_for_url("**/action_post**")


def test_a_month_of_the_filter_panel_finds_its_rows(enter):
    page = enter("clerk_north", "/results/list/")
    page.locator("[data-bs-target^='#filters-']").click()
    page.locator("[data-filter=month] input[data-kind=month]").fill("09/2026")
    page.locator(".filters-foot button[type=submit]").click()
    page.wait_for_url("**_flt_0_month=**")
    expect(page.locator("tbody tr")).to_have_count(2)
    chip = page.locator(".chips-set a")
    expect(chip).to_contain_text(re.compile("09/2026"))
    chip.click()
    expect(page.locator(".chips-set")).to_have_count(0)


def test_the_menu_begins_where_one_is(enter):
    page = enter("admin", "/audit/list/")
    entry = page.locator(".side [aria-current]")
    expect(entry).to_be_in_viewport(ratio=1)


def test_a_date_of_two_digits_shows_how_it_was_understood(enter):
    page = enter("secretary_north", "/members/add")
    field = page.locator("[name=joined_on]")
    for typed, shown in (
        ("1/9/26", "01/09/2026"),
        ("01-09-2026", "01/09/2026"),
        ("5.3.98", "05/03/1998"),
    ):
        field.fill(typed)
        field.blur()
        expect(field).to_have_value(shown)


def test_a_date_that_is_none_is_told_in_the_panel(enter):
    page = enter("clerk_north", "/members/list/")
    page.locator("[data-bs-target^='#filters']").click()
    field = page.locator("[data-filter=joined_on] input[data-kind]")
    field.fill("31/02/2026")
    page.locator(".filters-foot [type=submit]").click()
    assert "25/10/2026" in field.evaluate("(one) => one.validationMessage")
    assert page.url.endswith("/members/list/")
    field.fill("1/9/26")
    page.locator(".filters-foot [type=submit]").click()
    page.wait_for_url("**/*joined_on=2026-09-01*")


HEADS = """() => [...document.querySelectorAll("main thead th")].map((head) => {
  const words = document.createRange();
  words.selectNodeContents(head);
  const drawn = [...words.getClientRects()].filter((one) => one.width > 2 && one.height > 8);
  const lines = drawn.map((one) => one.top).sort((a, b) => a - b);
  const high = lines.filter((top, at) => !at || top - lines[at - 1] > 8).length;
  return [head.innerText.trim(), high];
})"""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_head_of_a_list_has_more_than_two_lines(app, enter, address, language):
    page = enter("admin", f"/lang/{language}")
    menu = page.evaluate("[...document.querySelectorAll('.side a')].map((one) => one.pathname)")
    lists = [path for path in dict.fromkeys(menu) if path.endswith("/list/")]
    assert len(lists) > 20
    high = []
    for path in lists:
        page.goto(f"{address}{path}")
        high += [(path, *head) for head in page.evaluate(HEADS) if head[1] > 2]
    assert high == []


@pytest.mark.parametrize("width", [360, 1280])
def test_without_scripts_rows_are_chosen_and_nothing_dead_is_offered(
    results, enter, browser, address, width
):
    known = enter("clerk_north", "/results/list/").context.storage_state()
    context = browser.new_context(
        java_script_enabled=False, storage_state=known, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{address}/results/list/")
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    page.locator("[data-row-box]").nth(1).check()
    expect(bar).to_be_visible()
    for dead in ("[data-bulk-page]", "[data-bulk-clear]", "[data-bulk-said]", "[data-row-all]"):
        expect(page.locator(dead)).to_be_hidden()
    bar.get_by_role("button", name="Duyệt").first.click()
    expect(page.locator("main")).to_contain_text("Duyệt")
    context.close()


@pytest.mark.parametrize(("width", "height"), [(360, 800), (360, 640), (640, 400)])
def test_the_bar_of_chosen_rows_covers_nothing_that_the_keyboard_reaches(
    results, enter, width, height
):
    page = enter("clerk_north", "/results/list/", width=width)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": height})
    page.locator("[data-row-box]").first.check()
    top = "document.querySelector('[data-bulk]').getBoundingClientRect().top"
    hidden = []
    for _stop in range(30):
        page.keyboard.press("Tab")
        page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))"
        )
        place = page.evaluate(f"document.activeElement.getBoundingClientRect().top - {top}")
        within = page.evaluate("Boolean(document.activeElement.closest('.rows'))")
        if within and place > -10:
            hidden.append(place)
    assert hidden == []
    page.evaluate("scrollTo(0, 1e6)")
    foot = page.locator(".list-foot").bounding_box()
    assert foot is not None
    assert foot["y"] + foot["height"] <= page.evaluate(top)


COVERED = """() => {
  const toast = document.querySelector(".toast").getBoundingClientRect();
  return [...document.querySelectorAll(".show-foot .btn, .list-bulk .btn")].filter((one) => {
    const { top, bottom, left, right, height } = one.getBoundingClientRect();
    return height && top < toast.bottom && bottom > toast.top && left < toast.right
      && right > toast.left;
  }).map((one) => one.innerText.trim());
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1280, 800), (1280, 900), (360, 800)])
def test_what_was_done_covers_nothing_that_can_be_done_next(app, enter, width, height):
    with app.app_context(), scope.system():
        key = factories.new_meeting(factories.unit("N1"), date(2026, 12, 1)).id
        db.session.commit()
    page = enter("clerk_north", f"/schedules/show/{key}", width=width)
    page.set_viewport_size({"width": width, "height": height})
    page.locator(".show-foot").get_by_role("button", name="Xác nhận").click()
    expect(page.locator(".toast")).to_be_visible()
    for place in (0, 60, 150, 300, 10_000):
        page.evaluate(f"scrollTo(0, {place})")
        page.wait_for_timeout(100)
        assert page.evaluate(COVERED) == [], place


def test_on_a_phone_a_menu_sorts_and_no_stop_of_the_tab_key_is_out_of_sight(enter):
    page = enter("clerk_north", "/members/list/", width=360)
    expect(page.locator("thead a.sort").first).to_be_hidden()
    page.locator(".menu-sort summary").click()
    assert violations(page, "main") == []
    first = page.locator("tbody tr").first.inner_text()
    page.locator(".menu-sort a", has_text="Họ và tên").click()
    page.wait_for_url("**_oc_MemberView=full_name**")
    assert page.locator("tbody tr").first.inner_text() != first
    assert page.locator(".menu-sort a[aria-current]").count() == 1
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".menu-sort")).to_be_hidden()
    expect(page.locator("thead a.sort").first).to_be_visible()
