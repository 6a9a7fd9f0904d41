"""States of a task, and when it counts."""

from datetime import date

from app.core.terms import N_, Term


class TaskState(Term):
    """What has become of a task."""

    OPEN = N_("In progress")
    DONE = N_("Done")
    NOT_DONE = N_("Could not be done")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        return {"DONE": "ok", "NOT_DONE": "bad"}.get(self.name, "")


def counts_as_due(state: TaskState, due_on: date | None, met_on: date) -> bool:
    """Whether a task counts in the share done: it is settled, or its last day had come.

    One that has time left is no failure of the resolution; without a last day it always counts.
    """
    return state is not TaskState.OPEN or due_on is None or due_on <= met_on


def days_late(state: TaskState, due_on: date | None, today: date) -> int | None:
    """How many days an open task has passed its last day, or ``None``."""
    late = due_on is not None and state is TaskState.OPEN and due_on < today
    return (today - due_on).days if late and due_on else None
