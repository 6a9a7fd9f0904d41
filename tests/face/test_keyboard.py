"""Everything by keyboard alone: each stop is seen, nothing holds the focus, dialogs return it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests import factories
from tests.face.keys import Keys
from tests.face.walk import PHONE, Walk

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def walk(face_app: Flask, browser: Browser, site: str) -> Walk:
    return Walk(face_app, browser, site)


@pytest.fixture
def page(walk: Walk) -> Iterator[Page]:
    """A window of the secretary of a cell that only these tests change."""
    window = walk.window("secretary_south")
    yield window
    window.context.close()
    assert walk.findings["policy"] == []


@pytest.fixture
def keys(page: Page) -> Keys:
    return Keys(page)


@pytest.fixture
def clerk(walk: Walk) -> Iterator[Page]:
    window = walk.window("clerk_south")
    yield window
    window.context.close()


def test_logging_in_and_out(walk: Walk) -> None:
    page = walk.window("")
    keys = Keys(page)
    page.goto("/login/")
    if not keys.is_at("[name=username]"):
        keys.to("[name=username]")
    keys.type("secretary_south")
    keys.to("[name=password]")
    keys.type(factories.PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")
    page.wait_for_url("**/desk/")
    keys.to(".top-user")
    keys.press("Enter")
    keys.to("form[action$='/logout/'] button")
    with page.expect_navigation():
        keys.press("Enter")
    page.wait_for_url("**/login/**")
    page.context.close()


def test_the_first_stop_leads_past_the_menu(page: Page, keys: Keys) -> None:
    page.goto("/members/list/")
    keys.press("Tab")
    assert keys.is_at(".skip")
    expect(page.locator(".skip")).to_be_in_viewport()
    keys.press("Enter")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_menu_is_walked_and_followed(page: Page, keys: Keys) -> None:
    page.goto("/desk/")
    keys.go(".side-link[href='/members/list/']")
    assert page.url.endswith("/members/list/")
    assert page.locator(".side-link[aria-current=page]").get_attribute("href") == "/members/list/"


def test_the_menu_of_a_phone_opens_holds_and_gives_the_focus_back(page: Page, keys: Keys) -> None:
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto("/desk/")
    keys.to("[data-bs-target='#side']")
    keys.press("Enter")
    expect(page.locator("#side")).to_have_class(re.compile("show"))
    page.wait_for_timeout(100)
    for _ in range(30):
        keys.press("Tab")
        assert page.evaluate("document.activeElement.closest('#side') !== null")
    keys.press("Escape")
    expect(page.locator("#side")).not_to_have_class(re.compile("show"))
    page.wait_for_timeout(100)
    assert keys.is_at("[data-bs-target='#side']")


def test_colours_and_language(page: Page, keys: Keys) -> None:
    page.goto("/desk/")
    keys.to(".top-colours button")
    keys.press("Enter")
    keys.press("ArrowDown", "ArrowDown")
    assert keys.is_at("[data-theme-choice=dark]")
    keys.press("Enter")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    keys.press("Escape")
    assert keys.is_at(".top-colours button, .top-colours *")
    keys.go(".top-language")
    assert page.evaluate("document.documentElement.lang") == "en"
    keys.go(".top-language")
    assert page.evaluate("document.documentElement.lang") == "vi"


def test_a_list_is_searched_sorted_and_filtered(page: Page, keys: Keys) -> None:
    page.goto("/members/list/")
    keys.to(".list-search input")
    keys.type("binh")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/members/list/")
    keys.go("th a.sort")
    assert page.locator("th[aria-sort=ascending], th[aria-sort=descending]").count() == 1
    keys.to("[data-bs-target^='#filters-']")
    keys.press("Enter")
    panel = page.locator(".offcanvas.filters")
    expect(panel).to_have_class(re.compile("show"))
    page.wait_for_timeout(100)
    for _ in range(20):
        keys.press("Tab")
        assert page.evaluate("document.activeElement.closest('.filters') !== null")
    keys.press("Escape")
    expect(panel).not_to_have_class(re.compile("show"))
    page.wait_for_timeout(100)
    assert keys.is_at("[data-bs-target^='#filters-']")


def test_rows_are_chosen_and_what_is_done_to_them_is_previewed(clerk: Page) -> None:
    keys = Keys(clerk)
    clerk.goto("/schedules/list/")
    keys.to("[data-row-box]")
    keys.press("Space")
    assert clerk.locator("[data-row-box]:checked").count() == 1
    keys.to(".bulk-actions button", back=True)
    with clerk.expect_navigation():
        keys.press("Enter")
        if clerk.locator("dialog[open]").count():
            keys.to("[data-ask-yes]")
            keys.press("Enter")
    assert clerk.locator("main h1, main .alert").first.is_visible()


def test_a_question_takes_the_focus_and_gives_it_back(page: Page, keys: Keys) -> None:
    page.goto("/members/list/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin',"
        " '<form method=post><button id=asks data-confirm=\"Sure?\">x</button></form>')"
    )
    keys.to("#asks")
    keys.press("Enter")
    expect(page.locator("#ask")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('#ask') !== null")
    keys.press("Escape")
    expect(page.locator("#ask")).to_be_hidden()
    assert keys.is_at("#asks")


def test_a_record_is_added_with_a_looked_up_unit_and_a_typed_date(clerk: Page) -> None:
    keys = Keys(clerk)
    clerk.goto("/members/list/")
    keys.go("a.btn-primary[href*='/members/add']")
    keys.to(".ts-control input")
    keys.type("nam hai")
    expect(clerk.locator(".ts-dropdown .option").first).to_contain_text("Nam Hai")
    keys.press("Enter")
    keys.to("[name=full_name]")
    keys.type("Phan Bàn Phím")
    keys.to("[name=joined_on]")
    keys.replace("01022024")
    keys.to(".save-bar [type=submit]")
    with clerk.expect_navigation():
        keys.press("Enter")
    clerk.goto("/members/list/?q=ban+phim")
    expect(clerk.locator("tbody tr")).to_have_count(1)
    expect(clerk.locator("tbody tr")).to_contain_text("Nam Hai")


def test_a_form_that_comes_back_says_where_and_leads_there(page: Page, keys: Keys) -> None:
    page.goto("/members/add")
    keys.to("[name=full_name]")
    keys.type(" ")
    keys.to(".save-bar [type=submit]")
    with page.expect_navigation():
        keys.press("Enter")
    page.evaluate("nepFace.rest()")
    assert keys.is_at("[data-focus]")
    keys.to("[data-focus] a")
    keys.press("Enter")
    target = page.locator("[data-focus] a").first.get_attribute("href")
    assert page.evaluate("location.hash") == target
    keys.press("Tab")
    assert page.evaluate("document.activeElement.closest('form') !== null")


def under_way(page: Page) -> str:
    """The key of a meeting whose result is not sent yet: the desk leads to it."""
    page.goto("/desk/")
    where = page.locator("a[href^='/filing/']").first.get_attribute("href") or ""
    return where.strip("/").split("/")[1]


def test_a_roll_is_called_and_saved(page: Page, keys: Keys) -> None:
    key = under_way(page)
    page.goto(f"/results/{key}/roll-call")
    keys.to("[data-line] input[type=radio]")
    keys.press("ArrowRight")
    keys.to(".roll-reason")
    keys.type("Đi công tác")
    expect(page.locator("[data-share]")).to_have_text(re.compile("4/5 = 80,0"))
    keys.to(".save-bar [type=submit]")
    with page.expect_navigation():
        keys.press("Enter")
    page.goto(f"/results/{key}/roll-call")
    expect(page.locator("[data-share]")).to_have_text(re.compile("4/5 = 80,0"))


def test_a_score_sheet_is_filled_and_saved(page: Page, keys: Keys) -> None:
    key = under_way(page)
    page.goto(f"/evaluations/{key}/score?layer=self")
    keys.to("[data-full]")
    keys.press("Enter")
    expect(page.locator("[data-sum]")).to_have_text("100")
    keys.to(".score-bar [value=save]")
    with page.expect_navigation():
        keys.press("Enter")
    page.goto(f"/evaluations/{key}/score?layer=self")
    expect(page.locator("[data-sum]")).to_have_text("100")


def test_four_steps_are_filed_and_sent(page: Page, keys: Keys) -> None:
    page.goto("/desk/")
    keys.go("a[href^='/filing/']")
    keys.to("[data-toggle]")
    keys.press("Enter")
    if not page.locator("[data-say]").first.is_visible():
        # The roll was called by another test: the comrade has come now.
        keys.press("Enter")
    keys.to("[data-say]")
    keys.press("Enter")
    keys.to("[data-next-step]")
    keys.press("Enter")
    expect(page.locator("[data-step-count]")).to_have_text("2/4")
    keys.to("[name=content]")
    keys.type("Đã thông qua nghị quyết tháng")
    keys.to("[data-next-step]")
    keys.press("Enter")
    expect(page.locator("[data-step-count]")).to_have_text("3/4")
    keys.to("[data-full-all]")
    keys.press("Enter")
    keys.to("[data-next-step]")
    keys.press("Enter")
    expect(page.locator("[data-step-count]")).to_have_text("4/4")
    keys.to("[data-send]")


def test_the_search_is_opened_walked_and_followed(page: Page, keys: Keys) -> None:
    page.goto("/desk/")
    keys.press("Control+k")
    expect(page.locator("#search")).to_be_visible()
    assert keys.is_at("#search-q")
    keys.press("Escape")
    expect(page.locator("#search")).to_be_hidden()
    keys.press("/")
    expect(page.locator("#search")).to_be_visible()
    keys.type("nam mot")
    expect(page.locator("#search-hits [role=option]").first).to_be_visible()
    keys.press("ArrowDown")
    assert page.locator("#search-hits [aria-selected=true]").count() == 1
    with page.expect_navigation():
        keys.press("Enter")
    assert "/desk/" not in page.url


def test_the_calendar_is_leafed_through(page: Page, keys: Keys) -> None:
    page.goto("/calendar/")
    before = page.locator("main").inner_text()
    keys.go(".cal-move a:nth-of-type(2)")
    assert "/calendar/" in page.url
    assert page.locator("main").inner_text() != before


@pytest.mark.parametrize(
    "address",
    ["/desk/", "/members/list/", "/members/add", "/calendar/", "/unit-tree/", "/profile/"],
)
def test_the_tab_key_comes_by_everything_in_order_and_round_again(
    page: Page, keys: Keys, address: str
) -> None:
    """In the order of the page, with nothing left out and nothing that holds the focus."""
    page.goto(address)
    page.evaluate("nepFace.rest()")
    wanted = page.evaluate("nepFace.order()")
    walked: list[str] = []
    for _ in range(len(wanted) + 5):
        keys.press("Tab")
        here = keys.here()
        if here["nowhere"]:
            break
        assert here["marked"], here["name"]
        walked.append(page.evaluate("nepFace.mark(document.activeElement)"))
    else:
        pytest.fail("the focus never leaves the page")
    assert walked == wanted
