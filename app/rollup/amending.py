"""Amendments: what has been submitted is corrected with a reason, the frozen figures stay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from app.core import clock, secrecy
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.terms import N_
from app.evaluations import checks
from app.evaluations.checks import Points, PointsRefused
from app.evaluations.models import Evaluation
from app.evaluations.queries import bands
from app.evaluations.rules import EvaluationState, Layer
from app.meetings.models import COUNTS, Meeting
from app.meetings.queries import closings
from app.meetings.rules import REPORTED, ResultState, misfit_at, month_misfit, time_misfit
from app.meetings.steps import plain_reason, wall
from app.rollup import queries
from app.rollup.models import Amendment, MonthlyReport
from app.rollup.rules import ReportState
from app.security.commands import record
from app.security.roles import may
from app.security.rules import RoleName
from app.units.rules import is_within, superior_path

FACTS = ("started_at", "ended_at", "speakers", "resolution_no", "minutes_present")
"""Of a result, besides its head-counts, what can be amended."""
FIELDS = (*FACTS, *COUNTS)
ELSEWHERE = N_(
    "Another committee has reported this month of it. Ask the level above both to amend it."
)
EMPTIED = N_("Official points cannot be emptied: write what they should have been, 0 for none.")


def amend(
    meeting: Meeting,
    facts: Mapping[str, Any] | None = None,
    points: Points | None = None,
    *,
    by: Acting,
    reason: str,
    at: datetime | None = None,
) -> Sequence[Amendment]:
    """Correct a submitted result, by field, and its official points, by criterion id.

    Every value that differs becomes an amendment with old and new value; frozen figures keep the
    old one. Raises ``RuleBroken`` when the month is still open (then it is changed as usual),
    when ``by`` has not the right that the highest level asks for, for values that do not fit, for
    official points that are emptied, and for what is marked secret.
    """
    told = plain_reason(reason, 500)
    handed = amendable(meeting, by)
    moment = at or clock.now()
    last = queries.snapshots_of(handed[-1].id)[:1] if handed else []
    keep = _keeper(meeting, last[0].id if last else None, told, by, moment)
    with db.session.no_autoflush:
        made = _amend_facts(meeting, facts or {}, keep)
        made += _amend_points(meeting, points or {}, keep)
    if not made:
        raise RuleBroken(_("Nothing of it differs from what stands there."))
    meeting.amended_at = moment
    db.session.add_all(made)
    fields = [one.field for one in made]
    record(meeting, "amend", by=by, detail={"reason": told, "fields": fields})
    return made


def amendable(meeting: Meeting, by: Acting) -> Sequence[MonthlyReport]:
    """The reports that hold the meeting frozen, the highest first.

    Raises ``RuleBroken`` unless its month is closed or its result locked, it was sent, and ``by``
    may amend: what is submitted is amended by who submitted it, what is accepted by who accepted
    it. What a committee has submitted and no longer has is amended above it and the new one.
    """
    if not may(RoleName[by.role], "Amendments", "amend"):
        raise RuleBroken(_("Your role does not allow this. Ask your administrator."))
    closed = closings(meeting.unit_path, meeting.month)
    if not closed and meeting.result_state is not ResultState.LOCKED:
        raise RuleBroken(_("This month is still open: change the result itself."))
    if meeting.result_state not in REPORTED:
        raise RuleBroken(_("No result of this meeting was sent; there is nothing to amend."))
    handed = queries.handed_above(meeting.unit_path, meeting.month)
    # Reports of superiors are not for everybody to read; that they have closed the month is.
    deciders = [one.unit_path for one in closed[:1]] or [superior_path(meeting.unit_path)]
    deciders += [_decider(one) for one in handed[:1]]
    if not all(is_within(path, by.unit_path) for path in deciders):
        raise RuleBroken(_("This has been accepted further up. Ask the level above to amend it."))
    return [*handed, *_handed_elsewhere(meeting, by)]


def _handed_elsewhere(meeting: Meeting, by: Acting) -> Sequence[MonthlyReport]:
    """The reports of the branch that its unit has left and that hold the meeting frozen."""
    if not queries.is_frozen_elsewhere(meeting.unit_path, meeting.month):
        return []
    found = queries.handed_elsewhere(meeting.unit_id, meeting.unit_path, meeting.month)
    if not (found and is_within(_decider(found[0]), by.unit_path)):
        raise RuleBroken(_(ELSEWHERE))
    return found


def _decider(highest: MonthlyReport) -> str:
    """The path of the level that has the last word on a report."""
    path = highest.unit_path
    return path if highest.state is ReportState.SUBMITTED else superior_path(path)


Keep = Callable[..., Amendment | None]


def _keeper(
    meeting: Meeting, snapshot_id: int | None, reason: str, by: Acting, at: datetime
) -> Keep:
    """Makes an amendment of one value, or none when it does not differ."""

    def keep(subject: str, subject_id: int, field: str, values: tuple[Any, Any]) -> Any:
        old, new = (_text(value) for value in values)
        if old == new:
            return None
        return Amendment(
            unit_id=meeting.unit_id,
            unit_path=meeting.unit_path,
            month=meeting.month,
            meeting_id=meeting.id,
            snapshot_id=snapshot_id,
            subject=subject,
            subject_id=subject_id,
            field=field,
            old_value=old,
            new_value=new,
            reason=reason,
            amended_at=at,
            amended_by=by.username,
        )

    return keep


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:.1f}" if isinstance(value, Decimal) else str(value)


def _amend_facts(meeting: Meeting, facts: Mapping[str, Any], keep: Keep) -> list[Amendment]:
    made = []
    for name, value in facts.items():
        if name not in FIELDS:
            raise RuleBroken(_("This cannot be amended."), name)
        new = wall(value) if isinstance(value, datetime) else value
        one = keep("meeting", meeting.id, name, (getattr(meeting, name), new))
        if one is not None:
            secrecy.guard({name: new})
            made.append(one)
            setattr(meeting, name, new)
    if made:
        _fits(meeting)
    return made


def _fits(meeting: Meeting) -> None:
    """Count anew by the policy of then. Raises ``RuleBroken`` beside what does not fit."""
    if not (meeting.started_at and meeting.ended_at):
        raise RuleBroken(_("Enter when the meeting started and when it ended."), "started_at")
    if wrong := time_misfit(meeting.started_at, meeting.ended_at):
        raise RuleBroken(_(wrong), "ended_at")
    if wrong := month_misfit(meeting.month, meeting.started_at.date()):
        raise RuleBroken(_(wrong), "started_at")
    if found := misfit_at(meeting.counts):
        raise RuleBroken(_(found[0]), found[1])
    if meeting.speakers is not None and not 0 <= meeting.speakers <= meeting.present:
        raise RuleBroken(_("More people spoke than were present."), "speakers")
    if meeting.attendance_policy is not None:
        meeting.count(replace(meeting.counts), meeting.attendance_policy)


def _amend_points(meeting: Meeting, points: Points, keep: Keep) -> list[Amendment]:
    if not points:
        return []
    evaluation = db.session.get(Evaluation, meeting.id)
    if evaluation is None or evaluation.state is not EvaluationState.OFFICIAL:
        raise RuleBroken(_("There is no official score to amend."))
    scores = {score.criterion_id: score for score in evaluation.scores}
    checks.points_fit(scores, points)
    if emptied := [key for key, given in points.items() if given is None]:
        raise PointsRefused(dict.fromkeys(emptied, _(EMPTIED)))
    made = []
    for criterion_id, given in points.items():
        score = scores[criterion_id]
        old = score.points(Layer.OFFICIAL)
        one = keep("score", score.id, score.criterion.code, (old, given))
        if one is not None:
            made.append(one)
            score.give(Layer.OFFICIAL, given)
    return made + _recount(evaluation, keep) if made else []


def _recount(evaluation: Evaluation, keep: Keep) -> list[Amendment]:
    """Total and rating follow the points, and are amendments themselves when they change."""
    names = ("official_total", "official_rating_code")
    before = [getattr(evaluation, name) for name in names]
    found = bands(evaluation.criteria_set_id)
    evaluation.count(Layer.OFFICIAL, [(band.min_points, band.rating_code) for band in found])
    after = [getattr(evaluation, name) for name in names]
    changed = [
        keep("evaluation", evaluation.meeting_id, name, (old, new))
        for name, old, new in zip(names, before, after, strict=True)
    ]
    return [one for one in changed if one is not None]
