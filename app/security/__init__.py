"""Accounts, roles and assignments: who may do what, and on whose rows."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core import home, lookup, saved_pages
from app.security import api, kept, login, pages, views
from app.security.models import Account
from app.security.roles import LANDING


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    app: Any = current_app
    app.session_interface = login.Sessions()
    kept.register(app)
    home.LANDINGS.update({role.name: desk for role, desk in LANDING.items()})
    lookup.SOURCES["ab_user"] = lookup.Source(Account, (Account.username,))
    appbuilder.add_api(api.AccountApi)
    appbuilder.add_view_no_menu(lookup.Lookup())
    appbuilder.add_view_no_menu(saved_pages.SavedViewPage())
    appbuilder.add_view_no_menu(pages.ProfileView())
    group = {"category": "Administration", "category_label": _l("Administration")}
    appbuilder.add_link("Accounts", "AccountView.list", "users", _l("Accounts"), **group)
    appbuilder.add_view(
        views.AssignmentView(),
        "Assignments",
        icon="id-badge-2",
        label=_l("Assignments"),
        **group,
    )
    appbuilder.add_view(
        pages.RoleMatrixView(),
        "RoleMatrix",
        icon="table",
        label=_l("Roles and rights"),
        **group,
    )
    appbuilder.add_view(
        views.AuditView(), "AuditLog", icon="history", label=_l("Audit log"), **group
    )
