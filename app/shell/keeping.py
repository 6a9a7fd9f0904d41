"""Marks on answers by which the worker knows whose page it is and whether to keep a copy."""

from typing import Any

from flask import g, request, session
from flask_babel import get_locale

from app.core.acting import acting
from app.shell.rules import may_keep, owner_mark

NOBODY = "none"


def mark(response: Any) -> Any:
    """Say in headers whose page this is, in what language, and whether a copy may be kept."""
    if response.mimetype != "text/html":
        return response
    response.headers.setdefault("Content-Language", str(get_locale() or "vi"))
    who = acting()
    if who is not None:
        response.headers["Nep-Owner"] = owner_mark(who.account_id, who.assignment_id)
        plain = request.method == "GET" and response.status_code == 200
        if plain and may_keep(request.path, request.query_string.decode("latin-1")):
            response.headers["Nep-Keep"] = "1"
    elif _was_put_out():
        response.headers["Nep-Owner"] = NOBODY
    return response


def _was_put_out() -> bool:
    """Whether the session names an account that may not come in any more.

    A session that merely ran out names nobody: the device's copies outlive it.
    """
    user = getattr(g, "_login_user", None)
    return user is not None and bool(user.is_anonymous) and "_user_id" in session
