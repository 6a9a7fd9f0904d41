"""The page of the search, and the same as a fragment for the box that opens over any page."""

from typing import Any

from flask import render_template, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core.acting import actor
from app.core.web import Page
from app.search import hits, reading

ON_THE_PAGE = 20
IN_THE_BOX = 5
SUGGESTED = 7


class SearchPage(Page):
    """``?q=`` finds units, people, meetings and screens."""

    screen = "Search"
    route_base = "/search"
    default_view = "index"
    method_permission_name = {"index": "read", "found": "read"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """All groups on a page of their own; needs no script."""
        found = _answer(ON_THE_PAGE)
        return self.render_template(
            "search/page.html",
            title=_("Search"),
            found=found,
            longest=reading.LONGEST,
            unit=actor().unit_name,
        )

    @expose("/found")
    @has_access
    def found(self) -> Any:
        """The best of each group as options of a list."""
        found = _answer(IN_THE_BOX)
        every = url_for("SearchPage.index", q=found.text) if found.text else ""
        unit = actor().unit_name
        return render_template("search/found.html", found=found, every=every, unit=unit)


def _answer(most: int) -> hits.Answer:
    typed = request.args.get("q", "")
    found = hits.answer(typed, most)
    return found if found.text else hits.suggested(SUGGESTED)
