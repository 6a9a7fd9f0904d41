"""Reads behind the review; every function is one SELECT and sees only the branch in scope."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from app.core import months
from app.core.dated import holds_on
from app.core.db import db
from app.deadlines.rules import Stage
from app.evaluations.models import CriteriaSet, Criterion, Evaluation, Rating, Score
from app.evaluations.rules import EvaluationState
from app.meetings.deferrals import Deferral, DeferralState
from app.meetings.models import Meeting, TaskStatus
from app.meetings.rules import MONTHLY, REPORTED, ScheduleState, Share
from app.meetings.task_rules import TaskState
from app.periods.models import Obligation
from app.periods.rules import OWED
from app.review.models import ReviewRule
from app.review.rules import Threshold
from app.units.queries import below

UNLIKE = Decimal("0.75")
"""Texts of which one is so much shorter are not compared: they cannot be the same."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a month's meeting and its evaluation say beyond the standing of its cell.

    ``content`` and ``before`` are its text and that of the month before, where they are of about
    the same length. ``days_late`` comes from the obligation, ``None`` in a month not opened.
    """

    meeting_id: int
    version: int
    minutes_present: bool
    papers_posted_at: datetime | None
    has_text: bool
    content: str | None
    before: str | None
    undone: bool
    days_late: int | None
    score: EvaluationState | None
    criteria_set_id: int | None
    self_total: Decimal | None
    verified_total: Decimal | None
    official_total: Decimal | None
    rated_best: bool
    self_scored_at: datetime | None
    put_off: int


def thresholds(day: date) -> list[Threshold]:
    """What the units in scope and those above have set for ``day``, the newest first."""
    asked = select(ReviewRule).where(holds_on(ReviewRule, day))
    found = db.session.scalars(asked.order_by(ReviewRule.valid_from.desc(), ReviewRule.id.desc()))
    return [row.threshold for row in found]


def judged(path: str, month: date, today: date) -> dict[int, Judged]:
    """The monthly meetings of the branch in ``month`` as a reviewer asks about them, by id."""
    before, scale, evaluation = aliased(Meeting), aliased(Rating), Evaluation
    best = select(func.max(scale.rank)).scalar_subquery()
    earlier = and_(
        before.unit_id == Meeting.unit_id,
        before.month == months.add(month, -1),
        before.type.in_(MONTHLY),
    )
    lengths = func.length(Meeting.content), func.length(before.content)
    close = func.least(*lengths) >= UNLIKE * func.greatest(*lengths)
    undone = select(TaskStatus.id).where(
        TaskStatus.meeting_id == Meeting.id, TaskStatus.state != TaskState.DONE
    )
    put_off = select(func.count()).where(
        Deferral.meeting_id == Meeting.id,
        Deferral.state == DeferralState.AGREED,
        Deferral.wanted == ScheduleState.POSTPONED,
    )
    owes = and_(
        Obligation.unit_id == Meeting.unit_id,
        Obligation.month == month,
        Obligation.stage == Stage.RESULT,
    )
    columns: tuple[Any, ...] = (
        Meeting.id,
        Meeting.version,
        Meeting.minutes_present,
        Meeting.papers_posted_at,
        func.coalesce(Meeting.content, "") != "",
        case((close, Meeting.content)),
        case((close, before.content)),
        undone.exists(),
        _days_late(today),
        evaluation.state,
        evaluation.criteria_set_id,
        evaluation.self_total,
        evaluation.verified_total,
        evaluation.official_total,
        func.coalesce(Rating.rank == best, False),
        evaluation.self_scored_at,
        put_off.scalar_subquery(),
    )
    asked = (
        select(*columns)
        .select_from(Meeting)
        .outerjoin(before, earlier)
        .outerjoin(evaluation, evaluation.meeting_id == Meeting.id)
        .outerjoin(Rating, Rating.code == evaluation.self_rating_code)
        .outerjoin(Obligation, owes)
        .where(below(path, Meeting.unit_path), Meeting.month == month, Meeting.type.in_(MONTHLY))
    )
    return {row[0]: Judged(*row) for row in db.session.execute(asked)}


def scores_of(meeting_ids: Sequence[int]) -> dict[int, Evaluation]:
    """The evaluations of these meetings, by meeting."""
    asked = select(Evaluation).where(Evaluation.meeting_id.in_(meeting_ids))
    return {row.meeting_id: row for row in db.session.scalars(asked)}


def runs(
    path: str, month: date, number: int
) -> Mapping[int, Mapping[date, tuple[Decimal | None, Share]]]:
    """Self-score and attendance of the reported months up to ``month``, by unit and month."""
    own = case((Evaluation.state != EvaluationState.DRAFT, Evaluation.self_total))
    asked = (
        select(Meeting.unit_id, Meeting.month, own, Meeting.attended, Meeting.due)
        .outerjoin(Evaluation, Evaluation.meeting_id == Meeting.id)
        .where(below(path, Meeting.unit_path), Meeting.type.in_(MONTHLY))
        .where(Meeting.month.between(months.add(month, 1 - number), month))
        .where(Meeting.result_state.in_(REPORTED))
    )
    found: dict[int, dict[date, tuple[Decimal | None, Share]]] = defaultdict(dict)
    for unit_id, of, total, attended, due in db.session.execute(asked):
        found[unit_id][of] = (total, Share(attended, due))
    return found


def full_marks(path: str, month: date) -> dict[int, frozenset[str]]:
    """By meeting the measures of the criteria for which the cell gave itself full points."""
    asked = (
        select(Score.meeting_id, func.array_agg(Criterion.metric.distinct()))
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Meeting, Meeting.id == Score.meeting_id)
        .where(below(path, Meeting.unit_path), Meeting.month == month, Meeting.type.in_(MONTHLY))
        .where(Criterion.metric.is_not(None), Criterion.max_points > 0)
        .where(Score.self_points >= Criterion.max_points)
        .group_by(Score.meeting_id)
    )
    rows: Any = db.session.execute(asked)
    return {meeting: frozenset(names) for meeting, names in rows}


@dataclass(frozen=True)
class Standards:
    """What a criteria set asks: its total, its document, and the standard of each measure."""

    total: Decimal | None
    legal_basis: str
    of: Mapping[str, Mapping[str, Any]]


def standards() -> dict[int, Standards]:
    """The criteria sets that the branch may be scored by, with their standards, by id."""
    asked = select(
        CriteriaSet.id,
        CriteriaSet.total,
        CriteriaSet.legal_basis,
        Criterion.metric,
        Criterion.standard,
    ).outerjoin(
        Criterion,
        and_(Criterion.criteria_set_id == CriteriaSet.id, Criterion.metric.is_not(None)),
    )
    found: dict[int, Standards] = {}
    for key, total, basis, metric, standard in db.session.execute(asked):
        held = found.setdefault(key, Standards(total, basis or "", {}))
        if metric and standard:
            held.of[metric] = standard  # type: ignore[index] # built here, read-only afterwards
    return found


def _days_late(today: date) -> ColumnElement[int]:
    """How many days after its last day the result came, or has been waited for until today."""
    waiting = and_(Obligation.state.in_(OWED), Obligation.late_after < today)
    since = cast(literal(today), Date) - Obligation.due_on
    found: ColumnElement[int] = case((waiting, since), else_=func.coalesce(Obligation.late_days, 0))
    return case((Obligation.id.is_not(None), found))
