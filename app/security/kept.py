"""What was sent from a form after its session had ended: the page keeps it until it is sent anew.

Nothing of it is stored: the page in front of the door carries it through the login.
"""

import json
from typing import Any, NamedTuple

from flask import Flask, Response, g, make_response, render_template, request, session
from flask_appbuilder.security.forms import LoginForm_db
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core import addresses, errors
from app.core.inputs import json_of

FIELD = "kept"
LONGEST = 100_000
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_SECRET = {"password", "old", "again"}
_TOKEN = "csrf_token"  # noqa: S105 # the name of a field
_DOOR = {"LoginView.login", "LoginView.logout"}


class Kept(NamedTuple):
    """Where a form goes and what it holds."""

    address: str
    fields: list[tuple[str, str]]

    def packed(self) -> str:
        """As one hidden field of a page."""
        return json.dumps([self.address, self.fields], ensure_ascii=False)


def register(app: Flask) -> None:
    """Answer a form whose session has ended with a page that keeps what it holds."""
    app.before_request(_ended)
    app.register_error_handler(CSRFError, _without_token)


def carried() -> Kept | None:
    """What the login form carries from the page before, if it can be sent from here."""
    try:
        address, fields = json_of(request.form.get(FIELD, "")[:LONGEST])
        kept = Kept(addresses.local(address), [(str(name), str(text)) for name, text in fields])
    except (TypeError, ValueError):
        return None
    return kept if kept.address else None


def page(kept: Kept) -> str:
    """What was typed, to be sent by one press."""
    # The token of before belongs to the session of before.
    g.pop(_TOKEN, None)
    return render_template("security/kept.html", kept=kept)


def _ended() -> Response | None:
    """A session that another has ended (a new password, a closed account) still has its token."""
    if "_user_id" not in session or request.method != "POST" or current_user.is_authenticated:
        return None
    kept = _sent()
    return _door(kept) if kept else None


def _without_token(error: HTTPException) -> Any:
    kept = _sent()
    if kept is None:
        return errors.of_http(error)
    if current_user.is_authenticated:
        return make_response(page(kept), 400)
    return _door(kept)


def _sent() -> Kept | None:
    """The form of this request; ``None`` for what nobody typed here or must not be kept.

    A foreign page must not have a form of its own sent by whoever logs in: a browser names the
    page that it comes from to that page's own host only.
    """
    known = request.endpoint and request.endpoint not in _DOOR and request.mimetype in _FORMS
    if not known or request.method != "POST" or not addresses.local(request.referrer):
        return None
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != _TOKEN]
    if request.files or not fields or _SECRET & {name for name, _text in fields}:
        return None
    kept = Kept(request.full_path.rstrip("?"), fields)
    return kept if len(kept.packed()) <= LONGEST else None


def _door(kept: Kept) -> Response:
    # Without form data: the kept form may have a field called as one of these.
    shown = render_template(
        "appbuilder/general/security/login_db.html",
        form=LoginForm_db(formdata=None),
        kept=kept.packed(),
    )
    return make_response(shown, 401)
