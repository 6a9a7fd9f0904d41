"""Which columns a list shows: the standard ones, or those that its reader has chosen."""

from collections.abc import Callable, Mapping, Sequence
from numbers import Number
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.core.errors import BadInput

ARGUMENT = "cols"


def possible(view: Any) -> list[str]:
    """All columns that a list may show; the first is always there."""
    return list(dict.fromkeys([*view.list_columns, *view.extra_columns]))


def shown(view: Any, given: MultiDict[str, str] | None = None) -> list[str]:
    """The columns to show, ``?cols=name,code`` or ``?cols=name&cols=code``.

    Raises ``BadInput`` for one that the list does not have.
    """
    args = request.args if given is None else given
    asked = [name for name in ",".join(args.getlist(ARGUMENT)).split(",") if name]
    if not asked:
        return list(view.list_columns)
    if not set(asked) <= set(possible(view)):
        raise BadInput(_("This list has no such column."))
    return list(dict.fromkeys([view.list_columns[0], *asked]))


def numeric(
    names: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    formatters: Mapping[str, Callable[[Any], Any]],
) -> set[str]:
    """Those of the columns that hold numbers: they stand under the end of their head.

    Numbers that are said in words are none.
    """
    return {
        name for name in names if any(_is_number(row[name], formatters.get(name)) for row in rows)
    }


def _is_number(held: Any, formatter: Callable[[Any], Any] | None) -> bool:
    if not isinstance(held, Number) or isinstance(held, bool):
        return False
    return formatter is None or not any(sign.isalpha() for sign in str(formatter(held)))
