"""Clauses of the search boxes: columns against words that are folded already."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, true


def folded(*columns: Any) -> ColumnElement[str]:
    """The columns as one text without accents and case, for tables that keep no search text.

    Each row costs some microseconds: tables that grow without end keep the text instead.
    """
    return func.nep_fold(func.concat_ws(" ", *columns))


def has_words(column: Any, words: str) -> ColumnElement[bool]:
    """The clause: ``column``, a folded text, contains each of the ``words`` in any order."""
    return and_(true(), *(column.contains(one, autoescape=True) for one in words.split()))
