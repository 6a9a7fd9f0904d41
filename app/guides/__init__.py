"""Help: a text for every screen, and a tour of one's desk on the first visit."""

from typing import Any

from flask import current_app


def register(appbuilder: Any) -> None:
    """Add the pages, and what every page asks of the help."""
    from app.guides import views

    appbuilder.add_view_no_menu(views.GuideView())
    current_app.jinja_env.globals.update(help_here=views.help_here, tour_here=views.tour_here)
