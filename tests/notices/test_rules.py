"""Which line speaks on a day, and when an e-mail may leave."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import OFFICE
from app.deadlines.rules import Stage
from app.notices.rules import CATCH_UP, SHIPPED, Line, Told, Wishes, chosen, event_of

DUE = date(2026, 10, 25)
LINES = tuple(Line(Stage.SCHEDULE, Told.DOER, days) for days in (-3, 0, 1))


def says(day: int, late_after: date = DUE, lines=LINES) -> list[int]:
    today = date(2026, 10, day)
    return [line.offset_days for line in chosen(lines, DUE, late_after, today)]


@pytest.mark.parametrize(
    ("day", "said"),
    [(21, []), (22, [-3]), (24, [-3]), (25, [0]), (26, [1]), (29, [1]), (30, [])],
)
def test_the_last_line_whose_day_has_come_speaks_and_only_for_a_few_days(day, said):
    assert says(day) == said


def test_what_is_late_is_told_only_after_the_grace():
    grace = date(2026, 10, 27)
    assert says(26, grace) == [0]
    assert says(28, grace) == [1]


def test_doers_and_superiors_are_told_apart():
    lines = [Line(Stage.RESULT, Told.DOER, 0), Line(Stage.RESULT, Told.SUPERIOR, 1)]
    assert says(26, lines=lines) == [0, 1]


def test_a_silent_line_says_nothing():
    assert says(25, lines=[Line(Stage.SCHEDULE, Told.DOER, 0, active=False)]) == []


def test_more_time_means_new_notices_of_the_same_rule():
    line = LINES[0]
    assert event_of(line, DUE) != event_of(line, DUE + timedelta(days=2))
    assert event_of(line, DUE) == "DOER-3@2026-10-25"
    assert max(len(event_of(one, DUE)) for one in SHIPPED) <= 40


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, 25, hour, minute, tzinfo=OFFICE)


@pytest.mark.parametrize(
    ("wishes", "now", "last", "leaves"),
    [
        (Wishes(), at(10), None, at(10)),
        (Wishes(), at(20, 59), None, at(20, 59)),
        (Wishes(), at(21), None, at(7) + timedelta(days=1)),
        (Wishes(), at(3), None, at(7)),
        (Wishes(), at(7), None, at(7)),
        (Wishes(), at(10), DUE, at(7) + timedelta(days=1)),
        (Wishes(), at(10), DUE - timedelta(days=1), at(10)),
        (Wishes(quiet_from=time(12), quiet_to=time(14)), at(13), None, at(14)),
        (Wishes(quiet_from=time(12), quiet_to=time(14)), at(10), DUE, at(0) + timedelta(days=1)),
        (Wishes(quiet_from=time(8), quiet_to=time(8)), at(8), None, at(8)),
    ],
)
def test_an_email_waits_for_the_morning_and_for_the_next_day(wishes, now, last, leaves):
    assert wishes.next_moment(now, last) == leaves


clock = st.times().map(lambda one: one.replace(tzinfo=None, fold=0))


@given(quiet=st.tuples(clock, clock), now=clock, days=st.none() | st.integers(-2, 1))
def test_whatever_is_wished_it_leaves_soon_once_a_day_and_never_in_quiet(quiet, now, days):
    moment = datetime.combine(DUE, now, OFFICE)
    last = None if days is None else DUE + timedelta(days=days)
    leaves = Wishes(True, *quiet).next_moment(moment, last)
    assert moment <= leaves <= moment + timedelta(days=3)
    assert last is None or leaves.date() > last
    wall = leaves.time()
    low, high = quiet
    asleep = low <= wall < high if low < high else low != high and (wall >= low or wall < high)
    assert not asleep


@given(st.integers(-60, 60), st.integers(-70, 70))
def test_one_line_speaks_on_its_day_and_a_few_after(offset, away):
    line = Line(Stage.RESULT, Told.DOER, offset)
    speaks = list(chosen([line], DUE, DUE, DUE + timedelta(days=away)))
    assert bool(speaks) == (0 <= away - offset <= CATCH_UP)
