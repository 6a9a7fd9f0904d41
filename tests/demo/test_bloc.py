"""The bloc's rows keep every rule of the field, and look like an office's."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from app.core import clock, scope
from app.core.db import db
from app.demo import characters, fates, seasons
from app.evaluations.models import Evaluation
from app.evaluations.queries import set_for
from app.evaluations.rules import EvaluationState, Layer, points_misfit, rating, total
from app.meetings import queries, rollcall
from app.meetings.models import Meeting
from app.meetings.rules import (
    REPORTED,
    MeetingType,
    ResultState,
    ScheduleState,
    attendance,
    misfit,
    month_misfit,
    time_misfit,
)
from app.meetings.tally import statuses, tally, usual
from app.people.queries import roster
from app.people.rules import ActivityState, Position
from app.units.models import Unit
from app.units.queries import at_work

from .conftest import CELLS, TODAY

MIDNIGHT = datetime(2026, 11, 18, tzinfo=clock.OFFICE)


def meetings():
    return db.session.scalars(select(Meeting).order_by(Meeting.id)).all()


def test_it_spans_36_months_and_ends_with_the_current_one(rows):
    found = [month for (month,) in rows("SELECT DISTINCT month FROM meeting ORDER BY 1")]
    assert found == seasons.past(TODAY)
    assert len(found) == 36
    assert found[-1] == TODAY.replace(day=1)


def test_no_roll_call_breaks_a_rule(bloc):
    with scope.system():
        called = [one for one in meetings() if one.result_state is not ResultState.NONE]
        assert len(called) > 300
        for one in called:
            assert misfit(one.counts) is None
            share = attendance(one.counts, one.attendance_policy.rule)
            assert (one.attended, one.due) == (share.present, share.denominator)
            assert (
                one.attendance_policy_id
                == queries.policy_on(one.unit_path, one.started_at.date()).id
            )
            assert 0 < one.speakers <= one.present


def test_the_numbers_are_those_of_the_roster_of_the_day(bloc):
    with scope.system():
        for one in meetings():
            if one.result_state is ResultState.NONE:
                assert not one.absences
                continue
            said = {line.member_id: line.status for line in one.absences}
            lines = roster(one.unit_id, one.started_at.date())
            assert said.keys() <= {line.member_id for line in lines}
            pairs = [(x.state, said.get(x.member_id, usual(x.state))) for x in lines]
            assert all(status in statuses(state) for state, status in pairs)
            assert tally(pairs) == one.counts
            assert rollcall.stands(one)


def test_times_and_states_of_a_meeting_fit_together(bloc):
    with scope.system():
        for one in meetings():
            assert month_misfit(one.month, one.planned_at.date()) is None
            assert time_misfit(one.started_at, one.ended_at) is None
            assert (one.state is ScheduleState.HELD) == (one.submitted_at is not None)
            assert (one.result_state is ResultState.NONE) == (one.started_at is None)
            assert (one.result_state is ResultState.RETURNED) == (one.return_reason is not None)
            idle = one.state in (ScheduleState.POSTPONED, ScheduleState.NOT_HELD)
            assert idle == (one.state_reason is not None)
            stamps = (one.registered_at, one.submitted_at, one.decided_at)
            assert [s for s in stamps if s] == sorted(s for s in stamps if s)
            assert all(stamp < MIDNIGHT for stamp in stamps if stamp)
            assert queries.version_on(one.unit_id, one.planned_at.date()).id == one.unit_version_id
            closed = queries.is_closed(one.unit_path, one.month)
            assert closed == (one.result_state is ResultState.LOCKED) or not one.submitted_at


def test_totals_and_ratings_follow_from_the_scores(bloc):
    with scope.system():
        found = db.session.scalars(select(Evaluation)).all()
        assert len(found) > 300
        for one in found:
            bands = [(band.min_points, band.rating_code) for band in one.criteria_set.bands]
            for layer in Layer:
                name = layer.name.lower()
                given = [getattr(score, f"{name}_points") for score in one.scores]
                known = [points for points in given if points is not None]
                complete = len(known) == len(given)
                assert getattr(one, f"{name}_total") == (total(known) if known else None)
                assert getattr(one, f"{name}_rating_code") == (
                    rating(total(known), bands) if complete else None
                )
                for score in one.scores:
                    points = getattr(score, f"{name}_points")
                    most = score.criterion.max_points
                    assert points is None or points_misfit(points, most) is None


def test_an_evaluation_uses_the_set_of_its_day_and_every_criterion_of_it(bloc):
    with scope.system():
        for one in db.session.scalars(select(Evaluation)):
            meeting = one.meeting
            found = set_for(one.unit_path, meeting.started_at.date(), meeting.type)
            assert one.criteria_set_id == found.id
            leaves = {leaf.id for leaf in found.criteria if leaf.is_leaf}
            assert {score.criterion_id for score in one.scores} == leaves


def test_an_evaluation_is_as_far_as_its_result(bloc):
    with scope.system():
        for one in db.session.scalars(select(Evaluation)):
            sent = one.meeting.submitted_at is not None
            assert sent == (one.state is not EvaluationState.DRAFT)
            assert (one.official_at is not None) == (one.state is EvaluationState.OFFICIAL)
            if one.official_at:
                assert one.meeting.result_state in (ResultState.APPROVED, ResultState.LOCKED)


def test_both_sets_are_used_each_in_its_time(rows):
    found = rows(
        "SELECT s.code, min(m.started_at)::date, max(m.started_at)::date FROM evaluation e"
        " JOIN meeting m ON m.id = e.meeting_id JOIN criteria_set s ON s.id = e.criteria_set_id"
        " GROUP BY 1 ORDER BY 2"
    )
    assert [code for code, _, _ in found] == ["SAMPLE-BEFORE-2025", "HD42-2025-NATIONAL"]
    assert found[0][2].isoformat() < "2025-10-28" <= found[1][1].isoformat()


def test_the_current_month_is_half_done(bloc):
    with scope.system():
        month = TODAY.replace(day=1)
        found = [m for m in meetings() if m.month == month and m.type is not MeetingType.THEMATIC]
        sent = [m for m in found if m.result_state in REPORTED]
        to_come = [m for m in found if m.planned_at.date() >= TODAY]
        assert sent
        assert to_come
        assert {m.state for m in to_come} <= {
            ScheduleState.REGISTERED,
            ScheduleState.CONFIRMED,
            ScheduleState.POSTPONED,
            ScheduleState.NOT_HELD,
        }


def test_the_secretaries_of_the_demo_have_a_meeting_to_report(rows):
    found = rows(
        "SELECT u.code, m.state, m.result_state, m.planned_at::date, m.registered_by"
        " FROM meeting m JOIN unit u ON u.id = m.unit_id"
        " WHERE u.code IN ('DB001-01', 'DB002-01') AND m.month = %s"
        " AND m.type IN ('REGULAR', 'COMBINED') ORDER BY 1",
        TODAY.replace(day=1),
    )
    yesterday = TODAY - timedelta(days=1)
    assert found == [
        ("DB001-01", "CONFIRMED", "NONE", yesterday, "bithu"),
        ("DB002-01", "CONFIRMED", "NONE", yesterday, "bithu2"),
    ]


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 2), date(2027, 2, 28)])
def test_their_meeting_lies_in_the_month_on_any_day(day):
    cell = characters.draw(Random(1))
    fate = fates.waiting(cell, day.replace(day=1), day, MeetingType.REGULAR)
    assert fate.planned_at.date().replace(day=1) == day.replace(day=1)


def test_a_cell_has_the_members_its_unit_says_and_one_secretary(bloc):
    with scope.system():
        for cell in db.session.scalars(select(Unit).where(Unit.is_cell, at_work(TODAY))):
            own = [x for x in roster(cell.id, TODAY) if x.state is not ActivityState.TEMP_IN]
            assert len(own) == cell.member_count
            heads = [one for one in own if one.position is Position.SECRETARY]
            assert len(heads) == 1
            assert heads[0].phone.startswith("0100 ")
            assert len({one.name for one in own}) == len(own)


def test_most_cells_have_a_thematic_meeting_each_quarter(rows):
    (count,) = rows(
        "SELECT count(DISTINCT (unit_id, date_trunc('quarter', month))) FROM meeting"
        " WHERE type IN ('COMBINED', 'THEMATIC')"
    )[0]
    cells = 2 * CELLS + 2
    assert 0.8 < count / (cells * 12) <= 1.1


def test_a_renamed_unit_has_its_decision(rows):
    for number, day, begins in rows(
        "SELECT decision_no, decision_on, valid_from FROM unit_version WHERE event = 'RENAME'"
    ):
        assert number.endswith("-QĐ/ĐUK")
        assert day == begins


def test_the_recomputation_finds_no_difference(bloc, recompute, tmp_path):
    recompute.export(bloc.config["DATABASE_OWNER_URL"], tmp_path)
    figures = recompute.recompute(tmp_path)
    assert len(figures["meetings"]) > 300
    assert recompute.differences(tmp_path, figures) == []
    october = figures["months"]["2026-10-01"]
    assert october["all"]["cells"] == 2 * CELLS + 2
    assert october["all"]["due"] == sum(
        sums["due"] for key, sums in october.items() if key != "all"
    )


def test_the_recomputation_notices_a_wrong_figure(bloc, recompute, tmp_path):
    recompute.export(bloc.config["DATABASE_OWNER_URL"], tmp_path)
    stored = tmp_path / "stored_meeting.csv"
    lines = stored.read_text().splitlines()
    key, due, attended = lines[1].split(",")
    lines[1] = f"{key},{due},{int(attended) - 1}"
    stored.write_text("\n".join(lines) + "\n")
    found = recompute.differences(tmp_path, recompute.recompute(tmp_path))
    assert [line.split(":")[0] for line in found] == [f"meeting {key}"]


def test_a_committee_was_wound_up_one_cell_ended_and_one_went_over(bloc, rows):
    [day] = {row[0] for row in rows("SELECT valid_to FROM unit WHERE valid_to IS NOT NULL")}
    assert day == date(2026, 7, 1)
    found = rows(
        "SELECT u.code, v.event, p.code, v.decision_no, v.valid_from, v.valid_to"
        " FROM unit_version v JOIN unit u ON u.id = v.unit_id JOIN unit p ON p.id = v.parent_id"
        " WHERE v.unit_id IN (SELECT unit_id FROM unit_version"
        " WHERE event IN ('CEASE', 'REPARENT')) ORDER BY u.code, v.valid_from"
    )
    moved = found[0][0]
    assert moved.startswith("DB002-")
    assert [(code, event, above, decision) for code, event, above, decision, _f, _t in found] == [
        (moved, "ESTABLISH", "DB064", None),
        (moved, "REPARENT", "DB002", "87-QĐ/ĐUK"),
        ("DB064", "ESTABLISH", "DUK", None),
        ("DB064", "CEASE", "DUK", "85-QĐ/ĐUK"),
        ("DB064-01", "ESTABLISH", "DB064", None),
        ("DB064-01", "CEASE", "DB064", "86-QĐ/ĐUK"),
    ]
    assert {(since, until) for *_row, since, until in found if until is None} == {(day, None)}
    months_of = "SELECT DISTINCT m.month FROM meeting m JOIN unit u ON u.id = m.unit_id"
    ended = [one for (one,) in rows(f"{months_of} WHERE u.code = 'DB064-01' ORDER BY 1")]
    assert len(ended) > 25
    assert date(2026, 4, 1) <= ended[-1] < day
    went = [one for (one,) in rows(f"{months_of} WHERE u.code = %s ORDER BY 1", moved)]
    assert went[0] < day < went[-1]


def test_nobody_is_on_the_roll_of_the_cell_that_ended(bloc):
    with scope.system():
        cell = db.session.scalars(select(Unit).where(Unit.code == "DB064-01")).one()
        assert (cell.member_count, roster(cell.id, TODAY)) == (0, [])
        assert len(roster(cell.id, date(2026, 6, 30))) >= 11


def test_obligations_of_what_ended_end_with_it(rows):
    found = rows(
        "SELECT u.code, min(o.month), max(o.month) FROM obligation o"
        " JOIN unit u ON u.id = o.unit_id WHERE u.valid_to IS NOT NULL"
        " AND o.state <> 'WITHDRAWN' GROUP BY 1 ORDER BY 1"
    )
    assert found == [(code, date(2025, 11, 1), date(2026, 6, 1)) for code in ("DB064", "DB064-01")]
