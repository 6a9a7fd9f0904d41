"""The base of all screens: what every list, form and button of the application does alike."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import abort, flash, has_request_context, redirect, render_template, request
from flask_appbuilder import BaseView as FabBaseView
from flask_appbuilder import ModelView, expose
from flask_appbuilder.actions import action as fab_action
from flask_appbuilder.urltools import get_filter_args
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.core.acting import Acting, actor
from app.core.db import db, transaction
from app.core.errors import BadInput, RuleBroken, plain_message
from app.core.interface import FoundByWords, as_key, new_filters
from app.core.labels import formatters, label

MAX_PAGE_SIZE = 200
MAX_PAGE = 5_000
MAX_BULK = 500

READ = {
    "list": "read",
    "show": "read",
    "add": "add",
    "edit": "edit",
    "delete": "delete",
}

Command = Callable[..., Any]


class RequestFilters:
    """Keeps a view's filters per request: Flask-AppBuilder shares one set among all threads."""

    datamodel: Any
    search_columns: Any

    @property
    def _filters(self) -> Any:
        if not has_request_context():
            return new_filters(self)
        key = f"nep.filters.{id(self)}"
        if key not in request.environ:
            request.environ[key] = new_filters(self)
        return request.environ[key]

    @_filters.setter
    def _filters(self, value: Any) -> None:
        """Flask-AppBuilder assigns once at start-up; requests make their own."""


class AppView(RequestFilters, ModelView):  # type: ignore[misc] # FAB ships no types
    """A generated screen: columns, labels and one-line buttons.

    ``screen`` is its name in the table of roles. ``create`` and ``change`` are the commands that
    a form's item goes through; nothing is ever deleted.
    """

    screen = ""
    page_size = 25
    base_permissions: Any = None
    exclude_route_methods: Any = {"delete", "download"}
    create: Command | None = None
    change: Command | None = None
    fixed_order: tuple[str, ...] = ()
    found_by_words = True
    add_row_message = _l("Saved")
    edit_row_message = _l("Saved")
    list_template = "appbuilder/general/model/list.html"

    def __init__(self, **kwargs: Any) -> None:
        self.class_permission_name = self.screen
        words = dict(READ)
        for name in dir(type(self)):
            declared = getattr(getattr(type(self), name), "_action", None)
            if declared:
                words[name] = declared[0]
        self.method_permission_name = words | (self.method_permission_name or {})
        self.label_columns = {
            **{key: label(key) for key in self._declared_columns()},
            **(self.label_columns or {}),
        }
        self.formatters_columns = {
            **formatters(self.datamodel, self._declared_columns()),
            **(self.formatters_columns or {}),
        }
        super().__init__(**kwargs)

    def _declared_columns(self) -> list[str]:
        names: list[str] = []
        for kind in (
            "list_columns",
            "show_columns",
            "add_columns",
            "edit_columns",
            "search_columns",
        ):
            names.extend(getattr(self, kind, None) or [])
        for kind in ("show_fieldsets", "add_fieldsets", "edit_fieldsets"):
            for _title, group in getattr(self, kind, None) or []:
                names.extend(group["fields"])
        return list(dict.fromkeys(names))

    # Lists

    def _get_list_widget(
        self, filters: Any, order_column: str = "", **kwargs: Any
    ) -> Any:
        if order_column and order_column not in self.order_columns:
            raise BadInput(_("This list cannot be sorted by that column."))
        words = request.args.get("q", "").strip()
        if words and self.found_by_words and hasattr(self.datamodel.obj, "found_by"):
            filters.add_filter(self.datamodel.get_pk_name(), FoundByWords, words)
        try:
            return super()._get_list_widget(filters, order_column=order_column, **kwargs)
        except (ProgrammingError, DataError, StatementError, ValueError, TypeError) as error:
            db.session.rollback()
            if not filters.filters:
                raise
            # Flask-AppBuilder hands a filter's text to the database as it came.
            raise BadInput(_("A filter has a value of the wrong form. Clear it and try again.")) from error

    def _list(self, **kwargs: Any) -> Any:
        try:
            return super()._list(**kwargs)
        except IndexError as error:
            raise BadInput(_("There is no filter of that name.")) from error

    # Forms

    def _add(self) -> Any:
        get_filter_args(self._filters, disallow_if_not_in_search=False)
        hidden = self._filters.get_relation_cols()
        form = self.add_form.refresh()
        if request.method == "POST":
            self._fill_form_exclude_cols(hidden, form)
            if form.validate() and self._save(form, self.datamodel.obj(), is_new=True):
                flash(str(self.add_row_message), "success")
                return None
        else:
            self.prefill_new(form)
            self.update_redirect()
        return self._get_add_widget(form=form, exclude_cols=hidden)

    def _edit(self, pk: Any) -> Any:
        get_filter_args(self._filters, disallow_if_not_in_search=False)
        hidden = self._filters.get_relation_cols()
        item = self.datamodel.get(pk)
        if item is None:
            abort(404)
        key = self.datamodel.get_pk_value(item)
        if request.method == "POST":
            form = self.edit_form.refresh(request.form)
            self._fill_form_exclude_cols(hidden, form)
            form._id = key
            form.row_version = request.form.get("version", "")
            if form.validate() and self._unchanged(form, item):
                if self._save(form, item, is_new=False):
                    flash(str(self.edit_row_message), "success")
                    return None
        else:
            form = self.edit_form.refresh(obj=item)
            form.row_version = getattr(item, "version", "")
            self.prefill_form(form, key)
            self.update_redirect()
        return self._get_edit_widget(form=form, exclude_cols=hidden)

    def prefill_new(self, form: Any) -> None:
        """Override to fill a new form with what is probably right."""

    def _unchanged(self, form: Any, item: Any) -> bool:
        """Whether nobody saved the row since the form was opened."""
        sent = request.form.get("version", "")
        if not hasattr(item, "version") or not sent or sent == str(item.version):
            return True
        _form_error(
            form,
            _(
                "Someone else has saved this meanwhile. Your entries are still here: open it again"
                " in another window, compare, and save once more."
            ),
        )
        return False

    def _save(self, form: Any, item: Any, *, is_new: bool) -> bool:
        """Run the command in one transaction; a broken rule goes beside its field."""
        command = type(self).create if is_new else type(self).change
        try:
            with transaction() as session:
                form.populate_obj(item)
                if command is not None:
                    command(item, by=actor())
                if is_new:
                    session.add(item)
                session.flush()
            return True
        except (RuleBroken, IntegrityError, StaleDataError) as error:
            message, field = plain_message(error)
            if field in form:
                form[field].errors = [*form[field].errors, message]
            else:
                _form_error(form, message)
            return False

    # Buttons

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
            reason = request.form.get("reason", "").strip()
            if not reason:
                return render_template(
                    "core/reason.html",
                    title=reason_for,
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


def _form_error(form: Any, message: str) -> None:
    """An error that belongs to no single field; the form keeps what was typed."""
    form.form_errors = [*form.form_errors, message]
    flash(message, "danger")


class Page(FabBaseView):  # type: ignore[misc] # FAB ships no types
    """A page of our own: a desk, a tree, a chart. ``screen`` is its name in the table of roles."""

    screen = ""

    def __init__(self) -> None:
        self.class_permission_name = self.screen
        super().__init__()


def check_query() -> None:
    """Refuse query strings and paths that no page can mean, before any view reads them."""
    for name, value in [
        *request.args.items(multi=True),
        *(request.view_args or {}).items(),
    ]:
        if "\0" in str(value) or "\0" in name:
            raise BadInput(_("The address contains a character that is not allowed."))
        if len(str(value)) > 20_000:
            raise BadInput(_("The address is too long."))
        if name.startswith(("page_", "psize_")):
            number = as_key(value)
            most = MAX_PAGE if name.startswith("page_") else MAX_PAGE_SIZE
            if number is None or number > most:
                raise BadInput(
                    _(
                        "Page and page size must be numbers no larger than %(most)s.",
                        most=most,
                    )
                )
            if name.startswith("psize_") and number == 0:
                raise BadInput(
                    _(
                        "Page and page size must be numbers no larger than %(most)s.",
                        most=most,
                    )
                )
