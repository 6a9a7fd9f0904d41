"""The lists of generated screens: search, quick filters, columns, order, pages, saved views."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from flask import redirect, request
from flask_appbuilder import expose
from flask_appbuilder.exceptions import FABException
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.urltools import get_order_args, get_page_args, get_page_size_args
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, ProgrammingError, StatementError

from app.core import addresses, chips, columns, export, pager, paging, saved_menu
from app.core.chips import Arguments, Quick
from app.core.db import db
from app.core.errors import BadInput
from app.core.interface import FoundByWords, RequestFilters, new_filters
from app.core.paging import Order

SEARCH = "q"


class Lists(RequestFilters):
    """The list of a screen. Its state stands in the address, all of it.

    ``quick_filters`` are its chips, ``extra_columns`` what may be shown beside the standard ones,
    ``list_arguments`` further arguments of the address that the view reads by itself,
    ``head_columns`` what stands over a column where its label would be too long, ``blank`` the
    title and the text of the list while it has no row, ``utc_columns`` moments of
    Flask-AppBuilder's own tables, which hold no zone.
    """

    quick_filters: tuple[Quick, ...] = ()
    extra_columns: tuple[str, ...] | list[str] = ()
    list_arguments: tuple[str, ...] = ()
    utc_columns: tuple[str, ...] = ()
    blank: tuple[Any, Any] | None = None
    found_by_words = True
    screen: str
    list_widget: Any
    list_columns: Any
    order_columns: Any
    base_order: Any
    actions: Any
    route_base: Any
    page_size: int
    list_template: Any
    list_title: Any
    label_columns: Any
    head_columns: Any
    formatters_columns: Any
    search_form: Any
    render_template: Any
    _base_filters: Any
    _get_search_widget: Any

    @expose("/list/")
    @has_access
    def list(self) -> Any:
        """The rows in scope that match."""
        views = saved_menu.of_list(self)
        if views.opens:
            return redirect(views.opens)
        addresses.remember_list(str(request.endpoint))
        try:
            widgets = self._list(views=views)
        except BadInput as error:
            title = views.chosen.name if views.chosen else self.list_title
            page = self.render_template(
                "core/broken_view.html", title=title, error=str(error), views=views
            )
            return page, 400
        return self.render_template(
            self.list_template, title=self.list_title, widgets=widgets, views=views
        )

    @expose("/export")
    @has_access
    def export(self) -> Any:
        """The list as it is shown, as a workbook."""
        chips.read(self, self._filters)
        return export.of_list(self)

    def _list(self, **kwargs: Any) -> Any:
        chips.read(self, self._filters)
        name = type(self).__name__
        column, direction = get_order_args().get(name) or ("", "")
        widgets = self._get_list_widget(
            self._filters,
            order_column=column,
            order_direction=direction,
            page=get_page_args().get(name),
            page_size=get_page_size_args().get(name),
            **kwargs,
        )
        return self._get_search_widget(form=self.search_form.refresh(), widgets=widgets)

    def _get_list_widget(
        self,
        filters: Any,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        own, size = filters is self._filters, page_size or self.page_size
        order = self.order(order_column, order_direction)
        name = type(self).__name__
        with self.readable():
            found = paging.page_of(
                self.datamodel,
                self.narrowed(filters),
                order,
                size=size,
                number=page or 0,
                anchor=paging.anchor_asked(self.datamodel, order, name),
            )
            in_force = chips.in_force(self) if own else []
        shown = columns.shown(self) if own else self.list_columns
        values = list(self.datamodel.get_values(found.rows, shown))
        widget = self.list_widget(
            label_columns=self.label_columns,
            head_columns=self.head_columns,
            blank=self.blank,
            include_columns=shown,
            value_columns=values,
            numeric=columns.numeric(shown, values, self.formatters_columns),
            order_columns=self.order_columns,
            formatters_columns=self.formatters_columns,
            page=found.number,
            page_size=size,
            count=found.count,
            heads=pager.heads(self, order),
            pager=pager.pager(name, found, size),
            pks=self.datamodel.get_keys(found.rows),
            versions=[getattr(row, "version", None) for row in found.rows],
            actions=kwargs.pop("actions", None) or self.actions,
            filters=filters,
            modelview_name=name,
            own=own,
            quick=chips.quick(self) if own else [],
            in_force=in_force,
            columns=[(one, one in shown) for one in columns.possible(self)] if own else [],
            standard=addresses.changed({columns.ARGUMENT: None}),
            **kwargs,
        )
        return {**(kwargs.get("widgets") or {}), "list": widget}

    def order(self, column: str = "", direction: str = "") -> Order:
        """The order asked for, else the list's own; raises ``BadInput`` for an unknown one."""
        if column:
            if column not in self.order_columns:
                raise BadInput(_("This list cannot be sorted by that column."))
            return Order(column, direction)
        return Order(*(self.base_order or (self.datamodel.get_pk_name(), "asc")))

    def order_asked(self) -> Order:
        """The order named in the address, else the list's own."""
        return self.order(*(get_order_args().get(type(self).__name__) or ("", "")))

    def narrowed(self, filters: Any) -> Any:
        """``filters`` with those of the view and, in its own list, the words and quick filters."""
        joined, base = copy(filters), self._base_filters
        joined.filters, joined.values = filters.filters + base.filters, filters.values + base.values
        if filters is self._filters:
            key = self.datamodel.get_pk_name()
            words = request.args.get(SEARCH, "").strip()
            if words and self.found_by_words and hasattr(self.datamodel.obj, "found_by"):
                joined.add_filter(key, FoundByWords, words)
            for quick in chips.asked(self):
                joined.add_filter(key, chips.Quickly, quick)
        return joined

    def matching(self, most: int) -> Any:
        """The keys of all rows that the list of this address would show, at most ``most``."""
        chips.read(self, self._filters)
        order = self.order_asked()
        with self.readable():
            return self.datamodel.keys(
                self.narrowed(self._filters), order.column, order.direction, most
            )

    @contextmanager
    def readable(self) -> Iterator[None]:
        """Answer ``BadInput`` when the database cannot make sense of a filter's value."""
        try:
            yield
        except FABException as error:
            db.session.rollback()
            raise BadInput(_("There is no filter of that name.")) from error
        except (ProgrammingError, DataError, StatementError, ValueError, TypeError) as error:
            db.session.rollback()
            if not self._filters.filters:
                raise
            message = _("A filter has a value of the wrong form. Clear it and try again.")
            raise BadInput(message) from error

    def check_state(self, given: Arguments) -> None:
        """Raises ``BadInput`` when the list cannot be asked what an address asks."""
        chips.read(self, new_filters(self), given)
        chips.asked(self, given)
        columns.shown(self, given)
        name = type(self).__name__
        self.order(given.get(f"_oc_{name}", ""), given.get(f"_od_{name}", "asc"))
