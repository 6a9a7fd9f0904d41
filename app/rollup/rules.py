"""States of a monthly report, its figures and the rows they add up from. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.core.terms import N_, Term


class ReportState(Term):
    """How far a committee's report of a month has come."""

    DRAFT = N_("Being compiled")
    SUBMITTED = N_("Submitted")
    RETURNED = N_("Returned")
    ACCEPTED = N_("Accepted")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        return {"SUBMITTED": "info", "RETURNED": "bad", "ACCEPTED": "ok"}.get(self.name, "")


STEPS: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.DRAFT: frozenset({ReportState.SUBMITTED}),
    ReportState.SUBMITTED: frozenset({ReportState.RETURNED, ReportState.ACCEPTED}),
    ReportState.RETURNED: frozenset({ReportState.SUBMITTED}),
    ReportState.ACCEPTED: frozenset({ReportState.RETURNED}),
}

HANDED = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})
"""The states in which the figures are frozen and the month is closed for the branch."""


def can_become(now: ReportState, then: ReportState) -> bool:
    """Whether a report may go from ``now`` to ``then``."""
    return then in STEPS[now]


class Standing(Term):
    """What a row of a report stands for, and for a cell how its month counts."""

    COUNTED = N_("Approved")
    WAITING = N_("Sent, not approved yet")
    NOT_HELD = N_("Not held, with permission")
    POSTPONED = N_("Postponed with permission")
    MISSING = N_("No report")
    COMMITTEE = N_("Committee")
    HANDED = N_("Committee that has submitted")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        return {"COUNTED": "ok", "WAITING": "warn", "MISSING": "bad"}.get(self.name, "")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is counted of a cell, a committee or a whole report; every number is a plain sum.

    Of attendance, points and ratings only approved results are counted: a cell without one is
    missing, never 0. ``rates`` is the sum of the cells' own shares, for the mean of cells.
    """

    committees: int = 0
    handed: int = 0
    cells: int = 0
    counted: int = 0
    waiting: int = 0
    not_held: int = 0
    postponed: int = 0
    missing: int = 0
    moved: int = 0
    late: int = 0
    members: int = 0
    due: int = 0
    attended: int = 0
    excused: int = 0
    unexcused: int = 0
    exempt: int = 0
    temp_in: int = 0
    temp_out: int = 0
    thematic: int = 0
    boards: int = 0
    boards_held: int = 0
    rate_cells: int = 0
    rates: Decimal = Decimal(0)
    self_cells: int = 0
    self_points: Decimal = Decimal(0)
    official_cells: int = 0
    official_points: Decimal = Decimal(0)
    self_ratings: Mapping[str, int] = field(default_factory=dict)
    official_ratings: Mapping[str, int] = field(default_factory=dict)

    @property
    def to_meet(self) -> int:
        """The cells that had to meet: not held with permission is neither missing nor 0."""
        return self.cells - self.not_held

    @property
    def reported(self) -> int:
        """The cells whose result is with the superior."""
        return self.counted + self.waiting

    @property
    def weighted(self) -> Fraction | None:
        """Participation of all members together, Σ present / Σ due (source: DOMAIN 2.6)."""
        return Fraction(self.attended, self.due) if self.due else None

    @property
    def mean(self) -> Fraction | None:
        """The mean of the cells' own shares; it differs from the weighted one (DOMAIN 2.6)."""
        return _over(self.rates, self.rate_cells)

    @property
    def self_mean(self) -> Fraction | None:
        """The mean of the cells' own points."""
        return _over(self.self_points, self.self_cells)

    @property
    def official_mean(self) -> Fraction | None:
        """The mean of the official points."""
        return _over(self.official_points, self.official_cells)


def _over(total: Decimal, number: int) -> Fraction | None:
    return Fraction(total) / number if number else None


COUNTS = tuple(one.name for one in fields(Figures) if one.type is int or one.type == "int")
SUMS = ("rates", "self_points", "official_points")
RATINGS = ("self_ratings", "official_ratings")
FIGURES = (*COUNTS, *SUMS, *RATINGS)
"""The names of all figures, as rows and reports store them."""


@dataclass(frozen=True, kw_only=True)
class Row(Figures):
    """One unit of a report as it was: its own figures, or those that it has handed up.

    A committee that has submitted brings the totals of its frozen figures (``part_id``), and
    nothing below it is counted again.
    """

    of_unit_id: int
    unit_version_id: int | None
    parent_id: int | None
    code: str
    name: str
    kind_code: str
    is_cell: bool
    place: str
    standing: Standing
    part_id: int | None = None
    meeting_id: int | None = None
    type: str | None = None
    state: str | None = None
    state_reason: str | None = None
    result_state: str | None = None
    met_on: date | None = None
    minutes: int | None = None
    speakers: int | None = None
    own_self: Decimal | None = None
    own_verified: Decimal | None = None
    own_official: Decimal | None = None
    self_rating: str | None = None
    verified_rating: str | None = None
    official_rating: str | None = None
    sent_on: date | None = None
    in_time: bool | None = None
    amended: bool = False
    note: str | None = None
    attendance_policy_id: int | None = None
    criteria_set_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """A unit that moved, so that another committee, ``told_by``, tells of its month."""

    unit_id: int
    code: str
    name: str
    moved_on: date
    decision_no: str | None
    now_under: str | None
    told_by: str | None


def add_up(rows: Iterable[Figures]) -> Figures:
    """The figures of some rows together."""
    every = list(rows)
    counts = {name: sum(getattr(row, name) for row in every) for name in COUNTS}
    sums = {name: sum((getattr(row, name) for row in every), Decimal(0)) for name in SUMS}
    ratings = {name: _tally([getattr(row, name) for row in every]) for name in RATINGS}
    return Figures(**counts, **sums, **ratings)  # type: ignore[arg-type] # each by its name


def _tally(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in counts:
        for code, number in one.items():
            found[code] = found.get(code, 0) + number
    return found


def first_of_quarter(month: date) -> date:
    """The first month of the quarter in which ``month`` lies."""
    return date(month.year, (month.month - 1) // 3 * 3 + 1, 1)


FIELD_LABELS: Mapping[str, str] = {
    "started_at": N_("Started at"),
    "ended_at": N_("Ended at"),
    "speakers": N_("Speakers"),
    "resolution_no": N_("Resolution number"),
    "minutes_present": N_("Minutes were taken"),
    "on_roll": N_("On the roll"),
    "temp_in": N_("Temporarily active here"),
    "temp_out": N_("Temporarily active elsewhere"),
    "exempt": N_("Exempt from activity"),
    "special_duty": N_("On special duty"),
    "voluntary": N_("Of these exempt or away, yet present"),
    "present": N_("Present"),
    "excused": N_("Absent with reason"),
    "unexcused": N_("Absent without reason"),
    "official_total": N_("Official score"),
    "official_rating_code": N_("Official rating"),
}
"""What can be amended, in words."""
