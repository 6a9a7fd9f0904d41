"""Quick filters of the lists of obligations and extensions."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core import clock, months
from app.core.chips import Quick
from app.deadlines.rules import Stage
from app.periods.models import Obligation
from app.periods.rules import State


def _month(away: int) -> Callable[[], Any]:
    def clause() -> Any:
        month: date = months.add(months.first_of(clock.today()), away)
        return Obligation.month == month

    return clause


def _stage(stage: Stage) -> Quick:
    return Quick(
        stage.name.lower(), _l(stage.value), lambda: Obligation.stage == stage, group="stage"
    )


OBLIGATIONS = (
    Quick("last_month", _l("Last month"), _month(-1), group="month"),
    Quick("this_month", _l("This month"), _month(0), group="month"),
    Quick("next_month", _l("Next month"), _month(1), group="month"),
    Quick("overdue", _l("Overdue"), Obligation.is_overdue, group="state"),
    Quick(
        "open",
        _l("To be done"),
        lambda: Obligation.state.in_((State.OPEN, State.RETURNED)),
        group="state",
    ),
    Quick("late", _l("Done late"), lambda: Obligation.late_days > 0, group="state"),
    Quick(
        "postponed",
        _l("Postponed with permission"),
        lambda: Obligation.state == State.POSTPONED,
        group="state",
    ),
    Quick(
        "excused",
        _l("Not held, with permission"),
        lambda: Obligation.state == State.EXCUSED,
        group="state",
    ),
    *(_stage(stage) for stage in Stage),
)
