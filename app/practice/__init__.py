"""Practising: a cell of one's own with invented members, in a tree that counts nowhere."""

from typing import Any


def register(appbuilder: Any) -> None:
    """Add the page."""
    from app.practice import views

    appbuilder.add_view_no_menu(views.PracticeView())
