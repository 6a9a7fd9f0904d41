"""Pages of one's own account and of the table of roles."""

from typing import Any

from flask import abort, flash, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_login import current_user

from app.core import acting, naming
from app.core.db import db, transaction
from app.core.errors import RuleBroken
from app.core.web import Page
from app.security import chosen, commands, passwords
from app.security.models import Account
from app.security.roles import ROLES, rights


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
        return chosen.note(redirect(url_for("Home.index")), who.account_id, int(wanted))


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
                naming.verb_label(permission)
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
            screen_label=naming.screen_label,
        )
