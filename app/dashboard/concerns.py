"""Which units need a word, and about what: pure, from the facts of their last months."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from app.core.terms import N_, Term
from app.dashboard.rules import Facts, total

FEW = 10
"""Where fewer members were due, one person is a tenth: such percentages are not compared."""
BEYOND_CHANCE = 2.0
"""So many standard deviations of a share of that size stand out."""


class Matter(Term):
    """What a word is needed about."""

    SILENT = N_("Reports")
    LOW = N_("Participation below the whole")
    FALLEN = N_("Participation below its own")
    POOR = N_("Rating")
    ABSENT = N_("Absence without reason")


@dataclass(frozen=True)
class Concern:
    """One matter, how heavy it weighs, and its figures.

    ``count`` of ``whole``: silent cells, cells rated poorly, members absent; ``months`` in a row;
    ``points`` of percent below what it is measured by.
    """

    matter: Matter
    weight: float
    count: int = 0
    whole: int = 0
    months: int = 0
    points: float = 0.0
    rating: str = ""


def concerns(
    line: Sequence[Facts], area: Facts, scale: Sequence[tuple[str, str]], *, over: bool
) -> list[Concern]:
    """The concerns of a unit, the heaviest first.

    ``line`` holds its facts month by month, the last is the month in question; ``area`` are that
    month's facts of the whole; ``over`` says whether results of the month are due already.
    """
    now, before = line[-1], total(line[:-1])
    found = [
        _silent(line) if over and now.missing else None,
        _below(Matter.LOW, now, area, 8),
        _below(Matter.FALLEN, now, before, 6),
        _poor(now, scale),
        _absent(now, area),
    ]
    return sorted((one for one in found if one), key=lambda one: -one.weight)


def _silent(line: Sequence[Facts]) -> Concern:
    """Cells that have not reported, and for how many months in a row none of them has."""
    now, months = line[-1], 0
    for facts in reversed(line):
        if facts.reported or not facts.cells:
            break
        months += 1
    share = now.missing / now.cells
    weight = 25 * share + min(20, 5 * now.missing) + min(20, 5 * max(0, months - 1))
    return Concern(Matter.SILENT, weight, now.missing, now.cells, months=months)


def _below(matter: Matter, now: Facts, measure: Facts, each: int) -> Concern | None:
    """Participation further below ``measure`` than chance explains."""
    if now.rate is None or measure.rate is None or now.due < FEW or now.rate >= measure.rate:
        return None
    share = float(measure.rate) / 100
    points = float(measure.rate - now.rate)
    deviation = 100 * sqrt(max(share * (1 - share), 0.0001) / now.due)
    if points / deviation < BEYOND_CHANCE:
        return None
    weight = min(5.0 * each, each * points / deviation)
    return Concern(matter, weight, now.attended, now.due, points=points)


def _poor(now: Facts, scale: Sequence[tuple[str, str]]) -> Concern | None:
    """Cells with a rating of the lower half of the scale; the worst that was given is named."""
    lower = [(code, name) for code, name in scale[(len(scale) + 1) // 2 :]]
    for place, (code, name) in enumerate(reversed(lower)):
        count = now.ratings.get(code, 0)
        if count:
            weight = (30 if place == 0 else 15) + 5 * count
            return Concern(Matter.POOR, weight, count, now.rated, rating=name)
    return None


def _absent(now: Facts, area: Facts) -> Concern | None:
    """Several members absent without reason, far more than elsewhere."""
    if now.unexcused < 2 or not now.due or not area.due:
        return None
    if now.unexcused * area.due < 3 * area.unexcused * now.due:
        return None
    return Concern(Matter.ABSENT, 10 + 3 * now.unexcused, now.unexcused, now.due)
