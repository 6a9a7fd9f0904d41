"""The base of all REST resources: the same scope, commands and plain errors as the screens."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from flask import request
from flask_appbuilder.api import ModelRestApi
from flask_appbuilder.api.convert import Model2SchemaConverter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, pre_load, validates_schema
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema
from sqlalchemy import inspect
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from app.core.acting import actor
from app.core.buttons import Command
from app.core.db import db, transaction
from app.core.errors import BadInput, RuleBroken, plain_message
from app.core.interface import FoundByWords, RequestFilters, as_key
from app.core.labels import english
from app.core.text import nfc
from app.core.typed import FIRST_YEAR, LAST_YEAR, is_sensible

MAX_PAGE = 5_000
METHODS = {
    "get_list": "read",
    "get": "read",
    "info": "read",
    "post": "add",
    "put": "edit",
}


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


def plainly(method: Callable[..., Any]) -> Callable[..., Any]:
    """Answer what a resource cannot do with 4xx and a plain message instead of 500."""

    @wraps(method)
    def answer(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except BadInput as error:
            status = 400
            message: Any = str(error)
        except RuleBroken as error:
            status = 422
            message = {error.field: [error.message]} if error.field else error.message
        except (StaleDataError, IntegrityError) as error:
            status, message = 409, plain_message(error)[0]
        except (
            DataError,
            StatementError,
            ValueError,
            TypeError,
            OverflowError,
            AttributeError,
            RecursionError,
        ):
            status, message = 400, _("A value has the wrong form. Check it.")
        db.session.rollback()
        return self.response(status, message=message)

    return answer


class AppApi(RequestFilters, ModelRestApi):  # type: ignore[misc] # FAB ships no types
    """A resource: explicit columns, the commands of the screens, nothing deleted."""

    screen = ""
    page_size = 25
    exclude_route_methods: Any = {"delete"}
    method_permission_name: Any = None
    model2schemaconverter = SchemaConverter
    create: Command | None = None
    change: Command | None = None
    actions: dict[str, Command] = {}

    def __init__(self) -> None:
        self.class_permission_name = self.screen
        self.openapi_spec_tag = self.resource_name.replace("_", " ").capitalize()
        lists = (self.list_columns, self.show_columns, self.add_columns, self.edit_columns)
        self.label_columns = {name: english(name) for names in lists for name in names or ()}
        self.method_permission_name = METHODS | (self.method_permission_name or {})
        if not self.create:
            self.exclude_route_methods = {*self.exclude_route_methods, "post"}
        if not self.change:
            self.exclude_route_methods = {*self.exclude_route_methods, "put"}
        super().__init__()

    def _handle_page_args(self, rison_args: dict[str, Any]) -> Any:
        page, size = (
            rison_args.get("page", 0),
            rison_args.get("page_size", self.page_size),
        )
        if not (isinstance(page, int) and 0 <= page <= MAX_PAGE and isinstance(size, int)):
            raise BadInput(_("Page must be a number from 0 to %(most)s.", most=MAX_PAGE))
        return super()._handle_page_args(rison_args)

    def _handle_filters_args(self, rison_args: dict[str, Any]) -> Any:
        known = set(self.search_columns)
        for one in rison_args.get("filters", []):
            if one.get("col") not in known and one.get("opr") != FoundByWords.arg_name:
                raise BadInput(_("There is no filter of that name."))
            if "\0" in str(one.get("value")):
                raise BadInput(_("A value contains a character that is not allowed."))
        return super()._handle_filters_args(rison_args)

    @plainly
    def get_list_headless(self, **kwargs: Any) -> Any:
        """The rows in scope that match, a page at a time."""
        return super().get_list_headless(**kwargs)

    @plainly
    def get_headless(self, pk: Any, **kwargs: Any) -> Any:
        """One row in scope."""
        return super().get_headless(pk, **kwargs)

    @plainly
    def info_headless(self, **kwargs: Any) -> Any:
        """What the resource can do for this role."""
        return super().info_headless(**kwargs)

    @plainly
    def post_headless(self) -> Any:
        """Add a row through the same command as the form."""
        return self._write(None)

    @plainly
    def put_headless(self, pk: Any) -> Any:
        """Change a row through the same command as the form; missing columns stay."""
        item = self.datamodel.get(pk)
        return self.response_404() if item is None else self._write(item)

    def both(self, version: int, *, theirs: Any, mine: Any) -> Any:
        """The answer to who was overtaken: what stands there now, and what was not taken over."""
        told = {"message": plain_message(StaleDataError())[0], "theirs": theirs, "mine": mine}
        return self.response(409, version=version, **told)

    def _write(self, item: Any) -> Any:
        if not request.is_json:
            return self.response_400(message=_("The request must be JSON."))
        body = request.get_json()
        if not isinstance(body, dict):
            return self.response_400(message=_("Send one JSON object."))
        version = body.pop("version", None)
        schema = self.add_model_schema if item is None else self.edit_model_schema
        if item is not None and version is not None and version != item.version:
            return self.both(item.version, theirs=schema.dump(item), mine=body)
        with transaction() as session, session.no_autoflush:
            try:
                row = schema.load(body, instance=item, partial=item is not None)
            except ValidationError as error:
                session.rollback()
                return self.response_422(message=error.messages)
            command = type(self).create if item is None else type(self).change
            if command is None:
                return self.response(405, message=_("This address does not work that way."))
            command(row, by=actor())
            session.add(row)
            session.flush()
            key = self.datamodel.get_pk_value(row)
        return self.response(200 if item is not None else 201, id=key, result=schema.dump(row))
