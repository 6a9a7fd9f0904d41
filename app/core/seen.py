"""Which version of a row was on the page on which somebody pressed a button.

A row that was changed since is not acted on: who pressed has not seen what he would decide.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request

from app.core.bulk import Outcome, overtaken
from app.core.labels import told_apart

FIELD = "seen"
"""The hidden field that holds the version on the page of one row."""
_MARK = "@"


def marked(key: Any, version: Any) -> str:
    """A row's key for the box that chooses it, with the version that the list shows."""
    return str(key) if version is None else f"{key}{_MARK}{version}"


def fields(version: Any) -> dict[str, Any]:
    """The hidden field of a button on the page of one row."""
    return {} if version is None else {FIELD: version}


def keys() -> list[str]:
    """The keys of the rows that were chosen in a list."""
    return list(dict.fromkeys(one.partition(_MARK)[0] for one in request.form.getlist("rowid")))


def unchanged(rows: Sequence[Any], key_of: Callable[[Any], Any]) -> tuple[list[Any], Outcome]:
    """Those of ``rows`` that are as the page showed them, and why the others are refused.

    A page that names no version, and a row that has none, is taken as it stands.
    """
    known, kept, outcome = _versions(), list[Any](), Outcome()
    for row in rows:
        if is_version(row, known.get(str(key_of(row)), "")):
            kept.append(row)
        else:
            outcome.refuse(overtaken(), told_apart(row))
    return kept, outcome


def is_version(row: Any, seen: str) -> bool:
    """Whether ``row`` still has the version that was ``seen``; "" is any."""
    now = getattr(row, "version", None)
    return not seen or now is None or seen == str(now)


def _versions() -> dict[str, str]:
    """The versions shown, by the keys of their rows."""
    asked = request.view_args or {}
    found = dict(one.split(_MARK, 1) for one in request.form.getlist("rowid") if _MARK in one)
    return found | ({str(asked["pk"]): request.form.get(FIELD, "")} if "pk" in asked else {})
