"""Layers of score, states of an evaluation, and how points become a rating."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from app.core.terms import N_, Term

STEP = Decimal("0.5")
"""Points are given in steps of half a point."""


class Layer(Term):
    """Who gave a score: the cell, the superior who attended, the superior committee."""

    SELF = N_("Self-score")
    VERIFIED = N_("Verified score")
    OFFICIAL = N_("Official score")


class EvaluationState(Term):
    """How far an evaluation has come."""

    DRAFT = N_("Being scored")
    SELF_SCORED = N_("Self-scored")
    VERIFIED = N_("Verified")
    OFFICIAL = N_("Official")


class SetStatus(Term):
    """Whether a criteria set may be used."""

    DRAFT = N_("Draft set")
    ACTIVE = N_("In force")
    RETIRED = N_("Retired")


class CriterionKind(Term):
    """Who is to find the points: a person, the facts, or a person helped by facts."""

    MANUAL = N_("Judged by a person")
    AUTO = N_("Computed from facts")
    SEMI_AUTO = N_("Proposed from facts")


class NaPolicy(Term):
    """What a criterion that does not apply is worth."""

    AWARD_FULL = N_("Full points")
    EXCLUDE_AND_RESCALE = N_("Left out and rescaled")
    ZERO = N_("No points")


EVALUATION_STEPS: Mapping[EvaluationState, frozenset[EvaluationState]] = {
    EvaluationState.DRAFT: frozenset({EvaluationState.SELF_SCORED}),
    EvaluationState.SELF_SCORED: frozenset(
        {EvaluationState.DRAFT, EvaluationState.VERIFIED, EvaluationState.OFFICIAL}
    ),
    EvaluationState.VERIFIED: frozenset(
        {EvaluationState.OFFICIAL, EvaluationState.DRAFT}
    ),
    EvaluationState.OFFICIAL: frozenset(),
}


def can_become(now: EvaluationState, then: EvaluationState) -> bool:
    """Whether an evaluation may go from ``now`` to ``then``."""
    return then in EVALUATION_STEPS[now]


def points_misfit(points: Decimal, max_points: Decimal) -> str | None:
    """The rule that ``points`` for a criterion break, as a msgid, or ``None``."""
    if points.is_nan() or points.is_infinite():
        return N_("Points must be a number")
    if points < 0:
        return N_("Points cannot be negative")
    if points > max_points:
        return N_("Points cannot exceed the maximum of the criterion")
    if points % STEP:
        return N_("Points go in steps of 0.5")
    return None


def total(points: Iterable[Decimal]) -> Decimal:
    """The sum of the points of all leaf criteria."""
    return sum(points, Decimal(0))


def rating(points: Decimal, bands: Sequence[tuple[Decimal, str]]) -> str | None:
    """The code of the first band (``min``, ``code``) that ``points`` reach, best first.

    Compared on unrounded points; ``None`` when the set has no bands (source: the set's bands,
    for HD 42-HD/BTCTW 90, 70 and 50).
    """
    for lowest, code in sorted(bands, reverse=True):
        if points >= lowest:
            return code
    return None
