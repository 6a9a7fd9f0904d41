"""The menu of saved views above a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from app.core import addresses, saved
from app.core.errors import BadInput
from app.core.interface import as_key
from app.core.saved import SavedView


@dataclass(frozen=True)
class Views:
    """One's own views of a list, the one shown now, and what could be saved.

    ``opens`` is where the bare address of the list leads, "" when it is shown as it is.
    ``query`` is the present state, "" when that is the list as it always is.
    """

    screen: str
    base: str
    mine: Sequence[SavedView]
    chosen: SavedView | None
    query: str
    opens: str

    @property
    def cleared(self) -> str:
        """The list without any filter."""
        has_default = any(one.is_default for one in self.mine)
        return f"{self.base}?view={addresses.ALL}" if has_default else self.base

    @property
    def is_changed(self) -> bool:
        """Whether the list shows something else than the view that was opened."""
        return self.chosen is not None and self.query != self.chosen.query

    def address(self, one: SavedView) -> str:
        """The list as a view shows it."""
        return f"{self.base}?{one.query}&view={one.id}"


def of_list(view: Any) -> Views:
    """The menu for the present request of a list."""
    mine = saved.of_screen(view.screen)
    default = next((one for one in mine if one.is_default), None)
    if default is not None:
        addresses.has_default()
    key = as_key(request.args.get("view", ""))
    chosen = next((one for one in mine if one.id == key), None)
    try:
        query = saved.query_of(view, request.args)
    except BadInput:
        query = ""
    found = Views(view.screen, f"{view.route_base}/list/", mine, chosen, query, "")
    if default is None or set(request.args) - {"_l_"}:
        return found
    return Views(view.screen, found.base, mine, None, "", found.address(default))
