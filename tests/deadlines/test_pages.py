"""Screens of deadlines and days off: who writes, and what a form says."""

import pytest

from app.core import scope
from app.core.db import db
from app.deadlines.models import DeadlineRule, Holiday
from tests.factories import unit


@pytest.fixture
def keys(app) -> dict[str, int]:
    with app.app_context(), scope.system():
        return {code: unit(code).id for code in ("ROOT", "NORTH")}


def test_the_administrator_sets_deadlines_for_his_branch(app, login, keys):
    sent = {"stage": "RESULT", "offset_days": "3", "shift": "NEXT", "valid_from": "01/11/2026"}
    sent |= {"month_offset": "0", "grace_days": "0"}
    browser = login("admin_north")
    assert "Phía Bắc" in browser.get("/deadline-rules/add").text
    answer = browser.post("/deadline-rules/add", data=sent | {"unit": keys["NORTH"]})
    assert answer.status_code == 302
    refused = browser.post("/deadline-rules/add", data=sent | {"unit": keys["ROOT"]})
    assert refused.status_code == 200
    with app.app_context(), scope.system():
        made = db.session.query(DeadlineRule).filter_by(unit_id=keys["NORTH"]).one()
        assert (made.stage.name, made.offset_days, made.shift.name) == ("RESULT", 3, "NEXT")


def test_a_form_that_says_two_things_comes_back_beside_the_field(login, keys):
    sent = {"stage": "RESULT", "offset_days": "3", "day_of_month": "5", "unit": keys["NORTH"]}
    sent |= {"valid_from": "01/11/2026", "month_offset": "0", "grace_days": "0", "shift": "NONE"}
    page = login("admin_north").post("/deadline-rules/add", data=sent)
    assert page.status_code == 200
    assert 'id="day_of_month-error"' in page.text


def test_days_off_are_added_by_administrators_and_read_by_all(app, login, keys):
    sent = {"unit": keys["NORTH"], "day": "20/11/2026", "name": "Ngày Nhà giáo"}
    assert login("admin_north").post("/holidays/add", data=sent).status_code == 302
    assert "Ngày Nhà giáo" in login("secretary_north").get("/holidays/list/").text
    assert "Ngày Nhà giáo" not in login("secretary_south").get("/holidays/list/").text
    assert login("secretary_north").get("/holidays/add").status_code != 200
    with app.app_context(), scope.system():
        assert db.session.query(Holiday).filter_by(unit_id=keys["NORTH"]).count() == 1
