"""Desks with what only a month at work brings: people to phone, units that moved, notices made."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core import clock, scope
from app.core.db import db
from app.meetings.rules import HeadCounts, ResultState
from app.notices.models import NoticePlan
from app.people.models import Member
from app.people.rules import Position
from tests import factories
from tests.e2e.axe import violations

FINGER = 44
HEIGHTS = "(all) => all.map((one) => one.getBoundingClientRect().height)"


@pytest.fixture
def at_work(app):
    """Secretaries with a phone, a unit that moved from August to September, notices made once."""
    with app.app_context(), scope.system():
        asked = select(Member).where(Member.position == Position.SECRETARY)
        for secretary in db.session.scalars(asked):
            secretary.phone = "0900 000 001"
        policy = db.session.query(factories.AttendancePolicy).first()
        for month, present in ((date(2026, 7, 1), 20), (date(2026, 8, 1), 12)):
            made = factories.new_meeting(
                factories.unit("N2"), month, result_state=ResultState.SUBMITTED
            )
            made.count(HeadCounts(on_roll=20, present=present, unexcused=20 - present), policy)
        root = factories.unit("ROOT")
        keys = {"unit_id": root.id, "unit_path": root.path}
        db.session.add(NoticePlan(day=date(2026, 10, 1), planned_at=clock.now(), made=1, **keys))
        db.session.commit()


def low(page: Page, links: str) -> list[float]:
    """The heights of links that a finger misses."""
    heights = page.locator(links).evaluate_all(HEIGHTS)
    assert heights
    return [height for height in heights if height < FINGER - 0.5]


def test_the_name_of_a_phone_link_holds_the_number_that_is_seen(enter, at_work):
    page = enter("clerk_north", "/chase/?month=09/2026")
    expect(page.locator("a[href='tel:0900000001']").first).to_contain_text("0900 000 001")
    assert violations(page, "main") == []
    page = enter("chief", "/leader/?month=08/2026")
    expect(page.locator("a[href='tel:0900000001']").first).to_be_visible()
    assert violations(page, "main") == []


def test_the_link_within_the_last_line_of_the_administrators_desk_is_seen(enter, at_work):
    page = enter("admin", "/care/")
    expect(page.locator(".page-sub a")).to_be_visible()
    assert violations(page, "main") == []


def test_a_finger_finds_the_units_that_moved(enter, at_work):
    page = enter("analyst", "/analysis/?last=08/2026", width=360)
    assert low(page, ".moves a") == []


def test_a_finger_finds_the_units_of_the_tree(enter):
    page = enter("admin", "/unit-tree/", width=360)
    assert low(page, ".tree-row > .tree-name") == []
