"""Screens of schedules and results."""

from typing import Any

from flask import abort, flash, jsonify, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.acting import actor
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.web import AppView, button
from app.meetings import (
    carried,
    commands,
    deferrals,
    prefill,
    queries,
    quick,
    remarks,
    results,
    wording,
)
from app.meetings.models import Meeting
from app.meetings.parts import (
    Facts,
    ScheduleFacts,
    clash_texts,
    possible,
    share_text,
    span_text,
    warn_of_clashes,
    weekday_moment,
)
from app.meetings.rules import RESULT_STEPS, SCHEDULE_STEPS, WRITABLE, ResultState, ScheduleState

add_labels(**wording.LABELS)


class MeetingView(AppView):
    """What the screens of schedules and of results share: the table, the months, the buttons."""

    label_columns = {"state": _l("Schedule state")}
    datamodel = AppInterface(Meeting, eager=("unit",))
    list_template = "meetings/list.html"
    base_order = ("month", "desc")
    order_columns = ["month", "planned_at", "type", "state"]
    formatters_columns = {
        "planned_at": weekday_moment,
        "started_at": weekday_moment,
        "share": share_text,
        "duration_min": span_text,
    }

    def possible_actions(self, item: Meeting) -> dict[str, Any]:
        """The buttons that the states of ``item`` allow."""
        return possible(self.actions, self.steps, getattr(item, self.stepping))

    stepping = ""
    steps: Any = {}


class ScheduleView(MeetingView):
    screen = "Schedules"
    route_base = "/schedules"
    list_title, show_title = _l("Schedules"), _l("Schedule")
    add_title, edit_title = _l("Register a meeting"), _l("Change a schedule")
    list_columns = ["unit", "month", "type", "planned_at", "place", "state"]
    extra_columns = ["chair", "topic", "superior", "state_reason", "result_state", "registered_by"]
    quick_filters = quick.SCHEDULES
    show_columns = [*list_columns[:5], "chair", "topic", "superior", "state", "state_reason"]
    show_columns += ["registered_at", "registered_by", "result_state"]
    search_columns = ["unit", "month", "type", "state", "planned_at"]
    method_permission_name = {"types": "add"}
    add_fieldsets = wording.SCHEDULE_GROUPS
    edit_fieldsets = wording.SCHEDULE_GROUPS_LATER
    description_columns = wording.SCHEDULE_HELP
    create = staticmethod(commands.register)
    change = staticmethod(commands.change_schedule)
    show_widget = ScheduleFacts
    stepping = "state"
    steps = {
        "confirm": (SCHEDULE_STEPS, ScheduleState.CONFIRMED),
        "postpone": (SCHEDULE_STEPS, ScheduleState.POSTPONED),
        "not_held": (SCHEDULE_STEPS, ScheduleState.NOT_HELD),
    }

    def prefill_new(self, form: Any) -> None:
        prefill.fill(form, actor())

    def narrow(self, form: Any, item: Any) -> None:
        prefill.offer_types(form, item.unit if item else form.unit.data)
        if item is None:
            form.type.narrow(url_for("ScheduleView.types"), by=("unit", "month", "planned_at"))

    @expose("/types")
    @has_access
    def types(self) -> Any:
        """The types that fit what the form of a new schedule holds so far: {"choices": […]}."""
        form = self.add_form(request.args)
        form.type.data = None
        self.narrow(form, None)
        found = [(one.value, one.label) for one in form.type.iter_choices() if one.value]
        return jsonify(choices=found)

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        widgets = super()._get_show_widget(pk, item, *args, **kwargs)
        widgets["show"].template_args["clashes"] = clash_texts([item])
        widgets["show"].template_args["asked"] = deferrals.waiting([item.id]).get(item.id)
        return widgets

    def _save(self, form: Any, item: Any, *, is_new: bool) -> bool:
        saved = bool(super()._save(form, item, is_new=is_new))
        if saved:
            warn_of_clashes([item])
        return saved

    def _edit(self, pk: Any) -> Any:
        item = self.datamodel.get(pk) or abort(404)
        if request.method == "GET" and item.state is ScheduleState.HELD:
            flash(_("This meeting has been held: its schedule stays as it was."), "info")
            return None
        return super()._edit(pk)

    reason_helps: Any = {
        "postpone": _l("Such as a conference of the superior that day. The superior reads it."),
        "not_held": _l("Such as a flood in the area. The superior reads it."),
    }

    @button("confirm", _l("Confirm"), icon="calendar-check")
    def confirm(self, items: Any) -> Any:
        answer = self.run(items, commands.confirm)
        # Of a preview a row may have left one's area meanwhile.
        kept = (item for item in items if item and item.state is ScheduleState.CONFIRMED)
        warn_of_clashes(kept)
        return answer

    @button("postpone", _l("Postpone"), icon="calendar-clock")
    def postpone(self, items: Any) -> Any:
        answer = self.run(items, commands.postpone, reason_for=_("Why is it postponed?"))
        return self._asked(items, answer)

    @button("not_held", _l("Not held"), icon="calendar-x")
    def not_held(self, items: Any) -> Any:
        answer = self.run(items, commands.not_held, reason_for=_("Why is it not held?"))
        return self._asked(items, answer)

    def _asked(self, items: Any, answer: Any) -> Any:
        """Say that what was asked waits for the superior."""
        done = getattr(answer, "status_code", 200) == 302
        if done and deferrals.waiting(item.id for item in items if item):
            flash(_("The superior has been asked; until he agrees, the plan stands."), "info")
        return answer


class ResultView(MeetingView):
    screen = "Results"
    route_base = "/results"
    list_title, show_title = _l("Results"), _l("Result of a meeting")
    edit_title = _l("Fill in a result")
    label_columns = MeetingView.label_columns | {"result_state": _l("State")}
    head_columns = {"amended": _l("Amended, over a column")}
    list_columns = ["unit", "month", "type", "started_at", "share", "result_state", "amended"]
    extra_columns = ["duration_min", "speakers", "resolution_no", "minutes_present"]
    extra_columns += ["submitted_at", "submitted_by", "decided_at", "decided_by", "return_reason"]
    quick_filters = quick.RESULTS
    order_columns = ["month", "started_at", "submitted_at", "type", "result_state"]
    show_columns = ["started_at", "ended_at", "duration_min", "papers_posted_at", "speakers"]
    show_columns += ["agenda", "agenda_done", "content", "resolution_no", "minutes_present"]
    show_columns += ["submitted_at", "submitted_by", "decided_at", "decided_by"]
    search_columns = ["unit", "month", "type", "result_state", "state", "submitted_at"]
    edit_fieldsets = wording.RESULT_GROUPS
    description_columns = wording.RESULT_HELP
    exclude_route_methods = {"add", "delete", "download"}
    show_widget = Facts
    change = staticmethod(results.save_result)
    stepping = "result_state"
    steps = {
        "submit": (RESULT_STEPS, ResultState.SUBMITTED),
        "approve": (RESULT_STEPS, ResultState.APPROVED),
        "return": (RESULT_STEPS, ResultState.RETURNED),
        "lock": (RESULT_STEPS, ResultState.LOCKED),
    }

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Any:
        item = self.datamodel.get(pk) or abort(404)
        self.update_redirect()
        foot = {name: one for name, one in self.possible_actions(item).items() if name != "submit"}
        # One way to return it is enough: the page on which remarks can stand beside fields.
        with_remarks = "return" in foot and self.appbuilder.sm.has_access("can_return", "Review")
        if with_remarks:
            del foot["return"]
        return self.render_template(
            "meetings/result.html",
            with_remarks=with_remarks,
            title=str(item),
            item=item,
            pk=pk,
            facts=self._get_show_widget(pk, item)["show"],
            foot_actions=foot,
            absences=queries.absences_of(item.id),
            tasks=queries.tasks_of(item.id),
            carried=carried.of(item),
            remarks=remarks.history(item.id),
            remark_names=remarks.FIELDS,
            writable=item.result_state in WRITABLE,
            weekday_moment=weekday_moment,
        )

    def remarks_on(self, item: Meeting) -> dict[str, str]:
        said = remarks.beside(item.id)
        # The form shows both times; what is said of them stands by the first.
        return said | ({"started_at": said["times"]} if "times" in said else {})

    def prefill_form(self, form: Any, pk: Any) -> None:
        if form.started_at.data is None:
            form.started_at.data = self.datamodel.get(pk).planned_at

    def _edit(self, pk: Any) -> Any:
        item = self.datamodel.get(pk) or abort(404)
        if request.method == "GET" and item.result_state not in WRITABLE:
            flash(_("This result is with the superior and can no longer be changed here."), "info")
            return None
        return super()._edit(pk)

    @button("submit", _l("Send to the superior"), icon="send")
    def submit(self, items: Any) -> Any:
        return self.run(items, results.submit)

    @button("approve", _l("Approve"), icon="check")
    def approve(self, items: Any) -> Any:
        return self.run(items, results.approve)

    @button("return", _l("Return"), icon="arrow-back-up")
    def return_result(self, items: Any) -> Any:
        return self.run(items, results.return_result, reason_for=_("What is to be mended?"))

    @button("lock", _l("Lock"), icon="lock", confirm=_l("Nothing can be changed afterwards. Lock?"))
    def lock(self, items: Any) -> Any:
        return self.run(items, results.lock)
