"""The watch lists of a branch and a month: who is on which, with the evidence and the rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core import months
from app.people.rules import ActivityState
from app.watch import queries, rules
from app.watch.found import Away, Cell
from app.watch.rules import ABSENCES, Mark, Threshold, WatchKind


@dataclass(frozen=True)
class Entry:
    """One line: whom or what it is about, since when, and what the list saw.

    ``marks`` are the months of a roll-call, ``counted`` those that the rule names. ``until`` is
    the last day of a spell, or the planned day of a cell's thematic meeting.
    """

    rule: Threshold
    cell: Cell
    since: date
    member_id: int | None = None
    name: str = ""
    marks: tuple[tuple[date, Mark], ...] = ()
    counted: tuple[date, ...] = ()
    meeting_id: int | None = None
    spell_id: int | None = None
    state: ActivityState | None = None
    until: date | None = None
    decision_no: str | None = None


@dataclass(frozen=True)
class WatchList:
    """One list: its lines, and the rules by which cells of the branch are watched."""

    kind: WatchKind
    entries: Sequence[Entry]
    rules: Sequence[Threshold]


def watch_lists(
    path: str, month: date, today: date, *, kinds: Sequence[WatchKind] = tuple(WatchKind)
) -> list[WatchList]:
    """The lists of ``kinds`` for the branch at ``path``, as of the end of ``month`` or ``today``.

    At most five SELECTs, however many cells there are.
    """
    day = min(months.last_of(month), today)
    book = Book(queries.thresholds(day), path)
    entries: dict[WatchKind, list[Entry]] = {kind: [] for kind in kinds}
    for entry in _all(path, month, day, book, frozenset(kinds)):
        entries[entry.rule.kind].append(entry)
    return [WatchList(kind, entries[kind], book.of_branch(kind)) for kind in kinds]


class Book:
    """The thresholds in force, found by kind and cell."""

    def __init__(self, held: Sequence[Threshold], path: str) -> None:
        self.held, self.path = held, path

    def rule(self, kind: WatchKind, cell: Cell) -> Threshold:
        """The rule that holds for a cell."""
        return rules.nearest(self.held, kind, cell.path)

    def of_branch(self, kind: WatchKind) -> list[Threshold]:
        """The rules of ``kind`` that hold somewhere in the branch, the superior's first."""
        own = rules.nearest(self.held, kind, self.path)
        inside = (
            one for one in self.held if one.kind is kind and one.unit_path.startswith(self.path)
        )
        # The first of an owner is the newest: only that one holds.
        newest = {one.unit_path: one for one in reversed([own, *inside])}
        return sorted(newest.values(), key=lambda one: one.unit_path)

    def least(self, *kinds: WatchKind) -> int:
        """The lowest number at which any cell of the branch is named."""
        return min(one.number for kind in kinds for one in self.of_branch(kind))

    def most(self, kind: WatchKind) -> int:
        """The highest number of a kind in the branch."""
        return max(one.number for one in self.of_branch(kind))


def _all(
    path: str, month: date, day: date, book: Book, kinds: frozenset[WatchKind]
) -> Iterator[Entry]:
    if kinds & set(ABSENCES):
        yield from _absent(path, month, day, book, kinds)
    if WatchKind.EXEMPTION_ENDING in kinds:
        yield from _exemptions(path, day, book)
    if WatchKind.TEMPORARY_OVERDUE in kinds:
        yield from _temporary(path, day, book)
    if WatchKind.NO_THEMATIC in kinds:
        yield from _without_thematic(path, month, day, book)


def _absent(
    path: str, month: date, day: date, book: Book, kinds: frozenset[WatchKind]
) -> Iterator[Entry]:
    looked = [rule.within or 0 for rule in book.of_branch(WatchKind.UNEXCUSED_RECENT)]
    first = months.add(month, 1 - max(rules.YEAR, *looked))
    unexcused = book.least(*(kind for kind in ABSENCES if kind is not WatchKind.EXCUSED_RUNNING))
    excused = book.least(WatchKind.EXCUSED_RUNNING)
    found = queries.absent(path, (first, month), day, unexcused=unexcused, excused=excused)
    for one in found:
        for kind in ABSENCES:
            rule = book.rule(kind, one.cell)
            hit = rules.counted(rule, one.marks, month) if kind in kinds else ()
            if not hit:
                continue
            start = rules.shown_from(rule, hit, month)
            span = months.span(start, months.distance(start, month) + 1)
            yield Entry(
                rule,
                one.cell,
                since=hit[0],
                member_id=one.member_id,
                name=one.name,
                marks=tuple((each, one.marks.get(each)) for each in span),
                counted=hit,
                meeting_id=one.meetings[hit[-1]],
            )


def _exemptions(path: str, day: date, book: Book) -> Iterator[Entry]:
    kind = WatchKind.EXEMPTION_ENDING
    found = queries.exemptions_ending(path, day, day + timedelta(days=book.most(kind)))
    for one in found:
        rule = book.rule(kind, one.cell)
        if one.to_on is not None and (one.to_on - day).days <= rule.number:
            yield _spell(rule, one)


def _temporary(path: str, day: date, book: Book) -> Iterator[Entry]:
    kind = WatchKind.TEMPORARY_OVERDUE
    # A month has at least 28 days: nobody whom a rule names is left out here.
    since = day - timedelta(days=28 * book.least(kind))
    ended = day - timedelta(days=366)
    for one in queries.temporary_overdue(path, day, since=since, ended=ended):
        rule = book.rule(kind, one.cell)
        is_over = one.to_on is not None and one.to_on < day
        if is_over or rules.full_months(one.from_on, day) >= rule.number:
            yield _spell(rule, one)


def _spell(rule: Threshold, one: Away) -> Entry:
    return Entry(
        rule,
        one.cell,
        since=one.from_on,
        member_id=one.member_id,
        name=one.name,
        spell_id=one.spell_id,
        state=one.state,
        until=one.to_on,
        decision_no=one.decision_no,
    )


def _without_thematic(path: str, month: date, day: date, book: Book) -> Iterator[Entry]:
    quarter = rules.quarter(month)
    place = quarter.index(month) + 1
    kind = WatchKind.NO_THEMATIC
    if place < book.least(kind):
        return
    for one in queries.without_thematic(path, (quarter[0], month), quarter[-1], day):
        rule = book.rule(kind, one.cell)
        if place >= rule.number:
            yield Entry(
                rule,
                one.cell,
                since=quarter[0],
                meeting_id=one.meeting_id,
                until=one.planned_at.date() if one.planned_at else None,
            )
