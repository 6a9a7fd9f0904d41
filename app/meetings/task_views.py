"""Screens of tasks: what meetings gave people to do, what is late, and what became of it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core import chips
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.paging import Order
from app.core.terms import N_
from app.core.web import AppView
from app.meetings import quick, results, wording
from app.meetings.models import Task
from app.meetings.parts import history_text
from app.meetings.rules import WRITABLE

add_labels(
    meeting=N_("Meeting"),
    title=N_("Task"),
    assignee=N_("Assigned to"),
    due_on=N_("Due on"),
    days_late=N_("Days late"),
    history=N_("What the meetings said"),
)


class TaskView(AppView):
    """The tasks of the branch; what is overdue, with the days, exports as it stands."""

    screen = "Tasks"
    route_base = "/tasks"
    datamodel = AppInterface(Task, eager=("unit", "meeting", "meeting.unit"))
    label_columns = {"state": _l("What became of it"), "note": _l("Note")}
    formatters_columns = {"history": history_text}
    list_title, show_title = _l("Tasks"), _l("Task")
    add_title, edit_title = _l("Add a task"), _l("Change a task")
    list_columns = ["title", "assignee", "due_on", "days_late", "state", "meeting"]
    extra_columns = ["unit", "note"]
    quick_filters = quick.TASKS
    show_columns = ["title", "assignee", "due_on", "state", "note", "meeting", "history"]
    order_columns = ["due_on", "state", "title"]
    search_columns = ["unit", "meeting", "title", "assignee", "due_on", "state"]
    add_columns = ["meeting", "title", "assignee", "due_on"]
    edit_columns = ["title", "assignee", "due_on", "state", "note"]
    description_columns = wording.TASK_HELP
    base_order = ("id", "desc")
    create = staticmethod(results.add_task)
    change = staticmethod(results.change_task)

    def order(self, column: str = "", direction: str = "") -> Order:
        """What is overdue stands by the days it is late, unless another order is asked for."""
        if not column and any(one.name == "overdue" for one in chips.asked(self)):
            return Order("due_on", "asc")
        return super().order(column, direction)

    def prefill_form(self, form: Any, pk: Any) -> None:
        """Once the result is sent, only what has become of the task can still be said."""
        if self.datamodel.get(pk).meeting.result_state not in WRITABLE:
            for name in ("title", "assignee", "due_on"):
                form[name].render_kw = {"readonly": True}
