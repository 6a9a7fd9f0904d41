"""Libraries made to speak our catalogue: WTForms, marshmallow, Flask-AppBuilder's REST."""

from collections.abc import Callable
from copy import copy
from functools import wraps
from inspect import getmembers, isclass
from typing import Any

from flask_appbuilder.api import BaseApi
from flask_babel import get_translations, gettext
from flask_wtf import FlaskForm
from marshmallow import Schema, ValidationError, fields, validate

from app.core.terms import N_

# Said by libraries without a marker that the extractor could see.
UNMARKED = (
    N_("Arguments are not correct"),
    N_("Could not process entity"),
    N_("Fatal error"),
    N_("Forbidden"),
    N_("Internal error"),
    N_("Not a valid rison argument"),
    N_("Not a valid rison/json argument"),
    N_("Not authorized"),
    N_("Not found"),
    N_("Please log in to access this page."),
    N_("Request is not JSON"),
    N_("The CSRF session token is missing."),
    N_("The CSRF token has expired."),
    N_("The CSRF token is invalid."),
    N_("The CSRF token is missing."),
    N_("The CSRF tokens do not match."),
    N_("The referrer does not match the host."),
    N_("The referrer header is missing."),
)


def install() -> None:
    """Make WTForms, marshmallow and Flask-AppBuilder's REST answers speak through our catalogue.

    Doing it again changes nothing.
    """
    FlaskForm.Meta.get_translations = lambda _meta, _form: _CATALOGUE
    _replace(fields.Field, "make_error", _make_error)
    for _name, validator in getmembers(validate, isclass):
        if "_format_error" in vars(validator):
            _replace(validator, "_format_error", _format_error)
    _replace(Schema, "__init__", _speaking_schema)
    _replace(BaseApi, "response", _response)


class _Catalogue:
    """Our catalogue as WTForms asks for it."""

    def gettext(self, message: str) -> str:
        return str(get_translations().ugettext(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(get_translations().ungettext(singular, plural, n))


class _Spoken(dict[str, Any]):
    """Messages that are translated when they are taken out."""

    def __getitem__(self, key: str) -> Any:
        message = super().__getitem__(key)
        return gettext(message) if isinstance(message, str) else message


_CATALOGUE = _Catalogue()


def _replace(owner: type, name: str, wrap: Callable[[Any], Any]) -> None:
    attribute = vars(owner)[name]
    is_static = isinstance(attribute, staticmethod)
    original = attribute.__func__ if is_static else attribute
    if getattr(original, "_speaks", False):
        return
    wrapped = wraps(original)(wrap(original))
    setattr(wrapped, "_speaks", True)  # noqa: B010 - a function has no such attribute by type
    setattr(owner, name, staticmethod(wrapped) if is_static else wrapped)


def _make_error(original: Callable[..., Any]) -> Callable[..., Any]:
    def make_error(field: Any, key: str, **details: Any) -> Any:
        message = field.error_messages.get(key)
        if not isinstance(message, str):
            return original(field, key, **details)
        for name in details.keys() & {"obj_type", "awareness"}:
            details[name] = gettext(details[name])
        return ValidationError(gettext(message).format(**details))

    return make_error


def _format_error(original: Callable[..., Any]) -> Callable[..., Any]:
    def format_error(validator: Any, value: Any, *message: str) -> Any:
        # Validators are shared by all requests: only a copy may carry this one's language.
        speaker = copy(validator)
        speaker.error = gettext(str(validator.error or message[0]))
        return original(speaker, value, *message)

    return format_error


def _speaking_schema(original: Callable[..., Any]) -> Callable[..., Any]:
    def init(schema: Any, *args: Any, **options: Any) -> None:
        original(schema, *args, **options)
        schema.error_messages = _Spoken(schema.error_messages)

    return init


def _response(original: Callable[..., Any]) -> Callable[..., Any]:
    def response(code: int, **body: Any) -> Any:
        said = body.get("message")
        if isinstance(said, str):
            body["message"] = gettext(said)
        return original(code, **body)

    return response
