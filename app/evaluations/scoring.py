"""The page on which a person fills in a score sheet; it works without scripts."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.core import i18n, merging
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import RuleBroken, is_meanwhile, plain_message
from app.core.interface import as_key
from app.core.terms import N_
from app.core.web import Page
from app.evaluations import checks, queries, rules
from app.evaluations import sheet as sheets
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState, Layer
from app.evaluations.sheet import Sheet
from app.meetings import carried
from app.meetings.models import Meeting

ONWARD = {
    Layer.SELF: N_("Send the self-score"),
    Layer.VERIFIED: N_("Save and verify"),
    Layer.OFFICIAL: N_("Save and make official"),
}


class ScorePage(Page):
    """Fills in one layer of a meeting's score sheet."""

    screen = "Evaluations"
    route_base = "/evaluations"
    default_view = "score"
    method_permission_name = {"score": "read"}

    @expose("/<meeting_id>/score", methods=["GET", "POST"])
    @has_access
    def score(self, meeting_id: str) -> Any:
        """Show the sheet; save it as a draft, or save it and take the next step."""
        key = as_key(meeting_id)
        evaluation = queries.evaluation(key) if key is not None else None
        meeting = evaluation.meeting if evaluation else queries.meeting(key or 0)
        if meeting is None:
            abort(404)
        layer = self._layer(evaluation)
        try:
            sheet = sheets.open_sheet(meeting, evaluation, layer)
        except RuleBroken as error:
            return self._closed(meeting, evaluation, error.message)
        if request.method == "POST":
            return self._sent(sheet)
        sheet.fill()
        return self._page(sheet)

    def _layer(self, evaluation: Evaluation | None) -> Layer:
        """The layer asked for, or the one that this role has to fill in next."""
        role = actor().role
        wanted = request.args.get("layer", "").upper()
        if wanted and wanted not in Layer.__members__:
            abort(404)
        state = evaluation.state if evaluation else EvaluationState.DRAFT
        mine = [layer for layer in Layer if checks.may_score(role, layer)]
        open_now = [layer for layer in mine if state in rules.SCORED_IN[layer]]
        layer = Layer[wanted] if wanted else next(iter(open_now or mine), None)
        return layer if layer in mine else abort(403)

    def _sent(self, sheet: Sheet) -> Response | str:
        sheet.read(merging.picked())
        then = request.form.get("then", "save")
        if then == "full":
            sheet.fill_up()
            return self._page(sheet)
        if request.form.get("version", "") != str(sheet.version) or merging.undecided():
            return self._side_by_side(sheet)
        return self._store(sheet, onward=then == "onward")

    def _store(self, sheet: Sheet, *, onward: bool) -> Response | str:
        key, layer = sheet.meeting.id, sheet.layer
        try:
            with transaction():
                sheets.save(sheet, by=actor(), onward=onward)
        except (RuleBroken, IntegrityError, StaleDataError) as error:
            # Undone with the transaction; the rows are read again for the page.
            fresh = self._again(key, sheet)
            if is_meanwhile(error):
                return self._side_by_side(fresh)
            if isinstance(error, checks.PointsRefused):
                fresh.errors = error.errors
            else:
                fresh.problems.append(plain_message(error)[0])
            return self._page(fresh)
        if not onward:
            flash(_("Saved as a draft; nothing has been sent yet."), "success")
            return redirect(url_for("ScorePage.score", meeting_id=key, layer=layer.name.lower()))
        flash(_("Saved"), "success")
        return redirect(url_for("EvaluationView.show", pk=key))

    def _side_by_side(self, sheet: Sheet) -> str:
        """Both versions of the sheet, a choice for each field in which they differ."""
        now = sheets.open_sheet(sheet.meeting, sheet.evaluation, sheet.layer)
        now.fill()
        base = merging.base_asked()
        mine, theirs = sheet.fields(), now.fields()
        found = merging.differing(now.labels(), base, theirs, mine, lambda _name, text: text)
        row = sheet.evaluation or sheet.meeting
        more: dict[str, Any] = {
            "then": request.form.get("then", "save"),
            "version": sheet.version,
        }
        page: str = self.render_template(
            "core/clash_page.html",
            title=_(sheet.layer.value),
            subtitle=f"{sheet.meeting.unit.name} · {sheet.meeting.month:%m/%Y}",
            crumbs=[(_("Evaluations"), url_for("EvaluationView.list"))],
            choice=merging.page(found, row, mine, theirs, base, **more),
        )
        return page

    def _again(self, key: int, sheet: Sheet) -> Sheet:
        evaluation = queries.evaluation(key)
        meeting = evaluation.meeting if evaluation else queries.meeting(key)
        if meeting is None:
            abort(404)
        fresh = sheets.open_sheet(meeting, evaluation, sheet.layer)
        fresh.texts, fresh.notes, fresh.secret = sheet.texts, sheet.notes, sheet.secret
        return fresh

    def _page(self, sheet: Sheet) -> str:
        meeting = sheet.meeting
        page: str = self.render_template(
            "evaluations/score.html",
            title=_(sheet.layer.value),
            subtitle=f"{meeting.unit.name} · {_(meeting.type.value)} · {meeting.month:%m/%Y}",
            crumbs=[(_("Evaluations"), url_for("EvaluationView.list"))],
            sheet=sheet,
            was=merging.opened(merging.base_of() or sheet.fields()),
            onward=_(ONWARD[sheet.layer]),
            facts=_facts(meeting),
            shown_points=sheets.shown,
            full_points=sheets.full_points,
        )
        return page

    def _closed(self, meeting: Meeting, evaluation: Evaluation | None, message: str) -> str:
        page: str = self.render_template(
            "evaluations/closed.html",
            title=_("Score sheet"),
            subtitle=f"{meeting.unit.name} · {meeting.month:%m/%Y}",
            crumbs=[(_("Evaluations"), url_for("EvaluationView.list"))],
            message=message,
            sheet=evaluation,
        )
        return page


def _facts(meeting: Meeting) -> dict[str, str]:
    """What the result says about the criteria that a metric names, for the person to see."""
    facts = {}
    if meeting.duration_min is not None:
        facts["duration"] = _("%(minutes)s minutes", minutes=meeting.duration_min)
    if meeting.due:
        facts["attendance"] = i18n.percent(meeting.attended, meeting.due)
    if meeting.speakers is not None:
        facts["speakers"] = str(meeting.speakers)
    if done := carried.completed(meeting):
        facts["task_completion"] = i18n.percent(done.done, done.due)
    return facts
