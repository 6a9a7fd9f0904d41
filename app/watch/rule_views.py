"""The screen of the numbers that the watch lists go by."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.chips import validity
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.units.branch_views import OWNER_HELP, VALIDITY, RuleView
from app.watch import commands
from app.watch.models import WatchRule

add_labels(number=N_("From so many on"), within=N_("Of the last months"))


class WatchRuleView(RuleView):
    """From which number on a list names somebody."""

    screen = "WatchRules"
    quick_filters = validity(WatchRule)
    route_base = "/watch-rules"
    datamodel = AppInterface(WatchRule, eager=("unit",))
    list_title, show_title = _l("Watch rules"), _l("Watch rule")
    add_title, edit_title = _l("Set a watch rule"), _l("Change a watch rule")
    list_columns = ["kind", "number", "within", "unit", "valid_from", "valid_to", "legal_basis"]
    show_columns = list_columns
    order_columns = ["kind", "valid_from"]
    search_columns = ["unit", "kind", "valid_from"]
    add_fieldsets = [
        (_l("What is watched"), {"fields": ["unit", "kind", "number", "within"]}),
        VALIDITY,
    ]
    label_columns: Any = {"kind": _l("List")}
    head_columns = {"within": _l("Of months")}
    description_columns = {
        "unit": OWNER_HELP,
        "kind": _l("Each list of the page has rules of its own; the nearest owner's holds."),
        "number": _l(
            "Months or times of absence; days before an exemption ends; months of temporary"
            " activity; the month of the quarter from which a thematic meeting is missed."
        ),
        "within": _l("Only for “lately”: 2 of the last 3 months."),
    }
    create = staticmethod(commands.add)
