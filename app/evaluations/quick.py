"""Quick filters of the lists of evaluations and criteria sets."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from app.core.chips import Quick, of_month
from app.evaluations.models import CriteriaSet, Evaluation
from app.evaluations.rules import EvaluationState, SetStatus
from app.meetings.models import Meeting


def _month(away: int) -> Callable[[], ColumnElement[bool]]:
    """Evaluations of the meetings of the month so far away from this one."""
    wanted = of_month(Meeting.month, away)
    return lambda: Evaluation.meeting_id.in_(select(Meeting.id).where(wanted()))


def _in(state: EvaluationState) -> Callable[[], ColumnElement[bool]]:
    return lambda: Evaluation.state == state


EVALUATIONS = (
    Quick("last_month", _l("Last month"), _month(-1), group="month"),
    Quick("this_month", _l("This month"), _month(0), group="month"),
    Quick("drafts", _l("Being scored"), _in(EvaluationState.DRAFT), group="state"),
    Quick("sent", _l("Waiting for verification"), _in(EvaluationState.SELF_SCORED), group="state"),
    Quick("verified", _l("Verified"), _in(EvaluationState.VERIFIED), group="state"),
    Quick("official", _l("Official"), _in(EvaluationState.OFFICIAL), group="state"),
    Quick(
        "lowered",
        _l("Lowered by the superior"),
        lambda: Evaluation.official_total < Evaluation.self_total,
    ),
    Quick(
        "amended",
        _l("Amended"),
        lambda: Evaluation.meeting_id.in_(
            select(Meeting.id).where(Meeting.amended_at.is_not(None))
        ),
    ),
)
SETS = (
    Quick("drafts", _l("Drafts"), lambda: CriteriaSet.status == SetStatus.DRAFT, group="state"),
    Quick("active", _l("In force"), lambda: CriteriaSet.status == SetStatus.ACTIVE, group="state"),
    Quick("retired", _l("Retired"), lambda: CriteriaSet.status == SetStatus.RETIRED, group="state"),
)
