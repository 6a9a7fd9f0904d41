"""Points of the three layers, from the facts of a meeting and the habits of a cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from app.demo.characters import Character
from app.evaluations.rules import rating
from app.meetings.rules import HeadCounts, MeetingType

Halves = int
"""Points in half points: whole numbers, so that sums are exact."""


@dataclass(frozen=True)
class Leaf:
    """A criterion that is scored."""

    id: int
    most: Halves
    metric: str | None


@dataclass(frozen=True)
class RuleSet:
    """A criteria set in force, as the generator needs it."""

    id: int
    valid_from: date
    valid_to: date | None
    types: frozenset[str]
    leaves: tuple[Leaf, ...]
    bands: tuple[tuple[Decimal, str], ...]

    def holds(self, kind: MeetingType, day: date) -> bool:
        """Whether a meeting of this kind on ``day`` is evaluated by the set."""
        within = self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
        return within and kind.name in self.types

    def rate(self, points: Sequence[Halves]) -> tuple[Decimal, str | None]:
        """The total and the code of the rating."""
        total = points_of(sum(points))
        return total, rating(total, self.bands)


@dataclass(frozen=True)
class Sheet:
    """What one evaluation holds: points per criterion and layer, ``None`` for a layer not given."""

    own: list[Halves]
    verified: list[Halves] | None = None
    official: list[Halves] | None = None


def points_of(halves: Halves) -> Decimal:
    """Half points as points, with one decimal like the database's column."""
    return Decimal(halves * 5).scaleb(-1)


def self_score(
    rng: Random, cell: Character, rules: RuleSet, counts: HeadCounts, minutes: int, wanted: int
) -> list[Halves]:
    """What the cell gives itself; ``wanted`` is how long the meeting should have taken."""
    if cell.flatters:
        return [leaf.most for leaf in rules.leaves]
    given = []
    for leaf in rules.leaves:
        lost = _lost_to_facts(leaf, counts, minutes, wanted)
        if lost is None:
            lost = round(rng.expovariate(1.0) * leaf.most * cell.loss * 0.8)
        given.append(max(leaf.most // 4, leaf.most - lost))
    return given


def _lost_to_facts(leaf: Leaf, counts: HeadCounts, minutes: int, wanted: int) -> Halves | None:
    if leaf.metric == "duration":
        short = max(0, wanted - minutes)
        return -(-short // 15) * max(1, leaf.most // 6)
    if leaf.metric == "attendance":
        came = counts.present - counts.voluntary
        lost = 0 if came * 10 >= counts.base * 9 else leaf.most // 5
        if came * 4 < counts.base * 3:
            lost += leaf.most // 5
        return lost + (leaf.most // 5 if counts.unexcused else 0)
    return None


def corrected(rng: Random, cell: Character, rules: RuleSet, given: list[Halves]) -> list[Halves]:
    """What a superior makes of a score: mostly the same, now and then less, seldom more."""
    strict = 0.35 if cell.flatters else 0.12
    made = []
    for leaf, points in zip(rules.leaves, given, strict=True):
        luck = rng.random()
        change = -rng.choice((1, 1, 2, 2, 4)) if luck < strict else int(luck > 0.985)
        made.append(min(max(points + change, 0), leaf.most))
    return made
