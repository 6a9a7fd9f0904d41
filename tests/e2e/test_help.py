"""Help, the tour of a desk, practising and the guard of unsaved forms, in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import factories

# Who can open the form, where, and the field that is typed into.
FORMS = (
    ("admin", "/units/add", "name"),
    ("admin", "/unit-kinds/add", "name"),
    ("admin", "/cell-types/add", "name"),
    ("admin", "/accounts/add", "last_name"),
    ("admin", "/assignments/add", "decision_no"),
    ("admin", "/attendance-policies/add", "name"),
    ("admin", "/deadline-rules/add", "legal_basis"),
    ("admin", "/criteria-sets/add", "name"),
    ("admin", "/criteria/add", "name"),
    ("admin", "/rating-bands/add", "min_points"),
    ("admin", "/ratings/add", "name"),
    ("clerk_north", "/closed-months/add", "month"),
    ("clerk_north", "/schedules/add", "place"),
    ("clerk_north", "/tasks/add", "title"),
    ("clerk_north", "/members/add", "full_name"),
    ("clerk_north", "/spells/add", "note"),
    ("secretary_north", "/profile/", "password"),
)


def ask_again(page: Page) -> None:
    """From the guides: let the account meet its desk as on the first day."""
    page.locator("form[action$='/tour/again'] button").click()
    page.wait_for_url("**/desk/")


def would_ask(page: Page) -> bool:
    """Whether the page would ask before it is left."""
    left: Any = page.evaluate("() => dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    return not left


@pytest.mark.parametrize("width", [360, 1280])
def test_the_tour_is_walked_by_keyboard_and_never_blocks_the_desk(enter, width):
    page = enter("secretary_north", "/guides/", width=width)
    ask_again(page)
    tour = page.locator("[data-tour]")
    expect(tour).to_be_focused()
    expect(tour.locator(".tour-stop:visible")).to_have_count(1)
    for _step in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("() => Boolean(document.activeElement.closest('[data-tour]'))")
    page.keyboard.press("ArrowRight")
    expect(tour.locator(".tour-count:visible")).to_have_text(re.compile("2/5"))
    box = tour.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    expect(tour).to_have_count(0)
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator("[data-tour]")).to_have_count(0)


def test_the_tour_leaves_the_page_usable(enter):
    page = enter("secretary_north", "/guides/", width=360)
    ask_again(page)
    page.locator(".duty a.btn").first.click()
    page.wait_for_url(lambda url: "/desk/" not in url)


def test_the_last_card_points_to_the_question_mark(enter):
    page = enter("secretary_north", "/guides/")
    ask_again(page)
    for _step in range(4):
        page.locator("[data-tour-next]").click()
    expect(page.locator("a[data-guide]")).to_have_class(re.compile("tour-target"))
    page.locator("[data-tour-done]").click()
    expect(page.locator("[data-tour]")).to_have_count(0)
    expect(page.locator(".tour-target")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_help_opens_beside_the_page_and_closes_with_escape(enter, width):
    page = enter("clerk_north", "/schedules/list/", width=width)
    mark = page.locator("a[data-guide]")
    box = mark.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= (44 if width == 360 else 40)
    mark.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#guide")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("HD 42-HD/BTCTW")
    page.keyboard.press("Escape")
    expect(panel).not_to_be_visible()
    assert page.url.endswith("/schedules/list/")


def test_help_after_the_session_has_ended_leads_to_the_door_and_then_to_the_help(enter):
    page = enter("clerk_north", "/schedules/list/")
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    page.locator("a[data-guide]").click()
    page.wait_for_url("**/login/**")
    page.fill("[name=username]", "clerk_north")
    page.fill("[name=password]", factories.PASSWORD)
    page.locator("form[name=login] button[type=submit]").click()
    page.wait_for_url("**/guides/Schedules")
    expect(page.locator("main")).to_contain_text("HD 42-HD/BTCTW")


def test_practising_is_loud_and_left_with_one_press(enter):
    page = enter("secretary_north", "/practice/", width=360)
    page.locator("form[action$='/begin'] button").click()
    page.wait_for_url("**/desk/")
    banner = page.locator(".practice")
    expect(banner).to_contain_text("Đơn vị tập làm – số liệu không tính")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    banner.locator("form[action$='/play'] button").click()
    page.wait_for_url("**/chase/")
    expect(page.locator("main")).to_contain_text("Chi bộ tập làm")
    page.locator(".practice form[action$='/leave'] button").click()
    page.wait_for_url("**/desk/")
    expect(page.locator(".practice")).to_have_count(0)


def test_no_form_is_left_with_unsaved_entries_unasked(enter, address):
    pages: dict[str, Page] = {}
    unguarded = []
    for username, where, field in FORMS:
        page = pages.get(username) or pages.setdefault(username, enter(username, None))
        page.goto(f"{address}{where}")
        untouched = would_ask(page)
        page.locator(f"main [name={field}]").fill("1")
        if untouched or not would_ask(page):
            unguarded.append((where, untouched))
        # The next form must not be stopped by this one.
        page.once("dialog", lambda dialog: dialog.accept())
        page.goto("about:blank")
    assert unguarded == []


def test_leaving_a_typed_form_asks_and_staying_keeps_the_entry(enter):
    page = enter("clerk_north", "/members/add")
    page.locator("[name=full_name]").fill("Người Sắp Mất")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator(".side-link").first.click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.locator("[name=full_name]").input_value() == "Người Sắp Mất"


def test_a_form_that_came_back_with_errors_is_still_unsaved(enter):
    page = enter("clerk_north", "/members/add")
    page.locator("[name=full_name]").fill("Người Sắp Mất")
    page.locator(".save-bar button[type=submit]").click()
    expect(page.locator(".field-wrong").first).to_be_visible()
    expect(page.locator(".field-error").first).to_contain_text("Hãy điền mục này")
    assert would_ask(page)


def test_a_form_held_through_a_login_is_not_left_by_accident(app, enter, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    page = enter("secretary_north", "/members/add")
    page.locator("[name=full_name]").fill("Người Sắp Mất")
    # The bell that asks at the same moment would be given a session of its own.
    page.route("**/notices/unread", lambda route: route.abort())
    page.context.clear_cookies()
    page.locator(".save-bar button[type=submit]").click()
    expect(page.locator("[name=kept]")).to_have_count(1)
    page.wait_for_load_state()
    assert would_ask(page)
    page.fill("[name=username]", "secretary_north")
    page.fill("[name=password]", factories.PASSWORD)
    page.locator("form[name=login] button[type=submit]").click()
    expect(page.locator("input[value='Người Sắp Mất']")).to_have_count(1)
    page.wait_for_load_state()
    assert would_ask(page)
    page.locator("[data-leave]").click()
    page.wait_for_url("**/desk/")


def test_a_second_tap_while_a_weak_network_waits_saves_nothing_twice(enter):
    page = enter("secretary_north", "/members/add")
    page.clock.install()
    page.evaluate("""() => addEventListener("submit", (event) => {
      const told = document.body.dataset;
      told.sent = (told.sent || "") + (event.defaultPrevented ? "-" : "+");
      event.preventDefault();
    })""")
    save = page.locator(".save-bar button[type=submit]")
    page.locator("[name=full_name]").fill("Chỉ Một Lần")
    page.locator("form[data-guard]").evaluate("(one) => { one.noValidate = true; }")
    save.click()
    page.clock.run_for(10_000)
    save.click()
    assert page.locator("body").get_attribute("data-sent") == "+-"
