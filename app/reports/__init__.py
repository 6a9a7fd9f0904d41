"""The office's tables: the monthly summary on screen and as a workbook."""

from typing import Any

from flask_babel import lazy_gettext as _l


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    from app.reports import views

    appbuilder.add_view(
        views.SummaryTable(),
        "SummaryTable",
        icon="table",
        label=_l("Summary table"),
        category="Reports",
        category_label=_l("Reports"),
    )
