"""What REST bodies of score sheets say, and the same back as JSON."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask_babel import gettext as _

from app.core.errors import BadInput, RuleBroken
from app.core.text import nfc
from app.evaluations import queries
from app.evaluations.models import Evaluation
from app.evaluations.rules import Layer


def rows(found: Evaluation) -> list[dict[str, Any]]:
    """The sheet's lines in their order, groups too, with the points of the three layers."""
    return [
        {
            "code": line.criterion.code,
            "name": line.criterion.name,
            "max_points": plain(line.criterion.max_points),
            "is_leaf": line.criterion.is_leaf,
            **{
                layer.name.lower(): plain(line.score.points(layer)) if line.score else None
                for layer in Layer
            },
            "note": line.score.note if line.score else None,
        }
        for line in queries.lines(found.criteria_set_id, found.meeting_id)
    ]


def plain(points: Decimal | None) -> float | None:
    """Halves are exact in binary, so a JSON number loses nothing."""
    return None if points is None else float(points)


def sent() -> dict[str, Any]:
    """The JSON object of the request; raises ``BadInput`` for anything else."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadInput(_("Send one JSON object."))
    return body


def points(body: dict[str, Any], codes: dict[str, int]) -> dict[int, Decimal | None]:
    """The points of a body by criterion id; raises as ``of`` and ``number`` do."""
    return {key: number(value) for key, value in of(body, "points", codes).items()}


def notes(body: dict[str, Any], codes: dict[str, int]) -> dict[int, str]:
    """The notes of a body by criterion id; raises as ``of`` does."""
    return {key: nfc(str(value)) for key, value in of(body, "notes", codes).items()}


def of(body: dict[str, Any], name: str, codes: dict[str, int]) -> dict[int, Any]:
    """The object ``name`` of a body with ids in place of criterion codes.

    Raises ``RuleBroken`` for a code that the sheet does not have.
    """
    given = body.get(name) or {}
    if not isinstance(given, dict):
        raise BadInput(_("Give points and notes as objects by criterion code."))
    for code in given:
        if code not in codes:
            raise RuleBroken(_("There is no such criterion in this score sheet."), str(code)[:40])
    return {codes[code]: value for code, value in given.items()}


def number(value: Any) -> Decimal | None:
    """Points as a body gives them, ``None`` to clear; raises ``BadInput`` for no number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadInput(_("Write a number, such as 4.5."))
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise BadInput(_("Write a number, such as 4.5.")) from error
