"""The three lights of a cell's month: schedule, result, score; what is missing and since when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.core import months
from app.core.terms import N_, Term
from app.deadlines.rules import Due, Stage
from app.evaluations.rules import EvaluationState
from app.meetings.rules import ResultState, ScheduleState
from app.meetings.standing import CellMonth

SOON = 3
"""So many days before the deadline a light turns amber."""

Extended = Mapping[tuple[date, Stage], date]
NO_MORE: Extended = {}


class Kind(Term):
    """What a cell owes in a month."""

    SCHEDULE = N_("Schedule")
    RESULT = N_("Result")
    SCORE = N_("Score")


@dataclass(frozen=True)
class Light:
    """One light: its word (a msgid), its tone, and what is owed.

    ``missing`` means that the cell has to act; ``due`` is the last day, ``days`` how many are
    left (negative: it is over), ``grace`` how many more may pass before it counts as late.
    ``closed`` means that it is missing and stays so: the month is closed, nobody can act.
    """

    kind: Kind
    word: str
    tone: str = ""
    missing: bool = False
    due: date | None = None
    days: int | None = None
    grace: int = 0
    closed: bool = False

    @property
    def late(self) -> bool:
        """Whether something is owed and overdue."""
        return self.missing and self.days is not None and self.days + self.grace < 0

    @property
    def pressing(self) -> bool:
        """Whether something is owed and its last day is over, today, or near."""
        return self.missing and self.days is not None and self.days <= SOON


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
    def closed(self) -> bool:
        """Whether something of the month is missing that nobody can send any more."""
        return any(light.closed for light in self.three)

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
    more: Extended = NO_MORE,
) -> Board:
    """The lights of ``cell`` as on ``today``; ``following`` is its schedule of the next month.

    ``more`` holds the days until which a superior gave time, by month and stage.
    """
    after = months.add(cell.month, 1)
    return Board(
        cell,
        _schedule(cell.state, _due(cell, Stage.SCHEDULE, more), today),
        result_light(cell, today, more),
        score_light(cell, scored, today, more),
        _following(cell, following, _due(cell, Stage.SCHEDULE, more, after), today),
    )


def closed_in(one: Board, closed: Collection[date]) -> Board:
    """The lights of a cell for which these months are closed: what is missing is asked no more."""
    if one.cell.month in closed:
        schedule, result, score = map(_closed, one.three)
        one = replace(one, schedule=schedule, result=result, score=score)
    if months.add(one.cell.month, 1) in closed:
        one = replace(one, following=_closed(one.following))
    return one


def _closed(light: Light) -> Light:
    return replace(light, tone="", missing=False, closed=True) if light.missing else light


def _due(cell: CellMonth, stage: Stage, more: Extended, month: date | None = None) -> Due:
    """When a stage of the cell's month is due, by rule or as extended; so the schedule of another.

    ``month`` is asked of for the schedule alone.
    """
    asked = month or cell.month
    found = cell.schedule_due_in(asked) if month else cell.due_for(stage)
    until = more.get((asked, stage))
    return found.not_before(until) if until else found


def _following(cell: CellMonth, state: ScheduleState | None, due: Due, today: date) -> Light:
    """The next month's schedule; a cell that is no more by then owes none."""
    if cell.ceased_on is not None and cell.ceased_on <= months.add(cell.month, 1):
        return Light(Kind.SCHEDULE, N_("Not needed"))
    return _schedule(state, due, today)


def _schedule(state: ScheduleState | None, due: Due, today: date) -> Light:
    if state is None:
        return _owed(Kind.SCHEDULE, N_("Not registered"), due, today)
    tone = {ScheduleState.POSTPONED: "warn", ScheduleState.NOT_HELD: "warn"}.get(state, "ok")
    return Light(Kind.SCHEDULE, state.value, tone)


def result_light(cell: CellMonth, today: date, more: Extended = NO_MORE) -> Light:
    """Whether the month's result is with the superior."""
    if cell.state is ScheduleState.NOT_HELD:
        return Light(Kind.RESULT, N_("Not held"))
    if cell.reported and cell.result_state is not None:
        settled = cell.result_state is not ResultState.SUBMITTED
        return Light(Kind.RESULT, cell.result_state.value, "ok" if settled else "info")
    due = _due(cell, Stage.RESULT, more)
    if not _met(cell, due, today):
        return _waits(Kind.RESULT, cell, due)
    word = cell.result_state.value if cell.result_state else ResultState.NONE.value
    found = _owed(Kind.RESULT, word, due, today)
    if cell.result_state is ResultState.RETURNED:
        return replace(found, tone="bad")
    return found


def score_light(
    cell: CellMonth, scored: EvaluationState | None, today: date, more: Extended = NO_MORE
) -> Light:
    """Whether the cell has scored itself."""
    if cell.state is ScheduleState.NOT_HELD:
        return Light(Kind.SCORE, N_("Not held"))
    if scored is not None and scored is not EvaluationState.DRAFT:
        settled = scored is EvaluationState.OFFICIAL
        return Light(Kind.SCORE, scored.value, "ok" if settled else "info")
    due = _due(cell, Stage.SELF_SCORE, more)
    if not _met(cell, due, today):
        return _waits(Kind.SCORE, cell, due)
    word = scored.value if scored else N_("Not scored")
    return _owed(Kind.SCORE, word, due, today)


def pressing(boards: Sequence[Board]) -> list[Board]:
    """The cells that are to be reminded: something is overdue, or its last day is near."""
    return [one for one in boards if any(light.pressing for light in one.owed)]


def _waits(kind: Kind, cell: CellMonth, due: Due) -> Light:
    postponed = cell.state is ScheduleState.POSTPONED
    word = ScheduleState.POSTPONED.value if postponed else N_("Not due yet")
    return Light(kind, word, due=due.due_on)


def _met(cell: CellMonth, due: Due, today: date) -> bool:
    """Whether the day of the meeting has come; without a meeting, whether the month is over."""
    if cell.counts_from is None:
        return today > due.due_on
    return cell.counts_from <= today


def _owed(kind: Kind, word: str, due: Due, today: date) -> Light:
    days, grace = (due.due_on - today).days, (due.late_after - due.due_on).days
    tone = "" if days > SOON else "warn" if days + grace >= 0 else "bad"
    return Light(kind, word, tone, True, due.due_on, days, grace)
