"""What was sent from a form after its session had ended: the page keeps it until it is sent anew.

Nothing of it is stored: the page in front of the door carries it through the login. Only who had
opened the form can send it: the token of a form tells, even when its session is gone.
"""

import json
import secrets
from typing import Any, NamedTuple

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
    session,
)
from flask_appbuilder.security.forms import LoginForm_db
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from app.core import addresses, errors
from app.core.inputs import json_of
from app.core.interface import as_key

FIELD = "kept"
LONGEST = 100_000
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_SECRET = {"password", "old", "again"}
_TOKEN = "csrf_token"  # noqa: S105 # the name of a field
_DOOR = {"LoginView.login", "LoginView.logout"}


class Kept(NamedTuple):
    """Where a form goes, what it holds, and the account that had opened it if that is known."""

    address: str
    fields: list[tuple[str, str]]
    account: int | None

    def packed(self) -> str:
        """As one hidden field of a page."""
        return json.dumps([self.address, self.fields, self.account], ensure_ascii=False)

    def is_of(self, account: int) -> bool:
        """Whether an account may send it: nobody sends what somebody else has typed."""
        return self.account in {None, account}


def register(app: Flask) -> None:
    """Answer a form whose session has ended with a page that keeps what it holds."""
    app.before_request(_ended)
    app.register_error_handler(CSRFError, _without_token)


def carried() -> Kept | None:
    """What the login form carries from the page before, if it can be sent from here."""
    try:
        address, fields, account = json_of(request.form.get(FIELD, "")[:LONGEST])
        typed = [(str(name), str(text)) for name, text in fields]
        kept = Kept(addresses.local(address), typed, as_key(account))
    except (TypeError, ValueError):
        return None
    return kept if kept.address else None


def begin(account: int) -> None:
    """Give a new session a token that tells whose forms it is in."""
    session[_TOKEN] = f"{secrets.token_hex(20)}.{account}"


def not_yours() -> str:
    """What to tell who has logged in where somebody else had typed."""
    return str(_("Somebody else had typed that form: it was not sent, and nothing was saved."))


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
    kept = _sent() or _at_an_old_door()
    if kept is None:
        return errors.of_http(error)
    if not current_user.is_authenticated:
        return _door(kept)
    if not kept.is_of(current_user.id):
        return errors.answer(400, not_yours())
    return make_response(page(kept), 400)


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
    kept = Kept(request.full_path.rstrip("?"), fields, _opened_by())
    return kept if len(kept.packed()) <= LONGEST else None


def _at_an_old_door() -> Kept | None:
    """What the login form carries that was open too long, or is sent anew by a reload."""
    known = request.endpoint == "LoginView.login" and addresses.local(request.referrer)
    return carried() if known else None


def _opened_by() -> int | None:
    """The account that the token of the form was made for, however old; else the session's."""
    key = current_app.config.get("WTF_CSRF_SECRET_KEY", current_app.secret_key)
    try:
        token = URLSafeTimedSerializer(str(key), salt="wtf-csrf-token").loads(request.form[_TOKEN])
    except (BadData, KeyError):
        token = ""
    return as_key(str(token).partition(".")[2] or session.get("_user_id"))


def _door(kept: Kept) -> Response:
    # Without form data: the kept form may have a field called as one of these.
    shown = render_template(
        "appbuilder/general/security/login_db.html",
        form=LoginForm_db(formdata=None),
        kept=kept.packed(),
    )
    return make_response(shown, 401)
