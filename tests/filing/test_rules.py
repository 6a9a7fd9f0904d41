"""Merging saves, and points from facts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.filing import rules
from app.filing.facts import Facts, proposed

VALUES = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]))
LEVELS = [
    {"points": 4, "label": ">=90%", "lower": 90},
    {"points": 3, "label": "75-<90%", "lower": 75, "upper": 90},
    {"points": 2, "label": "65-<75%", "lower": 65, "upper": 75},
    {"points": 1, "label": "<65%", "upper": 65},
]


@given(VALUES, VALUES, VALUES)
def test_a_merge_loses_no_word_and_overwrites_none(now, base, wanted):
    merged = rules.merge(now, base, wanted)
    for name, text in wanted.items():
        held = now.get(name, "")
        if text == held:
            assert name not in merged.changes
            assert name not in merged.conflicts
        elif base.get(name, "") == held:
            assert merged.changes[name] == text
        else:
            assert merged.conflicts[name] == held


@given(VALUES, VALUES)
def test_who_knows_the_latest_has_no_conflict(now, wanted):
    assert rules.merge(now, now, wanted).conflicts == {}


def test_acks_remember_the_last_of_each_browser():
    acks = rules.acknowledge([], "a", 1)
    acks = rules.acknowledge(acks, "b", 5)
    acks = rules.acknowledge(acks, "a", 2, sent=True)
    assert rules.ack_of(acks, "a") == {"client": "a", "seq": 2, "sent": True}
    assert rules.ack_of(acks, "b")["seq"] == 5
    assert rules.ack_of(acks, "c")["seq"] == 0


def test_task_keys_are_read_from_the_names_of_fields():
    assert rules.task_keys(
        ["task-n1-title", "content", "task-n1-due", "task-t5-who", "task--who"]
    ) == ["n1", "t5"]


@pytest.mark.parametrize(
    ("pair", "points"),
    [((15, 15), 4), ((13, 15), 3), ((9, 10), 4), ((3, 4), 3), ((13, 20), 2), ((0, 5), 1)],
)
def test_levels_are_found_by_their_bounds(pair, points):
    found = proposed(Decimal(4), LEVELS, None, "attendance", Facts(attendance=pair))
    assert found == points


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        (Facts(attendance=(9, 10)), 5),
        (Facts(attendance=(13, 15)), None),
        (Facts(attendance=(10, 10), unexcused=1), None),
        (Facts(), None),
    ],
)
def test_a_standard_gives_full_points_or_leaves_it_to_a_person(facts, points):
    standard = {"from": 90, "all_excused": True}
    assert proposed(Decimal(5), None, standard, "attendance", facts) == points


@pytest.mark.parametrize(
    ("minutes", "combined", "points"),
    [(90, False, 5), (89, False, None), (119, True, None), (120, True, 5)],
)
def test_a_combined_meeting_has_to_last_longer(minutes, combined, points):
    facts = Facts(duration=minutes, combined=combined)
    found = proposed(Decimal(5), None, {"from": 90, "combined": 120}, "duration", facts)
    assert found == points


def test_what_no_fact_measures_is_left_to_a_person():
    assert proposed(Decimal(5), None, {"from": 1}, None, Facts(duration=100)) is None
    assert proposed(Decimal(5), None, None, "duration", Facts(duration=100)) is None
    assert proposed(Decimal(5), [{"points": 5, "label": "Đạt"}], None, "duration", Facts(5)) is None
