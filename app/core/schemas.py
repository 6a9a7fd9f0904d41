"""How rows come and go as JSON: enumerations by name, related rows by key, texts tidied."""

from datetime import UTC, date
from typing import Any

from flask_appbuilder.api.convert import Model2SchemaConverter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, pre_load, validates_schema
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema
from sqlalchemy import inspect

from app.core.db import db
from app.core.interface import as_key
from app.core.text import nfc
from app.core.typed import FIRST_YEAR, LAST_YEAR, is_sensible

UTC_COLUMNS = frozenset({"last_login"})
"""Moments that Flask-AppBuilder stores in UTC without a zone; ours without one are wall times."""


class RelatedKey(fields.Field):  # type: ignore[type-arg] # holds any row
    """A related row by its key; an unknown or foreign one is refused, never created."""

    default_error_messages = {"unknown": _l("There is no such record in your area.")}

    def __init__(self, model: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model = model

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else inspect(value).identity[0]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        column = inspect(self.model).primary_key[0]
        key: Any = value
        if column.type.python_type is int:
            key = None if isinstance(value, bool) else as_key(value)
        elif not isinstance(value, str):
            key = None
        row = db.session.get(self.model, key) if key is not None else None
        if row is None:
            raise self.make_error("unknown")
        return row


class Moment(fields.DateTime):
    """A moment that is stored without its zone: it is that of UTC, and says so."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return super()._serialize(value and value.replace(tzinfo=UTC), attr, obj, **kwargs)


class CleanText:
    """Incoming texts as they are stored: composed, trimmed, without control characters."""

    @pre_load
    def clean(self, data: Any, **_kwargs: Any) -> Any:
        """Tidy every text at the top level of a body."""
        if not isinstance(data, dict):
            raise ValidationError(_("Send one JSON object."))
        return {key: nfc(value) if isinstance(value, str) else value for key, value in data.items()}


class SensibleDays:
    """Incoming days in years that an office can mean, as in forms."""

    @validates_schema
    def bounded(self, data: Any, **_kwargs: Any) -> None:
        """Refuse a year that is out of bounds, under the name of its column."""
        text = _("Write a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
        days = {name: value for name, value in data.items() if isinstance(value, date)}
        wrong = {name: [text] for name, day in days.items() if not is_sensible(day)}
        if wrong:
            raise ValidationError(wrong)


class SchemaConverter(Model2SchemaConverter):  # type: ignore[misc] # FAB ships no types
    """Enumerations by name, related rows by key, texts tidied."""

    def _meta_schema_factory(
        self, columns: Any, model: Any, class_mixin: Any, parent_schema_name: Any = None
    ) -> Any:
        settings = {
            "model": model,
            "load_instance": True,
            # A key that is a foreign key too would not be in the schema otherwise.
            "include_fk": True,
            "sqla_session": db.session,
            "parent_schema_name": parent_schema_name,
            **({"fields": columns} if columns else {}),
        }
        body = {"Meta": type("Meta", (), settings)}
        return type("RowSchema", (CleanText, SensibleDays, SQLAlchemyAutoSchema, class_mixin), body)

    def _column2field(self, datamodel: Any, column: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._column2field(datamodel, column, *args, **kwargs)
        if column.name not in UTC_COLUMNS:
            return found
        moment: Any = Moment(allow_none=True)
        moment.unique = False
        return moment

    def _column2enum(self, datamodel: Any, column: Any) -> Any:
        name = column.name
        known = datamodel.list_columns[name].type.enum_class
        optional = datamodel.is_nullable(name) or datamodel.list_columns[name].default is not None
        field: Any = fields.Enum(
            known, required=not optional, allow_none=datamodel.is_nullable(name)
        )
        field.unique = False
        return field

    def _column2relation(
        self,
        datamodel: Any,
        column: Any,
        nested: bool = False,
        parent_schema_name: Any = None,
    ) -> Any:
        # Opened up only by columns asked for ("unit.name"): a whole row would tell too much.
        if column.children or not datamodel.is_relation_many_to_one(column.name):
            return super()._column2relation(datamodel, column, nested, parent_schema_name)
        model = datamodel.get_related_model(column.name)
        optional = datamodel.is_nullable(column.name)
        field: Any = RelatedKey(model, required=not optional, allow_none=optional)
        field.unique = False
        return field
