"""The three lights of a cell's month: schedule, result, score; what is missing and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core import months
from app.core.terms import N_, Term
from app.evaluations.rules import EvaluationState
from app.meetings.rules import ResultState, ScheduleState, schedule_due
from app.meetings.standing import CellMonth

SOON = 3
"""So many days before the deadline a light turns amber."""


class Kind(Term):
    """What a cell owes in a month."""

    SCHEDULE = N_("Schedule")
    RESULT = N_("Result")
    SCORE = N_("Score")


@dataclass(frozen=True)
class Light:
    """One light: its word (a msgid), its tone, and what is owed.

    ``missing`` means that the cell has to act; ``due`` is
    the last day, ``days`` how many are left (negative: late).
    """

    kind: Kind
    word: str
    tone: str = ""
    missing: bool = False
    due: date | None = None
    days: int | None = None

    @property
    def late(self) -> bool:
        """Whether something is owed and overdue."""
        return self.missing and self.days is not None and self.days < 0


@dataclass(frozen=True)
class Board:
    """How one cell stands in one month, all that it still owes, and its next registration."""

    cell: CellMonth
    schedule: Light
    result: Light
    score: Light
    following: Light

    @property
    def three(self) -> tuple[Light, Light, Light]:
        """The lights of the month itself."""
        return self.schedule, self.result, self.score

    @property
    def owed(self) -> list[Light]:
        """What the cell has to do, the most urgent first."""
        lights = [light for light in (*self.three, self.following) if light.missing]
        return sorted(lights, key=lambda light: light.days if light.days is not None else 999)

    @property
    def risk(self) -> tuple[int, int]:
        """Sorts the cells: the longest overdue first, those that owe nothing last."""
        owed = self.owed
        days = owed[0].days if owed else None
        return (days if days is not None else 999, -len(owed))


def board(
    cell: CellMonth,
    scored: EvaluationState | None,
    following: ScheduleState | None,
    today: date,
) -> Board:
    """The lights of ``cell`` as on ``today``; ``following`` is its schedule of the next month."""
    due = schedule_due(months.add(cell.month, 1), cell.deadlines)
    return Board(
        cell,
        _schedule(cell.state, cell.schedule_due, today),
        result_light(cell, today),
        score_light(cell, scored, today),
        _schedule(following, due, today),
    )


def _schedule(state: ScheduleState | None, due: date, today: date) -> Light:
    if state is None:
        return _owed(Kind.SCHEDULE, N_("Not registered"), due, today)
    tone = {ScheduleState.POSTPONED: "warn", ScheduleState.NOT_HELD: "warn"}.get(state, "ok")
    return Light(Kind.SCHEDULE, state.value, tone)


def result_light(cell: CellMonth, today: date) -> Light:
    """Whether the month's result is with the superior."""
    if cell.state is ScheduleState.NOT_HELD:
        return Light(Kind.RESULT, N_("Not held"))
    if cell.reported and cell.result_state is not None:
        settled = cell.result_state is not ResultState.SUBMITTED
        return Light(Kind.RESULT, cell.result_state.value, "ok" if settled else "info")
    if not _met(cell, today):
        return Light(Kind.RESULT, N_("Not due yet"), due=cell.result_due)
    word = cell.result_state.value if cell.result_state else ResultState.NONE.value
    found = _owed(Kind.RESULT, word, cell.result_due, today)
    if cell.result_state is ResultState.RETURNED:
        return Light(Kind.RESULT, word, "bad", True, found.due, found.days)
    return found


def score_light(cell: CellMonth, scored: EvaluationState | None, today: date) -> Light:
    """Whether the cell has scored itself."""
    if cell.state is ScheduleState.NOT_HELD:
        return Light(Kind.SCORE, N_("Not held"))
    if scored is not None and scored is not EvaluationState.DRAFT:
        settled = scored is EvaluationState.OFFICIAL
        return Light(Kind.SCORE, scored.value, "ok" if settled else "info")
    if not _met(cell, today):
        return Light(Kind.SCORE, N_("Not due yet"), due=cell.result_due)
    word = scored.value if scored else N_("Not scored")
    return _owed(Kind.SCORE, word, cell.result_due, today)


def late(boards: Sequence[Board]) -> list[Board]:
    """The cells that are overdue with something."""
    return [one for one in boards if any(light.late for light in one.owed)]


def _met(cell: CellMonth, today: date) -> bool:
    """Whether the day of the meeting has come; without a meeting, whether the month is over."""
    when = cell.started_at or cell.planned_at
    if when is None:
        return cell.result_due is not None and today > cell.result_due
    return when.date() <= today


def _owed(kind: Kind, word: str, due: date | None, today: date) -> Light:
    days = (due - today).days if due else None
    tone = "" if days is None or days > SOON else "warn" if days >= 0 else "bad"
    return Light(kind, word, tone, True, due, days)
