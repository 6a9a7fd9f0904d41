"""The base of all screens: what every list, form and page of the application does alike."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, request
from flask_appbuilder import BaseView as FabBaseView
from flask_appbuilder import ModelView
from flask_appbuilder.urltools import get_filter_args
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.core import merging
from app.core.acting import actor
from app.core.buttons import Buttons, Command, button
from app.core.chips import Quick
from app.core.db import transaction
from app.core.errors import RuleBroken, plain_message
from app.core.forms import refuse_to_many
from app.core.labels import formatters, heads, helps, label
from app.core.listing import Lists
from app.core.ways import Ways

__all__ = ["AppView", "Page", "Quick", "button"]

WORDS = {"list": "read", "show": "read", "export": "read", "add": "add", "edit": "edit"}
COLUMN_LISTS = (
    *("list_columns", "extra_columns", "show_columns"),
    *("add_columns", "edit_columns", "search_columns"),
)
FIELDSETS = ("show_fieldsets", "add_fieldsets", "edit_fieldsets")


class AppView(Buttons, Ways, Lists, ModelView):  # type: ignore[misc] # FAB ships no types
    """A generated screen: columns, labels and one-line buttons.

    ``screen`` is its name in the table of roles. ``create`` and ``change`` are the commands that
    a form's item goes through; nothing is ever deleted.
    """

    screen = ""
    page_size = 25
    base_permissions: Any = None
    method_permission_name: Any = None
    label_columns: Any = None
    head_columns: Any = None
    formatters_columns: Any = None
    description_columns: Any = None
    exclude_route_methods: Any = {"delete", "download"}
    create: Command | None = None
    change: Command | None = None
    add_row_message = _l("Saved")
    edit_row_message = _l("Saved")
    list_template = "appbuilder/general/model/list.html"

    def __init__(self, **kwargs: Any) -> None:
        self.class_permission_name = self.screen
        words = dict(WORDS)
        for name in dir(type(self)):
            declared = getattr(getattr(type(self), name), "_action", None)
            if declared:
                words[name] = declared[0]
        self.method_permission_name = words | (self.method_permission_name or {})
        self.label_columns = {
            **{key: label(key) for key in self._declared_columns()},
            **(self.label_columns or {}),
        }
        self.head_columns = {
            **heads(self._declared_columns()),
            **(self.head_columns or {}),
        }
        self.formatters_columns = {
            **formatters(self.datamodel, self._declared_columns()),
            **(self.formatters_columns or {}),
        }
        self.description_columns = {
            **helps(self._declared_columns()),
            **(self.description_columns or {}),
        }
        super().__init__(**kwargs)
        if "unit" in self.list_columns and "unit" in self.datamodel.sorted_by:
            self.order_columns = [*self.order_columns, "unit"]
        refuse_to_many(self)

    def _declared_columns(self) -> list[str]:
        names: list[str] = []
        for kind in COLUMN_LISTS:
            names.extend(getattr(self, kind, None) or [])
        for kind in FIELDSETS:
            for _title, group in getattr(self, kind, None) or []:
                names.extend(group["fields"])
        return list(dict.fromkeys(names))

    # The page of a row

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        widgets = super()._get_show_widget(pk, item, *args, **kwargs)
        shown = widgets["show"].template_args
        shown["actions"] = self.possible_actions(item)
        shown["version"] = getattr(item, "version", None)
        return widgets

    def possible_actions(self, item: Any) -> dict[str, Any]:
        """The buttons of a row's page. Override where the state of ``item`` rules some out."""
        return dict(self.actions)

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
        self.narrow(form, None)
        self.say_ways(form, parent=bool(hidden))
        return self._get_add_widget(form=form, exclude_cols=hidden)

    def _edit(self, pk: Any) -> Any:
        get_filter_args(self._filters, disallow_if_not_in_search=False)
        hidden = self._filters.get_relation_cols()
        item = self.datamodel.get(pk)
        if item is None:
            abort(404)
        key = self.datamodel.get_pk_value(item)
        if request.method == "POST":
            form = self.edit_form(merging.picked())
            self._fill_form_exclude_cols(hidden, form)
            form._id = key
            form.row_version = request.form.get("version", "")
            form.was = request.form.get(merging.WAS, "")
            good = form.validate()
            if good and not self._overtaken(item) and self._save(form, item, is_new=False):
                flash(str(self.edit_row_message), "success")
                return None
            if good and (self._overtaken(item) or getattr(form, "stale", False)):
                return self._side_by_side(form, self.datamodel.get(pk), hidden)
        else:
            form = self.edit_form.refresh(obj=item)
            form.row_version = getattr(item, "version", "")
            form.was = merging.opened(merging.texts(form))
            self.prefill_form(form, key)
        for name, text in self.remarks_on(item).items():
            if name in form:
                form[name].remark = text
        self.narrow(form, item)
        self.say_ways(form, key)
        return self._get_edit_widget(form=form, exclude_cols=hidden)

    def remarks_on(self, item: Any) -> Mapping[str, str]:
        """Override to show beside fields, by their names, what somebody said of them."""
        return {}

    def prefill_new(self, form: Any) -> None:
        """Override to fill a new form with what is probably right."""

    def narrow(self, form: Any, item: Any) -> None:
        """Override to offer only what fits in a form that is about to be shown.

        ``item`` is the row, or ``None`` for a new one.
        """

    def _overtaken(self, item: Any) -> bool:
        """Whether somebody saved the row since the form was opened, or a choice is still open."""
        if not hasattr(item, "version"):
            return self._differs(item) or merging.undecided()
        sent = request.form.get("version", "")
        return bool(sent and sent != str(item.version)) or merging.undecided()

    def _differs(self, item: Any) -> bool:
        """Whether a row without a version is not what it was when the form was opened."""
        base = merging.base_of()
        now = merging.texts(self.edit_form(None, obj=item)) if base else {}
        return any(base.get(name, text) != text for name, text in now.items())

    def _side_by_side(self, form: Any, item: Any, hidden: Any) -> Any:
        """Both versions beside one another, in place of the form."""
        if item is None:
            abort(404)
        now = self.edit_form(None, obj=item)
        base = merging.base_asked()
        found = merging.sides(form, now, base)
        self.say_ways(form, self.datamodel.get_pk_value(item))
        widgets = self._get_edit_widget(form=form, exclude_cols=hidden)
        mine, theirs = merging.texts(form), merging.texts(now)
        more = {"next": form.next_page} if form.next_page else {}
        shown = merging.page(found, item, mine, theirs, base, **more)
        return widgets | {"edit": lambda **_given: shown}

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
                self.saved(self.datamodel.get_pk_value(item))
            return True
        except (RuleBroken, IntegrityError, StaleDataError) as error:
            message, field = plain_message(error)
            form.stale = isinstance(error, StaleDataError)
            if field in form:
                form[field].errors = [*form[field].errors, message]
            else:
                _form_error(form, message)
            return False


def _form_error(form: Any, message: str) -> None:
    """An error that belongs to no single field; the form keeps what was typed."""
    form.form_errors = [*form.form_errors, message]


class Page(FabBaseView):  # type: ignore[misc] # FAB ships no types
    """A page of our own: a desk, a tree, a chart. ``screen`` is its name in the table of roles."""

    screen = ""

    def __init__(self) -> None:
        self.class_permission_name = self.screen
        super().__init__()
