"""Remote look-ups for form fields: a few matching rows of one table, in scope, as JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, jsonify, request
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.interface import as_key
from app.core.text import fold, nfc
from app.core.web import Page

AT_MOST = 20


@dataclass(frozen=True)
class Source:
    """A table that fields may look up: its model, its order, and the hint beside each name.

    ``eager`` are the relations that the hint reads. The model's ``found_by(words)`` says how it
    is searched.
    """

    model: Any
    order_by: tuple[Any, ...]
    hint: Any = None
    eager: tuple[Any, ...] = ()


SOURCES: dict[str, Source] = {}
"""Table name → source; filled by the features."""

NEARLY: set[Callable[[Any, str], Any]] = set()
"""Asked when words find nothing: a clause for rows of a model whose names come close to the
folded words, or ``None``."""


class Lookup(Page):
    """Answers the look-up fields."""

    screen = "Lookup"
    route_base = "/lookup"
    method_permission_name = {"find": "read"}

    @expose("/<string:table>")
    @has_access
    def find(self, table: str) -> Any:
        """``?q=`` finds by words, ``?id=`` names one row: {"results": [{id, text, hint}]}."""
        source = SOURCES.get(table)
        if source is None:
            abort(404)
        found = select(source.model).order_by(*source.order_by).limit(AT_MOST)
        found = found.options(*(joinedload(relation) for relation in source.eager))
        if "id" in request.args:
            key: Any = request.args["id"]
            column = source.model.__mapper__.primary_key[0]
            if column.type.python_type is int:
                key = as_key(key)
            rows = [row] if key is not None and (row := db.session.get(source.model, key)) else []
        else:
            words = fold(nfc(request.args.get("q", "")))[:100]
            rows = _found(source.model, words, found)
        results = [
            {
                "id": str(row.__mapper__.primary_key_from_instance(row)[0]),
                "text": str(row),
                "hint": source.hint(row) if source.hint else "",
            }
            for row in rows
        ]
        return jsonify(results=results)


def _found(model: Any, words: str, rows: Select[Any]) -> list[Any]:
    """Those of ``rows`` that the words find, or nearly."""
    if not words or not hasattr(model, "found_by"):
        return list(db.session.scalars(rows))
    found = list(db.session.scalars(rows.where(model.found_by(words))))
    for nearly in NEARLY:
        if not found and (clause := nearly(model, words)) is not None:
            found = list(db.session.scalars(rows.where(clause)))
    return found
