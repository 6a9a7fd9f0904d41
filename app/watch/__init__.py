"""Watch lists: whom a cell and its committee's clerk should look after, each by its rule."""

from typing import Any

from flask_babel import lazy_gettext as _l


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    from app.watch import rule_views, views

    appbuilder.add_view(
        views.WatchLists(),
        "WatchLists",
        icon="eye",
        label=_l("Watch lists"),
        category="Work",
        category_label=_l("Work"),
    )
    appbuilder.add_view(
        rule_views.WatchRuleView(),
        "WatchRules",
        icon="eye",
        label=_l("Watch rules"),
        category="Rules",
        category_label=_l("Rules"),
    )
