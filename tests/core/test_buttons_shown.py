"""The page of a row offers what can be done to it, not what its state rules out."""

import re
from datetime import date

import pytest

from app.core import scope
from app.core.db import db
from app.evaluations.models import CriteriaSet
from app.evaluations.rules import SetStatus
from app.security.models import Assignment
from tests import factories


def offered(page: str) -> set[str]:
    return set(re.findall(r'action="/[\w-]+/action/(\w+)/\d+', page))


def test_an_account_is_opened_or_closed(app, login):
    client = login("admin")
    with app.app_context(), scope.system():
        account = factories.account("secretary_north")
        key = account.id
    assert offered(client.get(f"/accounts/show/{key}").text) == {"reset_password", "deactivate"}
    with app.app_context(), scope.system():
        factories.account("secretary_north").active = False
        db.session.commit()
    assert offered(client.get(f"/accounts/show/{key}").text) == {"reset_password", "activate"}


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (SetStatus.DRAFT, {"clone", "activate", "retire"}),
        (SetStatus.ACTIVE, {"clone", "retire"}),
        (SetStatus.RETIRED, {"clone"}),
    ],
)
def test_a_criteria_set_is_put_in_force_once(app, login, status, buttons):
    with app.app_context(), scope.system():
        found = db.session.query(CriteriaSet).one()
        found.status, key = status, found.id
        db.session.commit()
    assert offered(login("admin").get(f"/criteria-sets/show/{key}").text) == buttons


def test_an_assignment_that_is_over_is_not_ended_again(app, login):
    with app.app_context(), scope.system():
        one = factories.account("secretary_north").assignments[0]
        key = one.id
    client = login("admin")
    assert offered(client.get(f"/assignments/show/{key}").text) == {"end"}
    with app.app_context(), scope.system():
        db.session.get_one(Assignment, key).valid_to = date(2026, 1, 1)
        db.session.commit()
    assert offered(client.get(f"/assignments/show/{key}").text) == set()


def test_a_reason_says_who_will_read_it_and_what_it_is_for(login, app):
    with app.app_context(), scope.system():
        meeting = factories.new_meeting(factories.unit("N1"), date(2027, 1, 1)).id
        db.session.commit()
    client = login("secretary_north")
    page = client.post(f"/schedules/action/postpone/{meeting}").text
    assert "Cấp trên sẽ đọc" in page
    assert "cần sửa gì" not in page
