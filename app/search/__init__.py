"""Search everywhere: one box over units, people, meetings and screens within the scope."""

from typing import Any

from flask import current_app, url_for

from app.core import lookup


def register(appbuilder: Any) -> None:
    """Add the page and what every page needs to open the box."""
    from app.search import finding, views

    lookup.NEARLY.add(finding.nearly)
    appbuilder.add_view_no_menu(views.SearchPage())
    current_app.jinja_env.globals["search_url"] = lambda: url_for("SearchPage.index")
