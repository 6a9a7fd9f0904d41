"""Login and logout in the browser, and tokens for REST."""

from typing import Any

from flask import Flask, flash, redirect, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_appbuilder import expose
from flask_appbuilder.api import safe
from flask_appbuilder.security.api import SecurityApi
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import gettext as _
from flask_jwt_extended import create_access_token, create_refresh_token, get_jwt, jwt_required
from flask_login import current_user, login_user, logout_user

from app.security import chosen, kept


class Sessions(SecureCookieSessionInterface):
    """Sessions that last on from page to page."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Say whether an answer carries the session; what a script calls, only to change it.

        Such an answer may come late. It would put back the session of before, ended since by a
        logout, or in the language of before.
        """
        page = "text/html" in request.headers.get("Accept", "")
        return session.modified or (page and super().should_set_cookie(app, session))


class LoginView(AuthDBView):  # type: ignore[misc] # FAB ships no types
    """Login and logout; the session remembers the password's epoch."""

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> Any:
        """Show the form, or let in whoever gives the right name and password."""
        wanted = request.args.get("next")
        target = get_safe_redirect(wanted) if wanted else self.appbuilder.get_url_for_index
        if current_user.is_authenticated:
            return redirect(target)
        form, held = LoginForm_db(), kept.carried()
        if form.validate_on_submit():
            account = self.appbuilder.sm.auth_user_db(form.username.data, form.password.data)
            if account is not None:
                # A session made before login must not be the one after it.
                locale = session.get("locale")
                session.clear()
                session.permanent = True
                session["epoch"] = account.password_epoch
                session["assignment_id"] = chosen.noted(account.id)
                if locale:
                    session["locale"] = locale
                login_user(account, remember=False)
                kept.begin(account.id)
                return _go_on(held, account.id, target)
            form.password.errors = [
                _("User name or password is wrong. After many wrong tries, wait ten minutes.")
            ]
        if wanted and request.method == "GET":
            _ask_to_enter()
        return self.render_template(
            self.login_template,
            title=self.title,
            form=form,
            appbuilder=self.appbuilder,
            kept=held.packed() if held else "",
        )

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Any:
        """End the session; by POST only, so that no picture on a foreign page can do it."""
        logout_user()
        session.clear()
        return chosen.forget(redirect(self.appbuilder.get_url_for_login))


def _go_on(held: kept.Kept | None, account: int, target: str) -> Any:
    if held and held.is_of(account):
        return kept.page(held)
    if held:
        flash(kept.not_yours(), "warning")
    return redirect(target)


def _ask_to_enter() -> None:
    """Who is not logged in is refused nothing: Flask-AppBuilder's words would say so in red."""
    session.pop("_flashes", None)
    flash(_("Sign in to go on: you come to the page that you wanted."), "info")


class LoginApi(SecurityApi):  # type: ignore[misc] # FAB ships no types
    """Tokens for the REST API; they end when the password changes."""

    resource_name = "security"
    openapi_spec_tag = "Login"

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
