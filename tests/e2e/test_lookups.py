"""Look-ups while the server is out of reach, or the session has ended meanwhile."""

import pytest
from playwright.sync_api import expect

AWAY = "Chưa tra được"


@pytest.mark.parametrize("lost", ["network", "session"])
def test_a_lookup_that_gets_no_answer_does_not_say_that_there_is_nothing(enter, address, lost):
    page = enter("clerk_north")
    page.goto(f"{address}/schedules/add")
    kept = page.context.cookies()
    if lost == "network":
        page.context.set_offline(True)
    else:
        page.context.clear_cookies()
    field = page.locator(".ts-control input").first
    field.click()
    field.press_sequentially("chi bo")
    said = page.locator(".no-results", has_text=AWAY)
    expect(said).to_be_visible()
    page.context.set_offline(False)
    page.context.add_cookies(kept)
    field.press_sequentially(" bac")
    expect(page.locator(".ts-dropdown .option").first).to_be_visible()
