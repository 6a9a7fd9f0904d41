"""Writes of evaluations: opening, the points of the three layers, and the steps upward."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from app.core import clock, secrecy
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import checks, deciders, loading, queries, rules
from app.evaluations.checks import Points
from app.evaluations.models import CriteriaSet, Evaluation, Score
from app.evaluations.rules import EvaluationState, Layer
from app.meetings import carried, remarks
from app.meetings.models import Meeting
from app.security.commands import record

load_published = loading.load_published
Notes = Mapping[int, str]


def set_in_force(meeting: Meeting, *, on: date | None = None) -> CriteriaSet:
    """The set by which the meeting is evaluated, once it has taken place.

    Raises ``RuleBroken`` when it has not, or when no set is in force.
    """
    held_on = (meeting.started_at or meeting.planned_at).date()
    checks.held(meeting)
    if held_on > (on or clock.today()):
        raise RuleBroken(_("This meeting is still to come. Score it once it has been held."))
    found = queries.set_for(meeting.unit_path, held_on, meeting.type)
    if found is None:
        raise RuleBroken(
            _(
                "No criteria set is in force for a meeting of this type on %(day)s. "
                "Ask your administrator to put one in force.",
                day=f"{held_on:%d/%m/%Y}",
            )
        )
    return found


def open_evaluation(meeting: Meeting, *, by: Acting, on: date | None = None) -> Evaluation:
    """Begin the evaluation of a meeting with an empty score for every criterion of its set.

    Gives the one that exists already, if any. Raises ``RuleBroken`` without a set in force, or
    when the meeting may not be written any more.
    """
    found = db.session.get(Evaluation, meeting.id)
    if found is not None:
        return found
    checks.right(by, "edit")
    checks.unlocked(meeting)
    criteria_set = set_in_force(meeting, on=on)
    where = {"unit_id": meeting.unit_id, "unit_path": meeting.unit_path}
    made = Evaluation(
        **where,
        meeting=meeting,
        meeting_id=meeting.id,
        criteria_set=criteria_set,
        state=EvaluationState.DRAFT,
    )
    made.scores = [
        Score(**where, criteria_set_id=criteria_set.id, criterion=line.criterion)
        for line in queries.lines(criteria_set.id)
        if line.criterion.is_leaf
    ]
    db.session.add(made)
    record(made, "open", by=by, detail={"criteria_set": criteria_set.code})
    return made


def give_points(
    evaluation: Evaluation,
    layer: Layer,
    points: Points,
    notes: Notes | None = None,
    *,
    by: Acting,
) -> None:
    """Store points of a layer by criterion id, ``None`` to clear, and notes; count anew.

    Raises ``PointsRefused`` with a message for each criterion whose points break a rule, and
    ``RuleBroken`` when the layer may not be written now or by this role.
    """
    checks.right(by, rules.RIGHT[layer])
    checks.unlocked(evaluation.meeting)
    checks.held(evaluation.meeting)
    if layer is not Layer.SELF:
        deciders.decides(evaluation.meeting, layer, by=by)
    if evaluation.state not in rules.SCORED_IN[layer]:
        raise RuleBroken(checks.not_now(evaluation.state))
    scores = {score.criterion_id: score for score in evaluation.scores}
    checks.known(scores, notes or {})
    checks.points_fit(scores, points)
    secrecy.guard({f"note-{key}": note for key, note in (notes or {}).items()})
    for criterion_id, given in points.items():
        scores[criterion_id].give(layer, given)
    for criterion_id, note in (notes or {}).items():
        scores[criterion_id].note = note[:500] or None
    _count(evaluation, layer)
    total = _text(evaluation.total(layer))
    _record_step(evaluation, "score", by, layer=layer.name, total=total)


def submit(evaluation: Evaluation, *, by: Acting) -> None:
    """Send the self-score to the superior; every criterion needs its points.

    Raises ``RuleBroken``, too, while it is not said how the tasks of earlier meetings stand.
    """
    checks.step(evaluation, "submit", EvaluationState.SELF_SCORED, by)
    carried.all_said(evaluation.meeting)
    checks.complete(evaluation, Layer.SELF)
    _count(evaluation, Layer.SELF)
    evaluation.state = EvaluationState.SELF_SCORED
    evaluation.remark = None
    remarks.settle(evaluation.meeting, at=clock.now(), points=True)
    evaluation.self_scored_at, evaluation.self_scored_by = clock.now(), by.username
    _record_step(evaluation, "submit", by, total=_text(evaluation.self_total))


def verify(evaluation: Evaluation, *, by: Acting) -> None:
    """Confirm the score as the superior who attended; the log notes when it was another.

    Without points of his own he confirms those of the cell as they stand. Raises ``RuleBroken``
    when the rules of the office say that somebody else verifies.
    """
    checks.step(evaluation, "verify", EvaluationState.VERIFIED, by)
    told = deciders.decides(evaluation.meeting, Layer.VERIFIED, by=by)
    _take_over(evaluation, Layer.VERIFIED, Layer.SELF)
    evaluation.state = EvaluationState.VERIFIED
    evaluation.verified_at, evaluation.verified_by = clock.now(), by.username
    _record_step(evaluation, "verify", by, total=_text(evaluation.verified_total), **told)


def make_official(evaluation: Evaluation, *, by: Acting, ground: str = "") -> None:
    """Decide the official score and rating, which alone count upward.

    Without official points of its own it takes over the verified score, or where nobody has
    verified, the cell's own; the audit log says which, and on what ``ground``. Raises
    ``RuleBroken`` when the rules of the office say that somebody else decides.
    """
    source = Layer.VERIFIED if evaluation.state is EvaluationState.VERIFIED else Layer.SELF
    checks.step(evaluation, "make_official", EvaluationState.OFFICIAL, by)
    deciders.decides(evaluation.meeting, Layer.OFFICIAL, by=by)
    taken = _take_over(evaluation, Layer.OFFICIAL, source)
    evaluation.state = EvaluationState.OFFICIAL
    evaluation.official_at, evaluation.official_by = clock.now(), by.username
    _record_step(
        evaluation,
        "make_official",
        by,
        taken_from=source.name if taken else Layer.OFFICIAL.name,
        total=_text(evaluation.official_total),
        **({"ground": ground} if ground else {}),
    )


def reopen(evaluation: Evaluation, *, by: Acting, reason: str, with_result: bool = False) -> None:
    """Give the evaluation back to the cell as a draft, and say why.

    ``with_result`` when the result goes back for the same reason: then that return tells of both.

    What the superior had given is taken back; the audit log keeps its totals.
    """
    checks.step(evaluation, "reopen", EvaluationState.DRAFT, by)
    if not reason.strip():
        raise RuleBroken(_("Say why, so that the unit knows what to mend."), "reason")
    secrecy.guard({"reason": reason})
    before = {layer.name: _text(evaluation.total(layer)) for layer in Layer}
    for layer in (Layer.VERIFIED, Layer.OFFICIAL):
        for score in evaluation.scores:
            score.give(layer, None)
        _count(evaluation, layer)
    evaluation.state = EvaluationState.DRAFT
    evaluation.remark = reason.strip()[:500]
    for name in ("self_scored", "verified", "official"):
        setattr(evaluation, f"{name}_at", None)
        setattr(evaluation, f"{name}_by", None)
    told = {"with_result": True} if with_result else {}
    _record_step(evaluation, "reopen", by, reason=evaluation.remark, **before, **told)


def _take_over(evaluation: Evaluation, layer: Layer, source: Layer) -> bool:
    """Fill an empty layer from another; one begun must be complete. Tells whether it was filled."""
    empty = set(evaluation.given(layer)) <= {None}
    if empty:
        for score in evaluation.scores:
            score.give(layer, score.points(source))
    checks.complete(evaluation, layer)
    _count(evaluation, layer)
    return empty


def _count(evaluation: Evaluation, layer: Layer) -> None:
    found = queries.bands(evaluation.criteria_set_id)
    evaluation.count(layer, [(band.min_points, band.rating_code) for band in found])


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.1f}"


def _record_step(
    evaluation: Evaluation, word: str, by: Acting, **detail: str | bool | None
) -> None:
    # The version must rise even when only single scores or notes have changed.
    flag_modified(evaluation, "state")
    record(evaluation, word, by=by, detail=detail)
