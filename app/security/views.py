"""Screens of login, accounts, assignments, one's own profile, roles and the audit log."""

from typing import Any

from flask import abort, flash, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.api import safe
from flask_appbuilder.security.api import SecurityApi
from flask_appbuilder.security.decorators import has_access, no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    get_jwt,
    jwt_required,
)
from flask_login import current_user, login_user, logout_user

from app.core import acting, i18n
from app.core.db import db, transaction
from app.core.errors import RuleBroken
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView, Page, button
from app.security import commands, passwords
from app.security.models import Account, Assignment, AuditEntry
from app.security.roles import ROLES, rights

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


class LoginView(AuthDBView):  # type: ignore[misc] # FAB ships no types
    """Login and logout; the session remembers the password's epoch."""

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> Any:
        """Show the form, or let in whoever gives the right name and password."""
        target = get_safe_redirect(request.args.get("next", ""))
        if current_user.is_authenticated:
            return redirect(target)
        form = LoginForm_db()
        if form.validate_on_submit():
            account = self.appbuilder.sm.auth_user_db(form.username.data, form.password.data)
            if account is not None:
                # A session made before login must not be the one after it.
                locale = session.get("locale")
                session.clear()
                session.permanent = True
                session["epoch"] = account.password_epoch
                if locale:
                    session["locale"] = locale
                login_user(account, remember=False)
                return redirect(target)
            form.password.errors = [
                _("User name or password is wrong. After many wrong tries, wait ten minutes.")
            ]
        return self.render_template(
            self.login_template, title=self.title, form=form, appbuilder=self.appbuilder
        )

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Any:
        """End the session; by POST only, so that no picture on a foreign page can do it."""
        logout_user()
        session.clear()
        return redirect(self.appbuilder.get_url_for_login)


class LoginApi(SecurityApi):  # type: ignore[misc] # FAB ships no types
    """Tokens for the REST API; they end when the password changes."""

    resource_name = "security"

    @expose("/login", methods=["POST"])
    @safe
    def login(self) -> Any:
        """Give an access token for a user name and a password.
        ---
        post:
          description: >-
            Give an access token, and with refresh=true a refresh token, for a name and a password
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    username: {type: string}
                    password: {type: string}
                    refresh: {type: boolean}
          responses:
            200:
              description: Tokens
            400:
              $ref: '#/components/responses/400'
            401:
              $ref: '#/components/responses/401'
        """
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            return self.response_400(message=_("Send one JSON object."))
        name, password = body.get("username"), body.get("password")
        if not isinstance(name, str) or not isinstance(password, str):
            return self.response_400(message=_("Give username and password as texts."))
        account = self.appbuilder.sm.auth_user_db(name, password)
        if account is None:
            return self.response_401()
        claims = {"epoch": account.password_epoch}
        tokens = {"access_token": create_access_token(str(account.id), additional_claims=claims)}
        if body.get("refresh") is True:
            tokens["refresh_token"] = create_refresh_token(
                str(account.id), additional_claims=claims
            )
        return self.response(200, **tokens)

    @expose("/refresh", methods=["POST"])
    @jwt_required(refresh=True)
    @safe
    def refresh(self) -> Any:
        """Give a new access token for a refresh token.
        ---
        post:
          description: Give a new access token for a refresh token
          responses:
            200:
              description: A new access token
            401:
              $ref: '#/components/responses/401'
          security:
            - jwt_refresh: []
        """
        claims = get_jwt()
        token = create_access_token(
            str(claims["sub"]), additional_claims={"epoch": claims.get("epoch")}
        )
        return self.response(200, access_token=token)


class AccountView(AppView):
    """Accounts whose home is in the branch."""

    screen = "Accounts"
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
    show_columns = [*list_columns[:4], "email", "phone", "active", "last_login"]
    search_columns = ["username", "active", "unit"]
    add_columns = ["username", "last_name", "first_name", "email", "phone", "unit"]
    edit_columns = ["last_name", "first_name", "email", "phone"]
    base_order = ("username", "asc")
    add_row_message = _l("Saved. Choose “New password” to give the first password.")
    create = staticmethod(commands.open_account)
    change = staticmethod(commands.change_account)

    @button(
        "reset_password",
        _l("New password"),
        icon="key",
        confirm=_l("Give a new password?"),
    )
    def reset_password(self, items: Any) -> Any:
        """Give each account a new password and show it once."""
        with transaction():
            for account in items:
                password = passwords.make()
                commands.reset_password(account, password, by=acting.actor())
                flash(f"{account.username}: {password}", "info")
        return redirect(self.get_redirect())

    @button("activate", _l("Activate"), icon="user-check")
    def activate(self, items: Any) -> Any:
        """Let the accounts log in again."""
        return self.run(items, commands.activate)

    @button(
        "deactivate",
        _l("Deactivate"),
        icon="user-off",
        confirm=_l("Close these accounts?"),
    )
    def deactivate(self, items: Any) -> Any:
        """Stop the accounts from logging in, at once."""
        return self.run(items, commands.deactivate)


class AssignmentView(AppView):
    """Who holds which role where."""

    screen = "Assignments"
    route_base = "/assignments"
    datamodel = AppInterface(Assignment, eager=("unit", "account"))
    list_title, show_title = _l("Assignments"), _l("Assignment")
    add_title, edit_title = _l("Assign a role"), _l("Change an assignment")
    list_columns = ["account", "role", "unit", "valid_from", "valid_to", "decision_no"]
    show_columns = list_columns
    order_columns = ["role", "valid_from", "valid_to"]
    search_columns = ["account", "role", "unit", "valid_from", "valid_to"]
    add_columns = ["account", "role", "unit", "valid_from", "valid_to", "decision_no"]
    edit_columns = ["valid_to", "decision_no"]
    base_order = ("id", "desc")
    create = staticmethod(commands.assign)
    change = staticmethod(commands.change_assignment)

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
    route_base = "/audit"
    datamodel = AppInterface(AuditEntry, eager=("unit",))
    list_title = show_title = _l("Audit log")
    list_columns = ["at", "username", "role", "unit", "subject", "subject_id", "action"]
    show_columns = [*list_columns, "detail"]
    order_columns = ["at"]
    search_columns = ["username", "subject", "action", "at", "unit"]
    base_order = ("id", "desc")
    exclude_route_methods = {"add", "edit", "delete", "download"}


class ProfileView(Page):
    """One's own account: password, language, theme, and the assignment one acts under."""

    screen = "Profile"
    route_base = "/profile"
    default_view = "show"
    method_permission_name = {"show": "read", "password": "edit", "switch": "read"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """Who I am and what I hold."""
        return self.render_template(
            "security/profile.html",
            title=_("My account"),
            form=passwords.PasswordForm(),
        )

    @expose("/password", methods=["POST"])
    @has_access
    def password(self) -> Any:
        """Change my password; all my other sessions end."""
        form = passwords.PasswordForm()
        account = db.session.get(Account, current_user.id)
        if form.validate_on_submit() and account is not None:
            try:
                with transaction():
                    commands.change_own_password(account, form.old.data, form.password.data)
                session["epoch"] = account.password_epoch
                flash(_("Your password is changed. Other sessions have ended."), "success")
                return redirect(url_for("ProfileView.show"))
            except RuleBroken as error:
                field = form[error.field or "old"]
                field.errors = [*field.errors, error.message]
        return self.render_template("security/profile.html", title=_("My account"), form=form)

    @expose("/switch", methods=["POST"])
    @has_access
    def switch(self) -> Any:
        """Act under another of my assignments."""
        wanted = request.form.get("assignment_id", "")
        who = acting.acting()
        if who is None or not any(str(other[0]) == wanted for other in who.others):
            abort(404)
        session["assignment_id"] = int(wanted)
        return redirect(url_for("Home.index"))


class RoleMatrixView(Page):
    """Which role may do what on which screen, to read."""

    screen = "RoleMatrix"
    route_base = "/roles"
    default_view = "matrix"
    method_permission_name = {"matrix": "read"}

    @expose("/")
    @has_access
    def matrix(self) -> Any:
        """Screens down, roles across, rights in words."""
        screens = sorted({screen for table in ROLES.values() for screen in table})
        cells = {
            (screen, role): [
                i18n.verb_label(permission)
                for name, permission in sorted(rights(role))
                if name == screen and permission != "menu_access"
            ]
            for screen in screens
            for role in ROLES
        }
        return self.render_template(
            "security/matrix.html",
            title=_("Roles and rights"),
            screens=screens,
            roles=list(ROLES),
            cells=cells,
            screen_label=i18n.screen_label,
        )
