"""How an obligation stands on a day, and what an opening adds up to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deadlines.rules import Rule, Stage, Timetable
from app.periods.rules import (
    OWED,
    Difference,
    Opening,
    Standing,
    State,
    due_lines,
    months_at_work,
    opening,
    standing,
)

LAST = date(2026, 10, 25)


@pytest.mark.parametrize(
    ("state", "late_days", "days", "expected"),
    [
        (State.OPEN, None, 0, Standing.PENDING),
        (State.OPEN, None, 1, Standing.OVERDUE),
        (State.RETURNED, None, 1, Standing.OVERDUE),
        (State.POSTPONED, None, 0, Standing.POSTPONED),
        (State.POSTPONED, None, 1, Standing.OVERDUE),
        (State.EXCUSED, None, 99, Standing.EXCUSED),
        (State.WAIVED, None, 99, Standing.NOT_ASKED),
        (State.WITHDRAWN, None, 99, Standing.NOT_ASKED),
        (State.DONE, 0, 99, Standing.DONE),
        (State.DONE, None, 99, Standing.DONE),
        (State.DONE, 3, 0, Standing.DONE_LATE),
    ],
)
def test_how_it_stands(state, late_days, days, expected):
    assert standing(state, LAST, late_days, LAST + timedelta(days=days)) is expected


@given(st.sampled_from(State), st.integers(-400, 400))
def test_only_what_is_owed_can_be_overdue(state, days):
    found = standing(state, LAST, None, LAST + timedelta(days=days))
    assert (found is Standing.OVERDUE) is (state in OWED and days > 0)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(lambda day: day.replace(day=1)))
def test_every_stage_has_one_line_for_each_day_of_a_meeting(month):
    lines = due_lines(Timetable({Stage.RESULT: Rule(offset_days=3, id=7)}), month)
    assert len({(line.stage, line.met_on) for line in lines}) == len(lines)
    assert {line.stage for line in lines} == set(Stage)
    results = [line for line in lines if line.stage is Stage.RESULT]
    assert {line.due_on - line.met_on for line in results} == {timedelta(days=3)}
    assert {line.rule_id for line in results} == {7}
    by_month = [line for line in lines if line.stage is Stage.SCHEDULE]
    assert {line.counts_from for line in by_month} == {month}


def test_counts_become_an_opening_in_the_order_of_the_stages():
    found = opening([("RESULT", "changed", 2), ("SCHEDULE", "added", 5), ("RESULT", "added", 1)])
    assert found == Opening(
        {Stage.SCHEDULE: Difference(added=5), Stage.RESULT: Difference(added=1, changed=2)}
    )
    assert list(found.stages) == [Stage.SCHEDULE, Stage.RESULT]
    assert found.total == Difference(added=6, changed=2)
    assert not opening([]).total.any


def test_the_nightly_job_opens_three_months():
    assert months_at_work(date(2026, 1, 31)) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]
