"""Review: what deserves a second look comes first, the rest is decided together."""

from typing import Any

from flask_babel import lazy_gettext as _l


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    from app.review import return_views, rule_views, views

    appbuilder.add_view(
        views.ReviewPage(),
        "Review",
        icon="checklist",
        label=_l("Review"),
        category="Work",
        category_label=_l("Work"),
    )
    appbuilder.add_view_no_menu(return_views.ReturnPage())
    appbuilder.add_view(
        rule_views.ReviewRuleView(),
        "ReviewRules",
        icon="checklist",
        label=_l("Review rules"),
        category="Rules",
        category_label=_l("Rules"),
    )
