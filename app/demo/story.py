"""One cell through the months: its people, meetings, roll-calls, tasks and scores."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from app.core import months
from app.core.text import fold, given_name_key
from app.demo import characters, evaluating, fates, names, people, rollcalls, rows, seasons
from app.demo import words as w
from app.demo.fates import Fate
from app.demo.ledger import Ledger
from app.demo.people import Person
from app.demo.regulations import Regulations
from app.demo.tasks import Tasks
from app.demo.tree import Node, Version
from app.meetings.rules import HeadCounts, MeetingType, ResultState

SECRETARIES = {"DB001-01": "bithu", "DB002-01": "bithu2"}
"""Cells whose secretary has an account of the demo."""
WATCHED = {*SECRETARIES, "DB001-02"}
"""Cells in which somebody is to be found on the watch lists."""


@dataclass(frozen=True)
class Cell:
    """A cell, the committee above it, its history of names, and the rules it is kept by."""

    node: Node
    parent: Node
    history: Sequence[Version]
    regulations: Regulations


class Story:
    """One cell through the months."""

    def __init__(self, ledger: Ledger, cell: Cell, seed: int, today: date) -> None:
        self.ledger, self.cell, self.today = ledger, cell, today
        ceased = cell.node.ceased
        self.last_day = ceased - timedelta(days=1) if ceased else today
        self.rng = rng = Random(f"{seed}/{cell.node.code}")
        school = any(word in cell.parent.name for word in ("Trường", "Giáo dục"))
        village = cell.node.cell_type == "RESIDENTIAL"
        self.habits = self.character = characters.draw(rng, village=village, school=school)
        self.where = (cell.node.id, cell.node.path)
        self.topic_month = rng.randrange(3)
        self.place = rng.choice(w.EVENING_PLACES if self.character.hour[0] > 18 else w.PLACES)
        board = Random(f"{seed}/{cell.parent.code}/board")
        self.superiors = [names.person(board) for _ in range(3)]
        self.who = _who(cell)
        self.resolutions = 0
        self.tasks = Tasks(ledger, self.where, Random(f"{seed}/{cell.node.code}/t"), self.who.cell)
        self.roster = self._people()

    def _people(self) -> list[Person]:
        start, first_id = seasons.past(self.today)[0], self.ledger.last_id["member"] + 1
        roster = people.roster(self.rng, self.cell.node.members, first_id, start, self.last_day)
        if self.cell.node.ceased:
            people.let_go(roster, self.cell.node.ceased)
        if self.cell.node.code in WATCHED:
            people.give_to_watch(roster, self.today)
        for person in roster:
            self.ledger.add(
                "member",
                *(*self.where, person.name, given_name_key(person.name), fold(person.name)),
                *(person.standing, person.position, person.phone),
                *(person.joined_on, person.left_on, person.left_reason),
            )
            for spell in person.spells:
                dates = (spell.state, spell.from_on, spell.to_on, spell.decision_no, spell.note)
                self.ledger.add("activity_spell", person.id, *self.where, *dates)
        return roster

    def close(self) -> None:
        """Write what stands only at the end: how the tasks do."""
        self.tasks.close()

    def tell(self, month: date) -> None:
        """Write the meetings of one month."""
        rng = self.rng
        self.character = self.habits.at(seasons.progress(month, self.today))
        topical = (month.month - 1) % 3 == self.topic_month and rng.random() < 0.94
        kind = MeetingType.REGULAR
        if topical and not self.character.separate_topic:
            kind = MeetingType.COMBINED
        self._meet(month, kind)
        if topical and self.character.separate_topic:
            self._meet(month, MeetingType.THEMATIC)
        if rng.random() < 0.008:
            self._meet(month, MeetingType.EXTRAORDINARY)

    def _meet(self, month: date, kind: MeetingType) -> None:
        ledger, rng = self.ledger, self.rng
        if self.cell.node.code in SECRETARIES and month == months.first_of(self.today):
            # The demo's secretaries find something to do.
            fate: Fate | None = fates.waiting(self.character, month, self.today, kind)
        else:
            fate = fates.draw(rng, self.character, month, self.today, kind)
        if fate is None:
            return
        day = fate.planned_at.date()
        absences: list[rollcalls.Line] = []
        report = self._plan(fate)
        if fate.result is not ResultState.NONE:
            strain = seasons.strain(month, self.character.school)
            counts, absences, spoke = rollcalls.by_name(
                rng, self.character, strain, self.roster, day
            )
            report = self._result(fate, report, counts, spoke)
        version = next(v for v in self.cell.history if v.valid_to is None or day < v.valid_to)
        tail = rows.meeting_tail(fate, report, self.who)
        key = ledger.add("meeting", version.id, *self.where, tail=tail)
        for member, status, reason in absences:
            ledger.add("absence", key, member, *self.where, status, reason)
        self.tasks.review(key, fate)
        if fate.submitted_at and kind is not MeetingType.EXTRAORDINARY:
            self._give_tasks(key, fate)
        self._evaluate(key, fate, report)

    def _plan(self, fate: Fate) -> rows.Report:
        rng = self.rng
        topic = None
        if fate.type is MeetingType.EXTRAORDINARY:
            topic = "Xét đề nghị kết nạp đảng viên"
        elif fate.type is not MeetingType.REGULAR:
            topic = rng.choice(w.TOPICS)
        chair = next(
            p for p in self.roster[1 if rng.random() < 0.04 else 0 :] if p.belongs(self.last_day)
        )
        return rows.Report(
            place=self.place,
            chair=chair.name,
            topic=topic,
            superior=rng.choice(self.superiors) if rng.random() < 0.15 else None,
            agenda=rng.choice(w.AGENDAS),
        )

    def _result(self, fate: Fate, plan: rows.Report, counts: HeadCounts, spoke: int) -> rows.Report:
        rng = self.rng
        day = fate.planned_at.date()
        posted = datetime.combine(day - timedelta(days=rng.choice((0, 1, 1, 2, 3))), time(7))
        number = None
        if fate.submitted_at and fate.type is not MeetingType.EXTRAORDINARY:
            self.resolutions += 1
            number = f"{self.resolutions:02}-NQ/CB"
        return replace(
            plan,
            content=rng.choice(w.CONTENTS),
            resolution_no=number,
            papers_posted_at=posted if rng.random() < self.character.care else None,
            minutes_present=fate.submitted_at is not None and rng.random() < 0.97,
            policy=self.cell.regulations.policy_on(day),
            counts=counts,
            speakers=spoke,
        )

    def _give_tasks(self, key: int, fate: Fate) -> None:
        rng, today = self.rng, self.today
        day = fate.planned_at.date()
        able = [person.name for person in self.roster if person.belongs(day)]
        for title in rng.sample(w.TASKS, rng.randint(1, 3)):
            due = day + timedelta(days=rng.randint(10, 28))
            done = rng.random() < (0.95 - self.character.loss if due < today else 0.4)
            self.tasks.give(key, fate.month, (title, rng.choice(able), due), done=done)

    def _evaluate(self, key: int, fate: Fate, report: rows.Report) -> None:
        rules = self.cell.regulations.set_for(fate.type, fate.planned_at.date())
        if rules is None or fate.result is ResultState.NONE:
            return
        found = evaluating.draw(self.rng, self.character, fate, report.counts, rules, self.today)
        if found is None:
            return
        tail = rows.evaluation_tail(found, self.who)
        self.ledger.append("evaluation", key, *self.where, tail=tail)
        for line in rows.score_tails(found):
            self.ledger.add("score", key, *self.where, tail=line)


def _who(cell: Cell) -> rows.People:
    above = {"DB001": "trucdang", "DUK": "chuyenvien"}
    return rows.People(
        SECRETARIES.get(cell.node.code, f"bt.{cell.node.code.lower()}"),
        above.get(cell.parent.code, f"ct.{cell.parent.code.lower()}"),
    )
