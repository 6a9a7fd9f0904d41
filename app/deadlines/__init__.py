"""When things are due: deadlines by stage with their branch and validity, and days off."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.deadlines import views


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    rules = {"category": "Rules", "category_label": _l("Rules")}
    for screen, name, icon, label in (
        (views.DeadlineRuleView(), "DeadlineRules", "calendar-due", _l("Deadlines")),
        (views.HolidayView(), "Holidays", "calendar-off", _l("Days off")),
    ):
        appbuilder.add_view(screen, name, icon=icon, label=label, **rules)
