"""The lines of all tables of a bloc, collected cell by cell and then copied."""

from collections import defaultdict
from collections.abc import Callable

from app.demo import rows, store

TABLES = {
    "member": (
        *("id", "unit_id", "unit_path", "full_name", "name_key", "search_text", "standing"),
        *("position", "phone", "joined_on", "left_on", "left_reason"),
    ),
    "activity_spell": (
        *("id", "member_id", "unit_id", "unit_path", "state", "from_on", "to_on"),
        *("decision_no", "note"),
    ),
    "meeting": rows.MEETING,
    "absence": ("id", "meeting_id", "member_id", "unit_id", "unit_path", "status", "reason"),
    "task": (
        *("id", "meeting_id", "unit_id", "unit_path", "title", "assignee", "due_on", "state"),
        "note",
    ),
    "task_status": (
        *("id", "task_id", "meeting_id", "unit_id", "unit_path", "state", "note"),
        *("said_at", "said_by"),
    ),
    "evaluation": rows.EVALUATION,
    "score": rows.SCORE,
}
"""What is written and in which columns, parents first."""


class Ledger:
    """Numbers and keeps rows until they are written."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {table: [] for table in TABLES}
        self.last_id: dict[str, int] = defaultdict(int)

    def add(self, table: str, *values: object, tail: str | None = None) -> int:
        """Keep a row under the next id of its table; returns the id.

        ``tail`` is the end of the line, encoded already.
        """
        key = self.number(table)
        self.append(table, key, *values, tail=tail)
        return key

    def number(self, table: str) -> int:
        """The next id of a table, for a row that is appended later."""
        self.last_id[table] += 1
        return self.last_id[table]

    def append(self, table: str, *values: object, tail: str | None = None) -> None:
        """Keep a row whose key is the first of ``values``."""
        line = store.encode(values)
        self.lines[table].append(line if tail is None else f"{line}\t{tail}")

    def write(self, connection: store.Connection, done: Callable[[int], None]) -> None:
        """Copy everything kept; ``done`` hears of each table."""
        for table, columns in TABLES.items():
            store.copy(connection, table, columns, self.lines[table])
            done(1)
