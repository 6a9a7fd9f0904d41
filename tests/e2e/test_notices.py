"""The bell and the page of notices in a browser: from the number to the form."""

import pytest
from playwright.sync_api import expect

from app.core import scope
from app.core.db import db
from tests.e2e.axe import violations
from tests.face.world import tell

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_bell_leads_to_what_is_new_and_that_to_the_form(app, enter, address, width, dark):
    with app.app_context(), scope.system():
        tell()
        db.session.commit()
    page = enter("secretary_north", width=width, dark=dark)
    bell = page.locator("[data-bell]")
    expect(bell).to_have_accessible_name("7 thông báo mới")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    bell.click()
    page.get_by_role("link", name="Chưa đọc").click()
    for path in ("/notices/", "/notices/preferences"):
        page.goto(address + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    page.goto(f"{address}/notices/")
    page.get_by_role("button", name="Đánh dấu đã đọc", exact=True).first.click()
    expect(bell).to_have_accessible_name("6 thông báo mới")
    page.goto(f"{address}/notices/?new=1")
    page.locator(".notice-title a").first.click()
    page.wait_for_url(lambda url: "/notices" not in url)
    expect(page.locator("[data-bell]")).to_have_accessible_name("5 thông báo mới")
