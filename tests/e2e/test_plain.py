"""Without scripts: the menus of a phone are there all the same, the way out among them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def plain(browser: Browser, address: str, login) -> Iterator[Page]:
    """A phone's window without scripts, on the list of members."""
    held = login("clerk_north").get_cookie("session")
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="vi-VN"
    )
    context.add_cookies([{"name": held.key, "value": held.value, "url": address}])
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"{address}/members/list/")
    yield page
    context.close()


def test_the_menu_of_a_phone_opens_and_closes_without_scripts(plain):
    way = plain.locator(".side-link", has_text="Kết quả").first
    expect(way).not_to_be_visible()
    expect(plain.locator("[data-bs-toggle=offcanvas]").filter(visible=True)).to_have_count(0)
    plain.get_by_role("link", name="Mở menu").click()
    expect(way).to_be_visible()
    close = plain.locator(".side").get_by_role("link", name="Đóng").bounding_box()
    assert close
    assert min(close["width"], close["height"]) >= 44
    plain.locator(".side").get_by_role("link", name="Đóng").click()
    expect(way).not_to_be_visible()
    plain.get_by_role("link", name="Mở menu").click()
    way.click()
    plain.wait_for_url("**/results/list/")


def test_the_way_out_is_there_without_scripts(plain):
    plain.locator(".top-user").click()
    plain.locator(".top-tools form[action*=logout] button").click()
    plain.wait_for_url("**/login/**")


def test_with_scripts_there_is_one_button_for_the_menu(enter):
    page = enter("clerk_north", "/members/list/", width=360)
    expect(page.get_by_label("Mở menu").filter(visible=True)).to_have_count(1)
