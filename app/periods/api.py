"""Obligations over REST: read, never written."""

from app.core.api import AppApi
from app.core.interface import AppInterface
from app.periods.models import Obligation


class ObligationApi(AppApi):
    screen = "Obligations"
    resource_name = "obligations"
    datamodel = AppInterface(Obligation, eager=("unit",))
    list_columns = ["id", "unit", "month", "stage", "counts_from", "due_on", "late_after"]
    list_columns += ["state", "cause", "reason", "done_at", "late_days"]
    show_columns = list_columns
    search_columns = ["unit", "month", "stage", "state", "due_on", "late_days"]
    order_columns = ["id", "month", "due_on"]
    base_order = ("due_on", "desc")
