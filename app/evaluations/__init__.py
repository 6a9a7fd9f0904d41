"""Criteria sets, score sheets in three layers, and ratings."""

from typing import Any

from flask_babel import lazy_gettext as _l


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    from app.evaluations import scoring, views

    appbuilder.add_view(
        views.EvaluationView(),
        "Evaluations",
        icon="star",
        label=_l("Evaluations"),
        category="Work",
        category_label=_l("Work"),
    )
    appbuilder.add_view_no_menu(scoring.ScorePage())
