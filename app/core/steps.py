"""Steps of a resource: addresses that bring one row to another state, declared in one table."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.api import expose, protect

from app.core.api import plainly
from app.core.buttons import Command


@dataclass(frozen=True)
class Step:
    """``POST /<pk>/<address>`` runs ``command`` on one row.

    ``name`` is the method's and, unless ``right`` says another, the word of the table of roles.
    ``reason`` asks for a text of that name in the body.
    """

    name: str
    command: Command
    summary: str
    right: str = ""
    address: str = ""
    reason: bool = False


class Stepped:
    """A resource with ``steps``; ``take_step`` says how one is taken."""

    steps: tuple[Step, ...] = ()
    step_answer = "The row as it stands then"
    method_permission_name: Any = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "steps" not in vars(cls):
            return
        for step in cls.steps:
            setattr(cls, step.name, _route(step, cls.step_docs(step)))
        words = {step.name: step.right or step.name for step in cls.steps}
        cls.method_permission_name = words | (cls.method_permission_name or {})

    def take_step(self, pk: str, step: Step) -> Any:
        """Run the step's command on the row and answer with what came of it."""
        raise NotImplementedError

    @classmethod
    def step_docs(cls, step: Step) -> dict[str, Any]:
        """The operation as OpenAPI describes it."""
        docs: dict[str, Any] = {
            "summary": step.summary,
            "parameters": [
                {"in": "path", "name": "pk", "required": True, "schema": {"type": "integer"}}
            ],
            "responses": {
                "200": {"description": cls.step_answer},
                "404": {"$ref": "#/components/responses/404"},
                "409": {"description": "Somebody else has saved it meanwhile"},
                "422": {"$ref": "#/components/responses/422"},
                "428": {"description": "The version that was read is not said"},
            },
        }
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {"version": {"type": "integer"}},
        }
        schema["required"] = ["version"]
        if step.reason:
            schema["required"].append("reason")
            schema["properties"]["reason"] = {"type": "string"}
        docs["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
        return docs


def _route(step: Step, docs: dict[str, Any]) -> Callable[..., Any]:
    def take(self: Stepped, pk: str) -> Any:
        return self.take_step(pk, step)

    # Flask-AppBuilder takes the permission from the name, and the documentation from the text.
    take.__name__ = step.name
    take.__doc__ = f"{step.summary}.\n---\n{json.dumps({'post': docs})}"
    address = f"/<pk>/{step.address or step.name}"
    route: Callable[..., Any] = expose(address, methods=["POST"])(protect()(plainly(take)))
    return route
