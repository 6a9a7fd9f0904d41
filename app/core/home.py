"""The first page: each role lands on its own desk."""

from typing import Any

from flask import current_app, redirect, url_for
from flask_appbuilder import expose
from flask_login import current_user

from app.core.acting import acting
from app.core.web import Page

LANDINGS: dict[str, str] = {}
"""Role name → endpoint of its desk; filled by the security feature."""


class Home(Page):
    """Sends everybody on to where their work is."""

    screen = "Home"
    route_base = ""
    default_view = "index"

    @expose("/")
    def index(self) -> Any:
        """Redirect to the role's desk, or to login."""
        if not current_user.is_authenticated:
            return redirect(self.appbuilder.get_url_for_login)
        who = acting()
        endpoint = LANDINGS.get(who.role) if who else None
        if endpoint and endpoint in current_app.view_functions:
            return redirect(url_for(endpoint))
        return self.render_template("appbuilder/index.html", title=current_app.config["APP_NAME"])
