"""Evaluations over REST."""

from typing import Any

from flask import request
from flask_appbuilder.api import expose, protect, safe
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from app.core.acting import actor
from app.core.api import AppApi, plainly
from app.core.db import transaction
from app.core.interface import AppInterface, as_key
from app.core.steps import Step, Stepped
from app.evaluations import bodies, checks, commands, queries
from app.evaluations.checks import PointsRefused
from app.evaluations.models import Evaluation
from app.evaluations.rules import Layer
from app.evaluations.views import InMonth, month_asked

COLUMNS = ["meeting_id", "unit_id", "unit.name", "state", "self_total", "self_rating_code"]
COLUMNS += ["verified_total", "verified_rating_code", "official_total", "official_rating_code"]


class EvaluationApi(Stepped, AppApi):
    """Evaluations by the id of their meeting; ``?month=2026-10`` narrows the list."""

    screen = "Evaluations"
    resource_name = "evaluations"
    datamodel = AppInterface(Evaluation)
    list_columns = COLUMNS
    show_columns = [*COLUMNS, "criteria_set_id", "self_scored_at", "verified_at", "official_at"]
    show_columns += ["remark", "version"]
    search_columns = ["unit", "state", "meeting_id"]
    order_columns = ["meeting_id", "self_total", "verified_total", "official_total"]
    method_permission_name = {
        "scores": "read",
        # The layer decides which right is needed; the method asks for it.
        "give": "read",
    }
    step_answer = "The new state"
    steps = (
        Step("submit", commands.submit, "Send the self-score to the superior"),
        Step("verify", commands.verify, "Confirm the score as the superior who follows the cell"),
        Step("make_official", commands.make_official, "Decide the official score"),
    )

    def _handle_filters_args(self, rison_args: dict[str, Any]) -> Any:
        joined = super()._handle_filters_args(rison_args)
        month = month_asked()
        return joined.add_filter("meeting_id", InMonth, month) if month is not None else joined

    @expose("/<pk>/scores", methods=["GET"])
    @protect()
    @safe
    @plainly
    def scores(self, pk: str) -> Any:
        """The points of every criterion in the three layers.
        ---
        get:
          description: The points of every criterion in the three layers
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          responses:
            200:
              description: Criteria in their order, with points
            401:
              $ref: '#/components/responses/401'
            404:
              $ref: '#/components/responses/404'
        """
        found = _evaluation(pk)
        if found is None:
            return self.response_404()
        return self.response(
            200, id=found.meeting_id, version=found.version, result=bodies.rows(found)
        )

    @expose("/<pk>/scores/<layer>", methods=["PUT"])
    @protect()
    @safe
    @plainly
    def give(self, pk: str, layer: str) -> Any:
        """Give points of a layer; opens the evaluation when there is none yet.
        ---
        put:
          description: >-
            Give points of a layer (self, verified, official) by criterion code, null to clear.
            Opens the evaluation of the meeting when there is none yet.
          parameters:
          - {in: path, name: pk, required: true, schema: {type: integer}}
          - in: path
            name: layer
            required: true
            schema: {type: string, enum: [self, verified, official]}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    points: {type: object, additionalProperties: {type: number, nullable: true}}
                    notes: {type: object, additionalProperties: {type: string}}
                    version: {type: integer}
          responses:
            200:
              description: The new total, rating and version
            401:
              $ref: '#/components/responses/401'
            403:
              description: The role does not give points of this layer
            404:
              $ref: '#/components/responses/404'
            409:
              description: Somebody else has saved meanwhile
            428:
              description: The version that was read is not said
            422:
              $ref: '#/components/responses/422'
        """
        key = as_key(pk)
        meeting = queries.meeting(key) if key is not None else None
        if meeting is None or layer.upper() not in Layer.__members__:
            return self.response_404()
        wanted = Layer[layer.upper()]
        if not checks.may_score(actor().role, wanted):
            return self.response(403, message=_("Your role does not give points of this layer."))
        body = bodies.sent()
        codes: dict[str, int] = {}
        known = queries.evaluation(meeting.id)
        if (refused := self.unseen(known, body, bodies.rows)) is not None:
            return refused
        try:
            with transaction():
                found = known or commands.open_evaluation(meeting, by=actor())
                if known is None and body.get("version") is not None:
                    raise StaleDataError
                codes = _codes(found)
                points, notes = bodies.points(body, codes), bodies.notes(body, codes)
                commands.give_points(found, wanted, points, notes, by=actor())
        except PointsRefused as error:
            return self._refused(error, codes)
        return self.response(
            200,
            id=found.meeting_id,
            version=found.version,
            result={
                "total": bodies.plain(found.total(wanted)),
                "rating_code": getattr(found, f"{layer.lower()}_rating_code"),
            },
        )

    @classmethod
    def step_docs(cls, step: Step) -> dict[str, Any]:
        """As the other operations here are described."""
        docs = super().step_docs(step)
        docs["description"] = docs.pop("summary")
        docs["responses"]["401"] = {"$ref": "#/components/responses/401"}
        return docs

    def take_step(self, pk: str, step: Step) -> Any:
        """Run the step's command on one evaluation and answer with the new state."""
        found = _evaluation(pk)
        if found is None:
            return self.response_404()
        body = bodies.sent() if request.data else {}
        if (refused := self.unseen(found, body, bodies.rows)) is not None:
            return refused
        codes = _codes(found)
        try:
            with transaction():
                step.command(found, by=actor())
        except PointsRefused as error:
            return self._refused(error, codes)
        return self.response(
            200, id=found.meeting_id, version=found.version, result={"state": found.state.name}
        )

    def _refused(self, error: PointsRefused, codes: dict[str, int]) -> Any:
        """Each message under the code of its criterion."""
        named = {key: code for code, key in codes.items()}
        messages = {named[key]: [text] for key, text in error.errors.items()}
        return self.response(422, message=messages)


def _codes(found: Evaluation) -> dict[str, int]:
    return {score.criterion.code: score.criterion_id for score in found.scores}


def _evaluation(pk: str) -> Evaluation | None:
    key = as_key(pk)
    return queries.evaluation(key) if key is not None else None
