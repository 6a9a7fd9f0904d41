"""States of an obligation, why it does not apply, and how late something is. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.core import months
from app.core.terms import N_, Term
from app.deadlines.rules import Stage, Timetable, meeting_days


class State(Term):
    """How far one stage of a unit's month has come.

    What was put off with permission, what is not held with permission and what nobody has spoken
    of are three different things: only the last is open and overdue.
    """

    OPEN = N_("To be done")
    RETURNED = N_("Returned")
    DONE = N_("Done")
    POSTPONED = N_("Postponed with permission")
    EXCUSED = N_("Not held, with permission")
    WAIVED = N_("Not needed")
    WITHDRAWN = N_("Withdrawn")


class Cause(Term):
    """Why an obligation is waived or withdrawn."""

    NOT_VERIFIED = N_("Rated officially without being verified")
    CLOSED_ABOVE = N_("The month was closed by a superior")
    GONE = N_("The unit did not exist in this month, or has no cells any more")


OWED = frozenset({State.OPEN, State.RETURNED, State.POSTPONED})
"""The states in which somebody still has to act."""


class Standing(Term):
    """What people ask of an obligation on a day."""

    DONE = N_("Done")
    DONE_LATE = N_("Done late")
    OVERDUE = N_("Overdue")
    PENDING = N_("Not due yet")
    POSTPONED = N_("Postponed with permission")
    EXCUSED = N_("Not held, with permission")
    NOT_ASKED = N_("Not needed")


def standing(state: State, late_after: date, late_days: int | None, today: date) -> Standing:
    """How an obligation stands on ``today``: put off with permission is overdue only after it."""
    if state is State.DONE:
        return Standing.DONE_LATE if late_days else Standing.DONE
    if state in OWED and today > late_after:
        return Standing.OVERDUE
    return {
        State.POSTPONED: Standing.POSTPONED,
        State.EXCUSED: Standing.EXCUSED,
        State.OPEN: Standing.PENDING,
        State.RETURNED: Standing.PENDING,
    }.get(state, Standing.NOT_ASKED)


@dataclass(frozen=True)
class DueLine:
    """When a stage is due for units whose meeting is on ``met_on``."""

    stage: Stage
    met_on: date
    rule_id: int | None
    counts_from: date
    due_on: date
    late_after: date


def due_lines(table: Timetable, month: date) -> list[DueLine]:
    """All a month may ask: every stage with every day on which its meeting can be held."""
    found = []
    for stage in Stage:
        rule = table.rule(stage)
        for day in meeting_days(month):
            one = table.due(stage, month, day)
            found.append(DueLine(stage, day, rule.id, one.counts_from, one.due_on, one.late_after))
    return found


@dataclass(frozen=True)
class Difference:
    """How many obligations of a stage an opening adds, changes and withdraws."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0

    @property
    def any(self) -> bool:
        """Whether there is something to do."""
        return bool(self.added or self.changed or self.withdrawn)

    def __add__(self, other: "Difference") -> "Difference":
        return Difference(
            self.added + other.added,
            self.changed + other.changed,
            self.withdrawn + other.withdrawn,
        )


@dataclass(frozen=True)
class Opening:
    """What opening a month does, or would do, stage by stage."""

    stages: Mapping[Stage, Difference] = field(default_factory=dict)

    @property
    def total(self) -> Difference:
        """All stages together."""
        return sum(self.stages.values(), Difference())


def opening(counts: Iterable[tuple[str, str, int]]) -> Opening:
    """Rows of stage, kind (added, changed, withdrawn) and number as one result."""
    found: dict[Stage, dict[str, int]] = {}
    for stage, kind, number in counts:
        found.setdefault(Stage[stage], {})[kind] = number
    return Opening({stage: Difference(**found[stage]) for stage in Stage if stage in found})


MONTHS_AROUND = 14
"""No last day lies further from its month: a rule says twelve at most, a rest moves it."""
MONTHS_AHEAD = 12
"""No month is opened further ahead: it would be a slip of the finger."""


def months_at_work(today: date) -> list[date]:
    """The months a nightly job keeps open: the last, this one and the next, to be registered."""
    return months.span(months.add(months.first_of(today), -1), 3)
