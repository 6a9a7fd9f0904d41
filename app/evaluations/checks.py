"""What must hold before points are given or an evaluation goes a step further."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from flask_babel import gettext as _

from app.core.acting import Acting
from app.core.errors import RuleBroken
from app.evaluations import rules
from app.evaluations.models import Evaluation, Score
from app.evaluations.rules import EvaluationState, Layer
from app.meetings.models import Meeting
from app.meetings.queries import is_closed
from app.meetings.rules import ResultState, ScheduleState
from app.security.roles import may
from app.security.rules import RoleName

SCREEN = "Evaluations"
BY_SUPERIOR = frozenset({EvaluationState.VERIFIED, EvaluationState.OFFICIAL})
"""The states into which a score comes from above: only that of a meeting that took place."""
Points = Mapping[int, Decimal | None]
"""Points by criterion id; ``None`` clears."""


class PointsRefused(RuleBroken):
    """Points that break a rule: ``errors`` holds the message of each criterion, by its id."""

    def __init__(self, errors: Mapping[int, str]) -> None:
        super().__init__(_("Some points need another look."))
        self.errors = dict(errors)


def unlocked(meeting: Meeting) -> None:
    """Raises ``RuleBroken`` when the month is closed or the result locked."""
    if meeting.result_state is ResultState.LOCKED:
        raise RuleBroken(_("The result of this meeting is locked; its score cannot be changed."))
    if is_closed(meeting.unit_path, meeting.month):
        raise RuleBroken(
            _(
                "Month %(month)s is closed; its scores cannot be changed.",
                month=f"{meeting.month:%m/%Y}",
            )
        )


def held(meeting: Meeting) -> None:
    """Raises ``RuleBroken`` for a meeting that is put off or not held: it is never rated."""
    if meeting.state in (ScheduleState.NOT_HELD, ScheduleState.POSTPONED):
        raise RuleBroken(_("This meeting was not held; there is nothing to score."))


def may_score(role: str, layer: Layer) -> bool:
    """Whether the role may give points of the layer."""
    return may(RoleName[role], SCREEN, rules.RIGHT[layer])


def right(by: Acting, word: str) -> None:
    """Raises ``RuleBroken`` when the acting role does not hold the right."""
    if not may(RoleName[by.role], SCREEN, word):
        raise RuleBroken(_("Your role does not allow this. Ask your administrator."))


def step(evaluation: Evaluation, word: str, then: EvaluationState, by: Acting) -> None:
    """Raises ``RuleBroken`` unless ``by`` may take the evaluation to the state ``then`` now."""
    right(by, word)
    unlocked(evaluation.meeting)
    if then is not EvaluationState.DRAFT:
        held(evaluation.meeting)
    if then in BY_SUPERIOR and evaluation.meeting.state is not ScheduleState.HELD:
        raise RuleBroken(_("The cell has not sent the result of this meeting yet."))
    if not rules.can_become(evaluation.state, then):
        raise RuleBroken(not_now(evaluation.state))


def not_now(state: EvaluationState) -> str:
    """Why an evaluation in that state does not take what was asked, in plain words."""
    known: dict[EvaluationState, str] = {
        EvaluationState.DRAFT: _("The cell has not sent its self-score yet."),
        EvaluationState.SELF_SCORED: _("The self-score has been sent; the superior reopens it."),
        EvaluationState.VERIFIED: _("The score is verified; the superior reopens it."),
        EvaluationState.OFFICIAL: _("The score is official; the superior reopens it."),
    }
    return known[state]


def known(scores: Mapping[int, Score], asked: Iterable[int]) -> None:
    """Raises ``RuleBroken`` for a criterion id that the sheet does not have."""
    if not scores.keys() >= set(asked):
        raise RuleBroken(_("There is no such criterion in this score sheet."))


def points_fit(scores: Mapping[int, Score], points: Points) -> None:
    """Raises ``PointsRefused`` with a message for each criterion whose points break a rule."""
    known(scores, points)
    errors = {}
    for criterion_id, given in points.items():
        criterion = scores[criterion_id].criterion
        wrong = given is not None and rules.points_misfit(
            given, criterion.max_points, criterion.choices
        )
        if wrong:
            errors[criterion_id] = str(_(wrong))
    if errors:
        raise PointsRefused(errors)


def complete(evaluation: Evaluation, layer: Layer) -> None:
    """Raises ``PointsRefused`` naming every criterion of the layer without points."""
    missing = [score.criterion_id for score in evaluation.scores if score.points(layer) is None]
    if missing:
        raise PointsRefused(dict.fromkeys(missing, _("Give points for this criterion.")))
