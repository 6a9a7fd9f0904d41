"""How generated forms come to use our fields, in place of Flask-AppBuilder's."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask_appbuilder.forms import FieldConverter, GeneralModelConverter
from flask_babel import lazy_gettext
from wtforms import BooleanField, StringField, TextAreaField, validators

from app.core import text, widgets
from app.core.choosing import LookupField, TermField
from app.core.fields import DateField, MomentField, MonthField, NumberField, WholeField
from app.core.interface import as_key

_Checks = list[Any]
_Common = dict[str, Any]


def install() -> None:
    """Let generated forms use these fields. Twice changes nothing."""
    widgets.install()
    FieldConverter.convert = _convert
    GeneralModelConverter._convert_many_to_one = _convert_many_to_one


def _convert(self: Any) -> Any:
    """The field of a plain column, in place of ``FieldConverter.convert``."""
    common = {"description": self.description, "default": self.default}
    if not (self.datamodel.is_image(self.colname) or self.datamodel.is_file(self.colname)):
        for marker, make in _MAKERS:
            if getattr(self.datamodel, marker)(self.colname):
                return make(self, list(self.validators), common)
    return _original_convert(self)


def _term(converter: Any, checks: _Checks, common: _Common) -> Any:
    model, column = converter.datamodel, converter.colname
    kind = model.list_columns[column].type
    terms = list(kind.enum_class) if kind.enum_class else kind.enums
    blank = model.is_nullable(column)
    return TermField(converter.label, checks, terms=terms, blank=blank, **common)


def _truth(converter: Any, checks: _Checks, common: _Common) -> Any:
    # An empty box is an answer: "required" would make False impossible.
    checks = [check for check in checks if not isinstance(check, validators.InputRequired)]
    return BooleanField(converter.label, checks, **common)


def _moment(converter: Any, checks: _Checks, common: _Common) -> Any:
    aware = bool(converter.datamodel.list_columns[converter.colname].type.timezone)
    return MomentField(converter.label, checks, aware=aware, **common)


def _day(converter: Any, checks: _Checks, common: _Common) -> Any:
    is_month = converter.colname == "month" or converter.colname.endswith("_month")
    return (MonthField if is_month else DateField)(converter.label, checks, **common)


def _whole(converter: Any, checks: _Checks, common: _Common) -> Any:
    size = type(converter.datamodel.list_columns[converter.colname].type).__name__
    most = 2 ** {"BigInteger": 63, "SmallInteger": 15}.get(size, 31) - 1
    message = lazy_gettext("That number is too large.")
    checks.append(validators.NumberRange(min=-most, max=most, message=message))
    return WholeField(converter.label, checks, widget=widgets.NumberWidget(whole=True), **common)


def _number(converter: Any, checks: _Checks, common: _Common) -> Any:
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


def _words(converter: Any, checks: _Checks, common: _Common) -> Any:
    model, column = converter.datamodel, converter.colname
    kind = TextAreaField if model.is_text(column) else StringField
    # What was typed may be all blanks: ask for what is left of it.
    checks = [
        validators.DataRequired(check.message)
        if isinstance(check, validators.InputRequired)
        else check
        for check in checks
    ]
    cleaned = [_cleaner(model.is_nullable(column))]
    # The panel of filters draws its fields with nothing said of their dress.
    dress = {"class": "form-control"}
    return kind(converter.label, checks, filters=cleaned, render_kw=dress, **common)


def _convert_many_to_one(  # noqa: PLR0913, PLR0917 - the signature is FAB's
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
        get_row=lambda key: _row(related, key, filters),
        get_key=related.get_pk_value,
    )
    return form_props


def refuse_to_many(view: Any) -> None:
    """Stop the start for a form field that would load every related row into a select.

    Forms that no address leads to may hold one: Flask-AppBuilder makes them of all columns.
    """
    forms = {"add": view.add_columns, "edit": view.edit_columns, "list": view.search_columns}
    model = view.datamodel
    for page, columns in forms.items():
        for name in columns if page not in view.exclude_route_methods else ():
            if model.is_relation_many_to_many(name) or model.is_relation_one_to_many(name):
                raise AssertionError(
                    f"{type(view).__name__}: {model.obj.__name__}.{name} leads to many rows, and no"
                    " form field offers them without loading all. Take it out of the view's"
                    " columns, or give the rows a screen of their own."
                )


def _row(related: Any, key: str, filters: Any) -> Any:
    """The related row, or ``None``: a key of the wrong kind must not reach the database."""
    is_number = related.get_pk().type.python_type is int
    known = as_key(key) if is_number else key
    return None if known is None else related.get(known, filters)


def _cleaner(nullable: bool) -> Callable[[Any], Any]:
    """Composed, trimmed, without invisible characters; nothing is NULL where it may be."""

    def clean(typed: Any) -> Any:
        if not isinstance(typed, str):
            return typed
        return text.nfc(typed) or (None if nullable else "")

    return clean


# Asked in this order: an enumeration is also a string to FAB, a text as well.
_MAKERS = (
    ("is_enum", _term),
    ("is_boolean", _truth),
    ("is_datetime", _moment),
    ("is_date", _day),
    ("is_integer", _whole),
    ("is_numeric", _number),
    ("is_float", _number),
    ("is_text", _words),
    ("is_string", _words),
)
_original_convert = FieldConverter.convert
