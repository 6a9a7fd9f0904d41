"""The screen of the numbers from which on a month is an exception."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.chips import Quick, over_today, valid_today
from app.core.interface import AppInterface
from app.meetings import wording
from app.meetings.branch_views import BranchView
from app.review import commands
from app.review.models import ReviewRule


class ReviewRuleView(BranchView):
    """From which number on a month is an exception."""

    screen = "ReviewRules"
    quick_filters = (
        Quick("valid", _l("In force"), lambda: valid_today(ReviewRule), group="validity"),
        Quick("ended", _l("Ended"), lambda: over_today(ReviewRule), group="validity"),
    )
    route_base = "/review-rules"
    datamodel = AppInterface(ReviewRule, eager=("unit",))
    list_title, show_title = _l("Review rules"), _l("Review rule")
    add_title, edit_title = _l("Set a review rule"), _l("Change a review rule")
    list_columns = ["kind", "number", "active", "unit", "valid_from", "valid_to", "legal_basis"]
    show_columns = list_columns
    order_columns = ["kind", "valid_from"]
    search_columns = ["unit", "kind", "valid_from"]
    add_fieldsets = [
        (_l("What is an exception"), {"fields": ["unit", "kind", "number", "active"]}),
        (_l("Validity"), {"fields": ["valid_from", "valid_to", "legal_basis"]}),
    ]
    edit_columns = ["legal_basis", "valid_to"]
    label_columns: Any = {"kind": _l("Exception"), "active": _l("Asked for")}
    description_columns = {
        "unit": wording.OWNER_HELP,
        "kind": _l("Each kind has rules of its own; the nearest owner's holds."),
        "number": _l(
            "Days late, times put off, members, points, minutes too short, percent or months, as"
            " the kind says; none where the fact itself tells."
        ),
        "active": _l("Untick it to leave this kind out in the branch."),
    }
    base_order = ("valid_from", "desc")
    create = staticmethod(commands.add)
    change = staticmethod(commands.change)
