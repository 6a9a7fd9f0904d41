"""Layers of score, states of an evaluation, and how points become a rating."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.core.terms import N_, Term

STEP = Decimal("0.5")
"""Points are given in steps of half a point."""


class Layer(Term):
    """Who gave a score: the cell, the superior who attended, the superior committee."""

    SELF = N_("Self-score")
    VERIFIED = N_("Verified score")
    OFFICIAL = N_("Official score")


class Level(Term):
    """At which level above the cell somebody decides."""

    ANY = N_("Any superior")
    DIRECT = N_("The committee directly above the cell")
    UPPER = N_("A committee further up")


def is_at(level: Level, cell_path: str, path: str) -> bool:
    """Whether the unit at ``path`` is at ``level`` above the cell at ``cell_path``."""
    direct = cell_path.rstrip("/").rpartition("/")[0] + "/"
    if level is Level.DIRECT:
        return path == direct
    if level is Level.UPPER:
        return direct.startswith(path) and path != direct
    return True


class EvaluationState(Term):
    """How far an evaluation has come."""

    DRAFT = N_("Being scored")
    SELF_SCORED = N_("Self-scored")
    VERIFIED = N_("Verified")
    OFFICIAL = N_("Official")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        return {"SELF_SCORED": "info", "VERIFIED": "info", "OFFICIAL": "ok"}.get(self.name, "")


class SetStatus(Term):
    """Whether a criteria set may be used."""

    DRAFT = N_("Draft set")
    ACTIVE = N_("In force")
    RETIRED = N_("Retired")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        return {"ACTIVE": "ok", "RETIRED": "warn"}.get(self.name, "")


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
    EvaluationState.VERIFIED: frozenset({EvaluationState.OFFICIAL, EvaluationState.DRAFT}),
    EvaluationState.OFFICIAL: frozenset({EvaluationState.DRAFT}),
}
"""Back to a draft only by reopening with a reason, while month and result are open."""

SCORED_IN: Mapping[Layer, frozenset[EvaluationState]] = {
    Layer.SELF: frozenset({EvaluationState.DRAFT}),
    Layer.VERIFIED: frozenset({EvaluationState.SELF_SCORED, EvaluationState.VERIFIED}),
    Layer.OFFICIAL: frozenset({EvaluationState.SELF_SCORED, EvaluationState.VERIFIED}),
}
"""In which states points of a layer may be given."""

RIGHT: Mapping[Layer, str] = {
    Layer.SELF: "edit",
    Layer.VERIFIED: "verify",
    Layer.OFFICIAL: "make_official",
}
"""The word of the right, on the screen of evaluations, that gives points of a layer."""

Choices = Sequence[Mapping[str, Any]]
"""The levels of a criterion: rows of ``points`` and ``label``, with bounds where known."""


def can_become(now: EvaluationState, then: EvaluationState) -> bool:
    """Whether an evaluation may go from ``now`` to ``then``."""
    return then in EVALUATION_STEPS[now]


def points_misfit(
    points: Decimal, max_points: Decimal, choices: Choices | None = None
) -> str | None:
    """The rule that ``points`` for a criterion break, as a msgid, or ``None``."""
    if points.is_nan() or points.is_infinite():
        return N_("Points must be a number")
    if points < 0:
        return N_("Points cannot be negative")
    if points > max_points:
        return N_("Points cannot exceed the maximum of the criterion")
    if points % STEP:
        return N_("Points go in steps of 0.5")
    if choices and points not in [exact(row["points"]) for row in choices]:
        return N_("Choose one of the levels of this criterion")
    return None


def exact(points: Any) -> Decimal:
    """Points of a file, a form or JSON as the arithmetic wants them."""
    return Decimal(str(points))


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


def set_misfit(
    leaves: Sequence[Decimal], bands: Sequence[Decimal], expected: Decimal | None
) -> str | None:
    """What keeps a set from being put in force, as a msgid, or ``None``.

    ``leaves`` are the maxima of the criteria scored, ``bands`` the lower ends of the ratings,
    ``expected`` what the set says its criteria sum to.
    """
    if not leaves:
        return N_("The set has no criteria yet")
    if expected is None or total(leaves) != expected:
        return N_("The points of the criteria do not sum to the total of the set")
    if not bands or min(bands) != 0:
        return N_("The lowest rating must begin at 0 points")
    if len(set(bands)) != len(bands) or max(bands) > expected:
        return N_("Each rating needs its own lower end within the total of the set")
    return None


_BOUNDS: tuple[tuple[re.Pattern[str], tuple[str, ...], dict[str, bool]], ...] = (
    (re.compile(r"(\d+)\s*-\s*<\s*(\d+)"), ("lower", "upper"), {}),
    (re.compile(r"(\d+)\s*-\s*(\d+)"), ("lower", "upper"), {"upper_closed": True}),
    (re.compile(r">=\s*(\d+)"), ("lower",), {}),
    (re.compile(r">\s*(\d+)"), ("lower",), {"lower_open": True}),
    (re.compile(r"<=\s*(\d+)"), ("upper",), {"upper_closed": True}),
    (re.compile(r"<\s*(\d+)"), ("upper",), {}),
)


def bounds(label: str) -> dict[str, Any]:
    """The range that a level's label names: ``lower`` (included) and ``upper`` (left out).

    "75-<90%" gives 75 and 90; ``lower_open`` and ``upper_closed`` mark the other readings. A
    label without a plain range gives nothing.
    """
    for pattern, names, marks in _BOUNDS:
        found = pattern.search(label)
        if found:
            return {**dict(zip(names, map(int, found.groups()), strict=True)), **marks}
    return {}
