"""What a cell is like: how its members attend, how punctual it is, how well it meets."""

from dataclasses import dataclass, replace
from random import Random

HOURS = ((7, 30), (8, 0), (14, 0), (14, 0), (15, 0), (16, 0))


@dataclass(frozen=True)
class Character:
    """Habits of a cell, steady over the months.

    ``absence``: chance that a member who is due stays away in an ordinary month; ``care``: 1 for
    a cell that never forgets a deadline, about a half for one that mostly does; ``loss``: share
    of the points it fails to reach; ``early``: where in the month it meets, from 0 to 1;
    ``drift``: how much it gets better over the demo's time, below 0 worse.
    """

    absence: float
    care: float
    loss: float
    early: float
    hour: tuple[int, int]
    minutes: int
    separate_topic: bool
    flatters: bool
    drift: float
    school: bool = False

    def at(self, progress: float) -> "Character":
        """The same cell a share ``progress`` of the demo's time later: better or worse."""
        change = 1 - self.drift * (2 * progress - 1)
        return replace(self, absence=self.absence * change, loss=self.loss * change)


def draw(
    rng: Random, *, village: bool = False, school: bool = False, late: bool | None = None
) -> Character:
    """One cell's habits: most are sound, some are weak, one in twelve is always late."""
    late = rng.random() < 0.08 if late is None else late
    weak = rng.random() < 0.12
    return Character(
        absence=min(0.25, rng.betavariate(2.2, 34) + (0.05 if weak else 0)),
        care=rng.uniform(0.4, 0.65) if late else rng.uniform(0.93, 1.0),
        loss=rng.uniform(0.14, 0.34) if weak else rng.betavariate(2, 30),
        early=rng.random() ** 1.6,
        hour=(19, 30) if village else rng.choice(HOURS),
        minutes=rng.choice((80, 90, 95, 95, 100, 105, 110)) - (15 if weak else 0),
        separate_topic=rng.random() < 0.2,
        flatters=rng.random() < 0.05,
        drift=rng.triangular(-0.35, 0.6, 0.12),
        school=school,
    )
