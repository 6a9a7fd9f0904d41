"""Schedules and results over REST, by the commands of the screens."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from app.core.acting import actor
from app.core.api import AppApi
from app.core.db import transaction
from app.core.errors import BadInput
from app.core.interface import AppInterface
from app.core.steps import Step, Stepped
from app.meetings import commands, deferrals
from app.meetings.deferrals import Deferral
from app.meetings.models import COUNTS, Meeting

PLAN = ["unit", "month", "type", "planned_at", "place", "chair", "topic", "superior"]
NUMBERS = [*COUNTS, "due", "attended"]


class MeetingApi(Stepped, AppApi):
    """What schedules and results share: the table, and steps that change a state."""

    datamodel = AppInterface(Meeting, eager=("unit",))
    base_order = ("month", "desc")
    order_columns = ["id", "month", "planned_at"]

    def take_step(self, pk: str, step: Step) -> Any:
        """Run the step's command on one meeting, with the reason in the body when it asks one."""
        body = self.body()
        given: dict[str, Any] = {"reason": body.get("reason")} if step.reason else {}
        if not all(isinstance(value, str) and value.strip() for value in given.values()):
            return self.response_422(message={"reason": [_("Give the reason.")]})
        given |= self.more_given(step, body)
        return self.change_row(pk, lambda item: step.command(item, by=actor(), **given), body)

    def more_given(self, step: Step, body: dict[str, Any]) -> dict[str, Any]:
        """Override where a step takes more from the body than a reason."""
        return {}

    def change_row(self, pk: str, change: Any, body: dict[str, Any]) -> Any:
        """Do ``change`` to the meeting in one transaction and answer with how it stands then."""
        item = self.datamodel.get(pk)
        if item is None:
            return self.response_404()
        if (refused := self.unseen(item, body, self.show_model_schema.dump)) is not None:
            return refused
        with transaction() as session:
            change(item)
            session.flush()
            shown = self.show_model_schema.dump(item, many=False)
        return self.response(200, id=item.id, result=shown)

    def body(self) -> dict[str, Any]:
        """The JSON object of the request, empty when nothing was sent."""
        if not request.data:
            return {}
        found = request.get_json(silent=True)
        if not isinstance(found, dict):
            raise BadInput(_("Send one JSON object."))
        return found


class ScheduleApi(MeetingApi):
    screen = "Schedules"
    resource_name = "schedules"
    list_columns = ["id", *PLAN, "state", "state_reason", "registered_at", "result_state"]
    show_columns = [*list_columns, "registered_by", "version"]
    search_columns = ["unit", "month", "type", "state", "result_state", "planned_at"]
    add_columns = PLAN
    edit_columns = PLAN[1:]
    create = staticmethod(commands.register)
    change = staticmethod(commands.change_schedule)
    step_answer = "The schedule as it stands then"
    steps = (
        Step("confirm", commands.confirm, "Confirm a registered meeting"),
        Step(
            "postpone",
            commands.postpone,
            "Postpone a meeting; PUT a new planned_at to register it again",
            reason=True,
        ),
        Step(
            "not_held",
            commands.not_held,
            "Say that a meeting is not held, and why",
            address="not-held",
            reason=True,
        ),
    )


class DeferralApi(MeetingApi):
    """Requests to put a meeting off or not to hold it; asked for by the steps of a schedule."""

    datamodel = AppInterface(Deferral, eager=("unit",))
    screen = "Deferrals"
    resource_name = "deferrals"
    base_order = ("id", "desc")
    list_columns = ["id", "meeting_id", "unit", "wanted", "reason", "state", "asked_by", "asked_at"]
    show_columns = [*list_columns, "answer", "answered_by", "answered_at", "version"]
    search_columns = ["unit", "wanted", "state"]
    order_columns = ["id", "asked_at", "answered_at"]
    step_answer = "The request as it stands then"
    steps = (
        Step("agree", deferrals.agree, "Agree to a request"),
        Step("refuse", deferrals.refuse, "Refuse a request, saying why", reason=True),
    )
