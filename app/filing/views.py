"""The page on which a result is filed in four steps, and the calls by which it saves itself."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import Unauthorized

from app.core.acting import actor
from app.core.db import db, transaction
from app.core.errors import BadInput, RuleBroken
from app.core.interface import AppInterface
from app.core.web import Page
from app.evaluations import checks
from app.evaluations.checks import PointsRefused
from app.evaluations.rules import Layer
from app.filing import answers, commands, page, queries, sent
from app.filing.commands import Outcome, Sent
from app.filing.document import Filing
from app.filing.totals import open_filing
from app.meetings.models import Meeting
from app.meetings.rules import WRITABLE


def asks(word: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a call with a right: 401 for who is not logged in, 403 for who lacks it, as JSON."""

    def guard(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(self: Any, pk: str) -> Any:
            if not current_user.is_authenticated:
                return _say(401, _("Please sign in first."))
            if not self.appbuilder.sm.has_access(f"can_{word}", self.screen):
                return _say(403, _("Your role does not allow this. Ask your administrator."))
            meeting = self.datamodel.get(pk)
            if meeting is None:
                return _say(404, _("There is no such page or record in your area."))
            try:
                return method(self, meeting)
            except BadInput as error:
                return _say(400, str(error))
            except Unauthorized:
                return _say(401, _("Please sign in with the account that opened this page."))

        return call

    return guard


class FilingPage(Page):
    """Files the result of one meeting."""

    screen = "Filing"
    route_base = "/filing"
    default_view = "show"
    method_permission_name = {"show": "read", "take": "edit"}
    datamodel = AppInterface(Meeting)
    walks = "meeting"

    @expose("/<pk>/", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Any:
        """The four steps on one page; after sending, what happens next."""
        meeting = self.datamodel.get(pk) or abort(404)
        return self._page(_open(meeting))

    @expose("/<pk>/", methods=["POST"])
    @has_access
    def take(self, pk: str) -> Any:
        """The whole form at once, for browsers without scripts."""
        meeting = self.datamodel.get(pk) or abort(404)
        onward = request.form.get("then") == "send"
        if onward and not self._may("submit"):
            abort(403)
        given = sent.of_form(request.form, _open(meeting))
        try:
            outcome = self._store(meeting.id, given)
            if outcome.refused:
                return self._unkept(outcome, given)
            if onward and not outcome.conflicts:
                self._send(meeting.id, given)
        except RuleBroken as error:
            flash(_first(error), "danger")
            return self._page(_open(self.datamodel.get(pk)), _errors(error))
        if outcome.conflicts:
            flash(_("Someone else has changed some fields meanwhile. Please look again."), "danger")
        elif not onward:
            flash(_("Saved as a draft; nothing has been sent yet."), "success")
        return redirect(url_for("FilingPage.show", pk=pk))

    @expose("/<pk>/draft", methods=["GET"])
    @asks("read")
    def draft(self, meeting: Meeting) -> Any:
        """The filing as it stands, with a fresh token: after a login or a lost answer."""
        return self._told(_open(meeting))

    @expose("/<pk>/draft", methods=["PUT", "POST"])
    @asks("edit")
    def save(self, meeting: Meeting) -> Any:
        """Keep what was typed so far. Repeating a save, or sending it late, changes nothing."""
        key, given = meeting.id, sent.of_json(request, actor().account_id)
        try:
            outcome = self._store(key, given)
        except RuleBroken as error:
            return self._refused(key, error)
        return self._stored(outcome)

    @expose("/<pk>/send", methods=["POST"])
    @asks("submit")
    def send(self, meeting: Meeting) -> Any:
        """Keep the last changes and send the result. Repeating it sends nothing twice."""
        key, given = meeting.id, sent.of_json(request, actor().account_id)
        try:
            if not commands.was_sent(meeting, queries.draft_of(key), given):
                outcome = self._store(key, given)
                if outcome.conflicts or outcome.refused or outcome.late:
                    return self._stored(outcome)
                self._send(key, given)
        except RuleBroken as error:
            return self._refused(key, error)
        return self._told(_open(self.datamodel.get(key)), sent=True)

    def _store(self, key: int, given: Sent) -> Outcome:
        with transaction():
            return commands.save(queries.locked(key) or abort(404), given, by=actor())

    def _send(self, key: int, given: Sent) -> None:
        with transaction():
            commands.send(queries.locked(key) or abort(404), given.client, by=actor())

    def _refused(self, key: int, error: RuleBroken) -> Any:
        """A rule is in the way of the whole; what was kept before is told with it."""
        db.session.rollback()
        filing = _open(self.datamodel.get(key))
        body = answers.told(filing, message=error.message, token=generate_csrf())
        body["errors"] = body["errors"] | _errors(error)
        return jsonify(body), 422 if body["open"] else 409

    def _stored(self, outcome: Outcome) -> Any:
        return self._told(outcome.filing, conflicts=outcome.conflicts, refused=outcome.refused)

    def _told(self, filing: Filing, **more: Any) -> Any:
        who = actor()
        more |= {"token": generate_csrf(), "account": who.account_id}
        return jsonify(answers.told(filing, **more))

    def _may(self, word: str) -> bool:
        return bool(self.appbuilder.sm.has_access(f"can_{word}", self.screen))

    def _unkept(self, outcome: Outcome, given: Sent) -> Any:
        """The form with what was typed and is kept nowhere, until its writer changes it."""
        typed = {name: given.changes.get(name, "") for name in outcome.refused}
        flash(_("All is saved but what is marked below; nothing has been sent yet."), "danger")
        return self._page(outcome.filing, outcome.refused, typed)

    def _page(
        self,
        filing: Filing,
        errors: Mapping[str, str] | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Any:
        open_still = filing.meeting.result_state in WRITABLE and self._may("edit")
        template = "filing/show.html" if open_still else "filing/sent.html"
        shown = page.of(filing, may_send=self._may("submit"), typed=typed or {})
        shown["errors"] = shown["errors"] | (errors or {})
        return self.render_template(template, **shown)


def _open(meeting: Any) -> Filing:
    if meeting is None:
        abort(404)
    return open_filing(meeting, scores=checks.may_score(actor().role, Layer.SELF))


def _errors(error: RuleBroken) -> dict[str, str]:
    """The messages of a broken rule by the fields that they belong beside."""
    if isinstance(error, PointsRefused):
        return {f"points-{one}": text for one, text in error.errors.items()}
    return {error.field: error.message} if error.field else {}


def _first(error: RuleBroken) -> str:
    texts = error.errors.values() if isinstance(error, PointsRefused) else ()
    return next(iter(texts), error.message)


def _say(status: int, message: str) -> Any:
    return jsonify(message=message), status
