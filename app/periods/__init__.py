"""Opened months and what they oblige units to do: a missing report is a row, not an absence."""

from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.lookup import SOURCES, Source
from app.periods import api, cli, views
from app.periods.models import Obligation


def register(appbuilder: Any) -> None:
    """Add the screens of the feature and its command."""
    SOURCES["obligation"] = Source(
        Obligation,
        (Obligation.due_on.desc(), Obligation.id.desc()),
        hint=lambda row: gettext(row.state.value),
        eager=(Obligation.unit,),
    )
    work = {"category": "Work", "category_label": _l("Work")}
    rules = {"category": "Rules", "category_label": _l("Rules")}
    for screen, name, icon, label, group in (
        (views.ObligationView(), "Obligations", "checklist", _l("Obligations"), work),
        (views.ExtensionView(), "Extensions", "calendar-plus", _l("More time given"), work),
        (views.PeriodView(), "Periods", "calendar-month", _l("Opened months"), rules),
        (views.OpenMonth(), "OpenMonth", "calendar-check", _l("Open a month"), rules),
    ):
        appbuilder.add_view(screen, name, icon=icon, label=label, **group)
    appbuilder.add_api(api.ObligationApi)
    current_app.cli.add_command(cli.open_month_command)
