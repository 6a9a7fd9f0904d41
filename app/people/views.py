"""Screens of members and their spells."""

from typing import Any

from flask import abort, has_request_context, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import chips, clock
from app.core.acting import actor
from app.core.asking import FormPage, sent
from app.core.db import db
from app.core.heading import NamedAfterRow
from app.core.interface import AppInterface, as_key
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView
from app.people import commands, queries, quick
from app.people.forms import EndForm, LeaveForm, TransferForm
from app.people.models import ActivitySpell, Member
from app.units.models import Unit

add_labels(
    full_name=N_("Full name"),
    standing=N_("Standing"),
    phone=N_("Phone"),
    joined_on=N_("On the roll from"),
    left_on=N_("Off the roll from"),
    left_reason=N_("Why off the roll"),
    member=N_("Member"),
    from_on=N_("First day"),
    to_on=N_("Last day"),
    note=N_("Note"),
)
BOTH = ["GET", "POST"]
EVERYBODY = {"left", "_flt_0_left_on", "_flt_1_left_on", "_flt_2_left_on", "_flt_0_left_reason"}
"""Arguments of an address that ask for those who left, too."""


class ActivitySpellView(AppView):
    screen = "ActivitySpells"
    route_base = "/spells"
    quick_filters = quick.SPELLS
    extra_columns = ["note"]
    datamodel = AppInterface(ActivitySpell, eager=("member", "unit"))
    title = list_title = _l("Exempt, away or guests")
    show_title, add_title, edit_title = _l("Spell"), _l("Begin a spell"), _l("Change a spell")
    list_columns = ["member", "unit", "state", "from_on", "to_on", "decision_no"]
    show_columns = [*list_columns, "note"]
    order_columns = ["state", "from_on", "to_on"]
    search_columns = ["member", "unit", "state", "from_on", "to_on", "decision_no"]
    add_fieldsets = [
        (_l("Who and why"), {"fields": ["member", "state"]}),
        (_l("From when to when"), {"fields": ["from_on", "to_on"]}),
        (_l("Basis"), {"fields": ["decision_no", "note"]}),
    ]
    edit_columns = ["from_on", "to_on", "decision_no", "note"]
    description_columns = {
        "member": _l("Type a part of the name and choose; accents do not matter."),
        "state": _l("Who is exempt, away or on special duty is not due to attend (HD 12)."),
        "from_on": _l("For a guest, the day on which he came to this cell."),
        "to_on": _l("Leave it empty when the end is not known."),
        "decision_no": _l("Of the decision or the letter of introduction, if there is one."),
    }
    base_order = ("from_on", "desc")
    create = staticmethod(commands.begin_spell)
    change = staticmethod(commands.change_spell)
    label_columns = {"state": _l("Activity state")}
    show_template = "people/spell.html"


class OnRoll(BaseFilter):  # type: ignore[misc] # FAB ships no types
    """Only who is on the roll today."""

    name = _l("On the roll")
    arg_name = "roll"

    def apply(self, query: Any, value: Any) -> Any:
        """``query`` without those who left."""
        return query.filter(queries.on_roll(clock.today()))


class MemberView(NamedAfterRow, AppView):
    screen = "Members"
    route_base = "/members"
    # People are sorted by given name.
    datamodel = AppInterface(Member, eager=("unit",), sorted_by={"full_name": "name_key"})
    quick_filters = quick.MEMBERS
    extra_columns = ["left_reason"]
    list_arguments = ("left",)
    list_title, show_title = _l("Members"), _l("Member")
    add_title, edit_title = _l("Add a member"), _l("Change a member")
    list_columns = ["full_name", "unit", "standing", "position", "phone", "joined_on", "left_on"]
    show_columns = [*list_columns, "left_reason"]
    order_columns = ["full_name", "standing", "position", "joined_on", "left_on"]
    search_columns = ["unit", "standing", "position", "phone", "joined_on", "left_on"]
    search_columns += ["left_reason"]
    add_fieldsets = [
        (_l("Person"), {"fields": ["full_name", "phone"]}),
        (_l("In the cell"), {"fields": ["unit", "standing", "position", "joined_on"]}),
    ]
    edit_columns = ["full_name", "standing", "position", "phone", "joined_on"]
    description_columns = {
        "full_name": _l("As in the Party records, such as Nguyễn Văn An."),
        "unit": _l("The cell to which the member belongs."),
        "standing": _l("Probationary members come to meetings, but do not vote (Party charter)."),
        "position": _l("The secretary's name and phone stand on the superior's chase board."),
        "phone": _l("For reminders; no other number of the person is kept."),
        "joined_on": _l("The day on which the member came to this cell."),
    }
    base_order = ("full_name", "asc")
    related_views = [ActivitySpellView]
    create = staticmethod(commands.join)
    change = staticmethod(commands.change)
    label_columns = {"position": _l("Position in the cell")}
    head_columns = {"position": _l("Position"), "left_on": _l("Off from")}
    show_template = "people/member.html"

    def prefill_new(self, form: Any) -> None:
        """A cell's own people add to their own cell."""
        unit = db.session.get(Unit, actor().unit_id)
        if unit is not None and unit.is_cell and form.unit.data is None:
            form.unit.data = unit

    @property
    def _base_filters(self) -> Any:
        filters = self.datamodel.get_filters()
        asked = request.args.keys() if has_request_context() else EVERYBODY
        if asked & EVERYBODY or request.endpoint == "MemberView.show":
            return filters
        if {quick.LEFT, quick.EVERYBODY} & {one.name for one in chips.asked(self)}:
            return filters
        return filters.add_filter("id", OnRoll, "")

    @_base_filters.setter
    def _base_filters(self, value: Any) -> None:
        """Flask-AppBuilder assigns once at start-up; requests make their own."""


class MemberChangeView(FormPage):
    """How a membership ends, and how a spell does."""

    screen = "Members"
    route_base = "/members"
    method_permission_name = {"leave": "leave", "transfer": "leave"}

    @expose("/leave/<pk>", methods=BOTH)
    @has_access
    def leave(self, pk: str) -> Any:
        """Off the roll, with the reason."""
        member, form = _of(Member, pk), LeaveForm()
        page = url_for("MemberView.show", pk=member.id)
        return self.ask(
            form,
            lambda: commands.leave(member, sent(form.reason), sent(form.on), by=actor()),
            done=lambda: page,
            title=_("Take off the roll"),
            subtitle=member.full_name,
            back=page,
            intro=_("The member stays in every roll-call of the time before."),
        )

    @expose("/transfer/<pk>", methods=BOTH)
    @has_access
    def transfer(self, pk: str) -> Any:
        """Over to another cell of the branch."""
        member, form = _of(Member, pk), TransferForm()
        page = url_for("MemberView.show", pk=member.id)
        return self.ask(
            form,
            lambda: commands.transfer(member, form.unit.data, sent(form.on), by=actor()),
            done=lambda: page,
            title=_("Transfer to another cell"),
            subtitle=member.full_name,
            back=page,
            intro=_("For a cell outside your area, take the member off the roll instead."),
        )


class SpellChangeView(FormPage):
    """How a spell ends."""

    screen = "ActivitySpells"
    route_base = "/spells"
    method_permission_name = {"end": "edit"}

    @expose("/end/<pk>", methods=BOTH)
    @has_access
    def end(self, pk: str) -> Any:
        """The last day of a spell."""
        spell, form = _of(ActivitySpell, pk), EndForm()
        page = url_for("MemberView.show", pk=spell.member_id)
        return self.ask(
            form,
            lambda: commands.end_spell(spell, sent(form.on), by=actor()),
            done=lambda: page,
            title=_("End the spell"),
            subtitle=spell.member.full_name,
            back=page,
        )


def _of(model: Any, pk: str) -> Any:
    key = as_key(pk)
    return (db.session.get(model, key) if key is not None else None) or abort(404)
