"""What was read for all cells at once becomes the facts of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.clock import OFFICE
from app.core.terms import N_
from app.deadlines.rules import Stage
from app.evaluations.rules import EvaluationState
from app.meetings.rules import MeetingType, Share
from app.meetings.standing import CellMonth
from app.review import findings
from app.review.findings import Facts
from app.review.queries import Judged, Standards

Runs = Mapping[date, tuple[Decimal | None, Share]]


@dataclass(frozen=True)
class Known:
    """What was read for all cells at once."""

    runs: Mapping[int, Runs]
    full: Mapping[int, frozenset[str]]
    standards: Mapping[int, Standards]
    span: Sequence[date]
    until: Mapping[int, date | None]


def facts_of(cell: CellMonth, judged: Judged | None, known: Known, today: date) -> Facts:
    """What the month of one cell says."""
    run = known.runs.get(cell.unit_id, {})
    past = [run.get(month) for month in known.span]
    late = judged.days_late if judged else None
    common: dict[str, Any] = {
        "state": cell.state,
        "sent": cell.reported,
        "put_off": judged.put_off if judged else 0,
        "days_late": _days_late(cell, known, today) if late is None else late,
        "totals": [one[0] if one else None for one in past],
        "shares": [one[1] if one else None for one in past],
    }
    if judged is None or not cell.reported:
        return Facts(**common)
    asked = known.standards.get(judged.criteria_set_id or 0, _NOTHING)
    scored = judged.score not in (None, EvaluationState.DRAFT)
    return Facts(
        **common,
        rated_best=scored and judged.rated_best,
        unexcused=cell.unexcused or 0,
        gap=_gap(judged),
        missing=_missing(cell, judged, known.full.get(judged.meeting_id, frozenset()), asked)
        if scored
        else (),
        minutes=_minutes(cell),
        minutes_needed=_needed(asked, "duration", cell.type),
        alike=findings.alike(judged.content, judged.before),
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


def _days_late(cell: CellMonth, known: Known, today: date) -> int:
    """How late the result is by the rules: without a meeting, or in a month not opened."""
    sent = cell.submitted_at.astimezone(OFFICE).date() if cell.submitted_at else today
    until = known.until.get(cell.unit_id)
    if not cell.result_late(today) or (until is not None and sent <= until):
        return 0
    return (sent - cell.due_for(Stage.RESULT).due_on).days
