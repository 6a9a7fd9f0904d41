"""Opening, scoring and deciding an evaluation, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from app.core import clock
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import commands, queries
from app.evaluations.checks import PointsRefused
from app.evaluations.models import CriteriaSet, Evaluation
from app.evaluations.rules import EvaluationState, Layer, SetStatus
from app.meetings.models import ClosedMonth
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.security.models import AuditEntry
from tests import factories
from tests.evaluations.conftest import OCTOBER, acting, points_of


def opened(meeting):
    return commands.open_evaluation(meeting, by=acting("secretary_north"))


def test_opening_gives_an_empty_score_for_every_leaf(held):
    evaluation = opened(held)
    assert [score.criterion.code for score in evaluation.scores] == [
        *("G1", "G2", "G3.1", "G3.2", "G4.1", "G4.2", "G4.3", "G5", "G6", "G7"),
    ]
    assert evaluation.state is EvaluationState.DRAFT
    assert evaluation.self_total is None


def test_opening_twice_gives_the_same_evaluation(held):
    assert opened(held) is opened(held)


def test_without_a_set_in_force_nothing_is_opened(held):
    for row in db.session.scalars(select(CriteriaSet)):
        row.status = SetStatus.RETIRED
    with pytest.raises(RuleBroken, match=r"04/10/2026"):
        opened(held)


def test_a_meeting_still_to_come_cannot_be_scored(held):
    with pytest.raises(RuleBroken):
        commands.open_evaluation(held, by=acting("secretary_north"), on=date(2026, 10, 3))


@pytest.mark.parametrize("state", [ScheduleState.NOT_HELD, ScheduleState.POSTPONED])
def test_a_meeting_not_held_cannot_be_scored(held, state):
    held.state = state
    with pytest.raises(RuleBroken):
        opened(held)


def test_points_are_counted_and_rated_only_when_complete(held):
    evaluation = opened(held)
    secretary = acting("secretary_north")
    points = points_of(evaluation, G4_2=14.5)
    last = points.popitem()
    commands.give_points(evaluation, Layer.SELF, points, by=secretary)
    assert evaluation.self_total == Decimal("84.5")
    assert evaluation.self_rating_code is None
    commands.give_points(evaluation, Layer.SELF, dict([last]), by=secretary)
    assert evaluation.self_total == Decimal("89.5")
    assert evaluation.self_rating_code == "KHA"


def test_points_can_be_cleared_again(held):
    evaluation = opened(held)
    secretary = acting("secretary_north")
    points = points_of(evaluation)
    commands.give_points(evaluation, Layer.SELF, points, by=secretary)
    commands.give_points(evaluation, Layer.SELF, dict.fromkeys(points), by=secretary)
    assert (evaluation.self_total, evaluation.self_rating_code) == (None, None)


def test_every_wrong_points_get_their_own_message(held):
    evaluation = opened(held)
    ids = {score.criterion.code: score.criterion_id for score in evaluation.scores}
    wrong = {ids["G1"]: Decimal("5.5"), ids["G2"]: Decimal("0.3"), ids["G5"]: Decimal(5)}
    with pytest.raises(PointsRefused) as refused:
        commands.give_points(evaluation, Layer.SELF, wrong, by=acting("secretary_north"))
    assert set(refused.value.errors) == {ids["G1"], ids["G2"]}
    assert evaluation.self_total is None


def test_a_criterion_of_another_set_is_refused(held):
    evaluation = opened(held)
    with pytest.raises(RuleBroken):
        commands.give_points(evaluation, Layer.SELF, {1: Decimal(1)}, by=acting("secretary_north"))
    with pytest.raises(RuleBroken):
        commands.give_points(evaluation, Layer.SELF, {}, {1: "x"}, by=acting("secretary_north"))


def test_an_unfinished_self_score_is_not_submitted(held):
    evaluation = opened(held)
    secretary = acting("secretary_north")
    points = points_of(evaluation)
    missing, _full = points.popitem()
    commands.give_points(evaluation, Layer.SELF, points, by=secretary)
    with pytest.raises(PointsRefused) as refused:
        commands.submit(evaluation, by=secretary)
    assert set(refused.value.errors) == {missing}


def test_a_submitted_self_score_is_not_changed(sent):
    evaluation = sent()
    with pytest.raises(RuleBroken):
        commands.give_points(
            evaluation, Layer.SELF, points_of(evaluation), by=acting("secretary_north")
        )


@pytest.mark.parametrize(
    ("username", "layer"),
    [
        ("secretary_north", Layer.VERIFIED),
        ("secretary_north", Layer.OFFICIAL),
        ("supervisor_north", Layer.OFFICIAL),
        ("supervisor_north", Layer.SELF),
        ("minutes_north", Layer.SELF),
        ("chief", Layer.VERIFIED),
        ("analyst", Layer.SELF),
        ("inspector", Layer.OFFICIAL),
        ("admin", Layer.OFFICIAL),
    ],
)
def test_a_role_writes_only_its_own_layer(sent, username, layer):
    evaluation = sent()
    with pytest.raises(RuleBroken):
        commands.give_points(evaluation, layer, points_of(evaluation), by=acting(username))


def test_verifying_without_own_points_confirms_the_cells(sent):
    evaluation = sent(G4_2=20)
    commands.verify(evaluation, by=acting("supervisor_north"))
    assert evaluation.verified_total == evaluation.self_total == Decimal(95)
    assert evaluation.verified_by == "supervisor_north"


def test_a_verification_half_done_must_be_finished(sent):
    evaluation = sent()
    supervisor = acting("supervisor_north")
    one = dict([points_of(evaluation).popitem()])
    commands.give_points(evaluation, Layer.VERIFIED, one, by=supervisor)
    with pytest.raises(PointsRefused) as refused:
        commands.verify(evaluation, by=supervisor)
    assert len(refused.value.errors) == 9


def test_the_official_score_takes_over_the_verified_one(sent):
    evaluation = sent()
    supervisor = acting("supervisor_north")
    points = points_of(evaluation, G6=10)
    commands.give_points(evaluation, Layer.VERIFIED, points, by=supervisor)
    commands.verify(evaluation, by=supervisor)
    commands.make_official(evaluation, by=acting("analyst"))
    assert (evaluation.official_total, evaluation.official_rating_code) == (Decimal(80), "KHA")
    assert evaluation.gap == Decimal(-20)
    detail = (
        db.session.scalars(select(AuditEntry).where(AuditEntry.action == "make_official"))
        .one()
        .detail
    )
    assert detail == {"taken_from": "VERIFIED", "total": "80.0"}


def test_the_official_score_takes_over_the_cells_when_nobody_verified(sent):
    evaluation = sent(G1=4)
    commands.make_official(evaluation, by=acting("chief"))
    assert evaluation.official_total == Decimal(99)
    assert evaluation.verified_total is None


def test_the_superior_may_decide_points_of_its_own(sent):
    evaluation = sent()
    analyst = acting("analyst")
    points = points_of(evaluation, G4_2=0, G6=0)
    commands.give_points(evaluation, Layer.OFFICIAL, points, by=analyst)
    commands.make_official(evaluation, by=analyst)
    assert (evaluation.official_total, evaluation.official_rating_code) == (Decimal(45), "KEM")


def test_a_draft_cannot_be_verified_or_made_official(held):
    evaluation = opened(held)
    for command in (commands.verify, commands.make_official, commands.submit):
        with pytest.raises(RuleBroken):
            command(evaluation, by=acting("clerk_north"))


def test_reopening_needs_a_reason(sent):
    with pytest.raises(RuleBroken):
        commands.reopen(sent(), by=acting("clerk_north"), reason=" ")


def test_reopening_takes_back_what_the_superior_gave(sent):
    evaluation = sent()
    clerk = acting("clerk_north")
    commands.verify(evaluation, by=clerk)
    commands.make_official(evaluation, by=clerk)
    commands.reopen(evaluation, by=clerk, reason="Thiếu biên bản")
    assert evaluation.state is EvaluationState.DRAFT
    assert evaluation.remark == "Thiếu biên bản"
    assert evaluation.self_total == Decimal(100)
    assert evaluation.official_total is None
    assert evaluation.official_rating_code is None
    assert evaluation.given(Layer.VERIFIED) == [None] * 10
    commands.submit(evaluation, by=acting("secretary_north"))
    assert evaluation.remark is None


def test_a_secretary_cannot_reopen(sent):
    with pytest.raises(RuleBroken):
        commands.reopen(sent(), by=acting("secretary_north"), reason="Nhầm")


def test_a_closed_month_takes_no_more_scores(sent):
    evaluation = sent()
    north = factories.unit("NORTH")
    closed = ClosedMonth(
        unit_id=north.id,
        unit_path=north.path,
        month=OCTOBER,
        closed_at=clock.now(),
        closed_by="clerk_north",
    )
    db.session.add(closed)
    db.session.flush()
    with pytest.raises(RuleBroken, match="10/2026"):
        commands.make_official(evaluation, by=acting("clerk_north"))
    with pytest.raises(RuleBroken):
        commands.reopen(evaluation, by=acting("clerk_north"), reason="Nhầm")


def test_a_locked_result_takes_no_more_scores(sent):
    evaluation = sent()
    evaluation.meeting.result_state = ResultState.LOCKED
    with pytest.raises(RuleBroken):
        commands.verify(evaluation, by=acting("clerk_north"))


def test_a_change_of_a_note_alone_raises_the_version(held):
    evaluation = opened(held)
    before = evaluation.version
    note = {evaluation.scores[0].criterion_id: "Muộn 5 phút"}
    commands.give_points(evaluation, Layer.SELF, {}, note, by=acting("secretary_north"))
    assert evaluation.version > before


def test_a_second_editor_does_not_win_silently(sent):
    evaluation = sent()
    table = Evaluation.__table__
    db.session.execute(
        table.update()
        .where(table.c.meeting_id == evaluation.meeting_id)
        .values(version=evaluation.version + 1)
    )
    with pytest.raises(StaleDataError):
        commands.verify(evaluation, by=acting("clerk_north"))


def test_the_sheet_is_read_in_three_statements(sent, statements):
    key = sent().meeting_id
    db.session.expire_all()
    db.session.rollback()
    statements.clear()
    evaluation = queries.evaluation(key)
    lines = queries.lines(evaluation.criteria_set_id, key)
    bands = queries.bands(evaluation.criteria_set_id)
    shown = [(str(line.criterion), line.score and line.score.self_points) for line in lines]
    shown += [str(band.rating) for band in bands] + [str(evaluation), str(evaluation.unit)]
    shown += [str(evaluation.criteria_set), str(evaluation.self_rating)]
    assert len([one for one in statements if "set_config" not in one]) == 3
    assert len(lines) == 12


def test_a_months_evaluations_come_in_one_statement(sent, statements):
    sent()
    statements.clear()
    rows = queries.evaluations_of_month(OCTOBER)
    assert len([one for one in statements if "set_config" not in one]) == 1
    assert [(row.self_total, row.state, row.type) for row in rows] == [
        (Decimal(100), EvaluationState.SELF_SCORED, MeetingType.REGULAR)
    ]
    assert len(queries.evaluations_of_month(factories.MONTH)) == 4


@pytest.mark.parametrize("state", [ScheduleState.NOT_HELD, ScheduleState.POSTPONED])
def test_what_turns_out_not_to_be_held_is_not_rated_though_the_cell_has_scored_it(held, state):
    evaluation = opened(held)
    secretary, analyst = acting("secretary_north"), acting("analyst")
    commands.give_points(evaluation, Layer.SELF, points_of(evaluation), by=secretary)
    commands.submit(evaluation, by=secretary)
    held.state = state
    with pytest.raises(RuleBroken):
        commands.verify(evaluation, by=acting("supervisor_north"))
    with pytest.raises(RuleBroken):
        commands.make_official(evaluation, by=analyst)
    commands.reopen(evaluation, by=analyst, reason="Buổi này không họp")
    with pytest.raises(RuleBroken):
        commands.give_points(evaluation, Layer.SELF, points_of(evaluation), by=secretary)


def test_a_meeting_that_nobody_has_reported_is_not_rated_from_above(held):
    evaluation = opened(held)
    secretary = acting("secretary_north")
    held.state = ScheduleState.REGISTERED
    commands.give_points(evaluation, Layer.SELF, points_of(evaluation), by=secretary)
    commands.submit(evaluation, by=secretary)
    with pytest.raises(RuleBroken):
        commands.verify(evaluation, by=acting("supervisor_north"))
    with pytest.raises(RuleBroken):
        commands.make_official(evaluation, by=acting("analyst"))
    held.state = ScheduleState.HELD
    commands.make_official(evaluation, by=acting("analyst"))
    assert evaluation.state is EvaluationState.OFFICIAL
