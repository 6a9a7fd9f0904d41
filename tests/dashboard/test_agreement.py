"""Lights, sums and obligations say the same of the same facts."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.dashboard import chase, queries
from app.dashboard.lights import Kind
from app.deadlines.models import DeadlineRule
from app.deadlines.rules import Shift, Stage
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState
from app.meetings.rules import ResultState, ScheduleState
from app.periods.models import Extension, Obligation
from app.periods.rules import OWED, Standing
from app.reports.summary import summary
from tests.factories import new_meeting, rules_in_force, unit
from tests.meetings import NOW
from tests.periods import OCTOBER, open_

STAGES = {
    Kind.SCHEDULE: Stage.SCHEDULE,
    Kind.RESULT: Stage.RESULT,
    Kind.SCORE: Stage.SELF_SCORE,
}
MET = datetime(2026, 10, 4, 14, 0)
CASES = (
    None,
    {},
    {"state": ScheduleState.POSTPONED},
    {"state": ScheduleState.NOT_HELD},
    {"state": ScheduleState.HELD, "result_state": ResultState.DRAFT},
    {"state": ScheduleState.HELD, "result_state": ResultState.RETURNED},
    {"state": ScheduleState.HELD, "result_state": ResultState.SUBMITTED, "submitted_at": NOW},
)


pytestmark = pytest.mark.usefixtures("in_october")


def rule(**values) -> DeadlineRule:
    root = {"unit_id": unit("ROOT").id, "unit_path": unit("ROOT").path}
    return DeadlineRule(stage=Stage.RESULT, **values, **root)


RULES = (
    None,
    {"offset_days": 1, "shift": Shift.NEXT, "grace_days": 2, "valid_from": date(2026, 1, 1)},
    {"day_of_month": 20, "valid_from": date(2026, 1, 1)},
)


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("given", [None, date(2026, 10, 30)])
@pytest.mark.parametrize("values", RULES)
@pytest.mark.parametrize("case", CASES)
def test_a_light_is_red_when_its_obligation_is_overdue(monkeypatch, case, values, given) -> None:
    if values:
        db.session.add(rule(**values))
    db.session.flush()
    open_()
    cell = unit("N1")
    if case is not None:
        new_meeting(cell, OCTOBER, planned_at=MET, **case)
    if given:
        db.session.add(
            Extension(
                unit_id=cell.id,
                unit_path=cell.path,
                month=OCTOBER,
                stage=Stage.RESULT,
                until=given,
                reason="x",
                granted_at=NOW,
                granted_by="x",
                due_before=date(2026, 10, 6),
            )
        )
    db.session.flush()
    owed = {
        row.stage: row
        for row in db.session.scalars(select(Obligation).where(Obligation.unit_id == cell.id))
    }
    for away in range(-12, 45, 3):
        today = OCTOBER + timedelta(days=away)
        monkeypatch.setattr(clock, "today", lambda day=today: day)
        one = next(one for one in chase.boards(OCTOBER, today) if one.cell.unit_id == cell.id)
        for light in one.three:
            row = owed[STAGES[light.kind]]
            assert light.late is (row.standing is Standing.OVERDUE), (today, light, row.state)
            if light.missing:
                assert (light.due, row.state in OWED) == (row.due_on, True)


@pytest.mark.usefixtures("system")
def test_in_time_on_the_leaders_page_and_in_the_table_is_in_time_here(app) -> None:
    _policy, criteria = rules_in_force()
    sent = {"state": ScheduleState.HELD, "result_state": ResultState.SUBMITTED}
    for code, days in (("N1", 1), ("N2", 5), ("S1", 9), ("S2", 2)):
        at = datetime(2026, 10, 4, 20, 0, tzinfo=clock.OFFICE) + timedelta(days=days)
        made = new_meeting(unit(code), OCTOBER, planned_at=MET, submitted_at=at, **sent)
        keys = {"meeting_id": made.id, "unit_id": made.unit_id, "unit_path": made.unit_path}
        state = EvaluationState.DRAFT
        db.session.add(Evaluation(**keys, criteria_set_id=criteria.id, state=state))
    db.session.flush()
    open_()
    cell = unit("N2")
    db.session.add(
        Extension(
            unit_id=cell.id,
            unit_path=cell.path,
            month=OCTOBER,
            stage=Stage.RESULT,
            until=date(2026, 10, 9),
            reason="x",
            granted_at=NOW,
            granted_by="x",
            due_before=date(2026, 10, 6),
        )
    )
    db.session.flush()
    late = db.session.scalars(
        select(Obligation.unit_id).where(Obligation.stage == Stage.RESULT, Obligation.late_days > 0)
    ).all()
    assert late == [unit("S1").id]
    assert queries.sent_in_time(unit("ROOT").path, OCTOBER) == (3, 4)
    db.session.commit()
    with app.test_request_context():
        table = summary(unit("ROOT"), OCTOBER, MET)
    lines = {line.name: line.in_time for group in table.groups for line in group.lines}
    assert [name for name, in_time in lines.items() if not in_time] == ["Chi bộ Nam Một"]
