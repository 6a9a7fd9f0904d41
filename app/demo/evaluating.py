"""How far the evaluation of a meeting has come, and its points in each layer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from app.demo import scoring, words
from app.demo.characters import Character
from app.demo.fates import Fate
from app.demo.scoring import Halves, RuleSet
from app.evaluations.rules import EvaluationState
from app.meetings.rules import HeadCounts, MeetingType, ResultState, duration_min


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluation: its set, state, points (``None`` where not given) and stamps."""

    rules: RuleSet
    state: EvaluationState
    own: list[Halves | None]
    verified: list[Halves] | None = None
    official: list[Halves] | None = None
    remark: str | None = None
    self_scored_at: datetime | None = None
    verified_at: datetime | None = None
    official_at: datetime | None = None


def draw(
    rng: Random, cell: Character, fate: Fate, counts: HeadCounts, rules: RuleSet, today: date
) -> Evaluated | None:
    """The evaluation of a meeting that has been reported, or at least drafted.

    ``None`` when the cell has not scored itself.
    """
    minutes = duration_min(fate.started_at, fate.ended_at) or 0
    wanted = 120 if fate.type is MeetingType.COMBINED else 90
    own = scoring.self_score(rng, cell, rules, counts, minutes, wanted)
    if fate.submitted_at is None:
        begun = rng.randint(1, len(own))
        given = [*own[:begun], *(None for _ in own[begun:])]
        return Evaluated(rules, EvaluationState.DRAFT, given) if rng.random() < 0.5 else None
    if rng.random() < 0.004 + (1 - cell.care) * 0.15:
        return None
    sent = fate.submitted_at
    remark = rng.choice(words.REMARKS) if rng.random() < 0.08 else None
    confirmed = official = None
    confirmed_at = decided_at = None
    if rng.random() < 0.55:
        at = sent + timedelta(hours=rng.randint(2, 30))
        at = min(at, fate.decided_at) if fate.decided_at else at
        if at.date() < today and fate.result is not ResultState.RETURNED:
            confirmed_at, confirmed = at, scoring.corrected(rng, cell, rules, own)
    decided = fate.result is ResultState.LOCKED or (
        fate.result is ResultState.APPROVED and rng.random() < 0.75
    )
    if decided and rng.random() < 0.99:
        decided_at, official = (
            fate.decided_at,
            scoring.corrected(rng, cell, rules, confirmed or own),
        )
    state = EvaluationState.VERIFIED if confirmed else EvaluationState.SELF_SCORED
    return Evaluated(
        rules,
        EvaluationState.OFFICIAL if official else state,
        list(own),
        confirmed,
        official,
        remark,
        sent,
        confirmed_at,
        decided_at,
    )
