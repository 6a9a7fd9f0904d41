"""Screens of amendments: the form that opens what is locked, and the list."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.exc import StaleDataError

from app.core import i18n, merging
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import RuleBroken, plain_message
from app.core.interface import AppInterface, as_key
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView, Page
from app.evaluations import queries as evaluations
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState
from app.meetings.models import Meeting
from app.rollup import amending, commands
from app.rollup.amending import FIELDS
from app.rollup.forms import with_points
from app.rollup.models import Amendment

add_labels(
    field=N_("Amended value"),
    old_value=N_("Old value"),
    new_value=N_("New value"),
    amended_at=N_("Amended at"),
    amended_by=N_("Amended by"),
    amended=N_("Amended"),
)
POINTS = "points_"


class AmendPage(Page):
    """The form that amends one result."""

    screen = "Amendments"
    route_base = "/amend"
    default_view = ""
    method_permission_name = {"amend": "amend"}

    @expose("/<meeting_id>", methods=["GET", "POST"])
    @has_access
    def amend(self, meeting_id: str) -> Any:
        """Open a locked result and its official score with a reason."""
        key = as_key(meeting_id)
        meeting = (evaluations.meeting(key) if key is not None else None) or abort(404)
        here = url_for("ResultView.show", pk=meeting.id)
        try:
            amending.amendable(meeting, actor())
        except RuleBroken as error:
            flash(error.message, "warning")
            return redirect(here)
        found = evaluations.evaluation(meeting.id)
        form = _form(meeting, found)
        if request.method == "POST" and form.validate():
            if _overtaken(meeting):
                return self._side_by_side(meeting, form, _form(meeting, found, sent=False))
            if _amended(meeting, form):
                flash(_("Amended. The frozen figures stay as they were submitted."), "success")
                return redirect(here)
        return self.render_template(
            "rollup/amend.html",
            form=form,
            back=here,
            version=request.form.get("version", meeting.version),
            was=merging.opened(merging.base_of() or merging.texts(form)),
            **_heads(meeting),
        )

    def _side_by_side(self, meeting: Meeting, form: Any, now: Any) -> Any:
        """What somebody else has amended meanwhile beside what was typed."""
        mine, theirs, base = merging.texts(form), merging.texts(now), merging.base_asked()
        labels = {field.name: str(field.label.text) for field in form}
        # The reason is of the amendment itself: nothing stood there before.
        values = {name: text for name, text in mine.items() if name != "reason"}
        found = merging.differing(
            labels, base, theirs, values, lambda name, text: merging.in_words(form[name], text)
        )
        choice = merging.page(found, meeting, mine, theirs, base)
        return self.render_template("core/clash_page.html", choice=choice, **_heads(meeting))


def _heads(meeting: Meeting) -> dict[str, str]:
    subtitle = f"{meeting.unit.name} · {i18n.month(meeting.month)}"
    return {"title": _("Amend"), "subtitle": subtitle}


def _overtaken(meeting: Meeting) -> bool:
    """Whether somebody saved the result since the form was opened, or a choice is still open."""
    seen = request.form.get("version", "")
    return bool(seen and seen != str(meeting.version)) or merging.undecided()


def _form(meeting: Meeting, evaluation: Evaluation | None, *, sent: bool = True) -> Any:
    lines = []
    if evaluation is not None and evaluation.state is EvaluationState.OFFICIAL:
        every = evaluations.lines(evaluation.criteria_set_id, meeting.id)
        lines = [one for one in every if one.score is not None]
    criteria = [(one.criterion.id, _("Official: %(name)s", name=one.criterion)) for one in lines]
    held = {
        f"{POINTS}{one.criterion.id}": one.score.official_points if one.score else None
        for one in lines
    }
    now = {name: getattr(meeting, name) for name in FIELDS}
    typed = merging.picked() if sent and request.method == "POST" else None
    return with_points(criteria)(typed, data=now | held)


def _amended(meeting: Meeting, form: Any) -> bool:
    """Do it; a broken rule goes beside its field and nothing is kept of it."""
    facts = {name: form[name].data for name in FIELDS}
    facts["resolution_no"] = (facts["resolution_no"] or "").strip() or None
    points = {
        int(field.name.removeprefix(POINTS)): field.data
        for field in form
        if field.name.startswith(POINTS)
    }
    try:
        with transaction():
            commands.amend(meeting, facts, points, by=actor(), reason=form.reason.data)
    except (RuleBroken, StaleDataError) as error:
        errors = getattr(error, "errors", {})
        for key, message in errors.items():
            form[f"{POINTS}{key}"].errors = [message]
        if not errors:
            message, name = plain_message(error)
            field = form[name if name in form else "reason"]
            field.errors = [*field.errors, message]
        return False
    return True


class AmendmentView(AppView):
    """What was corrected after it had been submitted."""

    screen = "Amendments"
    route_base = "/amendments"
    datamodel = AppInterface(Amendment, eager=("unit",))
    list_title, show_title = _l("Amendments"), _l("Amendment")
    list_columns = ["unit", "month", "field_name", "old_value", "new_value", "reason"]
    list_columns += ["amended_at", "amended_by"]
    show_columns = list_columns
    order_columns = ["month", "amended_at"]
    search_columns = ["unit", "month", "field", "amended_at"]
    base_order = ("amended_at", "desc")
    label_columns = {"field_name": _l("Amended value")}
    blank = (
        _l("Nothing has been amended"),
        _l("A locked result is corrected from its own page; what was there before stays here."),
    )
    exclude_route_methods = {"add", "edit", "delete", "download"}
