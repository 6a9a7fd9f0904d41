"""Streaks and shares of months, thresholds, and which owner's rule holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import months
from app.meetings.rules import Attendance
from app.watch import rules
from app.watch.rules import SHIPPED, Threshold, WatchKind

LAST = date(2026, 10, 1)
SIGNS = {
    "✓": Attendance.PRESENT,
    "✗": Attendance.UNEXCUSED,
    "P": Attendance.EXCUSED,
    "M": Attendance.EXEMPT,
    "T": Attendance.TEMP_OUT,
    "-": None,
}


def marks(signs: str, last: date = LAST) -> dict[date, Attendance | None]:
    """The signs of the months that end with ``last``; a blank is a month without any mark."""
    span = months.span(months.add(last, 1 - len(signs)), len(signs))
    return {month: SIGNS[sign] for month, sign in zip(span, signs, strict=True) if sign != " "}


def shipped(kind: WatchKind, signs: str, last: date = LAST) -> list[int]:
    """The months, as numbers, for which the shipped rule names a member with these marks."""
    return [month.month for month in rules.counted(SHIPPED[kind], marks(signs, last), last)]


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ("✗✓✗", [8, 10]),
        ("✗✗✓", [8, 9]),
        ("✗✓✓✗", []),
        ("✗ ✗", [8, 10]),
        ("✗-✗", [8, 10]),
        ("P✗P", []),
        ("✗", []),
        ("", []),
    ],
)
def test_two_of_the_last_three_months(signs, expected):
    assert shipped(WatchKind.UNEXCUSED_RECENT, signs) == expected


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ("✓✗✗", [9, 10]),
        ("✗✗✓", []),
        ("✗✗P", []),
        ("✗✗   ", [6, 7]),
        ("✗M-T✗", [6, 10]),
        ("✗✗✗✗", [7, 8, 9, 10]),
        ("✓✗", []),
    ],
)
def test_running_goes_on_over_months_that_say_nothing(signs, expected):
    assert shipped(WatchKind.UNEXCUSED_RUNNING, signs) == expected


@pytest.mark.parametrize(
    ("signs", "last", "expected"),
    [
        ("✗✓✗✓✗✓✓✓✓✓", LAST, [1, 3, 5]),
        ("✗✗✗✓", date(2026, 2, 1), []),
        ("✗✗", LAST, []),
    ],
)
def test_three_months_of_the_calendar_year(signs, last, expected):
    assert shipped(WatchKind.UNEXCUSED_YEAR, signs, last) == expected


@pytest.mark.parametrize(
    ("signs", "last", "expected"),
    [
        ("PPP", LAST, []),
        ("PPPP", LAST, [7, 8, 9, 10]),
        ("PPPP✓✓", LAST, [5, 6, 7, 8]),
        ("PP✗PP", LAST, []),
        ("PP-MPP", LAST, [5, 6, 9, 10]),
        ("PPPP", date(2026, 2, 1), []),
    ],
)
def test_excused_more_than_three_times_running_within_one_year(signs, last, expected):
    assert shipped(WatchKind.EXCUSED_RUNNING, signs, last) == expected


def test_of_two_runs_of_one_length_the_later_is_told():
    held = marks("PPPP✓PPPP")
    assert rules.longest(held, Attendance.EXCUSED, LAST)[0] == date(2026, 7, 1)


@given(st.text(alphabet=list(SIGNS), max_size=24))
def test_what_counts_is_what_the_roll_call_says(signs):
    held = marks(signs)
    for kind in rules.ABSENCES:
        rule = SHIPPED[kind]
        status = Attendance.EXCUSED if kind is WatchKind.EXCUSED_RUNNING else Attendance.UNEXCUSED
        found = rules.counted(rule, held, LAST)
        assert not found or len(found) >= rule.number
        assert list(found) == sorted(set(found))
        assert all(held[month] is status for month in found)


@given(st.text(alphabet=list(SIGNS), max_size=12))
def test_a_month_that_says_nothing_changes_no_run(signs):
    told = "".join(sign for sign in signs if sign in "✓✗P")
    found = rules.running(marks(signs), Attendance.UNEXCUSED, LAST)
    assert len(found) == len(told) - len(told.rstrip("✗"))


@given(st.text(alphabet=list(SIGNS), max_size=10), st.sampled_from("✓MT-"))
def test_the_longest_run_never_gets_shorter_when_a_month_is_added(signs, more):
    before = rules.longest(marks(signs, date(2026, 10, 1)), Attendance.EXCUSED, LAST)
    after = rules.longest(
        marks(signs + more, date(2026, 11, 1)), Attendance.EXCUSED, date(2026, 11, 1)
    )
    assert len(after) >= len(before)


@given(st.text(alphabet=list(SIGNS), max_size=24), st.integers(1, 12))
def test_the_later_past_changes_nothing(signs, back):
    month = months.add(LAST, -back)
    held = marks(signs)
    early = {one: mark for one, mark in held.items() if one <= month}
    for kind in rules.ABSENCES:
        assert rules.counted(SHIPPED[kind], held, month) == rules.counted(
            SHIPPED[kind], early, month
        )


@given(st.text(alphabet=list(SIGNS), max_size=24))
def test_the_evidence_shows_every_month_that_counts(signs):
    for kind in rules.ABSENCES:
        found = rules.counted(SHIPPED[kind], marks(signs), LAST)
        if found:
            assert rules.shown_from(SHIPPED[kind], found, LAST) <= found[0]


def test_the_nearest_owner_wins_and_of_one_owner_the_first():
    kind = WatchKind.EXEMPTION_ENDING
    held = [
        Threshold(kind, 45, unit_path="/1/2/"),
        Threshold(kind, 40, unit_path="/1/2/"),
        Threshold(kind, 60, unit_path="/1/"),
        Threshold(WatchKind.NO_THEMATIC, 3, unit_path="/1/2/3/"),
    ]
    assert rules.nearest(held, kind, "/1/2/3/").number == 45
    assert rules.nearest(held, kind, "/1/4/").number == 60
    assert rules.nearest(held, kind, "/9/") is SHIPPED[kind]


@pytest.mark.parametrize(
    ("start", "day", "expected"),
    [
        (date(2025, 10, 15), date(2026, 10, 15), 12),
        (date(2025, 10, 16), date(2026, 10, 15), 11),
        (date(2026, 11, 1), date(2026, 10, 15), 0),
    ],
)
def test_full_months(start, day, expected):
    assert rules.full_months(start, day) == expected


@pytest.mark.parametrize(("month", "first"), [(1, 1), (3, 1), (4, 4), (9, 7), (12, 10)])
def test_a_quarter_has_three_months(month, first):
    found = rules.quarter(date(2026, month, 1))
    assert [one.month for one in found] == [first, first + 1, first + 2]


@pytest.mark.parametrize(
    ("kind", "number", "within", "field"),
    [
        (WatchKind.UNEXCUSED_RECENT, 2, 3, None),
        (WatchKind.UNEXCUSED_RECENT, 2, None, "within"),
        (WatchKind.UNEXCUSED_RECENT, 3, 2, "within"),
        (WatchKind.UNEXCUSED_RECENT, 2, 25, "within"),
        (WatchKind.EXCUSED_RUNNING, 4, 6, "within"),
        (WatchKind.NO_THEMATIC, 4, None, "number"),
        (WatchKind.EXEMPTION_ENDING, 0, None, "number"),
        (WatchKind.EXEMPTION_ENDING, None, None, "number"),
        (WatchKind.UNEXCUSED_YEAR, 13, None, "number"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(kind, number, within, field):
    wrong = rules.misfit(kind, number, within)
    assert (wrong[1] if wrong else None) == field


def test_what_is_shipped_fits():
    assert set(SHIPPED) == set(WatchKind)
    for one in SHIPPED.values():
        assert rules.misfit(one.kind, one.number, one.within) is None
