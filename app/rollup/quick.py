"""Quick filters of the list of monthly reports."""

from flask_babel import lazy_gettext as _l

from app.core.chips import Quick, by_term, of_month
from app.rollup.models import MonthlyReport
from app.rollup.rules import ReportState

REPORTS = (
    Quick("last_month", _l("Last month"), of_month(MonthlyReport.month, -1), group="month"),
    Quick(
        "before_last", _l("The month before last"), of_month(MonthlyReport.month, -2), group="month"
    ),
    *by_term(MonthlyReport.state, ReportState, "state"),
)
