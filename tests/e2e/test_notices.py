"""The bell and the page of notices in a browser: from the number to the form."""

import pytest
from playwright.sync_api import expect

from app.core import clock, months, scope
from app.core.db import db
from app.deadlines.rules import Stage
from app.notices.models import Notice
from app.notices.rules import NoticeKind, Told
from tests import factories
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


def test_the_name_of_a_full_bell_holds_what_is_seen_on_it(app, enter):
    with app.app_context(), scope.system():
        cell = factories.unit("N1")
        for number in range(120):
            db.session.add(
                Notice(
                    account_id=factories.account("secretary_north").id,
                    unit_id=cell.id,
                    unit_path=cell.path,
                    kind=NoticeKind.RATED,
                    month=months.first_of(clock.today()),
                    stage=Stage.RESULT,
                    event=f"full:{number}",
                    told=Told.DOER,
                    due_on=clock.today(),
                    by_mail=False,
                    created_at=clock.now(),
                )
            )
        db.session.commit()
    page = enter("secretary_north")
    expect(page.locator("[data-bell]")).to_have_accessible_name("99+ thông báo mới")
    assert [one for one in violations(page) if "bell" in one] == []
