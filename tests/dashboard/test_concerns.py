"""Which units need a word: silence, what chance does not explain, poor ratings, absences."""

import pytest

from app.dashboard.concerns import Matter, concerns
from app.dashboard.rules import Facts, total

SCALE = [("TOT", "Tốt"), ("KHA", "Khá"), ("TRUNG_BINH", "Trung bình"), ("KEM", "Kém")]


def month(cells: int, reported: int, attended: int = 0, due: int = 0, **more) -> Facts:
    return Facts(cells=cells, reported=reported, attended=attended, due=due, **more)


GOOD = month(5, 5, 95, 100)
AREA = month(400, 400, 5580, 6000, unexcused=60)


def matters(*line: Facts, area: Facts = AREA, over: bool = True) -> list[Matter]:
    return [one.matter for one in concerns(line, area, SCALE, over=over)]


def test_a_unit_like_all_others_needs_no_word():
    assert matters(*[GOOD] * 13) == []


def test_silence_counts_only_once_results_are_due():
    silent = month(5, 3, 55, 60)
    assert matters(GOOD, silent) == [Matter.SILENT]
    assert matters(GOOD, silent, over=False) == []


def test_months_of_complete_silence_in_a_row_are_counted():
    silent, half = month(2, 0), month(2, 1, 9, 10)
    (found,) = concerns([GOOD, silent, silent], AREA, SCALE, over=True)
    assert (found.count, found.whole, found.months) == (2, 2, 2)
    (found,) = concerns([silent, half], AREA, SCALE, over=True)
    assert found.months == 0


def test_a_unit_that_did_not_exist_yet_was_not_silent():
    (found,) = concerns([Facts(), Facts(), month(1, 0)], AREA, SCALE, over=True)
    assert found.months == 1


@pytest.mark.parametrize(
    ("attended", "due", "stands_out"),
    [
        (80, 100, True),  # 13 points below, five deviations
        (90, 100, False),  # within chance
        (95, 100, False),  # above
        (5, 9, False),  # too few to compare
        (7, 10, True),
    ],
)
def test_participation_stands_out_only_beyond_chance(attended, due, stands_out):
    now = month(1, 1, attended, due)
    assert (Matter.LOW in matters(now, now)) is stands_out


def test_a_fall_below_its_own_is_told_even_above_the_whole():
    area = month(400, 400, 4200, 6000)
    assert matters(*[month(5, 5, 99, 100)] * 12, month(5, 5, 80, 100), area=area) == [Matter.FALLEN]


@pytest.mark.parametrize(
    ("ratings", "named"),
    [({"TOT": 4, "KHA": 1}, ""), ({"TRUNG_BINH": 1}, "Trung bình"), ({"KEM": 2}, "Kém")],
)
def test_ratings_of_the_lower_half_are_told_the_worst_by_name(ratings, named):
    found = concerns([month(5, 5, 95, 100, ratings=ratings)], AREA, SCALE, over=True)
    assert [one.rating for one in found] == ([named] if named else [])


def test_many_absent_without_reason_are_told_few_are_not():
    assert Matter.ABSENT in matters(month(5, 5, 95, 100, unexcused=4))
    assert Matter.ABSENT not in matters(month(5, 5, 95, 100, unexcused=1))
    assert Matter.ABSENT not in matters(month(5, 5, 950, 1000, unexcused=4))


def test_the_heaviest_comes_first():
    found = concerns(
        [GOOD, month(5, 0, ratings={}), month(5, 1, 60, 100, ratings={"KEM": 1})],
        AREA,
        SCALE,
        over=True,
    )
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    assert len(found) >= 3


def test_nothing_breaks_on_a_unit_without_any_facts():
    assert concerns([Facts()], total([]), SCALE, over=True) == []
    assert concerns([GOOD], GOOD, [], over=True) == []
