"""Screens of units, their versions and the code tables."""

from typing import Any

from flask import abort, current_app, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional

from app.core.acting import Acting
from app.core.fields import DateField
from app.core.interface import AppInterface
from app.core.labels import add_heads, add_help, add_labels
from app.core.terms import N_
from app.core.web import AppView
from app.units import codes, commands, queries, quick
from app.units.forms import DECISION_NO_HELP, DECISION_ON_HELP, tidy
from app.units.models import CellType, Unit, UnitKind, UnitVersion
from app.units.rules import Decision, ids_of

add_labels(
    code=N_("Code"),
    name=N_("Name"),
    name_en=N_("English name"),
    short_name=N_("Short name"),
    kind=N_("Kind"),
    cell_type=N_("Cell type"),
    parent=N_("Superior unit"),
    level=N_("Level"),
    is_cell=N_("Is a cell"),
    member_count=N_("Members"),
    names_kept=N_("Names are kept"),
    valid_from=N_("Valid from"),
    valid_to=N_("Valid until before"),
    event=N_("Event"),
    decision_no=N_("Decision number"),
    decision_on=N_("Date of the decision"),
)

add_heads(valid_to=N_("Until before"))
add_help(
    code=N_("A short mark without spaces for lists and files, such as CB01."),
    name=N_("The full name, as in the decision or the document."),
    name_en=N_("Shown to those who read in English."),
    short_name=N_("For narrow columns and notices, such as: Cell 3."),
    unit=N_("Type a part of the name and choose; accents do not matter."),
    valid_from=N_("The first day on which it holds."),
    valid_to=N_("The first day on which it no longer holds. Leave it empty when no end is known."),
    decision_no=N_("As on the paper, such as 05-QĐ/ĐU; leave it empty when there is none."),
    legal_basis=N_("The document behind it, such as HD 42-HD/BTCTW of 28/10/2025."),
    note=N_("What the next reader should know. Never anything secret."),
)

RELATED = (
    ("MemberView.list", N_("Members"), "users"),
    ("ScheduleView.list", N_("Schedules"), "calendar"),
    ("ResultView.list", N_("Results"), "clipboard-check"),
    ("EvaluationView.list", N_("Evaluations"), "star"),
)
"""Lists of features above that may be asked for one unit, if this installation has them."""

SHOWN_BELOW = 50
CODE_HELP = {
    "code": _l("In capitals, such as SUB_CELL; it cannot be changed later."),
    "valid_from": _l("Leave it empty when it has always been in use."),
}


def _establish(unit: Any, *, by: Acting) -> None:
    decision = Decision(unit.valid_from, unit.decision_no, unit.decision_on)
    commands.establish(unit, by=by, decision=decision)


class UnitView(AppView):
    screen = "Units"
    route_base = "/units"
    datamodel = AppInterface(Unit, eager=("parent",))
    list_title, show_title = _l("Units"), _l("Unit")
    add_title, edit_title = _l("Establish a unit"), _l("Change a unit")
    list_columns = ["name", "code", "kind", "parent", "member_count", "valid_to"]
    extra_columns = ["short_name", "cell_type", "is_cell", "names_kept", "valid_from"]
    quick_filters = quick.UNITS
    order_columns = ["name", "code", "member_count", "valid_to"]
    show_columns = [*list_columns, "cell_type", "short_name", "valid_from"]
    search_columns = ["kind", "cell_type", "parent", "code", "is_cell", "valid_from", "valid_to"]
    add_fieldsets = [
        (_l("Place in the tree"), {"fields": ["parent", "kind", "cell_type"]}),
        (_l("Name and size"), {"fields": ["code", "name", "short_name", "member_count"]}),
        (_l("Decision"), {"fields": ["valid_from", "decision_no", "decision_on"]}),
    ]
    add_form_extra_fields = {
        "decision_no": StringField(
            _l("Decision number"), [Length(max=60)], filters=[tidy], description=DECISION_NO_HELP
        ),
        "decision_on": DateField(
            _l("Date of the decision"), [Optional()], description=DECISION_ON_HELP
        ),
    }
    edit_columns = ["code", "member_count"]
    description_columns = {
        "parent": _l("The committee to which the unit reports."),
        "kind": _l("Decides where it may stand, and whether it holds monthly meetings."),
        "cell_type": _l("For cells only: HD 42 gives each type its own content of meetings."),
        "valid_from": _l("The day on which the unit begins its work."),
        "member_count": _l("Counted by itself where the names of members are kept."),
    }
    base_order = ("path", "asc")
    create = staticmethod(_establish)
    change = staticmethod(commands.change)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Any:
        unit = self.datamodel.get(pk) or abort(404)
        self.update_redirect()
        versions = queries.versions(unit.id)
        wanted = {*ids_of(unit.path), *(row.parent_id for row in versions if row.parent_id)}
        known = {node.id: node.name for node in queries.nodes(sorted(wanted))}
        line = queries.line_above(unit.path)
        return self.render_template(
            "units/show.html",
            title=unit.name,
            unit=unit,
            # Superiors out of sight are named, but lead nowhere.
            crumbs=[
                (row.short_name, url_for("UnitView.show", pk=row.id) if row.id in known else "")
                for row in line
            ],
            versions=versions,
            below=queries.children(unit.id, most=SHOWN_BELOW),
            shown_below=SHOWN_BELOW,
            size=queries.units_within(unit.path),
            known=known,
            related=_related(unit),
        )


def _related(unit: Unit) -> list[tuple[str, str, str]]:
    """Address, label and icon of the lists that may be asked for this unit."""
    there = [entry for entry in RELATED if entry[0] in current_app.view_functions]
    return [(url_for(name, _flt_0_unit=unit.id), _(text), icon) for name, text, icon in there]


class UnitVersionView(AppView):
    screen = "UnitVersions"
    quick_filters = quick.VERSIONS
    extra_columns = ["short_name"]
    route_base = "/unit-versions"
    datamodel = AppInterface(UnitVersion, eager=("unit",))
    list_title, show_title = _l("Changes of units"), _l("Change of a unit")
    list_columns = ["name", "kind", "event", "valid_from", "valid_to", "decision_no", "decision_on"]
    show_columns = ["unit", *list_columns, "short_name"]
    order_columns = ["valid_from", "valid_to", "decision_on"]
    search_columns = ["unit", "kind", "event", "decision_no", "valid_from", "valid_to"]
    base_order = ("valid_from", "desc")
    exclude_route_methods = {"add", "edit", "delete", "download"}


class UnitKindView(AppView):
    screen = "UnitKinds"
    route_base = "/unit-kinds"
    datamodel = AppInterface(UnitKind)
    list_title, show_title = _l("Kinds of unit"), _l("Kind of unit")
    add_title, edit_title = _l("Add a kind of unit"), _l("Change a kind of unit")
    list_columns = ["name", "name_en", "code", "level", "is_cell", "valid_from", "valid_to"]
    show_columns = list_columns
    order_columns = ["name", "code", "level", "valid_from"]
    search_columns = ["name", "code", "is_cell"]
    add_fieldsets = [
        (_l("Name"), {"fields": ["code", "name", "name_en"]}),
        (_l("Place in the tree"), {"fields": ["level", "is_cell"]}),
        (_l("Validity"), {"fields": ["valid_from", "valid_to"]}),
    ]
    edit_columns = ["name", "name_en", "valid_from", "valid_to"]
    description_columns = CODE_HELP | {
        "level": _l("1 is the highest; nothing hangs on a lower level."),
        "is_cell": _l("Cells have members and hold meetings; committees have units below them."),
    }
    base_order = ("level", "asc")
    create = staticmethod(codes.add)
    change = staticmethod(codes.change)


class CellTypeView(AppView):
    screen = "CellTypes"
    route_base = "/cell-types"
    datamodel = AppInterface(CellType)
    list_title, show_title = _l("Types of cell"), _l("Type of cell")
    add_title, edit_title = _l("Add a type of cell"), _l("Change a type of cell")
    list_columns = ["name", "name_en", "code", "valid_from", "valid_to"]
    show_columns = list_columns
    order_columns = ["name", "code", "valid_from"]
    search_columns = ["name", "code"]
    add_columns = ["code", "name", "name_en", "valid_from", "valid_to"]
    edit_columns = ["name", "name_en", "valid_from", "valid_to"]
    description_columns = CODE_HELP
    base_order = ("name", "asc")
    create = staticmethod(codes.add)
    change = staticmethod(codes.change)
