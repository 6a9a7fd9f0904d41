"""What can go wrong, in plain words, and the pages that say so."""

import logging
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request, session
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, default_exceptions

from app.core.db import db

log = logging.getLogger(__name__)

MEANWHILE = frozenset(
    {
        *("pk_evaluation", "uq_monthly_report_unit_id_month", "uq_deferral_asked"),
        *("uq_task_status_task_id_meeting_id", "uq_absence_meeting_id_member_id"),
    }
)
"""Constraints that only two can break who write the same for the first time at once."""


class RuleBroken(Exception):
    """A rule of the field refuses what was asked.

    ``message`` is already in the user's language and says what to do; ``field`` names the form
    field it belongs beside, when there is one.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.field = field


class BadInput(Exception):
    """Something in a URL, form or body cannot be read: answers 400 and says what to mend."""


def plain_message(error: Exception) -> tuple[str, str | None]:
    """What to tell the user of ``error``, and the field it belongs to, if one is known."""
    if isinstance(error, RuleBroken):
        return error.message, error.field
    if is_meanwhile(error):
        return _(
            "Someone else has saved this meanwhile. Open it again and repeat your change."
        ), None
    if isinstance(error, IntegrityError):
        return _of_constraint(error)
    return _("This could not be saved. Check what you typed."), None


def is_meanwhile(error: Exception) -> bool:
    """Whether somebody else has saved the same between reading and writing."""
    if isinstance(error, IntegrityError):
        diag: Any = getattr(error.orig, "diag", None)
        return getattr(diag, "constraint_name", None) in MEANWHILE
    return isinstance(error, StaleDataError)


def _of_constraint(error: IntegrityError) -> tuple[str, str | None]:
    diag: Any = getattr(error.orig, "diag", None)
    column = getattr(diag, "column_name", None)
    state = getattr(error.orig, "sqlstate", "")
    if state == "23502":
        return _("This field is required."), column
    if state == "23505":
        if getattr(diag, "constraint_name", None) == "uq_meeting_unit_month":
            return _("This unit already has its regular meeting of that month."), "month"
        return _("The same entry exists already. Change the code or the name."), None
    if state == "23P01":
        return _("This overlaps in time with an entry that exists already."), None
    if state == "23503":
        return _("Something it refers to does not exist or is not yours."), None
    return _("This could not be saved. Check what you typed."), None


def register(app: Flask) -> None:
    """Answer every error with a page, or JSON under ``/api/``, that says what to do."""
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(BadInput, lambda error: answer(400, str(error)))
    app.register_error_handler(RuleBroken, lambda error: answer(422, error.message))
    app.register_error_handler(StaleDataError, lambda error: answer(409, plain_message(error)[0]))
    app.register_error_handler(IntegrityError, lambda error: answer(409, plain_message(error)[0]))
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(OperationalError, away)
    app.register_error_handler(StatementError, _statement)
    app.register_error_handler(Exception, _unexpected)


def of_http(error: HTTPException) -> Any:
    """The page or JSON that says what an error of HTTP means and what to do."""
    if error.code is None or error.code < 400:
        return error
    known = {
        400: _("The request cannot be understood. Go back and try again."),
        401: _("Please sign in first."),
        403: _("Your role does not allow this. Ask your administrator if you need it."),
        404: _("There is no such page or record in your area."),
        405: _("This address does not work that way."),
        413: _("That is too large to send."),
        415: _("The request must be JSON."),
        429: _("Too many attempts. Wait a minute and try again."),
    }
    text = known.get(error.code) or default_exceptions[error.code]().name
    if error.code == 400 and type(error).__name__ == "CSRFError":
        text = _("The page was open too long. Go back, reload it, and send it again.")
    response = answer(error.code, text)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    return response


def _unreadable(error: DataError) -> Response:
    incident = _incident(error)
    return answer(
        400,
        _("A value has the wrong form. Check it. (%(incident)s)", incident=incident),
    )


def _statement(error: StatementError) -> Response:
    if isinstance(error.orig, (TypeError, ValueError, LookupError, OverflowError)):
        return _unreadable(error)  # type: ignore[arg-type] # both carry a statement
    return _unexpected(error)


def away(error: OperationalError) -> Response:
    """The database is restarted, full or out of reach: whoever asks again may find it there."""
    incident = _incident(error)
    text = _("The database does not answer now. Nothing was saved. Try again in a minute.")
    response = answer(503, f"{text} ({incident})")
    response.headers["Retry-After"] = "60"
    return response


def _unexpected(error: Exception) -> Response:
    incident = _incident(error)
    text = _("Something went wrong on our side. Nothing was saved. Number: %(incident)s")
    return answer(500, text % {"incident": incident} if "%(" in text else text)


def _incident(error: Exception) -> str:
    number = secrets.token_hex(4)
    log.error("incident %s at %s %s", number, request.method, _place(), exc_info=error)
    return number


def _place() -> str:
    """The address without what opens something to whoever knows it: a log is read by many."""
    secret = (request.view_args or {}).get("token")
    return request.path.replace(str(secret), "…") if secret else request.path


def answer(status: int, message: str) -> Response:
    """A page, or JSON where that is asked for, that says what is the matter and what to do."""
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        db.session.rollback()
        response = jsonify(message=message)
        response.status_code = status
        return response
    return Response(_page(status, message), status=status, mimetype="text/html")


def _page(status: int, message: str) -> str:
    """The page of an error; a plain one when what is wrong keeps that from being drawn."""
    try:
        db.session.rollback()
        return render_template("errors/error.html", status=status, message=message, title=message)
    except Exception as error:
        _incident(error)
        # Asking who it is would fail once more: Flask-Login keeps the answer under this name.
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined] # its own
        locale = session.get("locale", "vi")
        return render_template("errors/plain.html", status=status, message=message, locale=locale)
