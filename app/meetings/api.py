"""Schedules and results over REST, by the commands of the screens."""

from typing import Any

from flask import request
from flask_appbuilder.api import expose, protect
from flask_babel import gettext as _

from app.core.acting import actor
from app.core.api import AppApi, plainly
from app.core.buttons import Command
from app.core.db import transaction
from app.core.errors import BadInput
from app.core.interface import AppInterface
from app.meetings import commands
from app.meetings.models import COUNTS, Meeting

PLAN = ["unit", "month", "type", "planned_at", "place", "chair", "topic", "superior"]
NUMBERS = [*COUNTS, "due", "attended"]


class MeetingApi(AppApi):
    """What schedules and results share: the table, and steps that change a state."""

    datamodel = AppInterface(Meeting, eager=("unit",))
    base_order = ("month", "desc")
    order_columns = ["id", "month", "planned_at"]

    def step(self, pk: str, command: Command, *, needs: tuple[str, ...] = ()) -> Any:
        """Run ``command`` on one meeting; ``needs`` names texts of the body to pass on."""
        body = self.body()
        given = {name: body.get(name) for name in needs}
        if not all(isinstance(value, str) and value.strip() for value in given.values()):
            return self.response_422(message={name: [_("Give the reason.")] for name in needs})
        return self.change_row(pk, lambda item: command(item, by=actor(), **given), body)

    def change_row(self, pk: str, change: Any, body: dict[str, Any]) -> Any:
        """Do ``change`` to the meeting in one transaction and answer with how it stands then."""
        item = self.datamodel.get(pk)
        if item is None:
            return self.response_404()
        with transaction() as session:
            if body.get("version", item.version) != item.version:
                return self.response(409, message=_("Someone else has saved this meanwhile."))
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
    method_permission_name = {
        "confirm": "confirm",
        "postpone": "postpone",
        "not_held": "not_held",
    }

    @expose("/<pk>/confirm", methods=["POST"])
    @protect()
    @plainly
    def confirm(self, pk: str) -> Any:
        """Confirm a registered meeting.
        ---
        post:
          summary: Confirm a registered meeting
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          responses:
            200: {description: The schedule as it stands then}
            404: {$ref: '#/components/responses/404'}
            422: {$ref: '#/components/responses/422'}
        """
        return self.step(pk, commands.confirm)

    @expose("/<pk>/postpone", methods=["POST"])
    @protect()
    @plainly
    def postpone(self, pk: str) -> Any:
        """Postpone a meeting, saying why; a later PUT with a new planned_at registers it again.
        ---
        post:
          summary: Postpone a meeting; PUT a new planned_at to register it again
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          requestBody:
            content:
              application/json:
                schema: {type: object, required: [reason], properties: {reason: {type: string}}}
          responses:
            200: {description: The schedule as it stands then}
            404: {$ref: '#/components/responses/404'}
            422: {$ref: '#/components/responses/422'}
        """
        return self.step(pk, commands.postpone, needs=("reason",))

    @expose("/<pk>/not-held", methods=["POST"])
    @protect()
    @plainly
    def not_held(self, pk: str) -> Any:
        """Say that a meeting is not held, and why.
        ---
        post:
          summary: Say that a meeting is not held, and why
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          requestBody:
            content:
              application/json:
                schema: {type: object, required: [reason], properties: {reason: {type: string}}}
          responses:
            200: {description: The schedule as it stands then}
            404: {$ref: '#/components/responses/404'}
            422: {$ref: '#/components/responses/422'}
        """
        return self.step(pk, commands.not_held, needs=("reason",))
