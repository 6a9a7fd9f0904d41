"""Addresses of the present page with some arguments changed, and the way back from a page."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import current_app, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

ALL = "all"
"""``?view=all`` opens a list without the view that its owner made the default."""
_LAST, _HAS_DEFAULT = "list", "nep.default_view"
_LONGEST = 600
_POSITION = ("page_", "after_", "before_")


def changed(changes: dict[str, Any], *, stay: bool = False) -> str:
    """This page's address with ``changes`` to its arguments; ``None`` and "" take one away.

    Lists begin anew at their first page, unless they are to ``stay`` where they are.
    """
    kept = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in changes and (stay or not name.startswith(_POSITION))
    ]
    for name, value in changes.items():
        values = value if isinstance(value, list) else [value]
        kept.extend((name, one) for one in values if one not in {None, ""})
    if not kept and request.environ.get(_HAS_DEFAULT):
        kept = [("view", ALL)]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def has_default() -> None:
    """The bare address of this list opens a view of its owner: emptied ones have to say so."""
    request.environ[_HAS_DEFAULT] = True


def remember_list(endpoint: str) -> None:
    """Keep the state of the list that is shown now, for the way back from its rows."""
    query = request.query_string.decode()
    session[_LAST] = [endpoint, query if len(query) <= _LONGEST else ""]


def local(address: str | None) -> str:
    """``address`` without its host when it is a page of this application, else ""."""
    if not address or len(address) > 2_000 or any(ord(sign) < 32 for sign in address):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if (parts.netloc and parts.netloc != request.host) or not parts.path.startswith("/"):
        return ""
    if parts.scheme not in {"", "http", "https"} or parts.path.startswith(("//", "/\\")):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def endpoint_of(address: str) -> str:
    """The endpoint that answers GET at a local address, or "" when none does."""
    if not address:
        return ""
    try:
        found, _values = current_app.url_map.bind("").match(urlsplit(address).path, method="GET")
    except HTTPException:
        return ""
    return str(found)


def came_from() -> str:
    """The page of this application on which the link or button was pressed, or ""."""
    address = local(request.referrer)
    return address if endpoint_of(address) else ""


def next_asked() -> str:
    """Where a page or its form wants to go on afterwards, ``?next=``, or ""."""
    address = local(request.values.get("next"))
    return address if endpoint_of(address) else ""


def of_list(view: Any) -> str:
    """The list of a generated screen as it was last seen, with its filters."""
    return _list_as_seen(view.endpoint)


def way_back() -> str:
    """From the page of a row: to where it was opened from, else to its list as last seen."""
    mine, came = str(request.blueprint), came_from()
    page = endpoint_of(came)
    if page == f"{mine}.list" or (page and page.partition(".")[0] != mine):
        return came
    return _list_as_seen(mine)


def _list_as_seen(blueprint: str) -> str:
    endpoint = f"{blueprint}.list"
    came = came_from()
    if endpoint_of(came) == endpoint:
        return came
    try:
        bare = url_for(endpoint)
    except BuildError:
        return url_for("Home.index")
    known, query = session.get(_LAST) or ("", "")
    return f"{bare}?{query}" if query and known == endpoint else bare
