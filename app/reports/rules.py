"""The summary table as plain values: lines, groups, and what they add up to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from app.core.terms import N_

NOT_HELD = N_("Counted among them, with permission not to meet: %(cells)s.")
"""Said beside the number of cells where it holds some that had not to meet."""


@dataclass(frozen=True)
class Line:
    """One cell in the table (source: DOMAIN 5.6, extended). What is not reported is ``None``."""

    name: str
    members: int
    reported: bool = False
    met_on: date | None = None
    type: str = ""
    due: int | None = None
    attended: int | None = None
    excused: int | None = None
    unexcused: int | None = None
    minutes: int | None = None
    speakers: int | None = None
    self_points: Decimal | None = None
    official_points: Decimal | None = None
    rating: str | None = None
    sent_on: date | None = None
    in_time: bool | None = None
    note: str = ""
    url: str = ""
    waiting: bool = False
    """Reported, but not approved: where only approved figures count it has none."""
    let_off: bool = False
    """Not asked for a report: it had permission not to meet."""
    not_held: bool = False
    """It had permission not to meet, and is asked all the same."""

    @property
    def gap(self) -> Decimal | None:
        """Official points less self-given ones."""
        if self.self_points is None or self.official_points is None:
            return None
        return self.official_points - self.self_points


@dataclass(frozen=True)
class Sums:
    """What lines add up to; all but the numbers of cells is of those with figures only."""

    cells: int = 0
    not_held: int = 0
    reported: int = 0
    counted: int = 0
    members: int = 0
    due: int = 0
    attended: int = 0
    excused: int = 0
    unexcused: int = 0
    in_time: int = 0
    sent: int = 0
    self_mean: Fraction | None = None
    official_mean: Fraction | None = None
    ratings: Mapping[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> Fraction | None:
        """Weighted participation as a share, Σ attended / Σ due (source: DOMAIN 2.6)."""
        return Fraction(self.attended, self.due) if self.due else None


@dataclass(frozen=True)
class Group:
    """The cells of one committee as it was in that month."""

    name: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Summary:
    """The whole table with its head and foot.

    ``scale`` lists the ratings, best first, as (code, name).
    """

    superior: str
    issuer: str
    month: date
    as_of: datetime
    scale: Sequence[tuple[str, str]]
    groups: Sequence[Group]
    policies: Sequence[str] = ()

    @property
    def lines(self) -> list[Line]:
        """All lines in their order."""
        return [line for group in self.groups for line in group.lines]


def add_up(lines: Iterable[Line]) -> Sums:
    """The sums of some lines; a cell without a report counts as a cell and nothing else."""
    every = list(lines)
    told = [line for line in every if line.reported]
    ratings: dict[str, int] = {}
    for line in told:
        if line.rating:
            ratings[line.rating] = ratings.get(line.rating, 0) + 1
    return Sums(
        cells=sum(not line.let_off for line in every),
        not_held=sum(line.not_held for line in every),
        reported=len(told) + sum(line.waiting for line in every),
        counted=len(told),
        members=sum(line.members for line in every),
        due=sum(line.due or 0 for line in told),
        attended=sum(line.attended or 0 for line in told),
        excused=sum(line.excused or 0 for line in told),
        unexcused=sum(line.unexcused or 0 for line in told),
        in_time=sum(line.in_time is True for line in told),
        sent=sum(line.sent_on is not None for line in told),
        self_mean=_mean(line.self_points for line in told),
        official_mean=_mean(line.official_points for line in told),
        ratings=ratings,
    )


def _mean(points: Iterable[Decimal | None]) -> Fraction | None:
    known = [Fraction(value) for value in points if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def ancestors(start: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """The chain of superior units from ``start`` up; ends where nothing more is known."""
    chain: list[int] = []
    here = start
    while here is not None and here not in chain:
        chain.append(here)
        here = parents.get(here)
    return chain
