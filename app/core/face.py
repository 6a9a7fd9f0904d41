"""What every page gets: security headers and template globals."""

from collections.abc import MutableMapping
from types import MappingProxyType
from typing import Any

from flask import Flask, current_app, request, session
from flask.templating import Environment
from flask_babel import get_locale
from flask_talisman import Talisman
from markupsafe import Markup
from plotly.io.json import to_json_plotly

from app.core import addresses, labels, menu, packing, pieces, seen
from app.core.acting import acting
from app.core.interface import COUNT_CAP

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": ["'self'", "data:", "blob:"],
    "style-src": "'self'",
    "script-src": "'self'",
    "object-src": "'none'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


class Templates(Environment):
    """Flask's, in which a template without globals of its own has those of all others."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return all that a template may name beside what it is given."""
        # Jinja lays a mapping written in Python over them, and goes through it key by key for
        # every part of a page: a twentieth of its time. Nobody may write into what all share.
        return super().make_globals(d) if d else MappingProxyType(self.globals)  # type: ignore[return-value] # read only


def register(app: Flask) -> None:
    """Install headers and template globals."""
    packing.register(app)
    pieces.register(app)
    Talisman(
        app,
        force_https=app.config["TLS"],
        strict_transport_security=app.config["TLS"],
        session_cookie_secure=app.config["TLS"],
        content_security_policy=CONTENT_SECURITY_POLICY,
        content_security_policy_nonce_in=["script-src", "style-src"],
        frame_options="DENY",
        referrer_policy="same-origin",
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "()"},
    )
    # Widgets render through the environment, where context processors do not reach.
    app.jinja_env.globals.update(
        row_seen=seen.marked,
        seen_fields=seen.fields,
        current_acting=acting,
        shown=labels.shown,
        count_cap=COUNT_CAP,
        way_back=addresses.way_back,
        leads_here=menu.leads_here,
        side_menu=menu.side,
    )
    app.jinja_env.filters["plotly_json"] = _plotly_json
    app.context_processor(_page)
    app.after_request(_no_store)


def _plotly_json(figure: dict[str, Any]) -> Markup:
    """A figure as Plotly reads it, safe within a page: Plotly escapes what could end a script."""
    return Markup(to_json_plotly(figure))  # noqa: S704 - escaped by to_json_plotly


def _page() -> dict[str, Any]:
    return {
        "appbuilder": current_app.extensions["appbuilder"],
        "base_template": "appbuilder/baselayout.html",
        "acting": acting(),
        "locale_code": str(get_locale() or "vi"),
        "theme": session.get("theme", "auto"),
    }


def _no_store(response: Any) -> Any:
    """Pages hold people's names: no shared or disk cache may keep them."""
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
