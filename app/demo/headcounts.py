"""Months of cells that keep no names: drawn once per kind of cell and month, dealt out to all.

A nation has 10.8 million meetings. Cells of the same habits and size share a few drawn variants
of each month; only ids and paths differ, so that a line costs a millionth of a second.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from random import Random

from app.demo import characters, evaluating, fates, rollcalls, rows, seasons, store
from app.demo import words as w
from app.demo.characters import Character
from app.demo.regulations import Regulations
from app.demo.tree import Node
from app.meetings.rules import MeetingType, ResultState

HABITS = 25
VARIANTS = 2
"""How often each kind of cell and month is drawn: a power of two."""
CHUNK = 50_000
"""Cells written at a time; bounds the memory."""

USERS = rows.People("capuy", "canbo")


@dataclass(frozen=True, slots=True)
class Variant:
    """One month of one kind of cell, without ids: lines of meeting, evaluation and scores."""

    meeting: str
    evaluation: str | None
    scores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """Cells alike in habits, size today and growth (members gained in the 36 months)."""

    habits: int
    size: int
    growth: int


class HeadCounts:
    """Writes the months of all cells; the same seed gives the same rows."""

    def __init__(self, seed: int, today: date, regulations: Regulations, size: str) -> None:
        self.rng = Random(f"{seed}/heads")
        self.today, self.regulations = today, regulations
        # Scores of a nation would be 90 million rows: it keeps totals and ratings alone.
        self.with_scores = size == "province"
        self.months = seasons.past(today)
        self.habits = [
            characters.draw(self.rng, village=number % 5 < 2, late=number % 12 == 3)
            for number in range(HABITS)
        ]
        self.meetings = self.scores = 0

    def write(
        self, connection: store.Connection, cells: Sequence[Node], done: Callable[[int], None]
    ) -> None:
        """Copy every month of ``cells``; ``done`` hears how many cell months were written."""
        kinds, index = self._sort(cells)
        heads = [f"{cell.id}\t{cell.path}" for cell in cells]
        for month in self.months:
            variants = self._draw_all(kinds, month)
            for start in range(0, len(cells), CHUNK):
                part = slice(start, start + CHUNK)
                self._write_chunk(connection, variants, heads[part], index[part])
                done(len(heads[part]))

    def _sort(self, cells: Sequence[Node]) -> tuple[list[Kind], list[int]]:
        """The kinds that occur and, for each cell, the number of its kind."""
        numbers: dict[Kind, int] = {}
        index = []
        for cell in cells:
            village = cell.cell_type == "RESIDENTIAL"
            row = self.rng.randrange(HABITS // 5)
            habits = row * 5 + (self.rng.randrange(2) if village else 2 + self.rng.randrange(3))
            kind = Kind(habits, cell.members, self.rng.randrange(3) if cell.members > 8 else 0)
            index.append(numbers.setdefault(kind, len(numbers)))
        return list(numbers), index

    def _draw_all(self, kinds: Sequence[Kind], month: date) -> list[list[Variant | None]]:
        """The variants of each kind in ``month``; kinds of the same size then share them."""
        progress = seasons.progress(month, self.today)
        drawn: dict[tuple[int, int], list[Variant | None]] = {}
        made = []
        for kind in kinds:
            on_roll = kind.size - round(kind.growth * (1 - progress))
            same = (kind.habits, on_roll)
            if same not in drawn:
                cell = self.habits[kind.habits].at(progress)
                topical = (month.month - 1) % 3 == kind.habits % 3
                drawn[same] = [
                    self._variant(cell, on_roll, month, topical=topical) for _ in range(VARIANTS)
                ]
            made.append(drawn[same])
        return made

    def _variant(
        self, cell: Character, on_roll: int, month: date, *, topical: bool
    ) -> Variant | None:
        rng = self.rng
        topical = topical and rng.random() < 0.94
        type_ = MeetingType.COMBINED if topical else MeetingType.REGULAR
        fate = fates.draw(rng, cell, month, self.today, type_)
        if fate is None:
            return None
        day = fate.planned_at.date()
        places = w.EVENING_PLACES if cell.hour[0] > 18 else w.PLACES
        topic = rng.choice(w.TOPICS) if topical else None
        if fate.result is ResultState.NONE:
            return Variant(
                rows.meeting_tail(fate, rows.Report(places[0], topic=topic), USERS), None, ()
            )
        counts = rollcalls.by_number(rng, cell, seasons.strain(month, cell.school), on_roll)
        report = rows.Report(
            places[0],
            topic=topic,
            minutes_present=fate.submitted_at is not None and rng.random() < 0.97,
            policy=self.regulations.policy_on(day),
            counts=counts,
            speakers=rollcalls.speakers(rng, counts.present),
        )
        line = rows.meeting_tail(fate, report, USERS)
        rules = self.regulations.set_for(type_, day)
        found = rules and evaluating.draw(rng, cell, fate, counts, rules, self.today)
        if not found:
            return Variant(line, None, ())
        scores = tuple(rows.score_tails(found)) if self.with_scores else ()
        return Variant(line, rows.evaluation_tail(found, USERS), scores)

    def _write_chunk(
        self,
        connection: store.Connection,
        variants: list[list[Variant | None]],
        heads: list[str],
        index: list[int],
    ) -> None:
        evaluations: list[str] = []
        scores: list[tuple[str, str]] = []

        def meetings() -> Iterator[str]:
            # Drawn while PostgreSQL reads: each keeps a processor busy.
            mask, key = VARIANTS - 1, self.meetings
            dice = self.rng.randbytes(len(heads))
            for head, kind, luck in zip(heads, index, dice, strict=True):
                variant = variants[kind][luck & mask]
                if variant is None:
                    continue
                key += 1
                # The only version of a unit has the unit's own id.
                version, _, _ = head.partition("\t")
                yield f"{key}\t{version}\t{head}\t{variant.meeting}"
                if variant.evaluation is not None:
                    evaluations.append(f"{key}\t{head}\t{variant.evaluation}")
                    scores.extend(zip(repeat(f"{key}\t{head}"), variant.scores))
            self.meetings = key

        store.copy(connection, "meeting", rows.MEETING, meetings(), freeze=True)
        store.copy(connection, "evaluation", rows.EVALUATION, evaluations, freeze=True)
        if scores:
            first = self.scores + 1
            lines = (f"{n}\t{head}\t{tail}" for n, (head, tail) in enumerate(scores, first))
            store.copy(connection, "score", rows.SCORE, lines, freeze=True)
            self.scores += len(scores)
