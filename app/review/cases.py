"""The review of a branch's month: every cell with what speaks against deciding it unseen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.core import months
from app.core.clock import OFFICE
from app.core.terms import N_
from app.deadlines.rules import Stage
from app.evaluations.rules import EvaluationState
from app.meetings.queries import cells_of_month
from app.meetings.rules import MeetingType, ResultState, Share
from app.meetings.standing import CellMonth
from app.review import queries, rules
from app.review.queries import Judged, Standards
from app.review.rules import Book, Facts, Finding, ReviewKind

Runs = Mapping[date, tuple[Decimal | None, Share]]


@dataclass(frozen=True)
class Case:
    """One cell's month before its reviewer."""

    cell: CellMonth
    score: EvaluationState | None
    findings: tuple[Finding, ...]

    @property
    def held_back(self) -> bool:
        """Whether it is to be looked at by itself."""
        return rules.holds_back(self.findings)

    @property
    def undecided(self) -> bool:
        """Whether somebody above still has to say something."""
        scored = self.score in (EvaluationState.SELF_SCORED, EvaluationState.VERIFIED)
        return scored or self.cell.result_state is ResultState.SUBMITTED

    def waits_for(self, deed: str) -> bool:
        """Whether ``deed`` (approve, verify, make_official) is what it waits for."""
        if deed == "approve":
            return self.cell.result_state is ResultState.SUBMITTED
        if deed == "verify":
            return self.cell.reported and self.score is EvaluationState.SELF_SCORED
        scored = self.score in (EvaluationState.SELF_SCORED, EvaluationState.VERIFIED)
        return self.cell.reported and scored


@dataclass(frozen=True)
class Review:
    """All cells of a branch in a month, those with exceptions apart from the rest."""

    cases: Sequence[Case]
    book: Book
    path: str

    @property
    def exceptions(self) -> list[Case]:
        """What is to be looked at, the undecided and the gravest first."""
        found = [one for one in self.cases if one.findings]
        return sorted(found, key=lambda one: (not one.undecided, -_weight(one)))

    def of_kind(self, kind: ReviewKind | None) -> list[Case]:
        """The exceptions of one kind, or all."""
        if kind is None:
            return self.exceptions
        return [one for one in self.exceptions if kind in {each.kind for each in one.findings}]

    def counts(self) -> Counter[ReviewKind]:
        """How many cells there are of each kind."""
        return Counter(each.kind for one in self.cases for each in one.findings)

    def rest(self, deed: str) -> list[int]:
        """The meetings that wait for ``deed`` and have no exception that holds them back."""
        return [
            one.cell.meeting_id
            for one in self.cases
            if one.cell.meeting_id and one.waits_for(deed) and not one.held_back
        ]

    def number(self, *, reported: bool = False, approved: bool = False) -> int:
        """How many cells there are, have reported, or are approved."""
        done = (ResultState.APPROVED, ResultState.LOCKED)
        return sum(
            (not reported or one.cell.reported) and (not approved or one.cell.result_state in done)
            for one in self.cases
        )

    def official(self) -> int:
        """How many cells have their official rating."""
        return sum(one.score is EvaluationState.OFFICIAL for one in self.cases)


def review(path: str, month: date, today: date) -> Review:
    """The review of the branch at ``path``; eight SELECTs, however many cells there are."""
    book = Book(queries.thresholds(today))
    number = book.longest()
    cells = cells_of_month(month, path)
    found = queries.judged(path, month, today)
    known = _Known(
        queries.runs(path, month, number),
        queries.full_marks(path, month),
        queries.standards(),
        queries.best_rank(),
        [months.add(month, -step) for step in range(number)],
    )
    cases = []
    for cell in cells:
        judged = found.get(cell.meeting_id or 0)
        facts = _facts(cell, judged, known, today)
        findings = rules.findings(facts, book, cell.unit_path)
        cases.append(Case(cell, judged.score if judged else None, findings))
    return Review(cases, book, path)


@dataclass(frozen=True)
class _Known:
    """What was read for all cells at once."""

    runs: Mapping[int, Runs]
    full: Mapping[int, frozenset[str]]
    standards: Mapping[int, Standards]
    best: int
    span: Sequence[date]


def _facts(cell: CellMonth, judged: Judged | None, known: _Known, today: date) -> Facts:
    run = known.runs.get(cell.unit_id, {})
    past = [run.get(month) for month in known.span]
    late = judged.days_late if judged else None
    common: dict[str, Any] = {
        "state": cell.state,
        "sent": cell.reported,
        "put_off": judged.put_off if judged else 0,
        "days_late": _days_late(cell, today) if late is None else late,
        "totals": [one[0] if one else None for one in past],
        "shares": [one[1] if one else None for one in past],
    }
    if judged is None or not cell.reported:
        return Facts(**common)
    asked = known.standards.get(judged.criteria_set_id or 0, _NOTHING)
    scored = judged.score not in (None, EvaluationState.DRAFT)
    return Facts(
        **common,
        rated_best=scored and judged.self_rank == known.best,
        unexcused=cell.unexcused or 0,
        gap=_gap(judged),
        missing=_missing(cell, judged, known.full.get(judged.meeting_id, frozenset()), asked)
        if scored
        else (),
        minutes=_minutes(cell),
        minutes_needed=_needed(asked, "duration", cell.type),
        alike=rules.alike(judged.content, judged.before),
        early_min=_early(cell, judged),
    )


_NOTHING = Standards(None, "", {})


def _gap(judged: Judged) -> Decimal | None:
    above = judged.official_total
    above = judged.verified_total if above is None else above
    if above is None or judged.self_total is None:
        return None
    return above - judged.self_total


def _missing(
    cell: CellMonth, judged: Judged, full: frozenset[str], asked: Standards
) -> tuple[str, ...]:
    """What the full marks of a score are not borne out by, as msgids.

    Marks of a criterion that is measured ask for its measure; a full total for all facts.
    """
    every = judged.self_total is not None and judged.self_total == asked.total
    least = _needed(asked, "attendance", cell.type)
    percent = cell.share.percent if cell.share else None
    lacking = {
        N_("minutes"): (every or "minutes" in full) and not judged.minutes_present,
        N_("number of speakers"): (every or "speakers" in full) and not cell.speakers,
        N_("content"): every and not judged.has_text,
        N_("day on which papers were posted"): every and judged.papers_posted_at is None,
        N_("times of the meeting"): (every or "duration" in full) and _minutes(cell) is None,
        N_("attendance as the criterion asks"): (every or "attendance" in full)
        and least is not None
        and percent is not None
        and percent < least,
        N_("tasks all done"): "task_completion" in full and judged.undone,
    }
    return tuple(name for name, lacks in lacking.items() if lacks)


def _needed(asked: Standards, metric: str, kind: MeetingType | None) -> int | None:
    """From which measure on a criterion gives full points for this kind of meeting."""
    standard = asked.of.get(metric, {})
    both = standard.get("combined") if kind is MeetingType.COMBINED else None
    found = both if both is not None else standard.get("from")
    return None if found is None else int(found)


def _minutes(cell: CellMonth) -> int | None:
    if cell.started_at is None or cell.ended_at is None:
        return None
    return int((cell.ended_at - cell.started_at).total_seconds() // 60)


def _early(cell: CellMonth, judged: Judged) -> int | None:
    """How many minutes before the meeting's end its result or score was sent."""
    sent = [one for one in (cell.submitted_at, judged.self_scored_at) if one]
    if cell.ended_at is None or not sent:
        return None
    first = min(sent).astimezone(OFFICE).replace(tzinfo=None)
    return max(0, int((cell.ended_at - first).total_seconds() // 60))


def _days_late(cell: CellMonth, today: date) -> int:
    """How late the result is by the rules alone: of months that nobody has opened."""
    if not cell.result_late(today):
        return 0
    sent = cell.submitted_at.astimezone(OFFICE).date() if cell.submitted_at else today
    return (sent - cell.due_for(Stage.RESULT).due_on).days


def _weight(one: Case) -> int:
    return sum(1 if each.kind in rules.WEAK else 10 for each in one.findings)
