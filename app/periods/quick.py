"""Quick filters of the lists of obligations and extensions."""

from flask_babel import lazy_gettext as _l

from app.core.chips import Quick, by_term, of_month
from app.deadlines.rules import Stage
from app.periods.models import Obligation
from app.periods.rules import State

OBLIGATIONS = (
    Quick("last_month", _l("Last month"), of_month(Obligation.month, -1), group="month"),
    Quick("this_month", _l("This month"), of_month(Obligation.month, 0), group="month"),
    Quick("next_month", _l("Next month"), of_month(Obligation.month, 1), group="month"),
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
    *by_term(Obligation.stage, Stage, "stage"),
)
