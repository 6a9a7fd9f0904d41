"""Sums over a small world computed by hand: missing, practice, moved, ceased, returned."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from app.core import clock, scope
from app.core.db import db
from app.dashboard import numbers, queries
from app.dashboard.marks import Tongue
from app.dashboard.rules import Facts, total
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState
from app.meetings.models import AttendancePolicy
from app.meetings.rules import HeadCounts, MeetingType, ResultState
from app.units import commands
from app.units.rules import Decision
from tests import factories
from tests.factories import MONTH

OCTOBER = date(2026, 10, 1)


def report(code: str, month: date, present: int, due: int, **values) -> int:
    """A submitted meeting of the cell; returns its id."""
    values = {"result_state": ResultState.SUBMITTED} | values
    meeting = factories.new_meeting(factories.unit(code), month, **values)
    policy = db.session.query(AttendancePolicy).first()
    meeting.count(HeadCounts(on_roll=due, present=present, unexcused=due - present), policy)
    db.session.flush()
    return meeting.id


@pytest.fixture
def root(system) -> str:
    return factories.unit("ROOT").path


def test_a_month_adds_up_as_by_hand(root):
    facts = queries.by_month(root, MONTH, MONTH)[MONTH]
    assert (facts.reported, facts.attended, facts.due) == (4, 16, 20)
    assert (facts.rate, facts.mean_rate) == (80, 80.0)
    assert (facts.ratings, facts.mean_points, facts.unexcused) == ({"TOT": 4}, 92, 0)


def test_weighted_and_mean_differ_where_cells_differ_in_size(root):
    report("N1", OCTOBER, 1, 2)
    report("S1", OCTOBER, 10, 10)
    facts = queries.by_month(root, OCTOBER, OCTOBER)[OCTOBER]
    assert (facts.rate, facts.mean_rate) == (Fraction(1100, 12), 75.0)
    assert (facts.unrated, facts.unexcused) == (2, 1)


def test_a_cell_without_a_report_is_missing_and_nothing_else(root):
    report("N1", OCTOBER, 4, 5)
    report("N2", OCTOBER, 0, 5, result_state=ResultState.DRAFT)
    report("S1", OCTOBER, 0, 5, result_state=ResultState.RETURNED)
    factories.new_meeting(factories.unit("S2"), OCTOBER)
    facts = queries.by_month(root, OCTOBER, OCTOBER)[OCTOBER]
    cells = queries.cells_to_meet(root, [OCTOBER])
    assert (facts.reported, facts.rate, sum(cells.values())) == (1, 80, 4)


def test_a_month_without_any_report_is_absent(root):
    assert queries.by_month(root, OCTOBER, OCTOBER) == {}


def test_other_kinds_of_meeting_do_not_count(root):
    report("N1", OCTOBER, 4, 5, type=MeetingType.COMBINED)
    report("N1", OCTOBER, 1, 5, type=MeetingType.THEMATIC)
    report("N2", OCTOBER, 1, 5, type=MeetingType.EXTRAORDINARY)
    facts = queries.by_month(root, OCTOBER, OCTOBER)[OCTOBER]
    assert (facts.reported, facts.attended) == (1, 4)


def test_meetings_of_committees_do_not_count(root):
    report("NORTH", OCTOBER, 4, 5)
    assert queries.by_month(root, OCTOBER, OCTOBER) == {}


def test_practice_units_never_count(root):
    report("N1", OCTOBER, 4, 5)
    factories.unit("N1").is_practice = True
    db.session.flush()
    assert queries.by_month(root, OCTOBER, OCTOBER) == {}
    assert sum(queries.cells_to_meet(root, [OCTOBER]).values()) == 3
    assert factories.unit("N1") not in queries.units_below(factories.unit("NORTH").id, OCTOBER)


def test_units_below_add_up_to_the_whole(root):
    report("N1", OCTOBER, 3, 5)
    report("S1", OCTOBER, 5, 5)
    north, south = factories.unit("NORTH"), factories.unit("SOUTH")
    found = queries.by_child(root, OCTOBER)
    assert {key: facts.rate for key, facts in found.items()} == {north.id: 60, south.id: 100}
    whole = queries.by_month(root, OCTOBER, OCTOBER)[OCTOBER]
    assert total(found.values()).rate == whole.rate
    rates = queries.rates_by_child(root, MONTH, OCTOBER)
    assert rates[north.id, OCTOBER] == Facts(reported=1, attended=3, due=5)
    assert queries.cells_to_meet(root, [MONTH]) == {(north.id, MONTH): 2, (south.id, MONTH): 2}


def test_one_branch_counts_its_own_cells(root):
    north = factories.unit("NORTH").path
    assert queries.by_month(north, MONTH, MONTH)[MONTH].reported == 2
    assert sum(queries.cells_to_meet(north, [MONTH]).values()) == 2


def test_a_cell_alone_is_its_own_branch(root):
    cell = factories.unit("N1")
    assert queries.by_month(cell.path, MONTH, MONTH)[MONTH].reported == 1
    assert queries.cells_to_meet(cell.path, [MONTH]) == {(None, MONTH): 1}


def test_a_moved_cell_takes_its_figures_along_and_counts_once(root, clerk):
    report("N1", OCTOBER, 3, 5)
    decision = Decision(date(2026, 10, 7), "907-QĐ/TU", date(2026, 10, 1))
    commands.move(factories.unit("N1"), factories.unit("SOUTH"), decision, by=clerk)
    north, south = factories.unit("NORTH"), factories.unit("SOUTH")
    found = queries.by_child(root, OCTOBER)
    assert set(found) == {south.id}
    cells = queries.cells_to_meet(root, [MONTH, OCTOBER])
    assert cells[south.id, OCTOBER] == cells[south.id, MONTH] == 3
    assert cells[north.id, OCTOBER] == 1


def cease(code: str, day: date, by) -> None:
    """End an empty cell."""
    cell = factories.unit(code)
    cell.member_count = 0
    commands.cease(cell, Decision(day, "1-QĐ/ĐU", day), by=by)


def test_a_cell_is_to_meet_from_its_first_month_to_its_last(root, clerk):
    cease("N1", OCTOBER, clerk)
    cease("N2", date(2026, 10, 15), clerk)
    north = factories.unit("NORTH")
    span = [date(2019, 12, 1), date(2020, 1, 1), MONTH, OCTOBER, date(2026, 11, 1)]
    cells = queries.cells_to_meet(north.path, span)
    assert [sum(n for (_u, m), n in cells.items() if m == month) for month in span] == [
        0,
        2,
        2,
        1,
        0,
    ]


def test_a_report_of_a_month_after_the_end_does_not_count(root, clerk):
    cease("N1", OCTOBER, clerk)
    report("N1", OCTOBER, 3, 5)
    assert queries.by_month(root, OCTOBER, OCTOBER) == {}


def test_in_time_means_by_the_offices_day(root):
    met = datetime(2026, 10, 4, 14, 0)
    # 2 days: until the end of the 6th in the office, which is 17:00 UTC.
    last = datetime(2026, 10, 6, 23, 59, tzinfo=clock.OFFICE)
    report("N1", OCTOBER, 3, 5, started_at=met, submitted_at=last)
    report("N2", OCTOBER, 3, 5, started_at=met, submitted_at=last + timedelta(minutes=1))
    assert queries.sent_in_time(root, OCTOBER) == (1, 2)


def test_an_official_rating_counts_and_a_self_given_one_waits(root):
    key = report("N1", OCTOBER, 3, 5)
    cell = factories.unit("N1")
    criteria_set_id = db.session.query(Evaluation).first().criteria_set_id
    db.session.add(
        Evaluation(
            meeting_id=key,
            unit_id=cell.id,
            unit_path=cell.path,
            criteria_set_id=criteria_set_id,
            state=EvaluationState.SELF_SCORED,
            self_total=95,
            self_rating_code="TOT",
        )
    )
    db.session.flush()
    facts = queries.by_month(root, OCTOBER, OCTOBER)[OCTOBER]
    assert (facts.ratings, facts.unrated, facts.mean_points) == ({}, 1, None)


def test_the_scope_narrows_every_sum(app):
    with app.app_context(), scope.system():
        root, south = factories.unit("ROOT").path, factories.unit("SOUTH").path
    with app.app_context(), scope.entered(scope.branch(south)):
        assert queries.by_month(root, MONTH, MONTH)[MONTH].reported == 2
        assert sum(queries.cells_to_meet(root, [MONTH]).values()) == 2
        assert len(queries.by_child(root, MONTH)) == 1


def test_nothing_is_told_without_a_scope(app):
    with app.app_context(), scope.system():
        root = factories.unit("ROOT").path
    with app.app_context():
        assert queries.by_month(root, MONTH, MONTH) == {}
        assert queries.cells_to_meet(root, [MONTH]) == {}


def test_a_change_too_small_to_be_written_is_none(app) -> None:
    speak = Tongue(str)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert numbers.change(Fraction(9301, 100), Fraction(93), speak) == "as the month before"
        assert numbers.change(Fraction(94), Fraction(93), speak).startswith("up 1,0")
        assert numbers.change(Fraction(92), Fraction(93), speak).startswith("down 1,0")
