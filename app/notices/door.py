"""The door of whoever wants no more e-mails: open without a login, by the address they carry."""

from typing import Any

from flask import abort, render_template, request
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from app.core import scope
from app.core.db import db, transaction
from app.notices import commands, letters, queries
from app.security.models import Account

KNOCKS = "60 per minute"


class MailDoor(BaseView):  # type: ignore[misc] # FAB ships no types
    """Asks by GET, since programs open links; does it by POST, as mail programs do in one click."""

    route_base = "/no-more-mail"

    @expose("/<string:token>", methods=["GET", "POST"])
    def leave(self, token: str) -> Any:
        """The question, and its answer; 404 for an address that we never made."""
        key = letters.account_of(token)
        with scope.system():
            known = key is not None and db.session.get(Account, key) is not None
            if key is None or not known:
                abort(404)
            if request.method == "POST":
                with transaction():
                    commands.no_more(key)
            done = not queries.wishes_of(key).by_mail
        return render_template(
            "notices/leave.html", title=_("No more e-mails"), done=done, appbuilder=self.appbuilder
        )
