"""Who came: roll-calls by name from the roster of the day, or in numbers alone."""

from collections.abc import Sequence
from datetime import date
from random import Random

from app.core import months
from app.demo import words
from app.demo.characters import Character
from app.demo.people import Person
from app.meetings.rules import Attendance, HeadCounts
from app.meetings.tally import AWAY, tally
from app.people.rules import ActivityState

Line = tuple[int, Attendance, str | None]
"""What the roll-call says of one member who is not plainly present: id, status, reason."""


def by_name(
    rng: Random, cell: Character, strain: float, roster: Sequence[Person], day: date
) -> tuple[HeadCounts, list[Line], int]:
    """The roll-call of the members of ``day``: numbers, absences, and how many spoke."""
    lines: list[tuple[ActivityState | None, Attendance]] = []
    absences: list[Line] = []
    for person in roster:
        if not person.belongs(day):
            continue
        state = person.state(day)
        status, reason = _status(rng, cell, strain * person.absence, state)
        if habit := person.habit.get(months.first_of(day)):
            status = habit
            reason = words.EXCUSES[0] if habit is Attendance.EXCUSED else None
        lines.append((state, status))
        if status is not Attendance.PRESENT or state in AWAY:
            absences.append((person.id, status, reason))
    counts = tally(lines)
    return counts, absences, speakers(rng, counts.present)


def _status(
    rng: Random, cell: Character, strain: float, state: ActivityState | None
) -> tuple[Attendance, str | None]:
    luck = rng.random()
    if state in AWAY:
        return (Attendance.PRESENT if luck < 0.04 else AWAY[state]), None
    if luck >= min(0.6, cell.absence * strain):
        return Attendance.PRESENT, None
    if rng.random() < (0.2 if cell.loss > 0.1 else 0.06):
        return Attendance.UNEXCUSED, None
    return Attendance.EXCUSED, rng.choice(words.EXCUSES)


def by_number(rng: Random, cell: Character, strain: float, on_roll: int) -> HeadCounts:
    """The roll-call of a cell that keeps no names."""
    luck = rng.random
    exempt = sum(luck() < 0.03 for _ in range(on_roll))
    temp_out = sum(luck() < 0.012 for _ in range(on_roll - exempt))
    special_duty = int(on_roll > 8 and luck() < 0.05)
    away = exempt + temp_out + special_duty
    if away >= on_roll - 1:
        exempt = temp_out = special_duty = away = 0
    voluntary = int(away > 0 and luck() < 0.05)
    temp_in = int(luck() < 0.04)
    base = on_roll - away + temp_in
    chance = min(0.6, cell.absence * strain)
    absent = min(sum(luck() < chance for _ in range(base)), base - 1)
    unexcused = sum(luck() < (0.2 if cell.loss > 0.1 else 0.06) for _ in range(absent))
    return HeadCounts(
        on_roll=on_roll,
        temp_in=temp_in,
        temp_out=temp_out,
        exempt=exempt,
        special_duty=special_duty,
        voluntary=voluntary,
        present=base - absent + voluntary,
        excused=absent - unexcused,
        unexcused=unexcused,
    )


def speakers(rng: Random, present: int) -> int:
    """How many of those present spoke."""
    return min(present, 1 + int(present * rng.uniform(0.15, 0.6)))
