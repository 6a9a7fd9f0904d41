"""Monthly reports of committees: compiled, frozen when submitted, accepted above, amended."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.rollup import amend_views, queries, views


def register(appbuilder: Any) -> None:
    """Add the screens of the feature, and what pages of results ask of amendments."""
    group = {"category": "Reports", "category_label": _l("Reports")}
    screens = (
        (views.MonthlyReportPage(), "MonthlyReports", "report", _l("Monthly report")),
        (amend_views.AmendmentView(), "Amendments", "pencil", _l("Amendments")),
    )
    for screen, name, icon, label in screens:
        appbuilder.add_view(screen, name, icon=icon, label=label, **group)
    for screen in (views.MonthlyReportView(), amend_views.AmendPage()):
        appbuilder.add_view_no_menu(screen)
    current_app.jinja_env.globals["amendments_of"] = queries.amendments_of
