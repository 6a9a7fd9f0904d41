"""The pages of help, and what every page asks of it: its own help, and the tour of a desk."""

from functools import cache
from typing import Any

from flask import current_app, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import gettext as say

from app.core import naming
from app.core.acting import acting, actor
from app.core.db import transaction
from app.core.home import LANDINGS
from app.core.web import Page
from app.guides import commands, queries
from app.guides.rules import Guide, Stop
from app.guides.texts import GUIDES
from app.guides.tours import TOURS
from app.security.roles import may
from app.security.rules import RoleName

TOURED = "toured"
"""What the session calls the roles whose tour needs no more asking for."""


class GuideView(Page):
    """Help in words."""

    screen = "Guides"
    route_base = "/guides"
    default_view = "index"
    method_permission_name = {"index": "read", "show": "read", "seen": "edit", "again": "edit"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """What there is to read for the role."""
        role = RoleName[actor().role]
        mine = [
            (_called(name), url_for("GuideView.show", name=name), say(guide.purpose))
            for name, guide in GUIDES.items()
            if may(role, name, "read")
        ]
        return self.render_template("guides/index.html", title=_("Help"), guides=mine)

    @expose(f"/<any({', '.join(sorted(GUIDES))}):name>")
    @has_access
    def show(self, name: str) -> Any:
        """The help of one screen; ``?part=1`` without the page around it."""
        part = "part" in request.args
        return self.render_template(
            "guides/guide.html" if part else "guides/show.html",
            title=_called(name),
            crumbs=[(_("Help"), url_for("GuideView.index"))],
            guide=_told(GUIDES[name]),
            part=part,
        )

    @expose("/tour/seen", methods=["POST"])
    @has_access
    def seen(self) -> Any:
        """The tour has been read or laid aside."""
        with transaction():
            commands.close_tour(by=actor())
        return redirect(url_for("Home.index"))

    @expose("/tour/again", methods=["POST"])
    @has_access
    def again(self) -> Any:
        """To one's desk, with the tour."""
        with transaction():
            commands.show_again(by=actor())
        session.pop(TOURED, None)
        return redirect(url_for("Home.index"))


def _told(guide: Guide) -> dict[str, Any]:
    """A guide in the language of the request."""
    return {
        "purpose": say(guide.purpose),
        "steps": [say(step) for step in guide.steps],
        "rules": [(say(text), say(source)) for text, source in guide.rules],
    }


def _called(screen: str) -> str:
    """The name of a screen as the menu has it."""
    tops = current_app.extensions["appbuilder"].menu.menu
    names = {item.name: item.label for top in tops for item in (top.childs or [top])}
    return str(names.get(screen) or naming.screen_label(screen))


def help_here() -> str:
    """The address of the help of the page that is asked for; "" where there is none."""
    name = _screens().get(request.blueprint or "") if acting() else None
    return url_for("GuideView.show", name=name) if name in GUIDES else ""


def tour_here() -> list[Stop]:
    """The tour, when this page is the desk of a role whose tour the account has not closed."""
    who = acting()
    if who is None or who.practising or request.endpoint != LANDINGS.get(who.role):
        return []
    known = session.get(TOURED, [])
    if who.role in known:
        return []
    row = queries.tour_of(who.account_id, who.role)
    if row is not None and row.seen_at is not None:
        session[TOURED] = [*known, who.role]
        return []
    return [Stop(say(stop.title), say(stop.text), stop.at) for stop in TOURS.get(who.role, ())]


def _screens() -> dict[str, str]:
    return _screens_of(current_app.extensions["appbuilder"])


@cache
def _screens_of(appbuilder: Any) -> dict[str, str]:
    """Blueprint → name of the screen."""
    return {view.endpoint: getattr(view, "screen", "") for view in appbuilder.baseviews}
