"""Who was reminded of a month, when and by whom: the log behind the chase board."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.reminders import views


def register(appbuilder: Any) -> None:
    """Add the screen of the feature."""
    appbuilder.add_view(
        views.ReminderView(),
        "Reminders",
        icon="message-2",
        label=_l("Reminders"),
        category="Work",
        category_label=_l("Work"),
    )
