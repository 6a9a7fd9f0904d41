"""Filters of lists: Flask-AppBuilder's, with values read as people and our pages write them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_appbuilder.models.sqla import filters as fab
from flask_babel import gettext as _
from sqlalchemy import DateTime, and_, false, not_

from app.core import clock, months, typed
from app.core.errors import BadInput

MOST = 2**63 - 1


def value_of(table: Any, column: str, given: Any) -> Any:
    """What a filter's text means for a column; raises ``BadInput`` when it means nothing."""
    text = str(given[0] if isinstance(given, list) and given else given).strip()
    try:
        return _read(table, column, text)
    except (ValueError, ArithmeticError, KeyError) as error:
        message = _("A filter has a value of the wrong form. Clear it and try again.")
        raise BadInput(message) from error


def _read(table: Any, column: str, text: str) -> Any:
    if table.is_enum(column):
        known = table.list_columns[column].type.enum_class
        return known[text] if known else text
    if table.is_boolean(column):
        return {"y": True, "n": False, "true": True, "false": False}[text.casefold()]
    if table.is_integer(column):
        if abs(number := int(text)) > MOST:
            raise ValueError(text)
        return number
    if table.is_numeric(column) or table.is_float(column):
        return Decimal(text) if "," not in text else typed.number(text)
    if table.is_datetime(column):
        return _moment(text, aware=bool(table.list_columns[column].type.timezone))
    return _day(text) if table.is_date(column) else text


def _day(text: str) -> date:
    """A day; a month such as 2026-10 or 10/2026 gives its first."""
    try:
        return typed.day(text)
    except ValueError:
        return typed.sensible(months.parse(text))


def _moment(text: str, *, aware: bool) -> Any:
    """A moment as the office's clock shows it; a plain day stays one."""
    try:
        return typed.day(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = typed.moment(text)
    if found.tzinfo is None:
        return found.replace(tzinfo=clock.OFFICE) if aware else found
    return found if aware else found.astimezone(clock.OFFICE).replace(tzinfo=None)


def _bounds(column: Any, value: date) -> tuple[Any, Any]:
    """The first moment of a day and that of the next."""
    zone = clock.OFFICE if column.type.timezone else None
    start = datetime(value.year, value.month, value.day, tzinfo=zone)
    return start, start + timedelta(days=1)


def _is_day(column: Any, value: Any) -> bool:
    return isinstance(column.type, DateTime) and not isinstance(value, datetime)


class _Compared:
    """A column against the value of a filter."""

    column_name: str
    datamodel: Any

    def apply(self, query: Any, value: Any) -> Any:
        """``query`` narrowed."""
        column = getattr(self.datamodel.obj, self.column_name)
        if isinstance(value, (list, str)):
            value = value_of(self.datamodel, self.column_name, value)
        return query.filter(self.clause(column, value))

    def clause(self, column: Any, value: Any) -> Any:
        raise NotImplementedError


class Equal(_Compared, fab.FilterEqual):  # type: ignore[misc] # FAB ships no types
    """The value itself; a day finds all moments of it."""

    def clause(self, column: Any, value: Any) -> Any:
        """What has to hold."""
        if _is_day(column, value):
            start, end = _bounds(column, value)
            return and_(column >= start, column < end)
        return column == value


class NotEqual(Equal, fab.FilterNotEqual):  # type: ignore[misc] # FAB ships no types
    """Anything else."""

    name, arg_name = fab.FilterNotEqual.name, fab.FilterNotEqual.arg_name

    def clause(self, column: Any, value: Any) -> Any:
        """What has to hold."""
        return not_(super().clause(column, value))


class Greater(_Compared, fab.FilterGreater):  # type: ignore[misc] # FAB ships no types
    """More than the value, later than it."""

    def clause(self, column: Any, value: Any) -> Any:
        """What has to hold."""
        return column >= _bounds(column, value)[1] if _is_day(column, value) else column > value


class Smaller(_Compared, fab.FilterSmaller):  # type: ignore[misc] # FAB ships no types
    """Less than the value, earlier than it."""

    def clause(self, column: Any, value: Any) -> Any:
        """What has to hold."""
        return column < (_bounds(column, value)[0] if _is_day(column, value) else value)


class OneOf(_Compared, fab.FilterIn):  # type: ignore[misc] # FAB ships no types
    """One of several values."""

    def apply(self, query: Any, value: Any) -> Any:
        """``query`` narrowed."""
        given = value if isinstance(value, list) else [value]
        known = [value_of(self.datamodel, self.column_name, one) for one in given]
        column = getattr(self.datamodel.obj, self.column_name)
        return query.filter(self.clause(column, known))

    def clause(self, column: Any, value: Any) -> Any:
        """What has to hold."""
        return column.in_(value) if value else false()


class NoneOf(OneOf, fab.FilterNotIn):  # type: ignore[misc] # FAB ships no types
    """None of several values."""

    name, arg_name = fab.FilterNotIn.name, fab.FilterNotIn.arg_name

    def clause(self, column: Any, value: Any) -> Any:
        """What has to hold."""
        return not_(super().clause(column, value))


_OURS = {
    fab.FilterEqual: Equal,
    fab.FilterNotEqual: NotEqual,
    fab.FilterGreater: Greater,
    fab.FilterSmaller: Smaller,
    fab.FilterIn: OneOf,
    fab.FilterNotIn: NoneOf,
}


class Converter(fab.SQLAFilterConverter):  # type: ignore[misc] # FAB ships no types
    """Flask-AppBuilder's filters by kind of column, ours in place of those that read a value."""

    # The places in each list are part of the addresses: they stay.
    conversion_table = tuple(
        (kind, [_OURS.get(one, one) for one in known])
        for kind, known in fab.SQLAFilterConverter.conversion_table
    )

    def convert(self, col_name: str) -> Any:
        """The filters of a column: made once for a table, since they hold nothing of a request."""
        known = self.datamodel.known_filters
        if col_name not in known:
            known[col_name] = super().convert(col_name)
        return list(known[col_name]) if known[col_name] else None
