"""The lights of the chase board: what is missing, since when, and in which order."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from app.dashboard import lights
from app.dashboard.lights import Kind, board, closed_in, pressing
from app.deadlines.rules import Rule, Stage, Timetable
from app.evaluations.rules import EvaluationState
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.meetings.standing import CellMonth

MONTH, TODAY = date(2026, 11, 1), date(2026, 11, 22)


def cell(**values) -> CellMonth:
    """A cell in November 2026 with nothing registered, unless told otherwise."""
    blank = dict.fromkeys(CellMonth.__dataclass_fields__)
    return CellMonth(
        **blank
        | {
            "month": MONTH,
            "unit_id": 1,
            "unit_path": "/1/",
            "code": "N1",
            "name": "Chi bộ Một",
            "short_name": "CB 1",
            "member_count": 5,
            "founded_on": date(2020, 1, 1),
            "timetable": Timetable(),
        }
        | values
    )


def met(day: int, **values) -> CellMonth:
    """A cell whose meeting is planned for that day of November."""
    return cell(
        **{
            "meeting_id": 7,
            "type": MeetingType.REGULAR,
            "state": ScheduleState.REGISTERED,
            "planned_at": datetime(2026, 11, day, 14, 0),
            "result_state": ResultState.NONE,
        }
        | values
    )


def test_without_a_schedule_the_light_is_red_since_the_25th():
    light = board(cell(), None, None, TODAY).schedule
    assert (light.missing, light.due, light.days, light.tone) == (
        True,
        date(2026, 10, 25),
        -28,
        "bad",
    )


@pytest.mark.parametrize(
    ("ceased", "owed"),
    [(date(2026, 12, 1), False), (date(2026, 11, 15), False), (date(2026, 12, 2), True)],
)
def test_a_cell_owes_no_schedule_of_a_month_in_which_it_is_no_more(ceased, owed):
    late = date(2027, 1, 4)
    following = board(cell(ceased_on=ceased), None, None, late).following
    assert following.missing is owed
    assert (following.word == "Not needed") is not owed


def test_a_result_is_not_owed_before_the_meeting():
    light = lights.result_light(met(24), TODAY)
    assert (light.missing, light.word, light.due) == (False, "Not due yet", date(2026, 11, 26))


@pytest.mark.parametrize(
    ("day", "days", "tone"), [(22, 2, "warn"), (20, 0, "warn"), (19, -1, "bad"), (4, -16, "bad")]
)
def test_after_the_meeting_days_are_counted(day, days, tone):
    light = lights.result_light(met(day), TODAY)
    assert (light.missing, light.days, light.tone) == (True, days, tone)


@pytest.mark.parametrize(
    ("state", "tone", "missing"),
    [
        (ResultState.DRAFT, "bad", True),
        (ResultState.RETURNED, "bad", True),
        (ResultState.SUBMITTED, "info", False),
        (ResultState.APPROVED, "ok", False),
        (ResultState.LOCKED, "ok", False),
    ],
)
def test_every_state_of_a_result_has_its_light(state, tone, missing):
    light = lights.result_light(met(4, result_state=state), TODAY)
    assert (light.word, light.tone, light.missing) == (state.value, tone, missing)


@pytest.mark.parametrize("state", list(EvaluationState))
def test_a_score_is_missing_until_the_cell_has_scored_itself(state):
    light = lights.score_light(met(4), state, TODAY)
    assert light.missing is (state is EvaluationState.DRAFT)
    assert light.word == state.value


def test_a_meeting_not_held_owes_nothing_more():
    one = board(met(4, state=ScheduleState.NOT_HELD), None, ScheduleState.REGISTERED, TODAY)
    assert one.owed == []


def test_without_any_meeting_only_the_schedule_is_asked_until_the_month_is_over():
    assert board(cell(), None, None, TODAY).owed[0].kind is Kind.SCHEDULE
    assert not lights.result_light(cell(), TODAY).missing
    assert lights.result_light(cell(), date(2026, 12, 3)).missing


def test_the_next_month_is_due_on_the_25th():
    light = board(met(4), None, None, TODAY).following
    assert (light.missing, light.due, light.days, light.tone) == (
        True,
        date(2026, 11, 25),
        3,
        "warn",
    )
    assert not board(met(4), None, ScheduleState.REGISTERED, TODAY).following.missing


def test_what_is_missing_in_a_closed_month_asks_for_nothing():
    found = board(met(4), None, None, TODAY)
    shut = closed_in(found, {MONTH})
    assert [light.closed for light in shut.three] == [False, True, True]
    assert {light.tone for light in (shut.result, shut.score)} == {""}
    assert shut.owed == [found.following]
    assert closed_in(found, {date(2026, 12, 1)}).following.closed
    assert closed_in(found, set()) == found


def test_the_longest_overdue_comes_first():
    boards = [
        board(
            met(4, result_state=ResultState.APPROVED),
            EvaluationState.OFFICIAL,
            ScheduleState.REGISTERED,
            TODAY,
        ),
        board(met(18), None, None, TODAY),
        board(cell(), None, None, TODAY),
    ]
    ordered = sorted(boards, key=lambda one: one.risk)
    assert ordered == [boards[2], boards[1], boards[0]]
    assert pressing(ordered) == [boards[2], boards[1]]


def test_another_deadline_rule_moves_the_day():
    other = replace(met(20), timetable=Timetable({Stage.RESULT: Rule(offset_days=5)}))
    assert lights.result_light(other, TODAY).days == 3


def test_days_of_grace_keep_the_light_from_being_late():
    kind = Timetable({Stage.RESULT: Rule(offset_days=2, grace_days=2)})
    one = board(replace(met(19), timetable=kind), None, ScheduleState.REGISTERED, TODAY)
    assert (one.result.days, one.result.late, one.result.tone) == (-1, False, "warn")
    assert board(replace(met(17), timetable=kind), None, None, TODAY).result.late


def test_more_time_from_the_superior_moves_the_day():
    more = {(MONTH, Stage.RESULT): date(2026, 11, 30)}
    light = lights.result_light(met(4), TODAY, more)
    assert (light.due, light.late) == (date(2026, 11, 30), False)


def test_a_postponed_meeting_owes_nothing_until_its_time_is_over():
    off = met(4, state=ScheduleState.POSTPONED)
    one = board(off, None, ScheduleState.REGISTERED, TODAY)
    assert one.owed == []
    assert (one.result.word, one.result.due) == ("Postponed", date(2026, 12, 12))
    assert lights.result_light(off, date(2026, 12, 13)).late


def test_a_new_cell_has_time_to_register_until_the_end_of_its_first_month():
    new = cell(founded_on=date(2026, 11, 3))
    light = board(new, None, None, TODAY).schedule
    assert (light.missing, light.due, light.late) == (True, date(2026, 11, 30), False)
    assert board(new, None, None, TODAY).following.due == date(2026, 11, 25)
    late = cell(founded_on=date(2026, 11, 28))
    assert board(late, None, None, TODAY).following.due == date(2026, 12, 31)
