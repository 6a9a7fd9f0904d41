"""The screen of the rules by which notices are made."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.chips import validity
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.notices import commands
from app.notices.models import NoticeRule
from app.units.branch_views import OWNER_HELP, RuleView

add_labels(told=N_("Who is told"), by_mail=N_("By e-mail too"))


def _how_far(days: int) -> str:
    """Days from the last day, in words."""
    if days == 0:
        return str(_("on the last day"))
    if days < 0:
        return str(ngettext("%(num)s day before", "%(num)s days before", -days))
    return str(ngettext("%(num)s day late", "%(num)s days late", days))


class NoticeRuleView(RuleView):
    """How many days before or after the last day who is told."""

    screen = "NoticeRules"
    quick_filters = validity(NoticeRule)
    route_base = "/notice-rules"
    datamodel = AppInterface(NoticeRule, eager=("unit",))
    list_title, show_title = _l("Notice rules"), _l("Notice rule")
    add_title, edit_title = _l("Set a notice rule"), _l("Change a notice rule")
    list_columns = ["stage", "offset_days", "told", "by_mail", "active", "unit"]
    list_columns += ["valid_from", "valid_to"]
    show_columns = list_columns
    order_columns = ["stage", "offset_days", "valid_from"]
    search_columns = ["unit", "stage", "told", "offset_days", "by_mail", "active"]
    add_fieldsets = [
        (_l("What is told"), {"fields": ["unit", "stage", "offset_days", "told", "by_mail"]}),
        (_l("Validity"), {"fields": ["active", "valid_from", "valid_to"]}),
    ]
    edit_columns = ["by_mail", "active", "valid_to"]
    label_columns: Any = {
        "offset_days": _l("Days from the last day"),
        "active": _l("Speaks"),
    }
    head_columns = {"offset_days": _l("When"), "by_mail": _l("E-mails")}
    formatters_columns: Any = {"offset_days": _how_far}
    description_columns = {
        "unit": OWNER_HELP,
        "stage": _l("A unit's rules of a stage replace all those of its superiors for it."),
        "offset_days": _l("−3: three days before the last day; 0: on it; 1: one day late."),
        "told": _l("Found by role: who holds it at the unit, or in the nearest committee above."),
        "by_mail": _l("Notices always stand in the application; e-mails come once a day."),
        "active": _l("Unticked, the rule says nothing; with it a unit can silence its superior's."),
    }
    base_order = ("stage", "asc")
    create = staticmethod(commands.add)
