"""The screen of the numbers that the watch lists go by."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.chips import Quick, over_today, valid_today
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.meetings import wording
from app.meetings.branch_views import BranchView
from app.watch import commands
from app.watch.models import WatchRule

add_labels(number=N_("From so many on"), within=N_("Of the last months"))


class WatchRuleView(BranchView):
    """From which number on a list names somebody."""

    screen = "WatchRules"
    quick_filters = (
        Quick("valid", _l("In force"), lambda: valid_today(WatchRule), group="validity"),
        Quick("ended", _l("Ended"), lambda: over_today(WatchRule), group="validity"),
    )
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
        (_l("Validity"), {"fields": ["valid_from", "valid_to", "legal_basis"]}),
    ]
    edit_columns = ["legal_basis", "valid_to"]
    label_columns: Any = {"kind": _l("List")}
    description_columns = {
        "unit": wording.OWNER_HELP,
        "kind": _l("Each list of the page has rules of its own; the nearest owner's holds."),
        "number": _l(
            "Months or times of absence; days before an exemption ends; months of temporary"
            " activity; the month of the quarter from which a thematic meeting is missed."
        ),
        "within": _l("Only for “lately”: 2 of the last 3 months."),
    }
    base_order = ("valid_from", "desc")
    create = staticmethod(commands.add)
    change = staticmethod(commands.change)
