"""The screen of the log of reminders."""

from flask_babel import lazy_gettext as _l

from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView
from app.reminders.models import Reminder

add_labels(
    reminded_at=N_("Reminded at"),
    reminded_by=N_("Reminded by"),
    together=N_("Cells reminded together"),
    said=N_("What was said"),
)


class ReminderView(AppView):
    """Who was reminded when."""

    screen = "Reminders"
    route_base = "/reminders"
    datamodel = AppInterface(Reminder, eager=("unit",))
    list_title, show_title = _l("Reminders"), _l("Reminder")
    list_columns = ["unit", "month", "reminded_at", "reminded_by", "together"]
    show_columns = [*list_columns, "said"]
    order_columns = ["month", "reminded_at"]
    search_columns = ["unit", "month", "reminded_at", "reminded_by"]
    base_order = ("reminded_at", "desc")
    blank = (
        _l("Nobody has been reminded yet"),
        _l("“Copy a reminder” on the chase board notes here who was reminded of what."),
    )
    exclude_route_methods = {"add", "edit", "delete", "download"}
