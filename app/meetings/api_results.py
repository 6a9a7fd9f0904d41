"""Results and roll-calls over REST, by the commands of the screens."""

from typing import Any

from flask_appbuilder.api import expose, protect
from flask_babel import gettext as _

from app.core.acting import actor
from app.core.api import plainly
from app.core.errors import BadInput, RuleBroken
from app.core.steps import Step
from app.core.text import nfc
from app.meetings import carried, queries, results, rollcall
from app.meetings.api import MeetingApi
from app.meetings.bodies import ReviewSchema, RollCallSchema
from app.meetings.carried import Carried
from app.meetings.models import COUNTS, Meeting
from app.meetings.rollcall import Mark
from app.meetings.rules import HeadCounts
from app.people.queries import RollEntry

NUMBERS = [*COUNTS, "due", "attended"]


class ResultApi(MeetingApi):
    """Results, their roll-calls and the steps from draft to lock."""

    screen = "Results"
    resource_name = "results"
    list_columns = ["id", "unit", "month", "type", "started_at", "ended_at", *NUMBERS, "speakers"]
    list_columns += ["state", "result_state", "submitted_at"]
    show_columns = [*list_columns, *results.RESULT[3:], "attendance_policy", "planned_at"]
    show_columns += ["return_reason", "submitted_by", "decided_at", "decided_by", "version"]
    order_columns = ["id", "month", "planned_at", "started_at", "submitted_at"]
    search_columns = ["unit", "month", "type", "state", "result_state", "submitted_at"]
    edit_columns = [*results.RESULT]
    change = staticmethod(results.save_result)
    method_permission_name = {
        **{"roll": "read", "call_roll": "edit"},
        **{"tasks": "read", "review": "edit"},
    }
    step_answer = "The result as it stands then"
    steps = (
        Step("submit", results.submit, "Send a complete result to the superior"),
        Step("approve", results.approve, "Approve a submitted result"),
        Step(
            "give_back",
            results.return_result,
            "Return a result to the cell, saying what is to be mended",
            right="return",
            address="return",
            reason=True,
        ),
        Step("lock", results.lock, "Lock an approved result"),
    )

    def more_given(self, step: Step, body: dict[str, Any]) -> dict[str, Any]:
        """What a returned result is told ``beside`` its fields, by their names."""
        said = body.get("beside") or {}
        if step.name != "give_back" or not said:
            return {}
        if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
            raise BadInput(_("Give remarks as an object by the names of fields."))
        return {"beside": {str(name): nfc(text) for name, text in said.items()}}

    @expose("/<pk>/roll-call", methods=["GET"])
    @protect()
    @plainly
    def roll(self, pk: str) -> Any:
        """The roll of the day with what is said of each member, and the numbers.
        ---
        get:
          summary: The roll of the day with what is said of each member, and the numbers
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          responses:
            200: {description: "by_names, members and counts"}
            404: {$ref: '#/components/responses/404'}
        """
        item = self.datamodel.get(pk)
        if item is None:
            return self.response_404()
        by_names = rollcall.names_mode(item)
        kept = {row.member_id: row for row in queries.absences_of(item.id)} if by_names else {}
        roll = rollcall.roster_of(item) if by_names else []
        members = [
            _shown(entry, rollcall.said_of(entry, kept.get(entry.member_id))) for entry in roll
        ]
        counts = {name: getattr(item, name) for name in NUMBERS}
        return self.response(200, by_names=by_names, members=members, counts=counts)

    @expose("/<pk>/roll-call", methods=["PUT"])
    @protect()
    @plainly
    def call_roll(self, pk: str) -> Any:
        """Call the roll: everybody is as usual on the day but the exceptions, or send numbers.
        ---
        put:
          summary: Call the roll by exceptions, or by numbers where no names are kept
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [version]
                  properties:
                    version: {type: integer}
                    exceptions:
                      type: array
                      items:
                        type: object
                        required: [member, status]
                        properties:
                          member: {type: integer}
                          status: {type: string}
                          reason: {type: string, maxLength: 250}
                    counts: {type: object, additionalProperties: {type: integer, minimum: 0}}
          responses:
            200: {description: The result as it stands then}
            404: {$ref: '#/components/responses/404'}
            409: {description: Somebody else has saved it meanwhile}
            428: {description: The version that was read is not said}
            422: {$ref: '#/components/responses/422'}
        """
        body = self.body()
        sent = RollCallSchema().load(body)
        if len(sent) != 1:
            return self.response_422(message=_("Send either exceptions or counts."))
        return self.change_row(pk, lambda item: _call(item, sent), body)

    @expose("/<pk>/tasks", methods=["GET"])
    @protect()
    @plainly
    def tasks(self, pk: str) -> Any:
        """The tasks of earlier meetings of which this one has to speak, and what it says.
        ---
        get:
          summary: The tasks of earlier meetings, and how this one says they stand
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          responses:
            200: {description: "tasks, each with before and state; state is null until said"}
            404: {$ref: '#/components/responses/404'}
        """
        item = self.datamodel.get(pk)
        if item is None:
            return self.response_404()
        return self.response(200, tasks=[_told(one) for one in carried.of(item)])

    @expose("/<pk>/tasks", methods=["PUT"])
    @protect()
    @plainly
    def review(self, pk: str) -> Any:
        """Say how tasks of earlier meetings stand; those not named stay as they are.
        ---
        put:
          summary: Say how tasks of earlier meetings stand
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [version, tasks]
                  properties:
                    version: {type: integer}
                    tasks:
                      type: array
                      items:
                        type: object
                        required: [task, state]
                        properties:
                          task: {type: integer}
                          state: {type: string, enum: [OPEN, DONE, NOT_DONE]}
                          note: {type: string, maxLength: 500}
          responses:
            200: {description: The result as it stands then}
            404: {$ref: '#/components/responses/404'}
            409: {description: Somebody else has saved it meanwhile}
            428: {description: The version that was read is not said}
            422: {$ref: '#/components/responses/422'}
        """
        body = self.body()
        words = ReviewSchema().load(body)["tasks"]
        return self.change_row(pk, lambda item: _review(item, words), body)


def _review(item: Meeting, words: list[dict[str, Any]]) -> None:
    known = {one.task.id: one for one in carried.of(item)}
    for word in words:
        if word["task"] not in known:
            raise RuleBroken(_("This meeting does not speak of that task."), "tasks")
        note = nfc(word.get("note") or "")
        carried.review(item, known.pop(word["task"]), word["state"], note, by=actor())


def _told(one: Carried) -> dict[str, Any]:
    return {
        "task": one.task.id,
        "title": one.task.title,
        "assignee": one.task.assignee,
        "due_on": one.task.due_on.isoformat() if one.task.due_on else None,
        "given": one.given.isoformat(),
        "before": one.before.state.name if one.before else None,
        "state": one.state.name if one.state else None,
        "note": one.note,
    }


def _call(item: Meeting, sent: dict[str, Any]) -> None:
    if "counts" in sent:
        rollcall.count_heads(item, HeadCounts(**sent["counts"]), by=actor())
        return
    marks = [Mark(one["member"], one["status"], one.get("reason")) for one in sent["exceptions"]]
    rollcall.roll_call(item, marks, by=actor())


def _shown(entry: RollEntry, mark: Mark) -> dict[str, Any]:
    return {
        "member": entry.member_id,
        "name": entry.name,
        "state": entry.state.name if entry.state else None,
        "status": mark.status.name,
        "reason": mark.reason,
    }
