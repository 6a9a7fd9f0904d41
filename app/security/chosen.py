"""The assignment under which one acted last on this device: who signs in again goes on there.

It chooses among the assignments that one holds, and gives none. A logout forgets it.
"""

from datetime import timedelta
from typing import Any

from flask import current_app, request

from app.core.interface import as_key

COOKIE = "nep-acting"
KEPT_FOR = timedelta(days=90)


def note(response: Any, account: int, assignment: int) -> Any:
    """The answer, which has the browser keep the choice beyond the session."""
    response.set_cookie(
        COOKIE,
        f"{account}.{assignment}",
        max_age=KEPT_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def noted(account: int) -> int | None:
    """What this account chose last, if the browser has kept it."""
    owner, _dot, assignment = request.cookies.get(COOKIE, "").partition(".")
    return as_key(assignment) if as_key(owner) == account else None


def forget(response: Any) -> Any:
    """The answer, which has the browser forget the choice."""
    response.delete_cookie(COOKIE)
    return response
