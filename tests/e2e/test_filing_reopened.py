"""A filing whose page is closed and opened again while the server cannot be reached."""

import pytest
from playwright.sync_api import Page, expect

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import ResultState
from tests.e2e.axe import violations
from tests.e2e.filing import excuse_the_second, saved, to_the_end
from tests.e2e.test_offline import CONTROLLED, address, site, until

__all__ = ["address", "site"]


def of(app, key: int) -> tuple:
    with app.app_context(), scope.system():
        row = db.session.get(Meeting, key)
        return row.result_state, row.content, row.attended, row.due


def opened(enter, address: str, meeting: int, **window) -> Page:
    """The filing in a window whose worker has kept a copy of it."""
    page = enter("secretary_north", worker=True, **{"width": 360} | window)
    until(page, CONTROLLED)
    page.goto(f"{address}/filing/{meeting}/")
    until(page, "async () => Boolean(await caches.match(location.pathname))")
    return page


def test_a_page_opened_again_without_a_server_goes_on_where_it_was(
    app, enter, site, address, meeting
):
    page = opened(enter, address, meeting)
    excuse_the_second(page)
    page.locator("[data-next-step]").click()
    page.fill("[name=resolution_no]", "05-NQ/CB")
    saved(page)

    # The copy is older than what the server has taken over since; then the server goes.
    site.stop()
    page.fill("[name=content]", "Viết khi mất mạng")
    expect(page.locator("[data-say-offline]")).to_be_visible(timeout=15_000)
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(f"{address}/filing/{meeting}/#step-2")
    expect(page.locator("[data-say-restored]")).to_be_visible()
    expect(page.locator("[name=content]")).to_have_value("Viết khi mất mạng")
    expect(page.locator("[name=resolution_no]")).to_have_value("05-NQ/CB")
    expect(page.locator("[data-share]")).to_contain_text("4/5 = 80,0 %")

    # Everything to the end without a server; it goes when the server is back.
    to_the_end(page)
    page.locator("[data-send]").click()
    expect(page.locator("[data-say-queued]")).to_be_visible(timeout=15_000)
    assert of(app, meeting)[0] is ResultState.DRAFT
    site.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-after]")).to_be_visible(timeout=20_000)
    assert of(app, meeting) == (ResultState.SUBMITTED, "Viết khi mất mạng", 4, 5)


def test_logging_out_leaves_no_word_that_the_server_has(enter, site, address, meeting):
    page = opened(enter, address, meeting)
    page.goto(f"{address}/filing/{meeting}/#step-2")
    page.fill("[name=content]", "Đã lên máy chủ")
    saved(page)
    kept = "Object.keys(localStorage).filter((key) => key.startsWith('nep-filing:')).length"
    assert page.evaluate(kept) == 1
    page.locator(".top-user").click()
    page.locator("form[action='/logout/'] button").click()
    page.wait_for_url("**/login/**")
    assert page.evaluate(kept) == 0


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_every_step_is_accessible_with_and_without_a_server(
    enter, site, address, meeting, width, dark
):
    page = opened(enter, address, meeting, width=width, dark=dark)
    page.locator("[data-toggle]").nth(1).click()
    for reached in (True, False):
        if not reached:
            site.stop()
            page.reload()
        for step in range(1, 5):
            page.goto(f"{address}/filing/{meeting}/#step-{step}")
            expect(page.locator(f"#step-{step}")).to_be_visible()
            if step == 2 and reached:
                page.locator("[data-task-add]").click()
            page.wait_for_timeout(150)
            assert violations(page) == [], f"step {step}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
