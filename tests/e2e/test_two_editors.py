"""Two windows save the same, and a remark stands beside its field: on a phone, in both colours."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.core import clock, scope
from app.core.db import db
from app.meetings.remarks import Remark
from app.meetings.rules import ResultState
from app.people.models import Member
from tests.e2e.axe import violations
from tests.review.test_pages import meeting

pytestmark = pytest.mark.e2e


def test_the_second_chooses_field_by_field(enter, app):
    with app.app_context(), scope.system():
        asked = select(Member.id).where(Member.full_name == "Trần Thị Bình N1")
        key = db.session.scalars(asked).one()
    form = f"/members/edit/{key}"
    first, second = enter("secretary_north", form), enter("clerk_north", form, width=360, dark=True)
    for page, phone in ((first, "0911 111 111"), (second, "0922 222 222")):
        page.fill("[name=phone]", phone)
        page.locator(".save-bar .btn-primary").click()
    second.wait_for_selector(".clash")
    assert violations(second) == []
    assert second.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # What nobody has chosen yet must not look chosen.
    mine, theirs = (second.locator(f"[name=pick-phone][value={who}]") for who in ("mine", "theirs"))
    colour = "(one) => getComputedStyle(one).backgroundColor"
    empty = mine.evaluate(colour)
    mine.check()
    assert theirs.evaluate(colour) == empty
    expect(mine).not_to_have_css("background-color", empty)
    second.locator(".save-bar .btn-primary").click()
    second.wait_for_url("**/members/**")
    second.wait_for_function("!document.querySelector('.clash')")
    with app.app_context(), scope.system():
        assert db.session.get(Member, key).phone == "0922 222 222"


def test_a_remark_stands_beside_its_field(enter, address, app):
    with app.app_context(), scope.system():
        found = meeting("N1")
        found.result_state, found.return_reason = ResultState.RETURNED, "Xem lại"
        row = {"meeting_id": found.id, "unit_id": found.unit_id, "unit_path": found.unit_path}
        for field in ("attendance", "times", "content"):
            said = {"field": field, "text": "Ghi rõ hơn giúp", "given_by": "clerk_north"}
            db.session.add(Remark(**row, **said, given_at=clock.now()))
        db.session.commit()
        key = found.id
    page = enter("secretary_north", None, width=360)
    for path in (f"/filing/{key}/", f"/results/edit/{key}", f"/results/show/{key}"):
        page.goto(address + path)
        assert "Ghi rõ hơn giúp" in page.locator("main").inner_text()
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
