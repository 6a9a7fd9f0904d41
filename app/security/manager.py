"""Flask-AppBuilder's security manager: accounts under assignments, roles from code."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import current_app, g, request, session
from flask_appbuilder.security.sqla.manager import SecurityManager as FabSecurityManager
from flask_login import current_user
from werkzeug.security import check_password_hash

from app.core import acting, clock, scope
from app.core.db import db
from app.security import practising, queries
from app.security.models import Account
from app.security.roles import rights
from app.security.rules import RoleName

LOCK_AFTER = 8
LOCK_FOR = timedelta(minutes=10)
UNASSIGNED = frozenset({("Home", "can_read"), ("Profile", "can_read"), ("Profile", "can_edit")})


class SecurityManager(FabSecurityManager):  # type: ignore[misc] # FAB ships no types
    """Who is logged in, under which assignment, and what that role may do."""

    user_model = Account
    role_model = FabSecurityManager.role_model

    def register_views(self) -> None:
        """Our own screens replace Flask-AppBuilder's; roles are not edited in a browser."""
        from app.security import login, views

        api = self.appbuilder.add_api(login.LoginApi)
        self.auth_view = self.appbuilder.add_view_no_menu(login.LoginView())
        if self.is_auth_limited:
            for view in (api, self.auth_view):
                self.limiter.limit(self.auth_rate_limit, methods=["POST"])(view.blueprint)
        self.user_view = self.appbuilder.add_view_no_menu(views.AccountView())

    # Who

    def load_user(self, pk: Any) -> Account | None:
        """The account of the session cookie, acting under its chosen assignment."""
        return self._enter(
            int(pk),
            session.get("epoch"),
            session.get("assignment_id"),
            session.get(practising.KEY, ""),
        )

    def load_user_jwt(self, _header: Any, data: dict[str, Any]) -> Account | None:
        """The account of a token, acting under the assignment named in a request header."""
        wanted = request.headers.get("X-Assignment", "")
        account = self._enter(
            int(data["sub"]),
            data.get("epoch"),
            int(wanted) if wanted.isdecimal() else None,
        )
        if account is not None:
            g.user = account
        return account

    def _enter(
        self, pk: int, epoch: int | None, wanted: int | None, played: str = ""
    ) -> Account | None:
        """Load the account under its own scope, then widen the scope to its assignment's unit.

        ``played`` is the role it plays while it practises, in the browser only.
        """
        scope.set_for_request(scope.Scope(account=pk))
        # An open transaction knows an older scope; without one, this begins it.
        scope.tell(db.session.connection())
        account = db.session.get(Account, pk)
        if account is None or not account.active or account.password_epoch != epoch:
            scope.set_for_request(scope.NOTHING)
            scope.tell(db.session.connection())
            return None
        today = clock.today()
        if played and practising.enter(account, played, today):
            return account
        held = [row for row in queries.assignments_from(pk, today) if row.valid_from <= today]
        chosen = next((row for row in held if row.id == wanted), held[0] if held else None)
        if chosen is not None:
            scope.set_for_request(scope.branch(chosen.unit_path, account=pk))
            scope.tell(db.session.connection())
            acting.set_acting(
                acting.Acting(
                    account_id=pk,
                    username=account.username,
                    name=account.get_full_name(),
                    assignment_id=chosen.id,
                    role=chosen.role,
                    unit_id=chosen.unit_id,
                    unit_path=chosen.unit_path,
                    unit_name=chosen.unit_name,
                    role_title=RoleName[chosen.role].value,
                    others=tuple(
                        (row.id, RoleName[row.role].value, row.unit_name)
                        for row in held
                        if row.id != chosen.id
                    ),
                )
            )
        return account

    def get_user_by_id(self, pk: Any) -> Account | None:
        """The account in the current scope."""
        return db.session.get(Account, int(pk))

    # What

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the acting role holds the permission: answered from memory."""
        who = acting.acting() if self._known() else None
        if who is None:
            return self._known() and (view_name, permission_name) in UNASSIGNED
        return (view_name, permission_name) in rights(RoleName[who.role])

    def _known(self) -> bool:
        # Asking for the session's user loads it, and with it the scope and the assignment.
        return bool(current_user.is_authenticated) or scope.current().account != 0

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """The screens of the menu that the acting role may open, and the groups they stand in."""
        who = acting.acting() if self._known() else None
        if who is None:
            return set()
        open_to = {screen for screen, word in rights(RoleName[who.role]) if word == "menu_access"}
        groups = {
            item.name
            for item in self.appbuilder.menu.menu
            if item.childs and any(child.name in open_to for child in item.childs)
        }
        return open_to | groups

    def get_user_roles(self, user: Any) -> list[Any]:
        """The one role of the acting assignment."""
        who = acting.acting()
        return [SimpleNamespace(id=0, name=who.role)] if who else []

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing but login is public, and login asks for no permission."""
        return False

    # Login

    def auth_user_db(self, username: str | None, password: str | None) -> Account | None:
        """Check a name and a password; wrong tries lock the account for a while.

        Runs in the system's scope, since nobody is known yet, and in a session of its own.
        """
        name = (username or "").strip()
        if not name or not password or "\0" in name + password or len(password) > 200:
            self._waste_time()
            return None
        with scope.system():
            account = queries.account_by_name(name)
            if account is None or not account.active or not account.password:
                self._waste_time()
                return None
            now = clock.now()
            locked = account.locked_until is not None and account.locked_until > now
            right = check_password_hash(account.password, password)
            if right and not locked:
                account.login_count = (account.login_count or 0) + 1
                account.fail_login_count = 0
                account.locked_until = None
                account.last_login = now.replace(tzinfo=None)
            elif not locked:
                account.fail_login_count = (account.fail_login_count or 0) + 1
                if account.fail_login_count % LOCK_AFTER == 0:
                    account.locked_until = now + LOCK_FOR
            pk, epoch = account.id, account.password_epoch
            db.session.commit()
        if locked or not right:
            return None
        return self._enter(pk, epoch, None)

    def _waste_time(self) -> None:
        # An unknown name must take as long as a wrong password.
        check_password_hash(current_app.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"], "password")

    def on_user_login(self, user: Any) -> None:
        """Counted in ``auth_user_db`` already."""

    def update_user_auth_stat(self, user: Any, success: bool = True) -> None:
        """Counted in ``auth_user_db`` already."""
