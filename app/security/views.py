"""Screens of accounts, assignments and the audit log."""

from datetime import UTC
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.heading import NamedAfterRow
from app.core.interface import AppInterface
from app.core.labels import add_labels, shown
from app.core.terms import N_
from app.core.web import AppView, button
from app.security import commands, quick
from app.security.models import Account, Assignment, AuditEntry
from app.security.rules import RoleName
from app.security.wording import DEEDS, RECORDS

add_labels(
    username=N_("User name"),
    first_name=N_("Given name"),
    last_name=N_("Family and middle name"),
    email=N_("E-mail"),
    phone=N_("Phone"),
    active=N_("Active"),
    last_login=N_("Last login"),
    role=N_("Role"),
    account=N_("Account"),
    valid_from=N_("Valid from"),
    valid_to=N_("Valid until before"),
    decision_no=N_("Decision number"),
    at=N_("Time"),
    subject=N_("What"),
    subject_id=N_("Record number"),
    action=N_("Did"),
    detail=N_("Details"),
)


class AccountView(NamedAfterRow, AppView):
    """Accounts whose home is in the branch."""

    screen = "Accounts"
    quick_filters = quick.ACCOUNTS
    extra_columns = ["email", "phone"]
    route_base = "/accounts"
    datamodel = AppInterface(Account, eager=("unit",))
    list_title, show_title = _l("Accounts"), _l("Account")
    add_title, edit_title = _l("Open an account"), _l("Change an account")
    list_columns = [
        "username",
        "last_name",
        "first_name",
        "unit",
        "active",
        "last_login",
    ]
    order_columns = ["username", "first_name", "last_login", "active"]
    utc_columns = ("last_login",)
    formatters_columns: Any = {"last_login": lambda at: shown(at.replace(tzinfo=UTC))}
    show_columns = [*list_columns[:4], "email", "phone", "active", "last_login"]
    search_columns = ["username", "active", "unit"]
    add_fieldsets = [
        (_l("Person"), {"fields": ["last_name", "first_name", "email", "phone"]}),
        (_l("Account"), {"fields": ["username", "unit"]}),
    ]
    edit_columns = ["last_name", "first_name", "email", "phone"]
    description_columns = {
        "username": _l("3 to 40 letters a–z, digits, dots or hyphens; one person, one account."),
        "last_name": _l("Such as Nguyễn Văn."),
        "first_name": _l("Such as An; lists are sorted by it."),
        "email": _l("Of this person alone, such as name@office.vn."),
        "phone": _l("For reminders by phone or Zalo."),
        "unit": _l("Where the account is at home: administrators of that branch look after it."),
    }
    base_order = ("username", "asc")
    add_row_message = _l("Saved. Choose “New password” to give the first password.")
    create = staticmethod(commands.open_account)
    change = staticmethod(commands.change_account)

    def possible_actions(self, item: Account) -> dict[str, Any]:
        """An account is open or closed: the other button would do nothing."""
        idle = "activate" if item.active else "deactivate"
        return {name: one for name, one in self.actions.items() if name != idle}

    @button(
        "reset_password",
        _l("New password"),
        icon="key",
        confirm=_l(
            "The old password ends at once, and so do all sessions. The new one is shown once:"
            " write it down."
        ),
    )
    def reset_password(self, items: Any) -> Any:
        """Give each account a new password and show it once."""
        return self.run(items, commands.renew_password, tell=": ".join)

    @button("activate", _l("Activate"), icon="user-check")
    def activate(self, items: Any) -> Any:
        """Let the accounts log in again."""
        return self.run(items, commands.activate)

    @button(
        "deactivate",
        _l("Deactivate"),
        icon="user-off",
        confirm=_l(
            "Nobody can log in with it any more, from this moment. It can be activated again."
        ),
    )
    def deactivate(self, items: Any) -> Any:
        """Stop the accounts from logging in, at once."""
        return self.run(items, commands.deactivate)


class AssignmentView(AppView):
    """Who holds which role where."""

    screen = "Assignments"
    quick_filters = quick.ASSIGNMENTS
    route_base = "/assignments"
    datamodel = AppInterface(Assignment, eager=("unit", "account"))
    list_title, show_title = _l("Assignments"), _l("Assignment")
    add_title, edit_title = _l("Assign a role"), _l("Change an assignment")
    list_columns = ["account", "role", "unit", "valid_from", "valid_to", "decision_no"]
    show_columns = list_columns
    order_columns = ["role", "valid_from", "valid_to"]
    search_columns = ["account", "role", "unit", "valid_from", "valid_to"]
    add_fieldsets = [
        (_l("Who may do what where"), {"fields": ["account", "role", "unit"]}),
        (_l("From when to when"), {"fields": ["valid_from", "valid_to", "decision_no"]}),
    ]
    edit_columns = ["valid_to", "decision_no"]
    description_columns = {
        "account": _l("Whose role it is: a person's account, never one shared by a cell."),
        "role": _l("What the person may do; see the page “Roles and rights”."),
        "unit": _l("Where: this unit and all below it."),
    }
    base_order = ("id", "desc")
    create = staticmethod(commands.assign)
    change = staticmethod(commands.change_assignment)

    def possible_actions(self, item: Assignment) -> dict[str, Any]:
        """What has ended is not ended again."""
        over = item.valid_to is not None and item.valid_to <= clock.today()
        return {} if over else dict(self.actions)

    @button(
        "end",
        _l("End today"),
        icon="calendar-off",
        confirm=_l("End these assignments?"),
    )
    def end(self, items: Any) -> Any:
        """End the assignments with today."""
        return self.run(items, commands.end_assignment)


class AuditView(AppView):
    """The audit log, read only."""

    screen = "AuditLog"
    quick_filters = quick.AUDIT
    route_base = "/audit"
    datamodel = AppInterface(AuditEntry, eager=("unit",))
    list_title = show_title = _l("Audit log")
    list_columns = ["at", "username", "role", "unit", "subject", "subject_id", "action"]
    show_columns = [*list_columns, "detail"]
    order_columns = ["at"]
    search_columns = ["username", "subject", "action", "at", "unit"]
    base_order = ("id", "desc")
    formatters_columns = {
        "role": lambda name: gettext(RoleName[name].value) if name else "—",
        "subject": lambda name: gettext(RECORDS.get(name, name)),
        "action": lambda name: gettext(DEEDS.get(name, name)),
        "at": shown,
    }
    exclude_route_methods = {"add", "edit", "delete", "download"}
