"""What becomes of one meeting: planned, moved, held, reported, decided, as far as today."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from app.core import months
from app.demo import seasons, words
from app.demo.characters import Character
from app.meetings.rules import MeetingType, ResultState, ScheduleState

REGISTER_BY = 25
CLOSING_DAY = 28
"""The day of the next month on which the upper committee closes a month."""


@dataclass(frozen=True, slots=True)
class Fate:
    """One meeting's states and stamps; all times are the office's wall clock."""

    month: date
    type: MeetingType
    state: ScheduleState
    reason: str | None
    planned_at: datetime
    registered_at: datetime
    result: ResultState = ResultState.NONE
    return_reason: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    submitted_at: datetime | None = None
    decided_at: datetime | None = None


def closing(month: date) -> date:
    """The day on which ``month`` is closed."""
    return months.add(month, 1).replace(day=CLOSING_DAY)


def draw(rng: Random, cell: Character, month: date, today: date, kind: MeetingType) -> Fate | None:
    """The fate of the cell's meeting of ``month`` as it stands on ``today``.

    ``None`` when nobody registered it. Nothing that would come later than the day before
    ``today`` has happened yet, so that the current month is half done.
    """
    planned = _planned(rng, cell, month, today, late=kind is MeetingType.THEMATIC)
    registered = _registered(rng, cell, month, planned)
    if registered.date() >= today or rng.random() < (1 - cell.care) * 0.2:
        return None
    sure = registered.day <= REGISTER_BY and rng.random() < 0.6
    state = ScheduleState.CONFIRMED if sure else ScheduleState.REGISTERED
    fate = Fate(month, kind, state, None, planned, registered)
    failed = _failed(rng, month, planned)
    if failed:
        return replace(fate, state=failed[0], reason=failed[1])
    return fate if planned.date() >= today else _held(rng, cell, today, fate)


def waiting(cell: Character, month: date, today: date, kind: MeetingType) -> Fate:
    """A meeting of the current month that has just taken place and is still to be reported.

    Early in the month it is still to come.
    """
    before = [month + timedelta(days=n) for n in range(today.day - 1)]
    office = [day for day in before if seasons.is_office_day(day)]
    day = office[-1] if office else seasons.office_day(today)
    registered = datetime.combine(months.add(month, -1).replace(day=20), time(9, 15))
    planned = datetime.combine(day, time(*cell.hour))
    return Fate(month, kind, ScheduleState.CONFIRMED, None, planned, registered)


def _planned(rng: Random, cell: Character, month: date, today: date, *, late: bool) -> datetime:
    last = months.last_of(month).day
    if month == months.first_of(today):
        # The current month's meetings lie on both sides of today.
        done = 0.55
        if cell.early < done and today.day > 1:
            day = 1 + int(cell.early / done * (today.day - 1))
        else:
            rest = max(0.0, cell.early - done) / (1 - done)
            day = today.day + round(rest * (last - today.day))
    else:
        day = 1 + int(cell.early**1.6 * 26)
        if rng.random() < 0.25:
            day += rng.randint(-2, 3)
    day = min(max(day + (rng.randint(4, 9) if late else 0), 1), last)
    return datetime.combine(seasons.office_day(month.replace(day=day)), time(*cell.hour))


def _registered(rng: Random, cell: Character, month: date, planned: datetime) -> datetime:
    before = months.add(month, -1)
    hour = time(rng.randint(7, 16), rng.randint(0, 59))
    if rng.random() < cell.care:
        return datetime.combine(before.replace(day=rng.randint(10, REGISTER_BY)), hour)
    first = before.replace(day=REGISTER_BY + 1)
    days = max(1, (planned.date() - first).days)
    return datetime.combine(first + timedelta(days=rng.randrange(days)), hour)


def _failed(rng: Random, month: date, planned: datetime) -> tuple[ScheduleState, str] | None:
    tet = months.first_of(seasons.new_year(month.year)) == month
    luck = rng.random()
    if luck < (0.02 if tet else 0.004):
        return ScheduleState.NOT_HELD, words.NOT_HELD[0 if tet else rng.randint(1, 2)]
    if luck > 0.994:
        return ScheduleState.POSTPONED, f"{rng.choice(words.POSTPONED)} ({planned:%d/%m})"
    return None


def _held(rng: Random, cell: Character, today: date, fate: Fate) -> Fate:
    started = fate.planned_at + timedelta(minutes=rng.choice((0, 0, 0, 5, 5, 10)))
    minutes = cell.minutes + rng.randint(-10, 15)
    if fate.type is MeetingType.COMBINED:
        minutes += 30
    ended = started + timedelta(minutes=minutes)
    sent = _sent(rng, cell, ended)
    decided = _decided(rng, sent, fate.month)
    forgotten = rng.random() < (1 - cell.care) * 0.3 or sent.date() >= closing(fate.month)
    if forgotten or sent.date() >= today:
        if rng.random() < 0.6:
            return fate
        # Written but not sent: the meeting counts as held only with the sending.
        return replace(fate, result=ResultState.DRAFT, started_at=started, ended_at=ended)
    result, decision, why = _decision(rng, today, fate.month, decided)
    return replace(
        fate,
        state=ScheduleState.HELD,
        result=result,
        return_reason=why,
        started_at=started,
        ended_at=ended,
        submitted_at=sent,
        decided_at=decision,
    )


def _sent(rng: Random, cell: Character, ended: datetime) -> datetime:
    if rng.random() < cell.care:
        days = rng.choice((0, 0, 1, 1, 1, 2))
    else:
        days = 3 + int(rng.expovariate(1 / 6))
    if days == 0 and ended.hour < 22:
        return ended + timedelta(minutes=rng.randint(20, 100))
    day = ended.date() + timedelta(days=days)
    return datetime.combine(day, time(rng.randint(7, 21), rng.randint(0, 59)))


def _decided(rng: Random, sent: datetime, month: date) -> datetime:
    day = sent.date() + timedelta(days=rng.choice((1, 1, 2, 2, 3, 4, 6)))
    decided = datetime.combine(day, time(rng.randint(8, 16), rng.randint(0, 59)))
    return max(min(decided, datetime.combine(closing(month), time(7))), sent)


def _decision(
    rng: Random, today: date, month: date, decided: datetime
) -> tuple[ResultState, datetime | None, str | None]:
    if decided.date() >= today:
        return ResultState.SUBMITTED, None, None
    if closing(month) < today:
        return ResultState.LOCKED, decided, None
    if rng.random() < 0.06:
        return ResultState.RETURNED, decided, rng.choice(words.RETURNED)
    return ResultState.APPROVED, decided, None
