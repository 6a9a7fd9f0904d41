"""The list of evaluations, the score sheet to read, and its buttons."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort, has_request_context, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core import i18n, months
from app.core.acting import actor
from app.core.db import db
from app.core.errors import BadInput
from app.core.interface import AppInterface, as_key, new_filters
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.text import MISSING
from app.core.web import AppView, button
from app.evaluations import checks, commands, queries, quick, rules
from app.evaluations.models import Evaluation
from app.evaluations.queries import Line
from app.evaluations.rules import EvaluationState, Layer
from app.meetings.models import Meeting

add_labels(
    self_total=N_("Self-score"),
    self_rating=N_("Self-rating"),
    verified_total=N_("Verified score"),
    verified_rating=N_("Verified rating"),
    official_total=N_("Official score"),
    official_rating=N_("Official rating"),
    gap=N_("Gap"),
    criteria_set=N_("Criteria set"),
    remark=N_("Remark"),
    self_scored_at=N_("Self-scored at"),
    self_scored_by=N_("Self-scored by"),
    verified_at=N_("Verified at"),
    verified_by=N_("Verified by"),
    official_at=N_("Official since"),
    official_by=N_("Made official by"),
)

STEPS = {
    "reopen": EvaluationState.DRAFT,
    "submit": EvaluationState.SELF_SCORED,
    "verify": EvaluationState.VERIFIED,
    "make_official": EvaluationState.OFFICIAL,
}
"""Where each button leads, the furthest last."""

ASKED = {
    Layer.SELF: N_("Score"),
    Layer.VERIFIED: N_("Score as the superior"),
    Layer.OFFICIAL: N_("Give official points"),
}


class InMonth(BaseFilter):  # type: ignore[misc] # FAB ships no types
    """Evaluations of the meetings of a month, asked for by its first day."""

    name = "Month"
    arg_name = "in_month"

    def apply(self, query: Any, value: date) -> Any:
        """``query`` narrowed to the month."""
        meetings = select(Meeting.id).where(Meeting.month == value)
        return query.filter(Evaluation.meeting_id.in_(meetings))


def month_asked() -> date | None:
    """The month in the address, ``?month=10/2026``; raises ``BadInput`` for one that is none."""
    asked = request.args.get("month", "").strip() if has_request_context() else ""
    if not asked:
        return None
    try:
        return months.parse(asked)
    except ValueError as error:
        raise BadInput(_("Not a valid month; write it like 10/2026.")) from error


def gap_text(gap: Decimal | None) -> str:
    """A difference with its sign: "−2,5", "+1", "0"."""
    if gap is None:
        return MISSING
    return f"{'+' if gap > 0 else '−' if gap < 0 else ''}{i18n.number(abs(gap))}"


class EvaluationView(AppView):
    screen = "Evaluations"
    route_base = "/evaluations"
    datamodel = AppInterface(
        Evaluation,
        eager=("unit", "meeting", "self_rating", "official_rating"),
    )
    list_title, show_title = _l("Evaluations"), _l("Score sheet")
    list_template = "evaluations/list.html"
    head_columns: Any = {"self_rating": _l("Own rating"), "official_rating": _l("Rating")}
    list_columns = ["unit", "month", "state", "self_total", "verified_total", "official_total"]
    list_columns += ["gap", "self_rating", "official_rating"]
    extra_columns = ["verified_rating", "remark", "self_scored_at", "self_scored_by"]
    extra_columns += ["verified_at", "verified_by", "official_at", "official_by", "amended"]
    quick_filters = quick.EVALUATIONS
    list_arguments = ("month",)
    # Short heads: nine columns have to fit beside the menu.
    label_columns = {
        "state": _l("State"),
        "self_total": _l("Cell"),
        "verified_total": _l("Superior"),
        "official_total": _l("Official"),
    }
    order_columns = ["state", "self_total", "verified_total", "official_total"]
    search_columns = ["unit", "state", "self_rating", "verified_rating", "official_rating"]
    formatters_columns = {
        "self_total": i18n.number,
        "verified_total": i18n.number,
        "official_total": i18n.number,
        "gap": gap_text,
    }
    base_order = ("meeting_id", "desc")
    exclude_route_methods = {"add", "edit", "delete", "download"}

    @property
    def _base_filters(self) -> Any:
        """What the list and its export are narrowed to: the month in the address, if any."""
        filters, month = new_filters(self), month_asked()
        return filters.add_filter("meeting_id", InMonth, month) if month else filters

    @_base_filters.setter
    def _base_filters(self, value: Any) -> None:
        """Flask-AppBuilder assigns once at start-up."""

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Any:
        key = as_key(pk)
        item = queries.evaluation(key) if key is not None else None
        if item is None:
            return self._not_scored(key)
        self.update_redirect()
        lines = queries.lines(item.criteria_set_id, item.meeting_id)
        return self.render_template(
            "evaluations/show.html",
            title=item.unit.name,
            subtitle=f"{_('Score sheet')} · {_(item.meeting.type.value)} · {item.month:%m/%Y}",
            crumbs=[(_("Evaluations"), url_for("EvaluationView.list"))],
            item=item,
            lines=lines,
            layers=list(Layer),
            sums=_group_sums(lines),
            stamps=_stamps(item),
            bands=queries.bands(item.criteria_set_id),
            gap=gap_text,
            scorable=_scorable(item),
            actions={
                name: self.actions[name]
                for name, then in STEPS.items()
                if rules.can_become(item.state, then)
            },
        )

    def _not_scored(self, key: int | None) -> str:
        meeting = (db.session.get(Meeting, key) if key is not None else None) or abort(404)
        page: str = self.render_template(
            "evaluations/closed.html",
            title=_("Score sheet"),
            subtitle=f"{meeting.unit.name} · {meeting.month:%m/%Y}",
            crumbs=[(_("Evaluations"), url_for("EvaluationView.list"))],
            message=_("This meeting has not been scored yet."),
            sheet=None,
        )
        return page

    @button("submit", _l("Send the self-score"), icon="send")
    def submit(self, items: Any) -> Any:
        return self.run(items, commands.submit)

    @button(
        "verify",
        _l("Verify"),
        icon="shield-check",
        confirm=_l("Without points of your own, the cell's points are confirmed as they stand."),
    )
    def verify(self, items: Any) -> Any:
        return self.run(items, commands.verify)

    @button(
        "make_official",
        _l("Make official"),
        icon="certificate",
        confirm=_l(
            "Without official points, the verified ones count, or the cell's where nobody verified."
        ),
    )
    def make_official(self, items: Any) -> Any:
        return self.run(items, commands.make_official)

    reason_helps: Any = {
        "reopen": _l("Say what is to be scored anew; the cell reads this, and the log keeps it.")
    }

    @button("reopen", _l("Reopen"), icon="lock-open")
    def reopen(self, items: Any) -> Any:
        return self.run(items, commands.reopen, reason_for=_("Why is it reopened?"))


def _scorable(item: Evaluation) -> list[tuple[Layer, str]]:
    """The layers that this role may fill in now, with what the link says."""
    role = actor().role
    return [
        (layer, _(text))
        for layer, text in ASKED.items()
        if item.state in rules.SCORED_IN[layer] and checks.may_score(role, layer)
    ]


def _stamps(item: Evaluation) -> dict[Layer, tuple[Any, Any]]:
    return {
        Layer.SELF: (item.self_scored_by, item.self_scored_at),
        Layer.VERIFIED: (item.verified_by, item.verified_at),
        Layer.OFFICIAL: (item.official_by, item.official_at),
    }


def _group_sums(lines: Sequence[Line]) -> dict[int, dict[Layer, Decimal | None]]:
    """What the criteria of each group sum to so far, by group id and layer."""
    sums: dict[int, dict[Layer, Decimal | None]] = {}
    for line in lines:
        if line.criterion.is_leaf:
            continue
        below = [one.score for one in lines if one.criterion.parent_id == line.criterion.id]
        sums[line.criterion.id] = {}
        for layer in Layer:
            given = [score.points(layer) for score in below if score]
            known = [points for points in given if points is not None]
            sums[line.criterion.id][layer] = rules.total(known) if known else None
    return sums
