"""What the tests of evaluations share: actors, and a committee with the published sets."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from app.core.acting import Acting
from app.core.db import db
from app.evaluations import commands, queries
from app.evaluations.models import Evaluation
from app.evaluations.rules import Layer
from app.meetings.models import Meeting
from app.meetings.rules import ScheduleState
from tests import factories

OCTOBER = date(2026, 10, 1)
FULL = {"G1": 5, "G2": 5, "G3.1": 5, "G3.2": 5, "G4.1": 5, "G4.2": 25, "G4.3": 10, "G5": 5} | {
    "G6": 30,
    "G7": 5,
}


def acting(username: str) -> Acting:
    """The account of the cast at work."""
    account = factories.account(username)
    held = account.assignments[0]
    return Acting(
        account_id=account.id,
        username=username,
        name=username,
        assignment_id=held.id,
        role=held.role.name,
        unit_id=held.unit_id,
        unit_path=held.unit_path,
        unit_name=held.unit.name,
    )


def points_of(evaluation: Evaluation, **given: float) -> dict[int, Decimal]:
    """Full points by criterion id, but for those given by code (dots as underscores)."""
    codes = FULL | {code.replace("_", "."): points for code, points in given.items()}
    return {
        score.criterion_id: Decimal(str(codes[score.criterion.code])) for score in evaluation.scores
    }


@pytest.fixture
def held(system: None) -> Meeting:
    """A meeting of N1 in October 2026, under the national set that NORTH has published."""
    commands.load_published(factories.unit("NORTH"))
    made = factories.new_meeting(factories.unit("N1"), OCTOBER, state=ScheduleState.HELD)
    db.session.commit()
    return made


@pytest.fixture
def sent(held: Meeting) -> Callable[..., Evaluation]:
    """``sent(G4_2=20)``: the meeting self-scored and submitted, full points otherwise."""

    def make(**given: float) -> Evaluation:
        secretary = acting("secretary_north")
        evaluation = commands.open_evaluation(held, by=secretary)
        points = points_of(evaluation, **given)
        commands.give_points(evaluation, Layer.SELF, points, by=secretary)
        commands.submit(evaluation, by=secretary)
        db.session.commit()
        found = queries.evaluation(held.id)
        assert found is not None
        return found

    return make
