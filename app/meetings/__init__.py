"""Meetings of cells: schedules, results, roll-calls, tasks, and how attendance counts."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.lookup import SOURCES, Source
from app.meetings import (
    api,
    api_results,
    branch_views,
    deferral_views,
    rollcall_page,
    task_views,
    views,
)
from app.meetings.models import Meeting


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    newest = (Meeting.month.desc(), Meeting.id.desc())
    SOURCES["meeting"] = Source(Meeting, newest, hint=lambda row: gettext(row.type.value))
    work = {"category": "Work", "category_label": _l("Work")}
    rules = {"category": "Rules", "category_label": _l("Rules")}
    screens = (
        (views.ScheduleView(), "Schedules", "calendar-event", _l("Schedules"), work),
        (
            deferral_views.DeferralView(),
            "Deferrals",
            "hourglass",
            _l("Requests to postpone"),
            work,
        ),
        (views.ResultView(), "Results", "clipboard-check", _l("Results"), work),
        (task_views.TaskView(), "Tasks", "subtask", _l("Tasks"), work),
        (
            branch_views.AttendancePolicyView(),
            "AttendancePolicies",
            "percentage",
            _l("Attendance policies"),
            rules,
        ),
        (branch_views.ClosedMonthView(), "ClosedMonths", "lock", _l("Closed months"), rules),
    )
    for screen, name, icon, label, group in screens:
        appbuilder.add_view(screen, name, icon=icon, label=label, **group)
    appbuilder.add_view_no_menu(rollcall_page.RollCallView())
    for resource in (api.ScheduleApi, api.DeferralApi, api_results.ResultApi):
        appbuilder.add_api(resource)
