"""A practice cell: everything works there, and it counts nowhere."""

import re

import pytest
from sqlalchemy import select, text

from app.core import scope
from app.core.db import db
from app.evaluations.models import Evaluation
from app.meetings.models import Meeting
from app.practice.models import Practice
from app.units.models import Unit
from tests import factories

REAL = ("chief", "admin", "analyst", "clerk_north", "secretary_north")


@pytest.fixture
def practising(login):
    """A browser in which the secretary of the north has begun to practise."""
    client = login("secretary_north")
    assert client.post("/practice/begin").status_code == 302
    return client


def rows(app, model):
    with app.app_context(), scope.system():
        return db.session.scalars(select(model).order_by(model.id)).all()


def test_practising_opens_a_desk_with_something_to_do(practising):
    page = practising.get("/desk/").text
    assert "/practice/leave" in page
    assert "roll-call" in page


def test_a_practice_tree_hangs_on_nothing_real(app, practising):
    units = [unit for unit in rows(app, Unit) if unit.is_practice]
    root, cell = units
    assert root.parent_id is None
    assert root.path == f"/{root.id}/"
    assert cell.path == f"/{root.id}/{cell.id}/"
