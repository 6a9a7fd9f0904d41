"""The calendar in a browser: days that open, what a phone shows, no fault that axe knows."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.core import clock, months, scope
from app.core.db import db
from tests.e2e.axe import violations
from tests.factories import new_meeting, unit

pytestmark = pytest.mark.e2e


@pytest.fixture
def full_month(app):
    """The clerk's month: a superior expected twice, a full day, and a day to come without any."""
    month = months.first_of(clock.today())
    day = datetime(month.year, month.month, 12, 8, 0)
    with app.app_context(), scope.system():
        for step, code in enumerate(["N1", "N2"]):
            new_meeting(unit(code), month, planned_at=day.replace(hour=8 + step), superior="Lê An")
        for number in range(9):
            kind = {"type": "THEMATIC", "planned_at": day + timedelta(days=1, hours=number)}
            new_meeting(unit("N2"), month, **kind)
        db.session.commit()
    return month


def faults(page):
    """What axe finds in the page's own part, and whether it scrolls sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return violations(page, "main, dialog[open]") + ["wide"] * wide


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_nothing_is_wrong_with_the_pages(enter, address, full_month, width, dark):
    page = enter("clerk_north", None, width=width, dark=dark)
    for path in (
        "/calendar/",
        f"/calendar/?day={full_month.replace(day=12)}",
        "/calendar/?view=list",
        "/calendar/?clash=1&q=bac",
        "/calendar/?month=2030-01&view=list",
        "/calendar/phone/",
    ):
        page.goto(address + path)
        page.evaluate(
            "for (const one of document.querySelectorAll('main details')) one.open = true"
        )
        assert faults(page) == [], path
    page.locator("form[action$=create] button").click()
    page.locator("#feed-address").wait_for()
    assert faults(page) == []


def test_a_full_day_opens_in_a_window_of_its_own(enter, full_month):
    page = enter("clerk_north", "/calendar/")
    day = page.locator(f"[data-cell='{full_month.replace(day=13)}']")
    assert day.locator(".cal-event").count() == 4
    day.locator(".cal-more").focus()
    page.keyboard.press("Enter")
    window = page.locator("dialog.cal-dialog")
    window.wait_for()
    assert window.locator(".cal-line").count() == 9
    assert faults(page) == []
    page.keyboard.press("Escape")
    window.wait_for(state="detached")
    assert page.evaluate("document.activeElement.className") == "cal-more"
    day.locator(".cal-event").first.click()
    page.wait_for_url("**/schedules/show/*")


def test_on_a_phone_the_day_opens_below(enter, full_month):
    page = enter("clerk_north", "/calendar/", width=360)
    page.locator(f"[data-cell='{full_month.replace(day=13)}'] [data-day].cal-date").click()
    page.locator("#day .cal-line").nth(8).wait_for()
    assert page.locator("#day .cal-line").count() == 9
    assert f"day={full_month.replace(day=13)}" in page.url
    box = page.locator(f"[data-cell='{full_month}'] .cal-date").bounding_box()
    assert min(box["width"], box["height"]) >= 44


def test_the_address_is_copied_and_gone_with_the_page(enter, address):
    page = enter("clerk_north", "/calendar/phone/", width=360)
    page.locator("form[action$=create] button").click()
    shown = page.locator("#feed-address").input_value()
    assert shown.startswith(f"{address}/calendar/feed/")
    assert page.request.get(shown).status == 200
    page.locator("[data-copy]").click()
    page.goto(f"{address}/calendar/phone/")
    assert page.locator("#feed-address").count() == 0
    page.locator("form[action$=revoke] button").click()
    page.locator("[data-ask-yes]").click()
    page.locator("form[action$=revoke]").wait_for(state="detached")
    assert page.request.get(shown).status == 404


def test_a_day_without_its_hour_is_not_taken_for_midnight(enter):
    page = enter("secretary_north", "/schedules/add", width=360)
    moment = page.locator("[name=planned_at]")
    moment.fill("25/12/2026")
    moment.blur()
    expect(moment).to_have_value("25/12/2026")
    page.locator(".save-bar button[type=submit]").click()
    expect(page.locator("[data-field=planned_at] .field-error")).to_contain_text("19:30")
    moment.fill("25/12/26 7h")
    moment.blur()
    expect(moment).to_have_value("25/12/2026 07:00")
    assert page.evaluate("nepFields.toIso('25/12/2026', 'datetime')") == "2026-12-25"
