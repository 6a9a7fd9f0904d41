"""The page and the buttons of practising."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core import clock, scope
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import BadInput, RuleBroken
from app.core.web import Page
from app.practice import commands, queries, rules
from app.security.practising import KEY, PLAYED
from app.security.rules import RoleName


class PracticeView(Page):
    """Practising in a cell of one's own."""

    screen = "Practice"
    route_base = "/practice"
    default_view = "show"
    method_permission_name = dict.fromkeys(("show", "begin", "again", "leave", "play"), "read")

    @expose("/")
    @has_access
    def show(self) -> Any:
        """What practising is, and the button that begins it."""
        return self.render_template(
            "practice/show.html",
            title=_("Practise"),
            open=queries.open_practice(actor().account_id, clock.today()),
            days=rules.DAYS,
        )

    @expose("/begin", methods=["POST"])
    @has_access
    def begin(self) -> Any:
        """Enter one's practice cell; the first time it is made."""
        if queries.open_practice(actor().account_id, clock.today()) is None and not _made():
            return redirect(url_for("PracticeView.show"))
        session[KEY] = RoleName.Secretary.name
        return redirect(url_for("Home.index"))

    @expose("/again", methods=["POST"])
    @has_access
    def again(self) -> Any:
        """Start over in a new practice cell; the one so far is closed."""
        if _made():
            session[KEY] = RoleName.Secretary.name
            flash(_("A new practice cell is ready. What you practised before is gone."), "success")
        return redirect(url_for("Home.index"))

    @expose("/play", methods=["POST"])
    @has_access
    def play(self) -> Any:
        """Play the secretary, or the clerk of the superior committee."""
        wanted = request.form.get("role", "")
        if wanted not in {role.name for role in PLAYED} or not actor().practising:
            raise BadInput(_("Choose one from the list."))
        session[KEY] = wanted
        return redirect(url_for("Home.index"))

    @expose("/leave", methods=["POST"])
    @has_access
    def leave(self) -> Any:
        """Back to one's real work; the practice cell waits until its time is over."""
        session.pop(KEY, None)
        return redirect(url_for("Home.index"))


def _made() -> bool:
    """Make a practice cell by the rules that hold for whoever asks; says so when it cannot."""
    by = actor()
    book = queries.rulebook(by.unit_path, clock.today())
    try:
        # Its tree lies outside everybody's scope, so only the system can plant it.
        with scope.system(), transaction():
            commands.begin(book, by=by)
    except RuleBroken as error:
        flash(error.message, "danger")
        return False
    return True
