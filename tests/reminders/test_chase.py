"""A reminder from the chase board: its text, its link, its note, and who may."""

import re

import pytest
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.reminders.models import Reminder
from tests.factories import unit

pytestmark = pytest.mark.usefixtures("in_october")


@pytest.fixture
def keys(app) -> dict[str, int]:
    with app.app_context(), scope.system():
        return {code: unit(code).id for code in ("N1", "N2", "S1")}


def noted(app) -> list[tuple[int, str, int]]:
    with app.app_context(), scope.system():
        rows = db.session.scalars(select(Reminder).order_by(Reminder.id))
        return [(row.unit_id, row.reminded_by, row.together) for row in rows]


def board(browser, query: str = "month=2026-10") -> str:
    return browser.get(f"/chase/?{query}").text


def test_a_text_for_one_cell_leads_to_its_form(login, keys):
    rows = board(login("clerk_north")).split("<tbody>")[1].split("</tr>")
    text = next(row for row in rows if "Bắc Một" in row).split('data-say="')[1].split('"')[0]
    assert "đăng ký lịch sinh hoạt tháng 10/2026 (hạn 25/09" in text
    assert "Bắc Hai" not in text
    way = re.search(r"→ http://localhost(\S+)", text.replace("&amp;", "&")).group(1)
    assert way == f"/schedules/add?unit={keys['N1']}&month=2026-10-01"
    asked = login("secretary_north").get(way)
    assert asked.status_code == 200
    assert 'value="10/2026"' in asked.text


def test_the_link_leads_to_the_form_after_login(app, login, keys):
    way = f"/schedules/add?unit={keys['N1']}&month=2026-10-01"
    answer = app.test_client().get(way)
    assert "/login/" in answer.location
    assert "schedules" in answer.location


def test_one_text_for_all_is_noted_with_each(app, login, keys):
    browser = login("clerk_north")
    sent = {"month": "10/2026", "unit": [keys["N1"], keys["N2"]]}
    page = browser.post("/chase/remind", data=sent)
    assert page.status_code == 200
    assert "1. Chi bộ Bắc" in page.text
    assert "2. Chi bộ Bắc" in page.text
    assert noted(app) == [
        (keys["N1"], "clerk_north", 2),
        (keys["N2"], "clerk_north", 2),
    ]
    assert board(browser).count("nhắc lúc 05/10/2026 10:00") == 2
    log = browser.get("/reminders/list/").text
    assert "Chi bộ Bắc Một" in log


def test_only_who_is_late_and_in_the_branch_is_reminded(app, login, keys):
    browser = login("clerk_north")
    foreign = {"month": "10/2026", "unit": [keys["S1"]]}
    assert browser.post("/chase/remind", data=foreign).status_code == 404
    done = {"month": "09/2026", "unit": ["x", ""]}
    assert browser.post("/chase/remind", data=done).status_code == 404
    mixed = {"month": "10/2026", "unit": [keys["S1"], keys["N2"]]}
    browser.post("/chase/remind", data=mixed)
    assert noted(app) == [(keys["N2"], "clerk_north", 1)]
    assert "Bắc" not in login("clerk_south").get("/reminders/list/").text


@pytest.mark.parametrize(
    ("username", "may"),
    [
        ("clerk_north", True),
        ("analyst", True),
        ("supervisor_north", True),
        ("chief", False),
        ("inspector", False),
    ],
)
def test_who_reminds(app, login, keys, username, may):
    browser = login(username)
    assert ("/chase/remind" in board(browser)) is may
    browser.post("/chase/remind", data={"month": "10/2026", "unit": [keys["N1"]]})
    assert bool(noted(app)) is may


def test_the_log_only_grows(app, keys, login):
    login("clerk_north").post("/chase/remind", data={"month": "10/2026", "unit": [keys["N1"]]})
    with app.app_context(), scope.system():
        row = db.session.scalars(select(Reminder)).one()
        row.said = "Khác"
        with pytest.raises(Exception, match="permission denied"):
            db.session.flush()
        db.session.rollback()
