"""Notices in the application and by e-mail: what is due, what came back, once for each event."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l


def register(appbuilder: Any) -> None:
    """Add the screens of the feature, and its tasks to those of the runner."""
    from app.notices import door, job_views, jobs, rule_views, views

    appbuilder.add_view(
        rule_views.NoticeRuleView(),
        "NoticeRules",
        icon="bell",
        label=_l("Notice rules"),
        category="Rules",
        category_label=_l("Rules"),
    )
    appbuilder.add_view_no_menu(views.NoticePage())
    appbuilder.add_view_no_menu(job_views.JobPage())
    way_out = appbuilder.add_view_no_menu(door.MailDoor())
    appbuilder.sm.limiter.limit(door.KNOCKS)(way_out.blueprint)
    current_app.extensions["csrf"].exempt(way_out.blueprint)
    # Their import has told the runner what there is to do.
    assert jobs.TASKS
