"""Form fields that read what people type, and how generated forms come to use them."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from flask_appbuilder.forms import FieldConverter, GeneralModelConverter
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, validators
from wtforms.validators import StopValidation

from app.core import months, text, widgets
from app.core.clock import OFFICE

_DAY = r"(?:(?P<d>\d{1,2})[\s/.\-](?P<m>\d{1,2})[\s/.\-](?P<y>\d{4})|(?P<y2>\d{4})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})|(?P<d3>\d\d)(?P<m3>\d\d)(?P<y3>\d{4}))"
_DATE = re.compile(_DAY, re.ASCII)
_MOMENT = re.compile(
    _DAY + r"[\sT,]+(?P<hour>\d{1,2})[:hg.](?P<minute>\d{2})?(?::\d{2}(?:\.\d+)?)?", re.ASCII
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")
_NUMBER = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,20})?", re.ASCII)


def parse_date(typed: str) -> date:
    """Read 25/10/2026, 5-3-2026, 25102026 or 2026-10-25; raises ``ValueError`` otherwise."""
    found = _DATE.fullmatch(typed.strip())
    if not found:
        raise ValueError(typed)
    return _day(found)


def parse_moment(typed: str) -> datetime:
    """Read a date and a time, 25/10/2026 19:30 or 19h30, to the minute; else ``ValueError``."""
    found = _MOMENT.fullmatch(typed.strip())
    if not found:
        raise ValueError(typed)
    day = _day(found)
    return datetime(day.year, day.month, day.day, int(found["hour"]), int(found["minute"] or 0))


def _day(found: re.Match[str]) -> date:
    for end in ("", "2", "3"):
        if found[f"y{end}"]:
            return date(int(found[f"y{end}"]), int(found[f"m{end}"]), int(found[f"d{end}"]))
    raise ValueError(found.string)


def parse_decimal(typed: str, scale: int | None = None) -> Decimal:
    """Read 7,5 and 7.5, 1.234,5 and 1,234.5; raises ``ValueError`` for anything else.

    A lone point before three digits groups thousands when the number has fewer decimals.
    """
    plain = re.sub(r"\s", "", typed)
    if "," in plain and "." in plain:
        comma_last = plain.rfind(",") > plain.rfind(".")
        plain = plain.replace("." if comma_last else ",", "").replace(",", ".")
    elif "," in plain:
        plain = plain.replace(",", ".")
    elif scale is not None and scale < 3 and _GROUPED.fullmatch(plain):
        plain = plain.replace(".", "")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(typed)
    return Decimal(plain)


class _TypedField(Field):  # type: ignore[misc] # WTForms ships no types
    """A field whose text is read by ``read`` and shown by ``show``; what was typed is kept."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.show(self.data) if self.data is not None and self.data != "" else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; a message in plain words says how to write it otherwise."""
        if not valuelist:
            return
        typed = text.nfc(valuelist[0])
        self.data = None
        if typed:
            try:
                self.data = self.read(typed)
            except (ValueError, OverflowError, ArithmeticError) as error:
                raise ValueError(self.complaint()) from error

    def read(self, typed: str) -> Any:
        """The value of a text that is not empty; raises ``ValueError`` when it has none."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """The text of a value."""
        raise NotImplementedError

    def complaint(self) -> str:
        """What to tell people whose text cannot be read."""
        raise NotImplementedError


class DateField(_TypedField):
    """A day as dd/MM/yyyy."""

    widget = widgets.PickerWidget("date")

    def read(self, typed: str) -> date:
        """The day that was typed."""
        return parse_date(typed)

    def show(self, value: date) -> str:
        """The day as dd/MM/yyyy."""
        return f"{value.day:02}/{value.month:02}/{value.year:04}"

    def complaint(self) -> str:
        """How to write a day."""
        return _("Not a valid date; write it like 25/10/2026.")


class MonthField(_TypedField):
    """A month as MM/yyyy, held as its first day."""

    widget = widgets.PickerWidget("month")

    def read(self, typed: str) -> date:
        """The first day of the month that was typed; a whole date gives its month."""
        try:
            return months.parse(typed)
        except ValueError:
            return months.first_of(parse_date(typed))

    def show(self, value: date) -> str:
        """The month as MM/yyyy."""
        return f"{value.month:02}/{value.year:04}"

    def complaint(self) -> str:
        """How to write a month."""
        return _("Not a valid month; write it like 10/2026.")


class MomentField(_TypedField):
    """A day and a time as dd/MM/yyyy HH:mm, to the minute.

    ``aware`` fields hold the moment in the office's zone; others hold what the wall clock says.
    """

    widget = widgets.PickerWidget("datetime")

    def __init__(self, *args: Any, aware: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aware = aware

    def read(self, typed: str) -> datetime:
        """The moment that was typed."""
        moment = parse_moment(typed)
        return moment.replace(tzinfo=OFFICE) if self.aware else moment

    def show(self, value: datetime) -> str:
        """The moment as dd/MM/yyyy HH:mm."""
        wall = value.astimezone(OFFICE) if value.tzinfo else value
        return f"{wall.day:02}/{wall.month:02}/{wall.year:04} {wall:%H:%M}"

    def complaint(self) -> str:
        """How to write a moment."""
        return _("Not a valid time; write it like 25/10/2026 19:30.")


class NumberField(_TypedField):
    """A number with decimals, typed with a comma or a point.

    ``step`` is what it has to be a multiple of, ``scale`` how many decimals the column keeps,
    ``digits`` how many digits may stand before them.
    """

    widget = widgets.NumberWidget()

    def __init__(
        self,
        *args: Any,
        step: Decimal | None = None,
        scale: int | None = None,
        digits: int | None = None,
        into: Callable[[Decimal], Any] = Decimal,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.scale, self.digits, self.into = step, scale, digits, into

    def read(self, typed: str) -> Any:
        """The number that was typed."""
        number = parse_decimal(typed, self.scale)
        if self.step and number % self.step:
            raise ValueError(typed)
        if self.scale is not None and number != round(number, self.scale):
            raise ValueError(typed)
        if self.digits is not None and abs(number) >= 10**self.digits:
            raise ValueError(typed)
        return self.into(number)

    def show(self, value: Any) -> str:
        """The number with the decimal mark of the language, without idle zeros."""
        plain = f"{Decimal(str(value)).normalize():f}"
        locale = get_locale()
        return plain.replace(".", ",") if locale is None or locale.language == "vi" else plain

    def complaint(self) -> str:
        """How to write such a number."""
        if self.step:
            return _("Write a number in steps of %(step)s.", step=self.show(self.step))
        if self.scale == 0:
            return _("Write a whole number.")
        return _("Write a number, such as 7.5.")


class TermField(SelectField):  # type: ignore[misc] # WTForms ships no types
    """One of a closed list: members of an enumeration, shown by their translated values."""

    widget = widgets.TermWidget()

    def __init__(self, *args: Any, terms: Iterable[Any], blank: bool = False, **kwargs: Any) -> None:
        self.terms = {_name(term): term for term in terms}
        self.blank = blank
        super().__init__(*args, choices=list(self.terms), coerce=_name, **kwargs)

    def process_data(self, value: Any) -> None:
        """Hold the member, whatever stands for it."""
        self.data = self.terms.get(_name(value)) if value is not None else None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Hold the member that was chosen; the blank choice means none."""
        if not valuelist:
            return
        self.data = self.terms.get(valuelist[0])
        if self.data is None and valuelist[0]:
            raise ValueError(_("Choose one from the list."))

    def iter_choices(self) -> Iterator[tuple[str, str, bool, dict[str, Any]]]:
        """The choices in the language of the request."""
        if self.blank or self.data is None:
            yield "", "", self.data is None, {}
        for name, term in self.terms.items():
            label = _(term.value) if isinstance(term, Enum) else str(term)
            yield name, label, term == self.data, {}

    def pre_validate(self, form: Any) -> None:
        """Membership has been checked while reading."""


class LookupField(Field):  # type: ignore[misc] # WTForms ships no types
    """A row of another table, found by typing instead of listing them all.

    ``get_row`` answers a key, as it came in the form, with the row or ``None`` when there is no
    such row in scope. ``table`` names the source at ``/lookup/<table>``.
    """

    widget = widgets.LookupWidget()

    def __init__(
        self, *args: Any, table: str, get_row: Callable[[str], Any], get_key: Callable[[Any], Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.table, self.get_row = table, get_row
        self.get_key = get_key or (lambda row: row.id)
        self._unknown = False

    def chosen(self) -> list[tuple[str, str]]:
        """The key and the name of the chosen row, or nothing."""
        return [(str(self.get_key(self.data)), str(self.data))] if self.data is not None else []

    def process_formdata(self, valuelist: list[str]) -> None:
        """Fetch the row by the key that was sent."""
        if not valuelist:
            return
        key = valuelist[0].strip()
        self.data = self.get_row(key) if key and "\0" not in key else None
        self._unknown = bool(key) and self.data is None

    def pre_validate(self, form: Any) -> None:
        """A row out of scope and one that never was get the same answer."""
        if self._unknown:
            raise StopValidation(_("Not found; choose one from the list."))


def install() -> None:
    """Let generated forms use these fields. Twice changes nothing."""
    widgets.install()
    FieldConverter.convert = _convert
    GeneralModelConverter._convert_many_to_one = _convert_many_to_one


def _convert(self: Any) -> Any:
    """The field of a plain column, in place of ``FieldConverter.convert``."""
    model, column = self.datamodel, self.colname
    checks = list(self.validators)
    common = {"description": self.description, "default": self.default}
    if model.is_enum(column):
        kind = model.list_columns[column].type
        terms = list(kind.enum_class) if kind.enum_class else kind.enums
        return TermField(
            self.label, checks, terms=terms, blank=model.is_nullable(column), **common
        )
    if model.is_boolean(column):
        # An empty box is an answer: "required" would make False impossible.
        checks = [check for check in checks if not isinstance(check, validators.InputRequired)]
        return BooleanField(self.label, checks, **common)
    if model.is_datetime(column):
        return MomentField(
            self.label, checks, aware=bool(model.list_columns[column].type.timezone), **common
        )
    if model.is_date(column):
        is_month = column == "month" or column.endswith("_month")
        return (MonthField if is_month else DateField)(self.label, checks, **common)
    if model.is_integer(column):
        return _whole(self, checks, common)
    if model.is_numeric(column) or model.is_float(column):
        return _number(self, checks, common)
    if model.is_string(column) and not model.is_text(column) and not model.is_image(column):
        return StringField(
            self.label, checks, filters=[_cleaner(model.is_nullable(column))],
            widget=widgets.fieldwidgets.BS3TextFieldWidget(), **common,
        )
    made = _original_convert(self)
    if model.is_text(column):
        made.kwargs["filters"] = [_cleaner(model.is_nullable(column))]
    return made


def _whole(converter: Any, checks: list[Any], common: dict[str, Any]) -> Any:
    size = type(converter.datamodel.list_columns[converter.colname].type).__name__
    most = 2 ** {"BigInteger": 63, "SmallInteger": 15}.get(size, 31) - 1
    message = lazy_gettext("That number is too large.")
    checks.append(validators.NumberRange(min=-most, max=most, message=message))
    return IntegerField(
        converter.label, checks, widget=widgets.NumberWidget(whole=True), **common
    )


def _number(converter: Any, checks: list[Any], common: dict[str, Any]) -> Any:
    column = converter.datamodel.list_columns[converter.colname]
    is_float = converter.datamodel.is_float(converter.colname)
    scale = None if is_float else getattr(column.type, "scale", None)
    precision = None if is_float else getattr(column.type, "precision", None)
    return NumberField(
        converter.label,
        checks,
        scale=scale,
        digits=precision - (scale or 0) if precision else None,
        step=column.info.get("step"),
        into=float if is_float else Decimal,
        **common,
    )


def _convert_many_to_one(
    self: Any,
    col_name: str,
    label: Any,
    description: Any,
    lst_validators: list[Any],
    filter_rel_fields: Any,
    form_props: dict[str, Any],
) -> dict[str, Any]:
    """The field of a relation: Flask-AppBuilder would load every related row into a select."""
    related = self.datamodel.get_related_interface(col_name)
    filters = None
    if filter_rel_fields and col_name in filter_rel_fields:
        filters = related.get_filters().add_filter_list(filter_rel_fields[col_name])
    needed = not self.datamodel.is_nullable(col_name)
    check = validators.DataRequired() if needed else validators.Optional()
    form_props[col_name] = LookupField(
        label,
        [*lst_validators, check],
        description=description,
        table=related.obj.__tablename__,
        get_row=lambda key: related.get(key, filters),
        get_key=related.get_pk_value,
    )
    return form_props


def _cleaner(nullable: bool) -> Callable[[Any], Any]:
    """Composed, trimmed, without invisible characters; nothing is NULL where it may be."""

    def clean(typed: Any) -> Any:
        if not isinstance(typed, str):
            return typed
        return text.nfc(typed) or (None if nullable else "")

    return clean


def _name(term: Any) -> str:
    return str(getattr(term, "name", term))


_original_convert = FieldConverter.convert
