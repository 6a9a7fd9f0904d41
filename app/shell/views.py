"""The manifest, the worker, the page without a network, and what installed icons open."""

from typing import Any

from flask import Response, current_app, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import force_locale
from flask_babel import gettext as _

from app.core import clock, months
from app.core.acting import actor
from app.core.web import Page
from app.meetings import queries
from app.shell import files
from app.shell.rules import COLOURS, SHORTCUTS

SIZES = (192, 512)


class Shell(Page):
    """What browsers ask for by themselves; only the shortcut knows who asks."""

    screen = "Home"
    route_base = ""
    default_view = "roll_call"
    method_permission_name = {"roll_call": "read"}

    @expose("/manifest/<any(vi,en):locale>.webmanifest")
    def manifest(self, locale: str) -> Any:
        """What an installed application is called and looks like, in one language."""
        with force_locale(locale):
            answer = jsonify(_manifest(locale))
        answer.mimetype = "application/manifest+json"
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer

    @expose("/sw.js")
    def worker(self) -> Any:
        """The worker; browsers compare it byte by byte with the one they have."""
        source, version = files.worker(offline=current_app.config["OFFLINE"])
        answer = Response(source, mimetype="text/javascript")
        answer.headers["Service-Worker-Allowed"] = "/"
        answer.headers["Cache-Control"] = "no-cache"
        answer.set_etag(version)
        return answer.make_conditional(request)

    @expose("/offline/<any(vi,en):locale>")
    def offline(self, locale: str) -> Any:
        """What is shown in place of a page that the network does not bring; knows nobody."""
        with force_locale(locale):
            return render_template("shell/offline.html", locale=locale)

    @expose("/roll-call/")
    @has_access
    def roll_call(self) -> Any:
        """Lead to the roll-call of this month, or of the month before, or to the desk."""
        four_steps = "FilingPage.show" in current_app.view_functions
        page = "FilingPage.show" if four_steps else "RollCallView.show"
        this = months.first_of(clock.today())
        for month in (this, months.add(this, -1)):
            key = queries.monthly_meeting(actor().unit_id, month)
            if key is not None and self.appbuilder.sm.has_access("can_edit", "RollCall"):
                return redirect(url_for(page, pk=key))
        return redirect(url_for("Home.index"))


def _manifest(locale: str) -> dict[str, Any]:
    return {
        # Stays when the start address changes, so that an installed application stays the same.
        "id": "/",
        "name": _("Nếp – Party-cell meetings"),
        "short_name": "Nếp",
        "description": _("Party-cell meetings, from schedule to rating"),
        "lang": locale,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": COLOURS["light"],
        "background_color": COLOURS["light"],
        "categories": ["productivity", "government"],
        "icons": _icons(),
        "shortcuts": [
            {
                "name": _(name),
                "url": url_for(endpoint),
                "icons": [_picture(f"img/shortcut-{symbol}.png", "96x96")],
            }
            for name, endpoint, symbol in SHORTCUTS
        ],
    }


def _icons() -> list[dict[str, str]]:
    icons = [_picture("img/logo.svg", "any", kind="image/svg+xml")]
    for size in SIZES:
        icons.append(_picture(f"img/icon-{size}.png", f"{size}x{size}"))
        icons.append(_picture(f"img/maskable-{size}.png", f"{size}x{size}", purpose="maskable"))
    return icons


def _picture(
    name: str, sizes: str, *, kind: str = "image/png", purpose: str = "any"
) -> dict[str, str]:
    return {
        "src": url_for("static", filename=name),
        "sizes": sizes,
        "type": kind,
        "purpose": purpose,
    }
