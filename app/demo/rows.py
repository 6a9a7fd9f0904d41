"""Meetings, evaluations and scores as lines for COPY.

Each line has a head that names the unit and a tail that does not, so that one tail can serve
many units that keep no names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.core.clock import OFFICE
from app.demo import store
from app.demo.evaluating import Evaluated
from app.demo.fates import Fate
from app.demo.scoring import Halves, points_of
from app.evaluations.rules import EvaluationState, rating
from app.meetings.models import COUNTS
from app.meetings.rules import HeadCounts, Policy, attendance

MEETING = (
    *("id", "unit_version_id", "unit_id", "unit_path"),
    *("month", "type", "state", "state_reason", "planned_at", "registered_at", "result_state"),
    *("return_reason", "started_at", "ended_at", "submitted_at", "decided_at"),
    *("attendance_policy_id", *COUNTS, "due", "attended", "speakers"),
    *("place", "chair", "topic", "superior", "agenda", "agenda_done", "content", "resolution_no"),
    *("minutes_present", "papers_posted_at", "registered_by", "submitted_by", "decided_by"),
)
EVALUATION = (
    *("meeting_id", "unit_id", "unit_path", "criteria_set_id", "state"),
    *("self_total", "self_rating_code", "verified_total", "verified_rating_code"),
    *("official_total", "official_rating_code", "remark"),
    *("self_scored_at", "self_scored_by", "verified_at", "verified_by"),
    *("official_at", "official_by"),
)
SCORE = (
    *("id", "meeting_id", "unit_id", "unit_path", "criteria_set_id", "criterion_id"),
    *("self_points", "verified_points", "official_points"),
)


NOBODY = HeadCounts()


@dataclass(frozen=True, slots=True)
class People:
    """Who typed: user names of the cell's and the superior's side."""

    cell: str
    superior: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the result says besides times and states; empty before it is drafted."""

    place: str
    chair: str | None = None
    topic: str | None = None
    superior: str | None = None
    agenda: str | None = None
    content: str | None = None
    resolution_no: str | None = None
    papers_posted_at: datetime | None = None
    minutes_present: bool = False
    policy: tuple[int, Policy] | None = None
    counts: HeadCounts = NOBODY
    speakers: int | None = None


def meeting_tail(fate: Fate, report: Report, who: People) -> str:
    """The part of a meeting's line that does not name the unit."""
    counts = report.counts
    share = attendance(counts, report.policy[1]) if report.policy else None
    sent = fate.submitted_at is not None
    return store.encode(
        (
            *(fate.month, fate.type, fate.state, fate.reason, fate.planned_at),
            *(_moment(fate.registered_at), fate.result, fate.return_reason),
            *(fate.started_at, fate.ended_at),
            *(_moment(fate.submitted_at), _moment(fate.decided_at)),
            report.policy[0] if report.policy else None,
            *(getattr(counts, name) for name in COUNTS),
            *((share.denominator, share.present) if share else (0, 0)),
            *(report.speakers, report.place, report.chair, report.topic, report.superior),
            *(report.agenda, sent, report.content, report.resolution_no),
            *(report.minutes_present, report.papers_posted_at, who.cell),
            who.cell if sent else None,
            who.superior if fate.decided_at else None,
        )
    )


def evaluation_tail(found: Evaluated, who: People) -> str:
    """The part of an evaluation's line that does not name unit and meeting."""
    return store.encode(
        (
            *(found.rules.id, found.state),
            *_layer(found, found.own),
            *_layer(found, found.verified),
            *_layer(found, found.official),
            found.remark,
            *_stamp(found.self_scored_at, who.cell),
            *_stamp(found.verified_at, who.superior),
            *_stamp(found.official_at, who.superior),
        )
    )


def score_tails(found: Evaluated) -> Iterator[str]:
    """The parts of the score lines that do not name unit and meeting."""
    nothing: Sequence[None] = [None] * len(found.own)
    layers = (found.own, found.verified or nothing, found.official or nothing)
    for leaf, *given in zip(found.rules.leaves, *layers, strict=True):
        points = (None if halves is None else points_of(halves) for halves in given)
        yield store.encode((found.rules.id, leaf.id, *points))


def _layer(
    found: Evaluated, given: Sequence[Halves | None] | None
) -> tuple[Decimal | None, str | None]:
    """Total and rating: a sum so far and no rating while points are missing."""
    known = [halves for halves in given or () if halves is not None]
    if not known:
        return None, None
    total = points_of(sum(known))
    complete = len(known) == len(found.rules.leaves)
    assert complete or found.state is EvaluationState.DRAFT
    return total, rating(total, found.rules.bands) if complete else None


def _moment(wall: datetime | None) -> datetime | None:
    return wall and wall.replace(tzinfo=OFFICE)


def _stamp(at: datetime | None, who: str) -> tuple[datetime | None, str | None]:
    return (_moment(at), who) if at else (None, None)
