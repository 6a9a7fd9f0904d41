"""Screens of deadlines and of the office's calendar."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.chips import validity
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.deadlines import commands, quick
from app.deadlines.models import DeadlineRule, Holiday
from app.units.branch_views import OWNER_HELP, VALIDITY, BranchView, RuleView

add_labels(
    stage=N_("Stage"),
    day_of_month=N_("On day of the month"),
    offset_days=N_("Days after the meeting"),
    month_offset=N_("In which month"),
    shift=N_("When it is a day off"),
    grace_days=N_("Days of grace"),
    works=N_("Worked after all"),
    day=N_("Day"),
)


_MONTHS = {-1: _l("the month before"), 0: _l("that month"), 1: _l("the month after")}


def _which_month(offset: int) -> str:
    """A month seen from the one reported on, in words where there are some."""
    if offset not in _MONTHS:
        return f"{offset:+d}".replace("-", "−")
    # Two words at most: they stay on one line.
    return str(_MONTHS[offset]).replace(" ", "\u00a0")


class DeadlineRuleView(RuleView):
    """When each stage of a month is due."""

    screen = "DeadlineRules"
    quick_filters = validity(DeadlineRule)
    extra_columns = ["legal_basis"]
    route_base = "/deadline-rules"
    datamodel = AppInterface(DeadlineRule, eager=("unit",))
    list_title, show_title = _l("Deadlines"), _l("Deadline")
    add_title, edit_title = _l("Set deadlines"), _l("Change deadlines")
    head_columns = {
        "day_of_month": _l("Day"),
        "month_offset": _l("Month"),
        "offset_days": _l("Days after"),
        "grace_days": _l("Grace"),
    }
    formatters_columns: Any = {"month_offset": _which_month}
    list_columns = ["stage", "unit", "day_of_month", "month_offset", "offset_days", "shift"]
    list_columns += ["grace_days", "valid_from", "valid_to"]
    show_columns = [*list_columns, "legal_basis"]
    order_columns = ["stage", "valid_from"]
    search_columns = ["unit", "stage", "valid_from"]
    add_fieldsets = [
        (_l("For whom"), {"fields": ["unit", "stage"]}),
        (_l("Deadlines"), {"fields": ["day_of_month", "month_offset", "offset_days"]}),
        (_l("Days off and grace"), {"fields": ["shift", "grace_days"]}),
        VALIDITY,
    ]
    description_columns = {
        "unit": OWNER_HELP,
        "stage": _l(
            "Without a rule of its own the self-score is due with the result, all else"
            " with the roll-up."
        ),
        "day_of_month": _l(
            "Such as 25; in a shorter month its last day. Leave it empty when the"
            " days after the meeting count."
        ),
        "month_offset": _l("-1 is the month before the one reported on, 0 that month, 1 the next."),
        "offset_days": _l("Counted from the day of the meeting; HD 42 gives two days."),
        "shift": _l("Weekends and the days of the calendar are days off."),
        "grace_days": _l("So many days may pass before it counts as late; usually 0."),
    }
    create = staticmethod(commands.add_deadline)


class HolidayView(BranchView):
    """Days off, and days worked in exchange."""

    screen = "Holidays"
    quick_filters = quick.HOLIDAYS
    route_base = "/holidays"
    datamodel = AppInterface(Holiday, eager=("unit",))
    list_title, show_title = _l("Days off"), _l("Day off")
    add_title, edit_title = _l("Add a day off"), _l("Change a day off")
    list_columns = ["day", "name", "works", "unit", "legal_basis"]
    show_columns = list_columns
    order_columns = ["day", "name"]
    search_columns = ["unit", "day", "name", "works"]
    add_columns = ["unit", "day", "name", "works", "legal_basis"]
    edit_columns = ["name", "works", "legal_basis"]
    description_columns = {
        "unit": OWNER_HELP,
        "day": _l("Each day by itself, such as 16/02/2026."),
        "name": _l("What is celebrated, or for which day one works."),
        "works": _l("Tick it for a Saturday worked in exchange, or to take a day off back."),
    }
    base_order = ("day", "asc")
    create = staticmethod(commands.add_holiday)
    change = staticmethod(commands.change_holiday)
