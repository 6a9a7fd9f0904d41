"""The review of a branch's month: every cell with what speaks against deciding it unseen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core import months
from app.deadlines.rules import Stage
from app.evaluations.rules import EvaluationState
from app.meetings.queries import cells_of_month
from app.meetings.rules import ResultState
from app.meetings.standing import CellMonth
from app.periods.queries import extended
from app.review import findings, queries, rules
from app.review.findings import Finding
from app.review.gathering import Known, facts_of
from app.review.rules import Book, ReviewKind


@dataclass(frozen=True)
class Case:
    """One cell's month before its reviewer."""

    cell: CellMonth
    score: EvaluationState | None
    findings: tuple[Finding, ...]

    @property
    def held_back(self) -> bool:
        """Whether it is to be looked at by itself."""
        return findings.holds_back(self.findings)

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
    """The review of the branch at ``path``; eight SELECTs, however many cells there are.

    It goes by the rules that held at the end of the month.
    """
    book = Book(queries.thresholds(min(months.last_of(month), today)))
    number = book.longest()
    cells = cells_of_month(month, path)
    found = queries.judged(path, month, today)
    known = Known(
        queries.runs(path, month, number),
        queries.full_marks(path, month),
        queries.standards(),
        [months.add(month, -step) for step in range(number)],
        {unit: more.get((month, Stage.RESULT)) for unit, more in extended([month]).items()},
    )
    cases = []
    for cell in cells:
        judged = found.get(cell.meeting_id or 0)
        facts = facts_of(cell, judged, known, today)
        found_here = findings.findings(facts, book, cell.unit_path)
        cases.append(Case(cell, judged.score if judged else None, found_here))
    return Review(cases, book, path)


def _weight(one: Case) -> int:
    return sum(1 if each.kind in rules.WEAK else 10 for each in one.findings)
