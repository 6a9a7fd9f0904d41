"""The tables of states and the arithmetic of attendance."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings import rules
from app.meetings.rules import (
    RESULT_STEPS,
    SCHEDULE_STEPS,
    WRITABLE,
    Attendance,
    HeadCounts,
    Policy,
    ResultState,
    ScheduleState,
    attendance,
    misfit,
    misfit_at,
)
from app.meetings.tally import AWAY, needs_reason, statuses, tally
from app.people.rules import ActivityState

DAY = date(2026, 9, 1)
states = st.sampled_from([None, *ActivityState])
policies = st.builds(Policy, st.booleans(), st.booleans())


@st.composite
def lines(draw: st.DrawFn) -> tuple[ActivityState | None, Attendance]:
    state = draw(states)
    return state, draw(st.sampled_from(statuses(state)))


def test_the_cell_of_the_acceptance_scene_counts_13_of_15() -> None:
    said = [(None, Attendance.PRESENT)] * 13 + [(None, Attendance.EXCUSED)] * 2
    said += [
        (ActivityState.EXEMPT, Attendance.EXEMPT),
        (ActivityState.TEMP_OUT, Attendance.TEMP_OUT),
    ]
    counts = tally(said)
    assert (counts.on_roll, counts.exempt, counts.temp_out, counts.excused) == (17, 1, 1, 2)
    share = attendance(counts, Policy())
    assert (share.present, share.denominator) == (13, 15)
    assert share.percent is not None
    assert round(float(share.percent), 1) == 86.7
    without = attendance(counts, Policy(excused_in_denominator=False))
    assert (without.present, without.denominator) == (13, 13)


@given(st.lists(lines(), max_size=40))
def test_a_roll_call_by_names_never_breaks_a_rule(said: list) -> None:
    assert misfit(tally(said)) is None


@given(st.lists(lines(), max_size=40), policies)
def test_present_never_exceeds_the_denominator(said: list, policy: Policy) -> None:
    share = attendance(tally(said), policy)
    assert 0 <= share.present <= share.denominator
    assert (share.percent is None) == (share.denominator == 0)
    assert share.percent is None or 0 <= share.percent <= 100


@given(st.lists(lines(), max_size=40))
def test_leaving_excused_out_never_lowers_the_share(said: list) -> None:
    counts = tally(said)
    strict = attendance(counts, Policy(excused_in_denominator=True)).percent
    mild = attendance(counts, Policy(excused_in_denominator=False)).percent
    assert strict is None or mild is None or mild >= strict


@given(st.builds(HeadCounts, *[st.integers(-2, 20)] * 9), policies)
def test_numbers_that_break_no_rule_give_a_share_of_at_most_all(counts, policy) -> None:
    if misfit(counts) is None:
        share = attendance(counts, policy)
        assert 0 <= share.present <= share.denominator


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        (HeadCounts(on_roll=-1), "on_roll"),
        (HeadCounts(on_roll=1, exempt=1, temp_out=1), "exempt"),
        (HeadCounts(on_roll=5, exempt=1, present=6, voluntary=2), "voluntary"),
        (HeadCounts(on_roll=5, present=6), "present"),
        (HeadCounts(on_roll=5, present=3, excused=1), "present"),
        (HeadCounts(on_roll=5, present=4, excused=1), None),
        (HeadCounts(on_roll=5, exempt=1, present=5, voluntary=1), None),
        (HeadCounts(on_roll=5, temp_in=2, present=7), None),
    ],
)
def test_broken_numbers_name_the_number_to_look_at(counts: HeadCounts, field: str | None) -> None:
    found = misfit_at(counts)
    assert (found[1] if found else None) == field


def test_an_exempt_member_who_came_counts_on_both_sides() -> None:
    counts = tally([(None, Attendance.UNEXCUSED), (ActivityState.EXEMPT, Attendance.PRESENT)])
    assert (counts.exempt, counts.voluntary, counts.present) == (1, 1, 1)
    assert attendance(counts, Policy()).denominator == 2
    assert attendance(counts, Policy(count_voluntary_presence=False)).present == 0


def test_every_state_has_its_steps() -> None:
    assert set(SCHEDULE_STEPS) == set(ScheduleState)
    assert set(RESULT_STEPS) == set(ResultState)
    assert not RESULT_STEPS[ResultState.LOCKED]
    assert not SCHEDULE_STEPS[ScheduleState.HELD]
    assert all(
        ResultState.SUBMITTED not in RESULT_STEPS[state]
        for state in set(ResultState) - {ResultState.DRAFT, ResultState.RETURNED}
    )
    assert ResultState.SUBMITTED not in WRITABLE


def test_only_what_is_not_on_file_needs_a_reason() -> None:
    assert needs_reason(None, Attendance.EXCUSED)
    assert needs_reason(None, Attendance.EXEMPT)
    assert not needs_reason(None, Attendance.UNEXCUSED)
    assert not any(needs_reason(state, status) for state, status in AWAY.items())


@pytest.mark.parametrize(
    ("met_on", "fits"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
    ],
)
def test_a_meeting_lies_in_its_month_or_shortly_after(met_on: date, fits: bool) -> None:
    assert (rules.month_misfit(DAY, met_on) is None) is fits


def test_times_must_run_forward_and_not_too_long() -> None:
    start = datetime.fromisoformat("2026-09-04 14:00")
    assert rules.time_misfit(start, start)
    assert rules.time_misfit(start, start + timedelta(hours=17))
    assert rules.time_misfit(start, start + timedelta(minutes=1)) is None
    assert rules.time_misfit(None, start) is None
    assert rules.duration_min(start, start + timedelta(minutes=105)) == 105
