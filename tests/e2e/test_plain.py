"""Without scripts: the way out is there all the same."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page


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


def test_the_way_out_is_there_without_scripts(plain):
    plain.locator(".top-user").click()
    plain.locator(".top-tools form[action*=logout] button").click()
    plain.wait_for_url("**/login/**")
