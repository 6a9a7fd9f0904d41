"""The search box in a real browser: keys, typing errors, a phone, both themes."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations


def box(page: Page):
    return page.locator("dialog#search")


def test_ctrl_k_finds_a_mistyped_unit_and_enter_opens_it(enter):
    page = enter("clerk_north")
    page.keyboard.press("Control+k")
    field = box(page).get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("chi bo bca mto")
    first = box(page).get_by_role("option", name="Chi bộ Bắc Một").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/show/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chi bộ Bắc Một")


def test_enter_pressed_before_the_answer_still_opens_the_first(enter):
    page = enter("clerk_north")
    page.keyboard.press("/")
    expect(box(page)).to_be_visible()
    page.keyboard.type("N2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/show/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chi bộ Bắc Hai")


def test_the_slash_is_a_letter_where_one_types_and_escape_gives_the_focus_back(enter):
    page = enter("clerk_north", "/units/list/")
    field = page.locator("main input[name=q]").first
    field.focus()
    page.keyboard.type("9/2026")
    expect(field).to_have_value("9/2026")
    expect(box(page)).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = "document.querySelector('#search').contains(document.activeElement)"
        assert page.evaluate(f"{inside} || document.activeElement === document.body")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_hidden()
    expect(field).to_be_focused()


def test_a_late_answer_does_not_replace_a_newer_one(enter):
    page = enter("clerk_north")
    page.keyboard.press("Control+k")
    expect(box(page).get_by_role("option").first).to_be_visible()
    page.evaluate(
        """() => { const plain = window.fetch; window.fetch = async (address, given) => {
          const answer = await plain(address, { headers: given.headers });
          if (String(address).endsWith("q=hai")) await new Promise((go) => setTimeout(go, 1500));
          window.late = String(address);
          return answer; }; }"""
    )
    page.keyboard.type("hai")
    page.wait_for_timeout(300)
    page.fill("#search-q", "mot")
    expect(box(page).get_by_role("option").first).to_contain_text("Một")
    while not page.evaluate("window.late.endsWith('q=hai')"):
        page.wait_for_timeout(100)
    expect(box(page).get_by_role("option").first).to_contain_text("Một")


def test_what_was_opened_lately_is_offered_until_logout_but_no_person(enter):
    page = enter("clerk_north")
    for words, title in (("chi bo bac mot", "Chi bộ Bắc Một"), ("cuong n1", "Lê Quang Cường N1")):
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        expect(box(page).get_by_role("option").first).to_contain_text(title)
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text(title)
        page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    expect(box(page).locator("#hit-recent-1")).to_contain_text("Chi bộ Bắc Một")
    assert "Cường" not in page.evaluate("JSON.stringify(localStorage)")
    page.keyboard.press("Escape")
    page.locator(".top-user").click()
    page.locator("form[action*='logout'] button").click()
    page.wait_for_url("**/login/**")
    assert "nep-search" not in page.evaluate("JSON.stringify(localStorage)")


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_the_button_opens_the_whole_window(enter, dark):
    page = enter("clerk_north", width=360, dark=dark)
    page.get_by_role("button", name="Tìm kiếm").click()
    expect(box(page)).to_be_visible()
    size = box(page).bounding_box()
    assert (size["x"], size["y"], size["width"], size["height"]) == (0, 0, 360, 800)
    assert violations(page) == []
    for words, answered in (("bca mto", "Bắc Một"), ("zzzz", "“zzzz”"), ("an", "An N1")):
        page.fill("#search-q", words)
        expect(box(page)).to_contain_text(answered)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert box(page).evaluate("node => node.scrollWidth") <= 360
    small = page.evaluate(
        "[...document.querySelectorAll('#search a, #search button')]"
        ".filter(one => one.offsetHeight && one.offsetHeight < 44).map(one => one.outerHTML)"
    )
    assert small == []


@pytest.mark.parametrize("dark", [False, True])
def test_the_box_and_the_page_are_accessible(enter, address, dark):
    page = enter("clerk_north", dark=dark)
    page.keyboard.press("Control+k")
    expect(box(page).get_by_role("option").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.type("bca mto")
    expect(box(page).get_by_role("option").first).to_contain_text("Bắc Một")
    assert violations(page) == []
    for query in ("", "?q=bac+mto", "?q=zzzz", "?q=9/2026"):
        page.goto(f"{address}/search/{query}")
        assert violations(page) == []


def test_without_scripts_the_page_does_it_all(enter, address):
    page = enter("clerk_north", None)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(address)
    page.get_by_role("banner").get_by_role("link", name="Tìm kiếm").click()
    page.wait_for_url("**/search/")
    page.locator("main input[name=q]").fill("bac mot")
    page.locator("main form button").first.click()
    page.get_by_role("link", name="Chi bộ Bắc Một").first.click()
    page.wait_for_url("**/units/show/*")
