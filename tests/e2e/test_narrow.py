"""Narrow windows: words that must stay on one line."""

from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import ResultState
from tests import factories

LINES = """() => [...document.querySelectorAll(".roll-main .roll-choice")].map((choice) => {
  choice.querySelector("input").checked = true;
  const range = document.createRange();
  range.selectNodeContents(choice.querySelector("span"));
  return range.getClientRects().length;
})"""


def test_the_three_choices_of_the_roll_call_take_one_line_each(app, enter, address):
    with app.app_context(), scope.system():
        cell = factories.unit("N1").id
        meeting = db.session.scalars(select(Meeting).where(Meeting.unit_id == cell)).first()
        meeting.result_state = ResultState.DRAFT
        db.session.commit()
        key = meeting.id
    page = enter("secretary_north", width=360)
    page.goto(f"{address}/results/{key}/roll-call")
    assert set(page.evaluate(LINES)) == {1}
    assert page.evaluate("document.documentElement.scrollWidth") == 360
