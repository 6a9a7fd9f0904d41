"""Screens of criteria sets, their criteria and bands, and the rating scale."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder.actions import action
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import i18n
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import RuleBroken
from app.core.heading import NamedAfterRow
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView, button
from app.evaluations import drafts, quick, ratings, sets, wording
from app.evaluations.models import CriteriaSet, Criterion, Rating, RatingBand
from app.evaluations.rules import SetStatus
from app.evaluations.set_fields import levels_field, levels_text, meeting_types_field, types_text

add_labels(
    revision=N_("Revision"),
    issuer=N_("Issued by"),
    legal_basis=N_("Legal basis"),
    certainty=N_("How sure"),
    status=N_("Status"),
    meeting_types=N_("Types of meeting"),
    total=N_("Total points"),
    max_points=N_("Points at most"),
    min_points=N_("From points"),
    metric=N_("Measured by"),
    na_policy=N_("Where it does not apply"),
    choices=N_("Levels"),
    note=N_("Note"),
    owner=N_("Owner"),
    is_leaf=N_("Is scored"),
    rating=N_("Rating"),
    heading=N_("Criterion"),
    letter=N_("Letter"),
    rank=N_("Rank"),
)


class DraftRows(AppView):
    """A screen whose rows change only while their set is a draft."""

    def _edit(self, pk: Any) -> Any:
        item = self.datamodel.get(pk) or abort(404)
        if request.method == "GET":
            try:
                drafts.check_draft(getattr(item, "criteria_set", item), by=actor())
            except RuleBroken as error:
                flash(error.message, "info")
                return None
        return super()._edit(pk)


class CriterionView(DraftRows):
    """The groups and criteria of sets."""

    screen = "Criteria"
    stands_below = "CriteriaSets"
    route_base = "/criteria"
    title = list_title = _l("Criteria")
    show_title = _l("Criterion")
    add_title, edit_title = _l("Add a criterion"), _l("Change a criterion")
    datamodel = AppInterface(Criterion, eager=("criteria_set", "parent"))
    page_size = 50
    label_columns = {"parent": _l("Group"), "position": _l("Order")}
    list_columns = ["heading", "max_points", "choices", "na_policy"]
    show_columns = ["criteria_set", "parent", *list_columns, "note", "kind", "metric", "is_leaf"]
    order_columns = ["max_points"]
    search_columns = ["criteria_set", "code", "name", "kind"]
    add_fieldsets = wording.CRITERION_GROUPS
    edit_fieldsets = wording.CRITERION_GROUPS_LATER
    description_columns = wording.CRITERION_HELP
    add_form_extra_fields = {"choices": levels_field()}
    edit_form_extra_fields = {"choices": levels_field()}
    formatters_columns = {"choices": levels_text, "max_points": i18n.number}
    base_order = ("position", "asc")
    create = staticmethod(drafts.save_criterion)
    change = staticmethod(drafts.save_criterion)


class RatingBandView(DraftRows):
    """From how many points a set gives a rating."""

    screen = "RatingBands"
    stands_below = "CriteriaSets"
    route_base = "/rating-bands"
    title = list_title = _l("Rating bands")
    show_title = _l("Rating band")
    add_title, edit_title = _l("Add a rating band"), _l("Change a rating band")
    datamodel = AppInterface(RatingBand, eager=("criteria_set", "rating"))
    list_columns = ["rating", "min_points"]
    show_columns = ["criteria_set", *list_columns]
    order_columns = ["min_points"]
    search_columns = ["criteria_set", "rating"]
    add_columns = ["criteria_set", "rating", "min_points"]
    edit_columns = ["rating", "min_points"]
    description_columns = wording.BAND_HELP
    formatters_columns = {"min_points": i18n.number}
    base_order = ("min_points", "desc")
    create = staticmethod(drafts.save_band)
    change = staticmethod(drafts.save_band)


class CriteriaSetView(NamedAfterRow, DraftRows):
    """Criteria sets with their criteria and bands."""

    screen = "CriteriaSets"
    quick_filters = quick.SETS
    extra_columns = ["meeting_types", "total", "issuer", "legal_basis", "certainty"]
    route_base = "/criteria-sets"
    datamodel = AppInterface(CriteriaSet, eager=("unit",))
    related_views = [CriterionView, RatingBandView]
    show_template = "appbuilder/general/model/show_cascade.html"
    list_title, show_title = _l("Criteria sets"), _l("Criteria set")
    add_title, edit_title = _l("Begin a criteria set"), _l("Change a criteria set")
    head_columns = {"owner": _l("Owner of the set")}
    list_columns = ["name", "code", "revision", "status", "owner", "valid_from", "valid_to"]
    show_columns = [*list_columns, "meeting_types", "total", "issuer", "legal_basis", "certainty"]
    order_columns = ["code", "revision", "name", "valid_from"]
    search_columns = ["code", "name", "status", "unit", "valid_from", "valid_to"]
    add_fieldsets = wording.SET_GROUPS
    edit_fieldsets = wording.SET_GROUPS_LATER
    add_form_extra_fields = {"meeting_types": meeting_types_field()}
    edit_form_extra_fields = {"meeting_types": meeting_types_field()}
    description_columns = wording.SET_HELP
    formatters_columns = {"meeting_types": types_text, "total": i18n.number}
    base_order = ("code", "asc")
    method_permission_name = {"clone": "add"}
    create = staticmethod(drafts.create)
    change = staticmethod(drafts.change)

    def possible_actions(self, item: CriteriaSet) -> dict[str, Any]:
        """Only drafts are put in force; what is retired stays so."""
        idle = {SetStatus.ACTIVE: ["activate"], SetStatus.RETIRED: ["activate", "retire"]}
        return {
            name: one for name, one in self.actions.items() if name not in idle.get(item.status, [])
        }

    @action("clone", _l("New revision"), None, "copy", multiple=False, single=True)
    def clone(self, items: Any) -> Any:
        """Copy the set into a draft and show that."""
        with transaction():
            made = sets.clone(items[0], by=actor())
        flash(_("This is a draft with the same criteria. Change it, then put it in force."), "info")
        return redirect(url_for("CriteriaSetView.show", pk=made.id))

    @button("activate", _l("Put in force"), icon="circle-check")
    def activate(self, items: Any) -> Any:
        """Put the drafts in force from their first day."""
        return self.run(items, sets.activate)

    @button(
        "retire",
        _l("Retire"),
        icon="archive",
        confirm=_l("Sets in force end with today; drafts are laid aside."),
    )
    def retire(self, items: Any) -> Any:
        """End sets in force with today; lay drafts aside."""
        return self.run(items, sets.retire)


class RatingView(AppView):
    """The scale that ratings come from."""

    screen = "Ratings"
    route_base = "/ratings"
    datamodel = AppInterface(Rating)
    list_title, show_title = _l("Rating scale"), _l("Rating")
    add_title, edit_title = _l("Add a rating"), _l("Change a rating")
    list_columns = ["name", "name_en", "code", "letter", "rank"]
    show_columns = list_columns
    order_columns = ["name", "rank"]
    search_columns = ["code", "name"]
    add_columns = ["code", "name", "name_en", "letter", "rank"]
    edit_columns = ["name", "name_en", "letter", "rank"]
    description_columns = {
        "code": _l("A mark in capitals, such as TOT; it cannot be changed later."),
        "name": _l("As tables and charts print it."),
        "letter": _l("The short mark in tables of a whole year."),
        "rank": _l("The best has the highest number."),
    }
    base_order = ("rank", "desc")
    create = staticmethod(ratings.add)
    change = staticmethod(ratings.change)
