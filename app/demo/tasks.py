"""What became of a cell's tasks, as the meetings that follow say it."""

from dataclasses import dataclass
from datetime import date
from random import Random

from app.demo import words
from app.demo.fates import Fate
from app.demo.ledger import Ledger
from app.meetings.rules import MONTHLY
from app.meetings.task_rules import TaskState


@dataclass
class Given:
    """A task with the meeting that gave it; ``done`` says whether it is finished in time."""

    key: int
    meeting: int
    month: date
    title: str
    assignee: str
    due: date
    done: bool
    state: TaskState = TaskState.OPEN
    note: str | None = None


class Tasks:
    """The tasks of one cell from month to month."""

    def __init__(self, ledger: Ledger, where: tuple[int, str], rng: Random, who: str) -> None:
        self.ledger, self.where, self.rng, self.who = ledger, where, rng, who
        self.given: list[Given] = []

    def give(self, meeting: int, month: date, said: tuple[str, str, date], *, done: bool) -> None:
        """Write down a task: what, who and by when."""
        key = self.ledger.number("task")
        self.given.append(Given(key, meeting, month, *said, done))

    def review(self, meeting: int, fate: Fate) -> None:
        """Say at a reported monthly meeting how the open tasks of the months before stand."""
        if fate.type not in MONTHLY or fate.submitted_at is None:
            return
        for one in self.given:
            if one.state is not TaskState.OPEN or one.month >= fate.month:
                continue
            one.state, one.note = self._word(one, fate)
            told = (one.state, one.note, fate.submitted_at, self.who)
            self.ledger.add("task_status", one.key, meeting, *self.where, *told)

    def _word(self, one: Given, fate: Fate) -> tuple[TaskState, str | None]:
        """What was begun in time is done; most of the rest is a month later."""
        late = (fate.planned_at.date() - one.due).days
        if one.done or (late > 31 and self.rng.random() < 0.75):
            return TaskState.DONE, None
        if late > 31 and self.rng.random() < 0.4:
            return TaskState.NOT_DONE, self.rng.choice(words.OBSTACLES)
        return TaskState.OPEN, self.rng.choice((None, *words.DELAYS))

    def close(self) -> None:
        """Hand every task over as it stands at the end."""
        for one in self.given:
            said = (one.title, one.assignee, one.due, one.state, one.note)
            self.ledger.append("task", one.key, one.meeting, *self.where, *said)
