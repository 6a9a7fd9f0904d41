"""The page of one's notices, and of what one wants of e-mails."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, abort, current_app, flash, jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core import clock, scope
from app.core.acting import actor
from app.core.db import db, transaction
from app.core.interface import as_key
from app.core.web import Page
from app.notices import commands, queries, wording
from app.notices.forms import Wishes
from app.security.models import Account
from app.security.queries import assignments_from

SECONDS_KNOWN = 30
"""A browser asks no more often how many are new."""


def _known_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page asks by itself: a stranger is not sent to the door, and begins no session."""

    @wraps(view)
    def asked(*given: Any, **named: Any) -> Any:
        return view(*given, **named) if current_user.is_authenticated else Response(status=401)

    return asked


class NoticePage(Page):
    """What I am told."""

    screen = "Notices"
    route_base = "/notices"
    default_view = "index"
    method_permission_name = {
        "index": "read",
        "unread": "read",
        "follow": "read",
        "read": "edit",
        "read_all": "edit",
        "wishes": "edit",
    }

    @expose("/")
    @has_access
    def index(self) -> Any:
        """My notices, the newest first."""
        who, only_new = actor(), "new" in request.args
        number = min(as_key(request.args.get("page", 0)) or 0, 10_000)
        found = queries.page(who.account_id, number, only_new=only_new)
        return self.render_template(
            "notices/index.html",
            title=_("Notices"),
            subtitle=who.unit_name,
            rows=found[: queries.PAGE],
            page=number,
            more=len(found) > queries.PAGE,
            only_new=only_new,
            unread=queries.unread(who.account_id),
            heading=wording.title,
            line=wording.line,
            elsewhere=len(who.others),
        )

    @expose("/unread")
    @_known_only
    @has_access
    def unread(self) -> Any:
        """How many are new, for the bell."""
        count = queries.unread(actor().account_id)
        words = ngettext("%(num)s new notice", "%(num)s new notices", count)
        answer = jsonify(count=count, words=words if count else _("Notices"))
        answer.cache_control.private, answer.cache_control.max_age = True, SECONDS_KNOWN
        return answer

    @expose("/go/<int:pk>")
    @has_access
    def follow(self, pk: int) -> Any:
        """Where a notice leads; following it is having read it."""
        notice = queries.one(actor().account_id, pk)
        if notice is None:
            return _of_another(pk)
        with transaction():
            commands.read(notice, by=actor())
        return redirect(wording.way(notice))

    @expose("/read/<int:pk>", methods=["POST"])
    @has_access
    def read(self, pk: int) -> Any:
        """Note one as read."""
        notice = queries.one(actor().account_id, pk)
        if notice is None:
            abort(404)
        with transaction():
            commands.read(notice, by=actor())
        return redirect(
            url_for("NoticePage.index", page=request.args.get("page"), new=request.args.get("new"))
        )

    @expose("/read-all", methods=["POST"])
    @has_access
    def read_all(self) -> Any:
        """Note all as read."""
        with transaction():
            count = commands.read_all(by=actor())
        told = ngettext("%(num)s notice is read.", "%(num)s notices are read.", count)
        flash(told if count else _("Nothing was new."), "success" if count else "info")
        return redirect(url_for("NoticePage.index"))

    @expose("/preferences", methods=["GET", "POST"])
    @has_access
    def wishes(self) -> Any:
        """Whether and when e-mails come."""
        key = actor().account_id
        form = Wishes(obj=queries.wishes_of(key))
        if form.validate_on_submit():
            with transaction():
                commands.wish(
                    key,
                    by_mail=form.by_mail.data,
                    quiet_from=form.quiet_from.data,
                    quiet_to=form.quiet_to.data,
                )
            flash(_("Saved"), "success")
            return redirect(url_for("NoticePage.wishes"))
        return self.render_template(
            "notices/wishes.html",
            title=_("E-mails"),
            subtitle=db.session.get_one(Account, key).email,
            crumbs=[(_("Notices"), url_for("NoticePage.index"))],
            form=form,
            last=queries.last_mail(key),
            mails=bool(current_app.config["MAIL_URL"]),
        )


def _of_another(pk: int) -> Any:
    """Of my notice in the branch of another assignment: say which. 404 for any other."""
    who = actor()
    with scope.system():
        notice = queries.one(who.account_id, pk)
        path = notice.unit_path if notice else ""
    held = assignments_from(who.account_id, clock.today())
    paths = {one.id: one.unit_path for one in held}
    mine = [one for one in who.others if path and path.startswith(paths.get(one[0], "-"))]
    if not mine:
        abort(404)
    _key, role, name = mine[0]
    flash(
        _(
            "This notice belongs to another assignment of yours: %(role)s, %(unit)s."
            " Change to that above, then follow the notice again.",
            role=_(role),
            unit=name,
        ),
        "info",
    )
    return redirect(url_for("NoticePage.index"))
