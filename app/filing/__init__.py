"""The filing of a result in four short steps, which saves itself and survives a dead network."""

from typing import Any


def register(appbuilder: Any) -> None:
    """Add the page; desks and results lead to it."""
    from app.filing import views

    appbuilder.add_view_no_menu(views.FilingPage())
