"""Quick filters of the list of monthly reports."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core import clock, months
from app.core.chips import Quick
from app.rollup.models import MonthlyReport
from app.rollup.rules import ReportState


def _month(away: int) -> Callable[[], Any]:
    def clause() -> Any:
        month: date = months.add(months.first_of(clock.today()), away)
        return MonthlyReport.month == month

    return clause


def _state(state: ReportState) -> Quick:
    return Quick(
        state.name.lower(), _l(state.value), lambda: MonthlyReport.state == state, group="state"
    )


REPORTS = (
    Quick("last_month", _l("Last month"), _month(-1), group="month"),
    Quick("before_last", _l("The month before last"), _month(-2), group="month"),
    *(_state(state) for state in ReportState),
)
