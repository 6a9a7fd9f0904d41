"""The base of all REST resources: the same scope, commands and plain errors as the screens."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask_appbuilder.api import ModelRestApi
from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from app.core.acting import actor
from app.core.buttons import Command
from app.core.db import db, transaction
from app.core.errors import BadInput, RuleBroken, away, plain_message
from app.core.interface import FoundByWords, RequestFilters
from app.core.labels import english
from app.core.schemas import SchemaConverter

MAX_PAGE = 5_000
METHODS = {
    "get_list": "read",
    "get": "read",
    "info": "read",
    "post": "add",
    "put": "edit",
}


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
        except ValidationError as error:
            status, message = 422, error.messages
        except (StaleDataError, IntegrityError) as error:
            status, message = 409, plain_message(error)[0]
        except OperationalError as error:
            return away(error)
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
    openapi_spec_methods: Any = {
        "put": {
            "put": {
                "description": (
                    "Change the columns that are sent. Rows with a version need the version that "
                    "was read: 428 without one, 409 with both versions when it is an older one."
                )
            }
        }
    }

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

    def unseen(self, item: Any, body: dict[str, Any], shown: Callable[[Any], Any]) -> Any:
        """The answer to who does not say, or not rightly, which version he has seen, or ``None``.

        ``shown`` makes of the row what it is now. Rows that have no version, and a row that is to
        be added (``None``), may be written without.
        """
        now = getattr(item, "version", None)
        if now is None:
            return None
        sent = body.get("version")
        if sent is None:
            text = _("Send the version that you have read: nothing unseen is overwritten.")
            return self.response(428, message={"version": [text]})
        as_seen = sent == now and not isinstance(sent, bool)
        return None if as_seen else self.both(now, theirs=shown(item), mine=body)

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
        schema = self.add_model_schema if item is None else self.edit_model_schema
        if (refused := self.unseen(item, body, schema.dump)) is not None:
            return refused
        body.pop("version", None)
        with transaction() as session, session.no_autoflush:
            row = schema.load(body, instance=item, partial=item is not None)
            command = type(self).create if item is None else type(self).change
            if command is None:
                return self.response(405, message=_("This address does not work that way."))
            command(row, by=actor())
            session.add(row)
            session.flush()
            key = self.datamodel.get_pk_value(row)
        return self.response(200 if item is not None else 201, id=key, result=schema.dump(row))
