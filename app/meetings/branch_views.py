"""Screens of what holds for a branch: attendance policies, closed months."""

from flask_babel import lazy_gettext as _l

from app.core.chips import validity
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.meetings import policies
from app.meetings.models import AttendancePolicy, ClosedMonth
from app.units.branch_views import OWNER_HELP, BranchView, RuleView

add_labels(
    revision=N_("Revision"),
    excused_in_denominator=N_("Excused absences stay in the denominator"),
    count_voluntary_presence=N_("Exempt or away members who came count"),
    closed_at=N_("Closed at"),
    closed_by=N_("Closed by"),
    reopened_at=N_("Opened again at"),
    reopened_by=N_("Opened again by"),
)


class AttendancePolicyView(RuleView):
    """Ways of counting attendance."""

    screen = "AttendancePolicies"
    quick_filters = validity(AttendancePolicy)
    extra_columns = ["legal_basis"]
    route_base = "/attendance-policies"
    datamodel = AppInterface(AttendancePolicy, eager=("unit",))
    list_title, show_title = _l("Attendance policies"), _l("Attendance policy")
    add_title, edit_title = _l("Publish an attendance policy"), _l("Change an attendance policy")
    head_columns = {
        "excused_in_denominator": _l("Excused count"),
        "count_voluntary_presence": _l("Exempt who came count"),
    }
    list_columns = ["name", "code", "revision", "unit", "excused_in_denominator"]
    list_columns += ["count_voluntary_presence", "valid_from", "valid_to"]
    show_columns = [*list_columns, "legal_basis"]
    order_columns = ["code", "name", "valid_from"]
    search_columns = ["unit", "code", "name", "valid_from"]
    add_fieldsets = [
        (_l("Name and source"), {"fields": ["unit", "code", "name", "legal_basis"]}),
        (
            _l("How it counts"),
            {"fields": ["excused_in_denominator", "count_voluntary_presence"]},
        ),
        (_l("Validity"), {"fields": ["valid_from", "valid_to"]}),
    ]
    edit_columns = ["name", "legal_basis", "valid_to"]
    description_columns = {
        "unit": OWNER_HELP,
        "name": _l("As reports print it, such as: By HD 42-HD/BTCTW."),
        "count_voluntary_presence": _l(
            "They count as present and as due alike (charter rules 294-QĐ/TW, point 9.3.2)."
        ),
        "code": _l("The same code again makes the next revision; the old one stays as it was."),
        "excused_in_denominator": _l("HD 12 and HD 42 leave them in; some offices do not."),
    }
    create = staticmethod(policies.add_policy)


class ClosedMonthView(BranchView):
    """Months that a committee has closed."""

    screen = "ClosedMonths"
    route_base = "/closed-months"
    datamodel = AppInterface(ClosedMonth, eager=("unit",))
    list_title, show_title = _l("Closed months"), _l("Closed month")
    add_title = _l("Close a month")
    list_columns = ["month", "unit", "closed_at", "closed_by", "reopened_at"]
    show_columns = [*list_columns, "reopened_by"]
    order_columns = ["month", "closed_at"]
    search_columns = ["unit", "month"]
    add_columns = ["unit", "month"]
    description_columns = {
        "unit": _l("The committee that closes the month, for itself and all below it."),
        "month": _l("Its approved results are locked; nothing of it can be changed afterwards."),
    }
    base_order = ("month", "desc")
    exclude_route_methods = {"edit", "delete", "download"}
    create = staticmethod(policies.close_month)
