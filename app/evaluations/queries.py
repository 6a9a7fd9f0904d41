"""Reads of criteria sets, score sheets and a month's evaluations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ARRAY, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.dated import holds_on
from app.core.db import db
from app.evaluations.models import (
    CriteriaSet,
    Criterion,
    Evaluation,
    Rating,
    RatingBand,
    Score,
)
from app.evaluations.rules import EvaluationState, SetStatus
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a score sheet: a group or a criterion, and its points if it is scored."""

    criterion: Criterion
    score: Score | None


@dataclass(frozen=True, slots=True)
class MonthRow:
    """What an evaluation says in sums and charts; totals and ratings per layer."""

    unit_id: int
    meeting_id: int
    type: MeetingType
    state: EvaluationState
    self_total: Decimal | None
    self_rating_code: str | None
    verified_total: Decimal | None
    verified_rating_code: str | None
    official_total: Decimal | None
    official_rating_code: str | None


def set_for(unit_path: str, day: date, meeting_type: MeetingType) -> CriteriaSet | None:
    """The set in force for the unit at ``unit_path`` on ``day`` and that type of meeting.

    The nearest owner's, itself included; of several the one valid since last, then the latest
    revision. ``None`` when nobody has put one in force.
    """
    return db.session.scalars(
        select(CriteriaSet)
        .where(
            func.starts_with(literal(unit_path), CriteriaSet.unit_path),
            CriteriaSet.status == SetStatus.ACTIVE,
            holds_on(CriteriaSet, day),
            CriteriaSet.meeting_types.contains([meeting_type.name]),
        )
        .order_by(
            func.length(CriteriaSet.unit_path).desc(),
            CriteriaSet.valid_from.desc(),
            CriteriaSet.revision.desc(),
            CriteriaSet.id.desc(),
        )
        .limit(1)
    ).first()


def meeting(meeting_id: int) -> Meeting | None:
    """The meeting in scope with its unit, or ``None``."""
    found = select(Meeting).options(joinedload(Meeting.unit)).where(Meeting.id == meeting_id)
    return db.session.scalars(found).first()


def evaluation(meeting_id: int) -> Evaluation | None:
    """The evaluation in scope with meeting, unit, set and ratings, or ``None``."""
    ratings = (Evaluation.self_rating, Evaluation.verified_rating, Evaluation.official_rating)
    found = (
        select(Evaluation)
        .options(
            joinedload(Evaluation.meeting).joinedload(Meeting.unit),
            joinedload(Evaluation.criteria_set),
            joinedload(Evaluation.unit),
            *(joinedload(rating) for rating in ratings),
        )
        .where(Evaluation.meeting_id == meeting_id)
    )
    return db.session.scalars(found).first()


def lines(criteria_set_id: int, meeting_id: int | None = None) -> list[Line]:
    """The criteria of a set in their order, groups too, with the meeting's points."""
    own = and_(Score.criterion_id == Criterion.id, Score.meeting_id == meeting_id)
    found = (
        select(Criterion, Score)
        .outerjoin(Score, own)
        .options(contains_eager(Score.criterion))
        .where(Criterion.criteria_set_id == criteria_set_id)
        .order_by(Criterion.position, Criterion.id)
    )
    return [Line(*row) for row in db.session.execute(found)]


def criteria_of(meeting_id: int) -> Sequence[int]:
    """The ids of the criteria in the meeting's score sheet; none before it has one."""
    asked = select(Score.criterion_id).where(Score.meeting_id == meeting_id)
    return db.session.scalars(asked).all()


def bands(criteria_set_id: int) -> Sequence[RatingBand]:
    """The bands of a set with their ratings, best first."""
    return db.session.scalars(
        select(RatingBand)
        .where(RatingBand.criteria_set_id == criteria_set_id)
        .order_by(RatingBand.min_points.desc())
    ).all()


def remarks(meetings: Iterable[int]) -> dict[int, str]:
    """What the superior said of score sheets that came back and are not sent again, by meeting."""
    found = select(Evaluation.meeting_id, Evaluation.remark).where(
        Evaluation.meeting_id.in_(list(meetings)),
        Evaluation.state == EvaluationState.DRAFT,
        Evaluation.remark.is_not(None),
    )
    return {row.meeting_id: row.remark for row in db.session.execute(found)}


def evaluations_of_month(month: date) -> Sequence[MonthRow]:
    """Every evaluation in scope of a meeting of ``month`` (a first day), drafts included.

    A draft's totals are sums so far. A unit with a thematic meeting of its own has two rows; one
    without a row is missing, never 0.
    """
    found = (
        select(
            Evaluation.unit_id,
            Evaluation.meeting_id,
            Meeting.type,
            Evaluation.state,
            Evaluation.self_total,
            Evaluation.self_rating_code,
            Evaluation.verified_total,
            Evaluation.verified_rating_code,
            Evaluation.official_total,
            Evaluation.official_rating_code,
        )
        .join(Meeting, Meeting.id == Evaluation.meeting_id)
        .where(Meeting.month == month)
        .order_by(Evaluation.unit_path, Evaluation.meeting_id)
    )
    return [MonthRow(**row) for row in db.session.execute(found).mappings()]


def overlapping(wanted: CriteriaSet) -> Sequence[CriteriaSet]:
    """The owner's other sets in force that share a type of meeting and a day with ``wanted``."""
    types = cast(wanted.meeting_types, ARRAY(String(20)))
    until = wanted.valid_to or date.max
    return db.session.scalars(
        select(CriteriaSet)
        .where(
            CriteriaSet.unit_id == wanted.unit_id,
            CriteriaSet.id.is_distinct_from(wanted.id),
            CriteriaSet.status == SetStatus.ACTIVE,
            CriteriaSet.meeting_types.overlap(types),
            CriteriaSet.valid_from < until,
            or_(CriteriaSet.valid_to.is_(None), CriteriaSet.valid_to > wanted.valid_from),
        )
        .order_by(CriteriaSet.valid_from)
    ).all()


def scale() -> list[tuple[str, str]]:
    """The ratings, best first: code and name in the language of the request."""
    found = db.session.scalars(select(Rating).order_by(Rating.rank.desc()))
    return [(rating.code, str(rating)) for rating in found]


def is_used(criteria_set_id: int) -> bool:
    """Whether any evaluation in scope was made by the set."""
    used = exists().where(Evaluation.criteria_set_id == criteria_set_id)
    return bool(db.session.scalar(select(used)))


def last_revision(unit_id: int, code: str) -> int:
    """The highest revision of the owner's set of that code; 0 for none."""
    found = select(func.max(CriteriaSet.revision)).where(
        CriteriaSet.unit_id == unit_id, CriteriaSet.code == code
    )
    return db.session.scalar(found) or 0
