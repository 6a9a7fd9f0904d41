"""What a query string may say at all, checked before any view reads it, and JSON from outside."""

import json
from typing import Any

import prison
from flask import request
from flask.json.provider import DefaultJSONProvider
from flask_babel import gettext as _

from app.core.errors import BadInput
from app.core.interface import as_key

MAX_PAGE_SIZE = 200
MAX_PAGE = 1_000_000
MAX_LENGTH = 20_000
MAX_DEPTH = 12


def check() -> None:
    """Refuse query strings and paths that no page can mean. Raises ``BadInput``."""
    given = [*request.args.items(multi=True), *(request.view_args or {}).items()]
    for name, value in given:
        if "\0" in str(value) or "\0" in name:
            raise BadInput(_("The address contains a character that is not allowed."))
        if len(str(value)) > MAX_LENGTH:
            raise BadInput(_("The address is too long."))
        if name.startswith("page_"):
            _check_number(value, 0, MAX_PAGE)
        elif name.startswith("psize_"):
            _check_number(value, 1, MAX_PAGE_SIZE)
    if request.path.startswith("/api/") and "q" in request.args:
        _check_rison(request.args["q"])


def _check_rison(value: str) -> None:
    """Refuse what the query language of the REST lists cannot read; its reader breaks on it."""
    if value.count("(") + value.count("[") + value.count("{") <= MAX_DEPTH * MAX_DEPTH:
        for read in (prison.loads, json.loads):
            try:
                read(value)
                return
            except Exception:  # noqa: S112 - the reader of rison raises anything
                continue
    raise BadInput(_("The parameter q is neither rison nor JSON."))


def _check_number(value: str, least: int, most: int) -> None:
    number = as_key(value)
    if number is None or not least <= number <= most:
        raise BadInput(_("Page and page size must be numbers no larger than %(most)s.", most=most))


class Json(DefaultJSONProvider):
    """Flask's reader of bodies, to which what is nested endlessly is no JSON either."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return what a body holds. Raises ValueError for what is no JSON."""
        return json_of(s, **kwargs)


def json_of(text: str | bytes, **kwargs: Any) -> Any:
    """Return what a text in JSON holds. Raises ValueError for what is none."""
    try:
        return json.loads(text, **kwargs)
    except RecursionError:
        raise ValueError("nested too deeply") from None
