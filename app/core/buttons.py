"""Buttons of generated screens: one row or many, a command, a reason when one is needed."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_appbuilder import expose
from flask_appbuilder.actions import action as fab_action
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.core import text
from app.core.acting import Acting, actor
from app.core.db import transaction
from app.core.errors import BadInput, RuleBroken, plain_message

MAX_BULK = 500

Command = Callable[..., Any]


class Buttons:
    """The part of a screen that acts on chosen rows. Rows out of scope answer 404, all of them."""

    actions: dict[str, Any]
    appbuilder: Any
    class_permission_name: Any
    datamodel: Any
    get_action_permission_name: Callable[[str], str]
    get_redirect: Callable[[], str]
    route_base: Any

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    def action(self, name: str, pk: str) -> Any:
        """A button of a show page: the same as a bulk action on one row."""
        return self._act(name, [pk])

    @expose("/action_post", methods=["POST"])
    def action_post(self) -> Any:
        """A bulk action of a list."""
        return self._act(request.form.get("action", ""), request.form.getlist("rowid"))

    def _act(self, name: str, keys: list[str]) -> Any:
        found = self.actions.get(name)
        if found is None:
            abort(404)
        if not self.appbuilder.sm.has_access(
            self.get_action_permission_name(name), self.class_permission_name
        ):
            abort(403)
        if not keys:
            raise BadInput(_("Choose at least one row first."))
        if len(keys) > MAX_BULK:
            raise BadInput(_("At most %(most)s rows at a time.", most=MAX_BULK))
        items = [self.datamodel.get(key) for key in dict.fromkeys(keys)]
        if None in items:
            abort(404)
        return found.func(items)

    def run(
        self, items: Iterable[Any], command: Command, *, reason_for: str = ""
    ) -> Response | str:
        """Give every item to ``command(item, by=…)``; each alone is done wholly or not at all.

        ``reason_for`` asks for a reason first and passes it as ``reason=``.
        """
        rows = items if isinstance(items, list) else [items]
        given: dict[str, Any] = {}
        if reason_for:
            reason = text.nfc(request.form.get("reason", ""))
            if not reason:
                return render_template(
                    "core/reason.html",
                    title=reason_for,
                    empty="reason" in request.form,
                    rows=rows,
                    keys=[self.datamodel.get_pk_value(row) for row in rows],
                    action_name=request.form.get("action")
                    or (request.view_args or {}).get("name", ""),
                    action_url=self.get_url_for_action_post(),
                    base_template=self.appbuilder.base_template,
                    appbuilder=self.appbuilder,
                )
            given["reason"] = reason[:500]
        done = apply_to_all(rows, command, by=actor(), **given)
        if done:
            flash(ngettext("%(num)d done.", "%(num)d done.", done), "success")
        return redirect(self.get_redirect())

    def get_url_for_action_post(self) -> str:
        """Where a bulk action of this screen is sent."""
        return f"{self.route_base}/action_post"


def apply_to_all(rows: list[Any], command: Command, *, by: Acting, **given: Any) -> int:
    """Run ``command`` on each row in one transaction; rows that break a rule are named.

    Returns how many were done. Each refused row is undone alone and flashed with its reason.
    """
    done = 0
    with transaction() as session:
        for row in rows:
            name = str(row)
            try:
                with session.begin_nested():
                    command(row, by=by, **given)
                done += 1
            except (RuleBroken, StaleDataError) as error:
                flash(f"{name}: {plain_message(error)[0]}", "danger")
    return done


def button(name: str, text: Any, *, icon: str = "", confirm: Any = None) -> Any:
    """Declare a button of a list and a show page (FAB's ``action`` with our defaults)."""
    return fab_action(name, text, confirm, icon, multiple=True, single=True)
