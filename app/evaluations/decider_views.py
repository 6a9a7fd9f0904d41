"""The screen of who verifies scores and who decides them."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.chips import validity
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.evaluations import deciders
from app.evaluations.deciders import Decider
from app.units.branch_views import OWNER_HELP, VALIDITY, RuleView

add_labels(
    layer=N_("Layer of score"),
    level=N_("Level"),
    attended=N_("Only who attended"),
)


class DeciderView(RuleView):
    """Who gives each layer of score above the cell's own."""

    screen = "Deciders"
    quick_filters = validity(Decider)
    route_base = "/deciders"
    datamodel = AppInterface(Decider, eager=("unit",))
    list_title, show_title = _l("Who decides scores"), _l("Who decides scores")
    add_title, edit_title = _l("Say who decides"), _l("Change who decides")
    list_columns = ["layer", "role", "level", "attended", "unit", "valid_from", "valid_to"]
    extra_columns = ["legal_basis"]
    show_columns = [*list_columns, "legal_basis"]
    order_columns = ["layer", "valid_from"]
    search_columns = ["unit", "layer", "level", "valid_from"]
    add_fieldsets = [
        (_l("Who decides"), {"fields": ["unit", "layer", "role", "level", "attended"]}),
        VALIDITY,
    ]
    label_columns: Any = {"role": _l("Role")}
    description_columns = {
        "unit": OWNER_HELP,
        "layer": _l("The verified or the official score; without a rule, every role that may."),
        "role": _l("Empty: every role that holds the right."),
        "level": _l("The committee above the cell, or one further up, as your rules say."),
        "attended": _l(
            "Only the superior whom the schedule names (HD 42). Otherwise the log notes when it was"
            " another."
        ),
    }
    create = staticmethod(deciders.add)
