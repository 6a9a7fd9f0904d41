"""The screen of the numbers from which on a month is an exception."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.chips import validity
from app.core.interface import AppInterface
from app.review import commands
from app.review.models import ReviewRule
from app.units.branch_views import OWNER_HELP, VALIDITY, RuleView


class ReviewRuleView(RuleView):
    """From which number on a month is an exception."""

    screen = "ReviewRules"
    quick_filters = validity(ReviewRule)
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
        VALIDITY,
    ]
    label_columns: Any = {
        "kind": _l("Exception"),
        "number": _l("From so many on"),
        "active": _l("Asked for"),
    }
    description_columns = {
        "unit": OWNER_HELP,
        "kind": _l("Each kind has rules of its own; the nearest owner's holds."),
        "number": _l(
            "Days late, times put off, members, points, minutes too short, percent or months, as"
            " the kind says; none where the fact itself tells."
        ),
        "active": _l("Untick it to leave this kind out in the branch."),
    }
    create = staticmethod(commands.add)
