"""Where generated forms lead: saved or not, never to an unrelated page.

Flask-AppBuilder remembers the last pages that were seen, whatever they were.
"""

from typing import Any

from flask import current_app, redirect, request, url_for

from app.core import addresses

_SAVED = "nep.saved_key"


class Ways:
    """The part of a screen that knows where its forms go on."""

    endpoint: Any

    def update_redirect(self) -> None:
        """Addresses and forms say where to go on; nothing is remembered here."""

    def saved(self, key: Any) -> None:
        """Note the row that this request has saved."""
        request.environ[_SAVED] = key

    def post_add_redirect(self) -> Any:
        """Where the page or form asked to go on, else the new row."""
        return redirect(addresses.next_asked() or self.page_of(request.environ.get(_SAVED)))

    def post_edit_redirect(self) -> Any:
        """Where the page or form asked to go on, else the row; who may not edit sees it, too."""
        asked = addresses.next_asked() if request.method == "POST" else ""
        return redirect(asked or self.page_of((request.view_args or {}).get("pk")))

    def page_of(self, key: Any) -> str:
        """The page of a row, or the list where rows have none."""
        endpoint = f"{self.endpoint}.show"
        if key is None or endpoint not in current_app.view_functions:
            return addresses.of_list(self)
        return url_for(endpoint, pk=key)

    def say_ways(self, form: Any, key: Any = None, *, parent: bool = False) -> None:
        """Tell a form where it goes on when it is saved, and where when it is not.

        Opened from its list or from the page of a record, a row leads back there; a new one too,
        when it hangs on that record.
        """
        came = addresses.came_from()
        page = addresses.endpoint_of(came)
        is_new = key is None
        known = page.endswith(".show") or (page == f"{self.endpoint}.list" and not is_new)
        from_there = came if known and (parent or not is_new) else ""
        form.next_page = addresses.next_asked() or from_there
        form.way_back = form.next_page or (addresses.way_back() if is_new else self.page_of(key))
