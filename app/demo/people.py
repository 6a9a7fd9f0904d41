"""The invented members of one cell and the spells in which they are not, or not only, due."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from app.core import months
from app.demo import names, words
from app.meetings.rules import Attendance
from app.people.rules import ActivityState, LeaveReason, Position, Standing

YEAR = timedelta(days=365)
SPELLS = (
    # state, chance, shortest and longest in days
    (ActivityState.EXEMPT, 0.05, 120, 900),
    (ActivityState.TEMP_OUT, 0.025, 90, 365),
    (ActivityState.SPECIAL_DUTY, 0.006, 30, 180),
)
LEAVING = (LeaveReason.TRANSFERRED,) * 15 + (
    LeaveReason.DECEASED,
    LeaveReason.DECEASED,
    LeaveReason.STRUCK_OFF,
    LeaveReason.LEFT,
)


@dataclass(slots=True)
class Spell:
    """A time away or as a guest; ``to_on`` is the last day."""

    state: ActivityState
    from_on: date
    to_on: date | None
    decision_no: str | None
    note: str


@dataclass(slots=True)
class Person:
    """One membership of the cell; ``absence`` multiplies the cell's chance of staying away.

    ``habit`` says for single months what the roll-call finds, whatever chance would have.
    """

    id: int
    name: str
    joined_on: date
    left_on: date | None = None
    left_reason: LeaveReason | None = None
    standing: Standing = Standing.OFFICIAL
    position: Position = Position.MEMBER
    phone: str | None = None
    absence: float = 1.0
    spells: list[Spell] = field(default_factory=list)
    habit: dict[date, Attendance] = field(default_factory=dict)

    def belongs(self, day: date) -> bool:
        """Whether the person is a member, or a guest, on ``day``."""
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)

    def state(self, day: date) -> ActivityState | None:
        """The activity state of ``day``."""
        for spell in self.spells:
            if spell.from_on <= day and (spell.to_on is None or day <= spell.to_on):
                return spell.state
        return None


def roster(rng: Random, members: int, first_id: int, start: date, today: date) -> list[Person]:
    """Everybody who belonged to the cell since ``start``; ``members`` of them do so today."""
    people: list[Person] = []
    taken: set[str] = set()

    def add(joined: date, left: date | None = None, why: LeaveReason | None = None) -> Person:
        name = names.person(rng)
        while name in taken:
            name = names.person(rng)
        taken.add(name)
        made = Person(first_id + len(people), name, joined, left, why)
        people.append(made)
        return made

    for rank in range(members):
        # The committee has been there all the time.
        new = rank > 3 and rng.random() < 0.12
        person = add(_between(rng, start, today) if new else start - _years(rng))
        person.absence = 0.25 if rank < 2 else rng.choice((0.6, 0.8, 1, 1, 1, 1.3, 2.5))
        if today - person.joined_on < YEAR and rng.random() < 0.6:
            person.standing = Standing.PROBATIONARY
    _give_positions(people, first_id)
    for _ in range(sum(rng.random() < 0.11 for _ in range(members))):
        add(start - _years(rng), _between(rng, start, today), rng.choice(LEAVING))
    if rng.random() < 0.15:
        _add_guest(rng, add(_between(rng, start, today)), today)
    for person in people[1:]:
        _add_spell(rng, person, start, today)
    return people


def let_go(people: list[Person], day: date) -> None:
    """Let everybody who is still there go over to other cells on ``day``: theirs ends."""
    for person in people:
        if person.left_on is None or person.left_on > day:
            person.left_on, person.left_reason = day, LeaveReason.TRANSFERRED
        for spell in person.spells:
            last = person.left_on - timedelta(days=1)
            spell.to_on = min(spell.to_on or last, last)


def give_to_watch(people: list[Person], today: date) -> None:
    """Let four ordinary members of the cell be such as the watch lists are for."""
    this, long_ago = months.first_of(today), today - timedelta(days=500)
    plain = [
        person
        for person in people
        if person.position is Position.MEMBER
        and not person.spells
        and person.left_on is None
        and person.joined_on < long_ago
    ]
    if len(plain) < 4:
        return
    careless, excused, exempt, elsewhere = plain[:4]
    careless.habit = {months.add(this, -back): Attendance.UNEXCUSED for back in (1, 2, 3, 5)}
    excused.habit = {months.add(this, -back): Attendance.EXCUSED for back in range(1, 7)}
    for person, state, begin, end in (
        (exempt, ActivityState.EXEMPT, today - timedelta(days=345), today + timedelta(days=20)),
        (elsewhere, ActivityState.TEMP_OUT, today - timedelta(days=430), None),
    ):
        note = words.LEAVE_NOTES[state.name][0]
        person.spells.append(Spell(state, begin, end, "07-QĐ/ĐU", note))


def _give_positions(people: list[Person], first_id: int) -> None:
    ranks = [Position.SECRETARY]
    if len(people) >= 7:
        ranks.append(Position.DEPUTY_SECRETARY)
    if len(people) >= 12:
        ranks += [Position.COMMITTEE_MEMBER] * min(3, len(people) // 8)
    for person, rank in zip(people, ranks, strict=False):
        person.position = rank
        if rank in (Position.SECRETARY, Position.DEPUTY_SECRETARY):
            person.phone = names.phone(person.id)


def _add_guest(rng: Random, person: Person, today: date) -> None:
    end = person.joined_on + timedelta(days=rng.randint(60, 300))
    note = rng.choice(words.LEAVE_NOTES["TEMP_IN"])
    person.spells.append(Spell(ActivityState.TEMP_IN, person.joined_on, end, None, note))
    if end < today:
        person.left_on = end + timedelta(days=1)
        person.left_reason = LeaveReason.TRANSFERRED


def _add_spell(rng: Random, person: Person, start: date, today: date) -> None:
    if person.spells:
        return
    for state, chance, shortest, longest in SPELLS:
        if rng.random() >= chance:
            continue
        begin = _between(rng, max(start - timedelta(days=200), person.joined_on), today)
        end: date | None = begin + timedelta(days=rng.randint(shortest, longest))
        if person.left_on is not None:
            if person.left_on <= begin:
                return
            end = min(end or person.left_on, person.left_on - timedelta(days=1))
        elif state is ActivityState.EXEMPT and rng.random() < 0.4:
            end = None
        number = f"{rng.randint(1, 99):02}-QĐ/ĐU"
        note = rng.choice(words.LEAVE_NOTES[state.name])
        person.spells.append(Spell(state, begin, end, number, note))
        return


def _years(rng: Random) -> timedelta:
    return timedelta(days=rng.randint(60, 3600))


def _between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange(max(1, (last - first).days)))
