"""Criteria sets, score sheets in three layers, and ratings."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core import lookup
from app.evaluations import api, decider_views, queries, scoring, set_api, set_views, views
from app.evaluations.models import CriteriaSet, Criterion, Rating
from app.meetings import remarks


def register(appbuilder: Any) -> None:
    """Add the screens of the feature, and say beside which criteria remarks can stand."""
    remarks.SHEETS.add(queries.criteria_of)
    lookup.SOURCES["criteria_set"] = lookup.Source(
        CriteriaSet, (CriteriaSet.code, CriteriaSet.revision), lambda row: row.code
    )
    lookup.SOURCES["criterion"] = lookup.Source(
        Criterion,
        (Criterion.criteria_set_id, Criterion.position),
        lambda row: str(row.criteria_set),
    )
    lookup.SOURCES["rating"] = lookup.Source(Rating, (Rating.rank.desc(),))
    appbuilder.add_view(
        views.EvaluationView(),
        "Evaluations",
        icon="star",
        label=_l("Evaluations"),
        category="Work",
        category_label=_l("Work"),
    )
    appbuilder.add_view_no_menu(scoring.ScorePage())
    appbuilder.add_view_no_menu(set_views.CriterionView())
    appbuilder.add_view_no_menu(set_views.RatingBandView())
    rules = {"category": "Rules", "category_label": _l("Rules")}
    appbuilder.add_view(
        set_views.CriteriaSetView(),
        "CriteriaSets",
        icon="list-check",
        label=_l("Criteria sets"),
        **rules,
    )
    appbuilder.add_view(
        set_views.RatingView(), "Ratings", icon="award", label=_l("Rating scale"), **rules
    )
    appbuilder.add_view(
        decider_views.DeciderView(),
        "Deciders",
        icon="gavel",
        label=_l("Who decides scores"),
        **rules,
    )
    appbuilder.add_api(api.EvaluationApi)
    appbuilder.add_api(set_api.CriteriaSetApi)
