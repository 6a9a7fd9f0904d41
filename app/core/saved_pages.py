"""The pages on which people save, name and take away views of lists."""

from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from app.core import clock, saved
from app.core.acting import actor
from app.core.asking import FormPage
from app.core.db import db, transaction
from app.core.errors import RuleBroken
from app.core.interface import as_key
from app.core.listing import Lists
from app.core.saved import SavedView

BOTH = ["GET", "POST"]


class NameForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What a view is called."""

    name = StringField(
        _l("Name"),
        [InputRequired(), Length(max=saved.LONGEST_NAME)],
        description=_l("Only you see your views."),
    )


class SaveForm(NameForm):
    """A new view of a list."""

    is_default = BooleanField(
        _l("Open the list with this view"),
        description=_l("Whenever you come to the list; you can change it later."),
    )
    screen = HiddenField()
    query = HiddenField()


class SavedViewPage(FormPage):
    """One's own views of lists; those of others are not found."""

    screen = "SavedViews"
    route_base = "/saved-views"
    method_permission_name = dict.fromkeys(
        ("add", "rename", "change", "default", "remove", "restore"), "edit"
    )

    @expose("/add", methods=BOTH)
    @has_access
    def add(self) -> Any:
        """Save the present state of a list under a name."""
        form = SaveForm(formdata=request.form or request.args)
        view = _list_of(form.screen.data or "")
        back = f"{view.route_base}/list/?{form.query.data or 'view=all'}"
        made: list[SavedView] = []

        def save() -> None:
            given = saved.arguments(form.query.data or "")
            one = saved.save(view, form.name.data, given, by=actor())
            db.session.flush()
            if form.is_default.data:
                saved.set_default(one, True)
            made.append(one)

        return self.ask(
            form,
            save,
            done=lambda: _address(view, made[0]),
            title=_("Save this view"),
            crumbs=_crumbs(view, back),
            back=back,
        )

    @expose("/rename/<pk>", methods=BOTH)
    @has_access
    def rename(self, pk: str) -> Any:
        """Call a view otherwise."""
        one, view = _own(pk)
        form = NameForm(name=one.name) if request.method == "GET" else NameForm()
        return self.ask(
            form,
            lambda: saved.rename(one, form.name.data),
            done=lambda: _address(view, one),
            title=_("Rename the view"),
            crumbs=_crumbs(view, _address(view, one)),
            back=_address(view, one),
        )

    @expose("/change/<pk>", methods=["POST"])
    @has_access
    def change(self, pk: str) -> Response:
        """Let a view show what its list shows now."""
        one, view = _own(pk)
        with transaction():
            saved.change(one, view, saved.arguments(request.form.get("query", "")))
        flash(_("Saved"), "success")
        return redirect(_address(view, one))

    @expose("/default/<pk>", methods=["POST"])
    @has_access
    def default(self, pk: str) -> Response:
        """Open the list with this view from now on, or no longer."""
        one, view = _own(pk)
        with transaction():
            saved.set_default(one, not one.is_default)
        text = _("The list opens with “%(name)s” from now on.", name=one.name)
        flash(text if one.is_default else _("The list opens as it always was."), "success")
        return redirect(_address(view, one))

    @expose("/remove/<pk>", methods=["POST"])
    @has_access
    def remove(self, pk: str) -> Response:
        """Take a view away; the message brings it back."""
        one, view = _own(pk)
        with transaction():
            saved.remove(one, at=clock.now())
        undo = url_for("SavedViewPage.restore", pk=one.id)
        flash(_("The view “%(name)s” is deleted.", name=one.name), f"undo:{undo}")
        return redirect(f"{view.route_base}/list/?view=all")

    @expose("/restore/<pk>", methods=["POST"])
    @has_access
    def restore(self, pk: str) -> Response:
        """Bring back a view that was just taken away."""
        one, view = _own(pk, removed=True)
        try:
            with transaction():
                saved.restore(one)
        except RuleBroken as error:
            flash(error.message, "danger")
            return redirect(f"{view.route_base}/list/?view=all")
        flash(_("The view “%(name)s” is back.", name=one.name), "success")
        return redirect(_address(view, one))


def _own(pk: str, *, removed: bool = False) -> tuple[SavedView, Any]:
    """A view of one's own and its list, or 404: the database hides those of others."""
    key = as_key(pk)
    one = db.session.get(SavedView, key) if key is not None else None
    if one is None or (one.removed_at is not None) != removed:
        abort(404)
    return one, _list_of(one.screen)


def _list_of(screen: str) -> Any:
    """The list of a screen that this role may read, or 404."""
    appbuilder = current_app.extensions["appbuilder"]
    for view in appbuilder.baseviews:
        if isinstance(view, Lists) and getattr(view, "screen", "") == screen:
            if appbuilder.sm.has_access("can_read", screen):
                return view
            break
    return abort(404)


def _crumbs(view: Any, address: str) -> list[tuple[str, str]]:
    return [(str(view.list_title), address)]


def _address(view: Any, one: SavedView) -> str:
    """The list as a view shows it."""
    return f"{view.route_base}/list/?{one.query}&{urlencode({'view': one.id})}"
