"""The 25th, 15:00: nine of forty cells have not registered; one text goes to all of them."""

import re
import time
from datetime import date, datetime
from statistics import median

import pytest
from playwright.sync_api import expect

from app.core import clock, scope
from app.core.db import db
from tests import factories

OCTOBER = date(2026, 10, 1)
NOON = datetime(2026, 9, 25, 15, 0)
CELLS, MISSING = 40, 9
MOST_STATEMENTS = 14


@pytest.fixture
def forty(app, monkeypatch) -> None:
    """A committee of forty cells at three in the afternoon of the last day to register."""
    moment = NOON.replace(tzinfo=clock.OFFICE)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "wall", lambda: NOON)
    monkeypatch.setattr(clock, "today", NOON.date)
    with app.app_context(), scope.system():
        policy, criteria_set = factories.rules_in_force()
        north = factories.unit("NORTH")
        cells = [
            factories.new_unit(f"N{number}", f"Chi bộ Bắc {number}", "SUB_CELL", north)
            for number in range(3, CELLS + 1)
        ]
        for number, cell in enumerate(cells):
            factories.fill_cell(cell, policy, criteria_set)
            if number < CELLS - MISSING:
                factories.new_meeting(cell, OCTOBER)
        db.session.commit()


@pytest.mark.usefixtures("forty")
def test_one_text_reminds_the_nine_and_the_light_of_who_registers_turns_green(
    enter, address, browser
):
    clerk = enter("clerk_north", "/chase/")
    clerk.get_by_role("link", name=re.compile("Chưa đăng ký tháng sau")).click()
    rows = clerk.locator(".chase tbody tr")
    expect(rows).to_have_count(MISSING)
    expect(rows.first).to_contain_text("hạn hôm nay")

    clerk.locator(".chase-text summary").click()
    text = clerk.locator("#reminder").input_value()
    assert len(re.findall(r"^\d+\. ", text, re.MULTILINE)) == MISSING
    clerk.locator("[data-copy=reminder]").click()
    expect(clerk.locator("[data-copy=reminder]")).to_contain_text("Đã chép và ghi lại")

    # The secretary opens the link of the message on a phone, where nobody is logged in.
    way = re.search(r"Bắc Một: .*→ (\S+)", text)[1]
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    phone = context.new_page()
    phone.goto(way)
    phone.fill("[name=username]", "secretary_north")
    phone.fill("[name=password]", factories.PASSWORD)
    phone.click("form button[type=submit]")
    expect(phone.locator("[name=month]")).to_have_value("10/2026")
    phone.fill("[name=planned_at]", "04/10/2026 14:00")
    phone.fill("[name=place]", "Hội trường tầng 2")
    phone.locator(".save-bar button[type=submit]").click()
    phone.wait_for_url(lambda url: "/add" not in url)
    context.close()

    clerk.goto(f"{address}/chase/?q=bac+mot")
    following = clerk.locator(".chase tbody tr").first.locator("td").nth(4)
    expect(following.locator(".tag-ok")).to_be_visible()
    clerk.goto(f"{address}/chase/?missing=next")
    expect(rows).to_have_count(MISSING - 1)
    clerk.goto(f"{address}/reminders/list/")
    expect(clerk.locator(".list-count")).to_contain_text(str(MISSING))
    expect(clerk.locator("tbody")).to_contain_text("Bắc Một")


@pytest.mark.usefixtures("forty")
def test_the_board_of_forty_cells_asks_the_database_little(login, statements, record_property):
    client = login("clerk_north")
    assert client.get("/chase/?missing=next").status_code == 200
    statements.clear()
    client.get("/chase/?missing=next")
    assert len(statements) <= MOST_STATEMENTS
    took = []
    for _ in range(5):
        began = time.perf_counter()
        client.get("/chase/?missing=next")
        took.append(time.perf_counter() - began)
    record_property("measured", [f"chase board of {CELLS} cells: {median(took) * 1000:.0f} ms"])
