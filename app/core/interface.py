"""How Flask-AppBuilder reads our tables: eager relations, capped counts, accent-blind search."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from flask import has_request_context, request
from flask_appbuilder.models.filters import BaseFilter, Filters
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Query, joinedload, lazyload, load_only, selectinload

from app.core.filters import Converter
from app.core.text import fold

# It warns of every column of a kind that it cannot filter, at every start.
logging.getLogger("flask_appbuilder.models.filters").setLevel(logging.ERROR)

COUNT_CAP = 1_000
"""Lists count no further than this: an exact count of millions costs more than it tells."""


class AppInterface(SQLAInterface):  # type: ignore[misc] # FAB ships no types
    """A table as the generated screens read it.

    ``eager`` names the relations that lists and pages show, so that no row asks for its own.
    ``sorted_by`` names the column that sorts in place of another: people by their given names.
    """

    filter_converter_class = Converter

    def __init__(
        self, obj: Any, *, eager: Sequence[str] = (), sorted_by: Mapping[str, str] | None = None
    ) -> None:
        self.known_filters: dict[str, Any] = {}
        super().__init__(obj)
        self.eager = tuple(eager)
        self.sorted_by = dict(sorted_by or {})
        if hasattr(obj, "unit_path"):
            # In the order of the tree: cells of a committee stand together.
            self.sorted_by.setdefault("unit", "unit_path")

    def apply_order_by(self, query: Any, order_column: str, *args: Any, **kwargs: Any) -> Any:
        """``query`` in the order asked for."""
        column = self.sorted_by.get(order_column, order_column)
        return super().apply_order_by(query, column, *args, **kwargs)

    def get_inner_filters(self, filters: Any) -> Any:
        """All filters: Flask-AppBuilder makes them anew to leave out dotted columns; none are."""
        return filters

    def apply_all(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """FAB's filters, order and page, plus the eager relations."""
        return super().apply_all(self._with_above(self._eagerly(query)), *args, **kwargs)

    def keys(self, filters: Any, column: str, direction: str, most: int) -> list[Any]:
        """The keys of the rows that match, in their order, no more than ``most``."""
        found = self._apply_inner_all(self.session.query(self.obj), filters, column, direction)
        return list(self.session.scalars(found.with_entities(self.get_pk()).limit(most).statement))

    def many(self, keys: Sequence[Any]) -> list[Any]:
        """The rows in scope with these keys, in their order, ``None`` where there is none."""
        known = [as_key(key) if self._has_integer_key() else str(key) for key in keys]
        pk = self.get_pk()
        query = self._with_above(self._eagerly(self.session.query(self.obj)), whole=True)
        rows = query.filter(pk.in_({key for key in known if key is not None})).all()
        found = {self.get_pk_value(row): row for row in rows}
        return [found.get(key) for key in known]

    def _eagerly(self, query: Any) -> Any:
        for path in self.eager:
            option: Any = None
            model = self.obj
            for step in path.split("."):
                relation = getattr(model, step)
                target = relation.property.mapper.class_
                # Terms of a list are few: asked for by themselves, they do not swell the plan.
                is_term = inspect(target).primary_key[0].name == "code"
                load = selectinload if is_term or relation.property.uselist else joinedload
                option = (
                    load(relation) if option is None else getattr(option, load.__name__)(relation)
                )
                model = target
            query = query.options(option)
        return query

    def _with_above(self, query: Any, *, whole: bool = False) -> Any:
        """With the units comes the name of what is above each: many cells are called alike.

        Unless they are wanted ``whole``, they come without their kind: lists do not say it.
        """
        if "unit" not in self.eager:
            return query
        unit = self.obj.unit
        table = unit.property.mapper.class_
        plain = (lazyload(table.kind), lazyload(table.cell_type))
        above = joinedload(table.parent).options(load_only(table.short_name), *plain)
        return query.options(joinedload(unit).options(above, *(() if whole else plain)))

    def query_count(self, query: Any, filters: Any = None, select_columns: Any = None) -> int:
        """How many rows match, at most ``COUNT_CAP`` + 1."""
        found: Query[Any] = self._apply_inner_all(query, filters)
        rows = found.order_by(None).with_entities(self.get_pk()).limit(COUNT_CAP + 1).subquery()
        return int(self.session.scalar(select(func.count()).select_from(rows)) or 0)

    def get(
        self,
        id: Any,
        filters: Any = None,
        select_columns: Any = None,
        outer_default_load: bool = False,
    ) -> Any:
        """The row with this key in scope, or ``None``; a key that cannot be one finds nothing."""
        key = as_key(id) if self._has_integer_key() else id
        if key is None:
            return None
        return super().get(key, filters, select_columns, outer_default_load)

    def get_related_interface(self, col_name: str) -> "AppInterface":
        """The related table, read the same way."""
        return AppInterface(self.get_related_model(col_name))

    def get_related_obj(self, col_name: str, value: Any) -> Any:
        """The related row in scope with this key, or ``None``; filters hold keys in lists."""
        key = value[0] if isinstance(value, list) and value else value
        related = self.get_related_interface(col_name)
        known = as_key(key) if related._has_integer_key() else key
        # A page asks for the same row several times: the session keeps it.
        return None if known is None else self.session.get(related.obj, known)

    def _has_integer_key(self) -> bool:
        return self.get_pk() is not None and self.get_pk().type.python_type is int


def as_key(value: Any) -> int | None:
    """``value`` as a key the database can hold, or ``None``."""
    text = str(value)
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        return None
    return int(text)


class FoundByWords(BaseFilter):  # type: ignore[misc] # FAB ships no types
    """The search box: rows whose folded text contains the folded words, in any accents.

    The model says what it is found by in ``found_by(words)``.
    """

    name = "Found by words"
    arg_name = "words"

    def apply(self, query: Any, value: Any) -> Any:
        """``query`` narrowed to the rows that the words find."""
        words = fold(str(value[0] if isinstance(value, list) else value))[:100]
        return query.filter(self.model.found_by(words)) if words else query


def new_filters(view: Any) -> Filters:
    """A fresh set of filters for one request of ``view``."""
    return view.datamodel.get_filters(view.search_columns)


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
