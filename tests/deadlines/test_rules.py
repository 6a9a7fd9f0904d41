"""The arithmetic of days: laws that hold for every rule, calendar and month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import months
from app.deadlines.rules import (
    DEFAULTS,
    Calendar,
    Rule,
    Shift,
    Stage,
    Timetable,
    Timetables,
    due,
    last_meeting_day,
    meeting_days,
    misfit,
    nearest,
)

MONTH = date(2026, 2, 1)
TET = Calendar({date(2026, 2, day): False for day in range(16, 21)})

all_months = st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(months.first_of)
shifts = st.sampled_from(Shift)
day_rules = st.builds(
    Rule,
    day_of_month=st.integers(1, 31),
    month_offset=st.integers(-12, 12),
    shift=shifts,
    grace_days=st.integers(0, 60),
)
meeting_rules = st.builds(
    Rule, offset_days=st.integers(0, 60), shift=shifts, grace_days=st.integers(0, 60)
)
any_rule = st.one_of(day_rules, meeting_rules)


@st.composite
def calendars(draw):
    days = draw(st.dictionaries(st.integers(-500, 500), st.booleans(), max_size=40))
    start = draw(all_months)
    return Calendar({start + timedelta(days=n): works for n, works in days.items()})


@st.composite
def questions(draw):
    month = draw(all_months)
    return draw(any_rule), month, draw(st.sampled_from(meeting_days(month))), draw(calendars())


@given(questions())
def test_lateness_never_begins_before_the_last_day(asked):
    rule, *_ = asked
    found = due(*asked)
    assert found.late_after - found.due_on == timedelta(days=rule.grace_days)


@given(questions())
def test_a_shifted_day_is_worked_and_nothing_between_is(asked):
    rule, _month, _met_on, calendar = asked
    plain = due(Rule(rule.day_of_month, rule.offset_days, rule.month_offset), *asked[1:]).due_on
    found = due(*asked).due_on
    if rule.shift is Shift.NONE or calendar.works(plain):
        assert found == plain
    elif found != plain:
        assert calendar.works(found)
        assert (found > plain) is (rule.shift is Shift.NEXT)
        first, last = sorted((plain, found))
        between = [first + timedelta(days=n) for n in range(1, (last - first).days)]
        assert not any(map(calendar.works, between))


@given(day_rules, all_months, st.data())
def test_a_day_of_a_month_asks_nothing_of_the_meeting(rule, month, data):
    one, other = (data.draw(st.sampled_from(meeting_days(month))) for _ in range(2))
    assert due(rule, month, one, TET) == due(rule, month, other, TET)
    assert due(rule, month, one, TET).counts_from == month


@given(meeting_rules, all_months, st.data())
def test_a_later_meeting_is_never_due_earlier(rule, month, data):
    one, other = sorted(data.draw(st.sampled_from(meeting_days(month))) for _ in range(2))
    assert due(rule, month, one, TET).due_on <= due(rule, month, other, TET).due_on


@given(day_rules, all_months)
def test_without_a_shift_it_stays_in_the_month_named(rule, month):
    plain = Rule(rule.day_of_month, None, rule.month_offset)
    found = due(plain, month, month, Calendar()).due_on
    assert months.first_of(found) == months.add(month, rule.month_offset)
    assert found.day == min(rule.day_of_month, months.last_of(found).day)


@given(all_months)
def test_what_offices_usually_do(month):
    usual, met = Timetable(), month + timedelta(days=3)
    assert usual.due(Stage.SCHEDULE, month).due_on == months.add(month, -1).replace(day=25)
    assert usual.due(Stage.MEETING, month, met).due_on == months.last_of(month)
    for stage in (Stage.RESULT, Stage.SELF_SCORE):
        assert usual.due(stage, month, met).due_on == met + timedelta(days=2)
        assert usual.due(stage, month).due_on == months.last_of(month) + timedelta(days=2)
    for stage in (Stage.VERIFICATION, Stage.OFFICIAL, Stage.ROLL_UP, Stage.SUBMISSION):
        assert usual.due(stage, month, met).due_on == months.add(month, 1).replace(day=5)


@given(st.dictionaries(st.sampled_from(Stage), any_rule))
def test_every_stage_has_a_rule_and_its_own_comes_first(rules):
    table = Timetable(rules)
    for stage in Stage:
        assert table.rule(stage) in {*rules.values(), *DEFAULTS.values()}
        assert stage not in rules or table.rule(stage) is rules[stage]


@pytest.mark.parametrize(
    ("shift", "expected"),
    [(Shift.NONE, 18), (Shift.NEXT, 23), (Shift.PREVIOUS, 13)],
)
def test_over_tet_a_day_goes_to_the_nearest_working_day(shift, expected):
    found = due(Rule(day_of_month=18, shift=shift), MONTH, date(2026, 2, 16), TET)
    assert found.due_on == date(2026, 2, expected)


def test_a_saturday_worked_in_exchange_is_a_working_day():
    worked = Calendar({date(2026, 8, 22): True})
    assert worked.shifted(date(2026, 8, 22), Shift.NEXT) == date(2026, 8, 22)
    assert Calendar().shifted(date(2026, 8, 22), Shift.NEXT) == date(2026, 8, 24)


def test_a_calendar_without_working_days_leaves_the_day_where_it_is():
    never = Calendar({MONTH + timedelta(days=n): False for n in range(-60, 60)})
    assert never.shifted(MONTH, Shift.NEXT) == MONTH


def test_a_month_has_its_days_and_ten_of_the_next():
    assert meeting_days(MONTH)[0] == MONTH
    assert meeting_days(MONTH)[-1] == last_meeting_day(MONTH) == date(2026, 3, 10)
    assert len(meeting_days(MONTH)) == 38


def test_the_nearest_owner_has_the_word_for_each_stage_and_day_alone():
    tables = Timetables(
        [
            ("/1/2/", Stage.RESULT, Rule(offset_days=5)),
            ("/1/", Stage.RESULT, Rule(offset_days=2)),
            ("/1/", Stage.SCHEDULE, Rule(day_of_month=20)),
            ("/1/", Stage.SCHEDULE, Rule(day_of_month=22)),
        ],
        [("/1/", MONTH, False), ("/1/2/", MONTH, True)],
    )
    below, beside = tables.of("/1/2/7/"), tables.of("/1/20/7/")
    assert below.rule(Stage.RESULT).offset_days == 5
    assert beside.rule(Stage.RESULT).offset_days == 2
    # Of one owner the newest counts.
    assert below.rule(Stage.SCHEDULE).day_of_month == 22
    assert (below.calendar.works(MONTH), beside.calendar.works(MONTH)) == (True, False)
    assert tables.of("/1/2/8/") is below
    assert tables.owners == {"/1/", "/1/2/"}
    assert Timetables().of("/9/").rule(Stage.RESULT) is DEFAULTS[Stage.RESULT]


@pytest.mark.parametrize(
    ("path", "found"), [("/1/2/3/", "/1/2/"), ("/1/20/", "/1/"), ("/2/", ""), ("/1/2/", "/1/2/")]
)
def test_a_path_is_cut_at_whole_units(path, found):
    assert nearest(path, {"/1/", "/1/2/"}.__contains__) == found


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule(), "day_of_month"),
        (Rule(day_of_month=3, offset_days=2), "day_of_month"),
        (Rule(offset_days=2, month_offset=1), "month_offset"),
        (Rule(offset_days=0), None),
        (Rule(day_of_month=25, month_offset=-1), None),
    ],
)
def test_a_rule_says_one_thing(rule, field):
    found = misfit(rule)
    assert (found[1] if found else None) == field


@given(questions())
def test_nothing_that_counts_from_the_meeting_is_due_before_it(asked):
    rule, _month, met_on, _calendar = asked
    assert not rule.by_meeting or due(*asked).due_on >= met_on


def test_before_a_rest_the_day_stays_where_it_fell_rather_than_before_the_meeting():
    rule, met_on = Rule(offset_days=2, shift=Shift.PREVIOUS), date(2026, 2, 14)
    assert due(rule, MONTH, met_on, TET).due_on == date(2026, 2, 16)
    assert due(rule, MONTH, date(2026, 2, 13), TET).due_on == date(2026, 2, 13)
