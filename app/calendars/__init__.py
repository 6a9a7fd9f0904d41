"""Calendars: the month of a branch, superiors expected twice, and feeds for phones."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.calendars.rules import without_kind


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    from app.calendars import feed_views, views

    appbuilder.add_view(
        views.CalendarView(),
        "Calendar",
        icon="calendar-month",
        label=_l("Calendar"),
        category="Work",
        category_label=_l("Work"),
    )
    appbuilder.add_view_no_menu(feed_views.CalendarFeedView())
    door = appbuilder.add_view_no_menu(feed_views.CalendarDoor())
    limiter = appbuilder.sm.limiter
    limiter.limit(feed_views.MISSES, deduct_when=feed_views.only_misses)(door.blueprint)
    current_app.jinja_env.filters["without_kind"] = without_kind
