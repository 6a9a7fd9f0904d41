"""Quick filters of lists, and the filters in force, as chips that one click takes away."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import request
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from werkzeug.datastructures import MultiDict

from app.core import addresses, clock, filters, labels, months
from app.core.dated import holds_on
from app.core.errors import BadInput

Arguments = MultiDict[str, str]
ARGUMENT = "quick"
FILTER = re.compile(r"_flt_(\d)_(\w+)", re.ASCII)
_EQUAL = {"eq", "rel_o_m", "rel_m_m"}


@dataclass(frozen=True)
class Quick:
    """A filter one click away: its name in the address, its words, and the clause of its rows.

    The clause is asked for at every request, so that "this month" is this month. Of a ``group``
    one holds at a time; those of different groups add up.
    """

    name: str
    text: Any
    where: Callable[[], Any]
    group: str = ""


@dataclass(frozen=True)
class Chip:
    """A link that sets or takes away a filter."""

    text: str
    href: str
    active: bool = False


class Quickly(BaseFilter):  # type: ignore[misc] # FAB ships no types
    """A quick filter as Flask-AppBuilder applies filters."""

    name = "Quick"
    arg_name = "quick"

    def apply(self, query: Any, value: Quick) -> Any:
        """``query`` narrowed to the rows of the quick filter."""
        return query.filter(value.where())


def asked(view: Any, given: Arguments | None = None) -> list[Quick]:
    """The quick filters in an address, ``?quick=a,b``; raises ``BadInput`` for unknown ones."""
    args = request.args if given is None else given
    names = [name for name in ",".join(args.getlist(ARGUMENT)).split(",") if name]
    known = {quick.name: quick for quick in view.quick_filters}
    if not set(names) <= set(known):
        raise BadInput(_("There is no filter of that name."))
    return [known[name] for name in dict.fromkeys(names)]


def quick(view: Any) -> list[Chip]:
    """The quick filters of a list, each with the address that switches it."""
    active = asked(view)
    found = []
    for one in view.quick_filters:
        is_on = one in active
        kept = [
            other.name
            for other in active
            if other != one and (is_on or not one.group or other.group != one.group)
        ]
        then = kept if is_on else [*kept, one.name]
        href = addresses.changed({ARGUMENT: ",".join(then)})
        found.append(Chip(str(one.text), href, is_on))
    return found


def in_force(view: Any) -> list[Chip]:
    """The filters of the panel that hold now, each with the address without it."""
    found = []
    for argument, column, place, values in _filters(request.args):
        one = view._filters.get_search_filters()[column][place]
        label = str(view.label_columns.get(column, column))
        sign = ":" if one.arg_name in _EQUAL else f" {str(one.name).lower()}"
        for value in values:
            others = [other for other in values if other != value]
            said = f"{label}{sign} {_said(view.datamodel, column, value)}"
            found.append(Chip(said, addresses.changed({argument: others}), active=True))
    return found


def read(view: Any, into: Any, given: Arguments | None = None) -> None:
    """Fill filters from an address; raises ``BadInput`` for what the list cannot be asked."""
    args = request.args if given is None else given
    into.clear_filters()
    known = into.get_search_filters()
    for _argument, column, place, values in _filters(args):
        if column not in known or place >= len(known[column]):
            raise BadInput(_("There is no filter of that name."))
        if not view.datamodel.is_relation(column):
            for value in values:
                filters.value_of(view.datamodel, column, value)
        into._add_filter(known[column][place], values)


def _filters(args: Arguments) -> Iterator[tuple[str, str, int, list[str]]]:
    """Argument, column, place and values of each filter in an address."""
    for argument in args:
        if argument.startswith("_flt_"):
            found = FILTER.fullmatch(argument)
            if not found:
                raise BadInput(_("There is no filter of that name."))
            values = [value for value in args.getlist(argument) if value]
            if values:
                yield argument, found[2], int(found[1]), values


def _said(table: Any, column: str, given: str) -> str:
    """The value of a filter as people read it."""
    if table.is_relation(column):
        row = table.get_related_obj(column, given)
        return str(row) if row is not None else given
    value = filters.value_of(table, column, given)
    if column == "month" or column.endswith("_month"):
        return labels.month(value)
    return str(labels.shown(value)) if isinstance(value, (Enum, bool)) or value != given else given


def valid_today(model: Any) -> ColumnElement[bool]:
    """The clause: rows with ``valid_from`` and ``valid_to`` that hold today."""
    return holds_on(model, clock.today())


def over_today(model: Any) -> ColumnElement[bool]:
    """The clause: rows whose ``valid_to`` has come."""
    ended: ColumnElement[bool] = model.valid_to <= clock.today()
    return ended


def validity(model: Any) -> tuple[Quick, ...]:
    """The quick filters of a list of dated rows."""
    return (
        Quick("valid", _l("In force"), lambda: valid_today(model), group="validity"),
        Quick("ended", _l("Ended"), lambda: over_today(model), group="validity"),
    )


def of_month(month: Any, away: int) -> Callable[[], ColumnElement[bool]]:
    """What asks for the clause: ``month``, a column, is the one so far away from this one."""

    def clause() -> ColumnElement[bool]:
        asked: ColumnElement[bool] = month == months.add(months.first_of(clock.today()), away)
        return asked

    return clause


def by_term(column: Any, terms: Iterable[Enum], group: str) -> tuple[Quick, ...]:
    """A quick filter for each of ``terms``, called as the term is."""

    def one(term: Enum) -> Quick:
        return Quick(term.name.lower(), _l(term.value), lambda: column == term, group=group)

    return tuple(one(term) for term in terms)
