"""What reported results add up to: rates, ratings and how complete they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from app.core import months

WIDEST = 60
"""No more months than this in one view."""
NEARLY_ALL = Fraction(9, 10)
"""From this share of reporting cells on a month's figures are taken for whole."""


@dataclass(frozen=True)
class Facts:
    """Sums over the reported monthly meetings of some cells in some time.

    ``cells`` counts the cells that were to meet, reported or not; ``percents`` is the sum of
    the percentages of the ``counted`` cells in which somebody was due; ``points`` the sum of
    the official points of the ``scored`` cells; ``ratings`` cells by official rating.
    A cell without a report is in ``cells`` and nowhere else: missing, never 0 %.
    """

    cells: int = 0
    reported: int = 0
    attended: int = 0
    due: int = 0
    percents: float = 0.0
    counted: int = 0
    points: Fraction = Fraction(0)
    scored: int = 0
    unexcused: int = 0
    ratings: Mapping[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> Fraction | None:
        """Weighted participation in percent, Σ attended / Σ due (source: DOMAIN 2.6)."""
        return Fraction(100 * self.attended, self.due) if self.due else None

    @property
    def mean_rate(self) -> float | None:
        """Participation in percent as the plain mean of the cells (source: DOMAIN 2.6)."""
        return self.percents / self.counted if self.counted else None

    @property
    def mean_points(self) -> Fraction | None:
        """The mean of the official points."""
        return self.points / self.scored if self.scored else None

    @property
    def rated(self) -> int:
        """How many reported cells have an official rating."""
        return sum(self.ratings.values())

    @property
    def unrated(self) -> int:
        """How many reported cells wait for their official rating."""
        return self.reported - self.rated

    @property
    def missing(self) -> int:
        """How many cells have not reported."""
        return self.cells - self.reported

    @property
    def nearly_all(self) -> bool:
        """Whether so many cells have reported that the figures may be compared."""
        return self.reported >= NEARLY_ALL * self.cells

    def among(self, cells: int) -> "Facts":
        """The same reports, of so many cells that were to meet."""
        # Some thousands of these make one heat map: dataclasses.replace takes thrice as long.
        return Facts(
            cells,
            self.reported,
            self.attended,
            self.due,
            self.percents,
            self.counted,
            self.points,
            self.scored,
            self.unexcused,
            self.ratings,
        )

    def __add__(self, other: "Facts") -> "Facts":
        return total((self, other))


NOTHING = Facts()


def total(parts: Iterable[Facts]) -> Facts:
    """The facts of all parts together."""
    every = [one for one in parts if one.cells or one.reported]
    ratings: dict[str, int] = {}
    for one in every:
        for code, count in one.ratings.items():
            ratings[code] = ratings.get(code, 0) + count
    return Facts(
        cells=sum([one.cells for one in every]),
        reported=sum([one.reported for one in every]),
        attended=sum([one.attended for one in every]),
        due=sum([one.due for one in every]),
        percents=sum([one.percents for one in every]),
        counted=sum([one.counted for one in every]),
        points=sum([one.points for one in every if one.scored], Fraction(0)),
        scored=sum([one.scored for one in every]),
        unexcused=sum([one.unexcused for one in every]),
        ratings=ratings,
    )


def span(first: date, last: date) -> list[date]:
    """The months from ``first`` to ``last``, in their order whichever was given first.

    At most ``WIDEST`` of them, the latest ones.
    """
    first, last = min(first, last), max(first, last)
    count = min(months.distance(first, last) + 1, WIDEST)
    return months.span(months.add(last, 1 - count), count)
