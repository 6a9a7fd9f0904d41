"""Pages of lists: by number while they are short, from row to row once they are long.

A page far down a long list costs the database as much as all pages before it when it is asked for
by number. "Next" names the last row instead and asks for what follows.
"""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, literal, or_, tuple_

from app.core.errors import BadInput
from app.core.inputs import json_of
from app.core.interface import COUNT_CAP

AFTER, BEFORE = "after", "before"


@dataclass(frozen=True)
class Anchor:
    """The row that a page follows, or comes before: its value in the order, and its key."""

    value: Any
    key: Any
    before: bool = False


@dataclass(frozen=True)
class Order:
    """How a list is sorted; the key decides between equals."""

    column: str
    direction: str

    @property
    def ascending(self) -> bool:
        """From the smallest up."""
        return self.direction == "asc"


@dataclass(frozen=True)
class Page:
    """The rows of a page, how many match in all (counted no further than the cap), what follows.

    ``previous`` and ``next`` mark the rows from which long lists go on; "" where they end.
    """

    rows: list[Any]
    count: int
    number: int
    previous: str = ""
    next: str = ""

    @property
    def long(self) -> bool:
        """Whether the list is too long for numbered pages."""
        return self.count > COUNT_CAP


def anchor_asked(table: Any, order: Order, view_name: str) -> Anchor | None:
    """The row named in the address, if one is; raises ``BadInput`` for one that cannot be read."""
    for word in (AFTER, BEFORE):
        mark = request.args.get(f"{word}_{view_name}", "")
        if mark:
            try:
                value, key = json_of(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
                column, pk = _columns(table, order)
                return Anchor(_read(column, value), _read(pk, key), before=word == BEFORE)
            except (ValueError, TypeError, KeyError, ArithmeticError) as error:
                raise BadInput(_("This place in the list is not known. Begin again.")) from error
    return None


def page_of(
    table: Any, filters: Any, order: Order, *, size: int, number: int, anchor: Anchor | None
) -> Page:
    """The rows of one page. Raises ``BadInput`` for a number too far down a long list."""
    session = table.session
    count = table.query_count(session.query(table.obj), filters)
    if anchor is None:
        last = max(0, -(-count // size) - 1)
        if count > COUNT_CAP and number > last:
            raise BadInput(_("This list is too long to jump that far. Filter it, or use “Next”."))
        number = min(number, last)
        query = session.query(table.obj)
        rows = table.apply_all(query, filters, order.column, order.direction, number, size).all()
        return _marked(Page(rows, count, number), table, order, (number + 1) * size < count)
    found = table.apply_all(session.query(table.obj), filters)
    rows = _beside(found, table, order, anchor).limit(size + 1).all()
    more, rows = len(rows) > size, rows[:size]
    if not anchor.before:
        return _marked(Page(rows, count, number), table, order, more)
    # Without a full page before it, this is the beginning.
    return _marked(Page(rows[::-1], count, number if more else 0), table, order, True, more)


def _marked(page: Page, table: Any, order: Order, more: bool, less: bool | None = None) -> Page:
    if not page.rows or not page.long:
        return page
    back = page.number > 0 if less is None else less
    return Page(
        page.rows,
        page.count,
        page.number,
        previous=_mark(table, order, page.rows[0]) if back else "",
        next=_mark(table, order, page.rows[-1]) if more else "",
    )


def _beside(found: Any, table: Any, order: Order, anchor: Anchor) -> Any:
    """``found`` narrowed to what follows the anchor, in the order that leads away from it."""
    column, pk = _columns(table, order)
    up = order.ascending != anchor.before
    clause = _follows(column, pk, anchor, up)
    ends = (column,) if column is pk else (column, pk)
    return found.filter(clause).order_by(*(end.asc() if up else end.desc() for end in ends))


def _follows(column: Any, pk: Any, anchor: Anchor, up: bool) -> ColumnElement[bool]:
    """PostgreSQL puts empty values last going up and first going down."""
    key = literal(anchor.key, pk.type)
    after: ColumnElement[bool] = pk > key if up else pk < key
    if column is pk:
        return after
    if anchor.value is None:
        equal = and_(column.is_(None), after)
        return equal if up else or_(equal, column.is_not(None))
    value = literal(anchor.value, column.type)
    here, there = tuple_(column, pk), tuple_(value, key)
    follows = here > there if up else here < there
    return or_(follows, column.is_(None)) if up and _may_be_empty(column) else follows


def _may_be_empty(column: Any) -> bool:
    return bool(column.property.columns[0].nullable)


def _columns(table: Any, order: Order) -> tuple[Any, Any]:
    """The column that sorts, and the key."""
    pk = getattr(table.obj, table.get_pk_name())
    name = table.sorted_by.get(order.column, order.column)
    return (pk if name == table.get_pk_name() else getattr(table.obj, name)), pk


def _mark(table: Any, order: Order, row: Any) -> str:
    column, pk = _columns(table, order)
    held = json.dumps([_plain(getattr(row, column.key)), _plain(getattr(row, pk.key))])
    return base64.urlsafe_b64encode(held.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(column: Any, value: Any) -> Any:
    """A value of a mark as its column holds it; ``ValueError`` or ``TypeError`` for another."""
    if value is None:
        return None
    kind = column.type
    known = getattr(kind, "enum_class", None)
    if known:
        return known[value]
    wanted = kind.python_type
    if wanted is Decimal:
        return Decimal(str(value))
    if issubclass(wanted, date):
        read = datetime if issubclass(wanted, datetime) else date
        return read.fromisoformat(value)
    if type(value) is not wanted or (wanted is int and abs(value) >= 2**63):
        raise TypeError(value)
    if wanted is str and "\0" in value:
        raise ValueError(value)
    return value
