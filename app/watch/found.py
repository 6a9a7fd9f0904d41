"""What the reads behind the watch lists find; pure."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.people.rules import ActivityState
from app.watch.rules import Mark


@dataclass(frozen=True)
class Cell:
    """The cell that a line is about; its committee's name as far as it lies in scope."""

    unit_id: int
    path: str
    name: str
    parent_id: int | None
    parent_name: str | None


@dataclass
class Watched:
    """A member with the marks of his months, and the meeting that each comes from."""

    member_id: int
    name: str
    cell: Cell
    marks: dict[date, Mark] = field(default_factory=dict)
    meetings: dict[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Away:
    """A spell of a member; ``seen`` says that he came to a meeting after its end."""

    spell_id: int
    member_id: int
    name: str
    cell: Cell
    state: ActivityState
    from_on: date
    to_on: date | None
    decision_no: str | None
    seen: bool


@dataclass(frozen=True)
class Idle:
    """A cell without a thematic meeting in the quarter; ``planned_at`` is the next one planned."""

    cell: Cell
    planned_at: datetime | None
    meeting_id: int | None
