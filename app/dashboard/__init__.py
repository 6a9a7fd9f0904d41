"""The desks: where each role lands, what is due, and the figures with what stands behind them."""

from typing import Any

from flask_babel import lazy_gettext as _l


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    from app.dashboard import analysis_views, leader_views, views

    work = {"category": "Work", "category_label": _l("Work")}
    appbuilder.add_view(
        views.SecretaryDesk(), "SecretaryDesk", icon="checklist", label=_l("My desk"), **work
    )
    appbuilder.add_view(
        views.ChaseBoard(), "ChaseBoard", icon="bell-ringing", label=_l("Chase board"), **work
    )
    appbuilder.add_view(
        views.AdminDesk(), "AdminDesk", icon="lifebuoy", label=_l("What needs a hand"), **work
    )
    appbuilder.add_view(
        leader_views.LeaderPage(),
        "LeaderPage",
        icon="presentation",
        label=_l("Leader's page"),
        category="Reports",
        category_label=_l("Reports"),
    )
    appbuilder.add_view(
        analysis_views.AnalystDesk(),
        "AnalystDesk",
        icon="chart-line",
        label=_l("Analysis"),
        category="Reports",
        category_label=_l("Reports"),
    )
