"""Calendars: the month of a branch, superiors expected twice, and feeds for phones."""

from typing import Any

from flask_babel import lazy_gettext as _l


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    from app.calendars import models, views  # noqa: F401 - the tables belong to the schema

    appbuilder.add_view(
        views.CalendarView(),
        "Calendar",
        icon="calendar-month",
        label=_l("Calendar"),
        category="Work",
        category_label=_l("Work"),
    )
