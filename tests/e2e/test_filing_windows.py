"""A filing in two windows of one device, and texts as large as they may be."""

import threading

import pytest
from playwright.sync_api import Page, expect

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import ResultState
from tests.e2e.filing import saved


@pytest.fixture
def row(app, meeting):
    """``row()``: state, content and resolution number as the database has them."""

    def read() -> tuple[ResultState, str | None, str | None]:
        with app.app_context(), scope.system():
            found = db.session.get(Meeting, meeting)
            return found.result_state, found.content, found.resolution_no

    return read


def kept(page: Page) -> list[dict[str, str]]:
    """What each window has left on this device that the server does not have."""
    return page.evaluate(
        "Object.entries(localStorage).filter(([key]) => key.startsWith('nep-filing:'))"
        ".map(([, held]) => JSON.parse(held).mine).filter((mine) => Object.keys(mine).length)"
    )


def test_what_one_window_keeps_another_does_not_take_away(enter, address, meeting, row):
    first = enter("secretary_north", f"/filing/{meeting}/#step-2", width=360)
    first.fill("[name=content]", "Ở cửa sổ thứ nhất")
    saved(first)
    second = first.context.new_page()
    second.goto(f"{address}/filing/{meeting}/#step-2")
    first.context.set_offline(True)
    second.fill("[name=resolution_no]", "07-NQ/CB")
    # The device ends the second window in the background; it says nothing any more.
    expect(second.locator("[data-say-offline]")).to_be_visible()
    assert kept(second) == [{"resolution_no": "07-NQ/CB"}]
    first.fill("[name=content]", "Viết thêm")
    first.evaluate("dispatchEvent(new Event('pagehide'))")
    assert sorted(map(sorted, kept(first))) == [["content"], ["resolution_no"]]
    second.close()
    first.goto("about:blank")
    first.context.set_offline(False)

    # Opened again, both are there, and go up.
    first.goto(f"{address}/filing/{meeting}/#step-2")
    expect(first.locator("[name=resolution_no]")).to_have_value("07-NQ/CB")
    expect(first.locator("[name=content]")).to_have_value("Viết thêm")
    for _ in range(100):
        if not kept(first):
            break
        first.wait_for_timeout(50)
    assert row() == (ResultState.DRAFT, "Viết thêm", "07-NQ/CB")


def test_the_longest_text_goes_up_whatever_it_is_made_of(enter, meeting, row):
    page = enter("secretary_north", f"/filing/{meeting}/#step-2", width=360)
    longest = "😀" * 9_990
    for text in (longest, f"a{longest}", "Ngắn thôi"):
        page.fill("[name=content]", text)
        page.wait_for_timeout(1_000)
        saved(page)
        assert row()[1] == text


def test_the_desk_says_what_this_device_has_not_sent(enter, address, meeting):
    page = enter("secretary_north", f"/filing/{meeting}/#step-2", width=360)
    page.context.set_offline(True)
    page.fill("[name=content]", "Chưa lên được")
    expect(page.locator("[data-say-offline]")).to_be_visible()
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{address}/desk/")
    card = page.locator(".duty", has=page.locator(f"a[href='/filing/{meeting}/']"))
    expect(card.locator(".duty-unsent")).to_be_visible()
    card.locator("a").click()
    page.wait_for_url("**/filing/**")
    saved(page)
    page.goto(f"{address}/desk/")
    expect(card).to_be_visible()
    expect(page.locator(".duty-unsent")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360), (640, 400), (1280, 800)])
def test_the_running_total_is_always_in_sight(enter, address, meeting, width, height):
    page = enter("secretary_north", None, width=width)
    page.set_viewport_size({"width": width, "height": height})
    for step in range(1, 4):
        page.goto(f"{address}/filing/{meeting}/#step-{step}")
        expect(page.locator(f"#step-{step}")).to_be_visible()
        for way in (0.4, 0.8):
            page.evaluate("way => scrollTo(0, document.documentElement.scrollHeight * way)", way)
            expect(page.locator(".filing-run [data-share]")).to_be_in_viewport(ratio=1)
            expect(page.locator(".filing-run [data-sum]")).to_be_in_viewport(ratio=1)


def test_a_save_on_its_way_does_not_bring_an_ended_session_back(
    enter, address, meeting, row, monkeypatch
):
    from app.filing import commands

    # The save is answered only after the logout.
    original, begun, left = commands.save, threading.Event(), threading.Event()

    def slow(*given, **more):
        begun.set()
        left.wait(20)
        return original(*given, **more)

    monkeypatch.setattr(commands, "save", slow)
    page = enter("secretary_north", f"/filing/{meeting}/#step-2", width=360)
    page.fill("[name=content]", "Viết rồi đăng xuất ngay")
    assert begun.wait(20)
    page.locator(".top-user").click()
    page.locator("form[action='/logout/'] button").click()
    page.wait_for_url("**/login/**")
    left.set()
    for _ in range(100):
        if row()[1]:
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    assert row()[1] == "Viết rồi đăng xuất ngay"
    page.goto(f"{address}/desk/")
    assert "/login/" in page.url


def test_a_wrong_number_is_still_read_whole(enter, meeting):
    page = enter("secretary_north", f"/filing/{meeting}/#step-3", width=360)
    box = page.locator(".filing-stepper input:visible").first
    box.fill("4,75")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert box.evaluate("one => one.scrollWidth <= one.clientWidth")
