"""Screens of amendments: the form that opens what is locked, and the list."""

from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import i18n
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import RuleBroken
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
        if request.method == "POST" and form.validate() and _amended(meeting, form):
            flash(_("Amended. The frozen figures stay as they were submitted."), "success")
            return redirect(here)
        return self.render_template(
            "rollup/amend.html",
            title=_("Amend"),
            subtitle=f"{meeting.unit.name} · {i18n.month(meeting.month)}",
            form=form,
            back=here,
        )


def _form(meeting: Meeting, evaluation: Evaluation | None) -> Any:
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
    return with_points(criteria)(data=now | held)


def _amended(meeting: Meeting, form: Any) -> bool:
    """Do it; a broken rule goes beside its field and nothing is kept of it."""
    facts = {name: form[name].data for name in FIELDS}
    facts["resolution_no"] = (facts["resolution_no"] or "").strip() or None
    points = {
        int(field.name.removeprefix(POINTS)): Decimal(field.data)
        for field in form
        if field.name.startswith(POINTS) and field.data is not None
    }
    try:
        with transaction():
            commands.amend(meeting, facts, points, by=actor(), reason=form.reason.data)
    except RuleBroken as error:
        errors = getattr(error, "errors", {})
        for key, message in errors.items():
            form[f"{POINTS}{key}"].errors = [message]
        if not errors:
            field = form[error.field if error.field in form else "reason"]
            field.errors = [*field.errors, error.message]
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
    exclude_route_methods = {"add", "edit", "delete", "download"}
