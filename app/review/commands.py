"""Writes of the review: its rules, and deciding together what has no exceptions."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from flask_babel import gettext as _

from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import commands as evaluations
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState
from app.meetings import remarks, results
from app.meetings.models import Meeting
from app.review import rules
from app.review.models import ReviewRule
from app.units import branches
from app.units.models import Unit

GROUND = "no exceptions"
"""What the audit log says of a decision that was taken together."""


def add(rule: ReviewRule, *, by: Acting) -> None:
    """Set from which number on a month is an exception in a branch.

    Raises ``RuleBroken`` beside the field that does not fit.
    """
    branches.own(rule, by=by)
    if wrong := rules.misfit(rule.kind, rule.number):
        least, most = rules.LIMITS.get(rule.kind, (0, 0))
        raise RuleBroken(_(wrong, least=least, most=most), "number")
    branches.publish(rule, by=by)


def give_shipped(root: Unit, *, since: date) -> None:
    """Write what is shipped as the rules of ``root``, for its office to confirm or replace."""
    for one in rules.SHIPPED.values():
        db.session.add(
            ReviewRule(
                unit_id=root.id,
                unit_path=root.path,
                kind=one.kind,
                number=one.number,
                legal_basis=one.legal_basis or None,
                valid_from=since,
            )
        )
    db.session.flush()


def approve(meeting: Meeting, *, by: Acting) -> None:
    """Accept a result that has no exceptions, together with others."""
    results.approve(meeting, by=by, ground=GROUND)


def give_back(
    meeting: Meeting,
    *,
    by: Acting,
    reason: str,
    beside: Mapping[str, str],
    at: datetime | None = None,
) -> None:
    """Return a result with a reason and remarks ``beside`` its fields.

    What is said beside points reopens the score, so that they can be mended.
    """
    said = remarks.fitting(meeting, beside)
    scored = db.session.get(Evaluation, meeting.id)
    about_points = any(field.startswith(remarks.POINTS) for field in said)
    if about_points and scored and scored.state is not EvaluationState.DRAFT:
        evaluations.reopen(scored, by=by, reason=reason, with_result=True)
    results.return_result(meeting, by=by, reason=reason, beside=said, at=at)


def verify(meeting: Meeting, *, by: Acting) -> None:
    """Confirm the score of a meeting that has no exceptions, together with others."""
    evaluations.verify(_scored(meeting), by=by)


def make_official(meeting: Meeting, *, by: Acting) -> None:
    """Decide the official score of a meeting that has no exceptions, together with others."""
    evaluations.make_official(_scored(meeting), by=by, ground=GROUND)


DEEDS: Mapping[str, Callable[..., None]] = {
    "approve": approve,
    "verify": verify,
    "make_official": make_official,
}
"""What can be done together, by the word of its right."""


def _scored(meeting: Meeting) -> Evaluation:
    found = db.session.get(Evaluation, meeting.id)
    if found is None:
        raise RuleBroken(_("The cell has not sent its self-score yet."))
    return found
