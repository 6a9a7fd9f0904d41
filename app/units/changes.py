"""Pages of dated changes: each asks for the new state and the decision, and runs a command."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.acting import actor
from app.core.asking import FormPage, sent
from app.units import commands, queries
from app.units.asked import unit_or_404
from app.units.forms import (
    DecisionForm,
    MoveForm,
    NamesForm,
    ReclassifyForm,
    RenameForm,
)
from app.units.models import Unit

BOTH = ["GET", "POST"]


class UnitChangeView(FormPage):
    """What may become of a unit."""

    screen = "Units"
    route_base = "/units"
    method_permission_name = {
        "rename": "rename",
        "reclassify": "rename",
        "move": "move",
        "cease": "cease",
        "names": "edit",
    }

    @expose("/rename/<pk>", methods=BOTH)
    @has_access
    def rename(self, pk: str) -> Any:
        """Other names from a day on."""
        unit = unit_or_404(pk)
        form = RenameForm(obj=unit)
        return self._change(
            unit,
            form,
            lambda: commands.rename(
                unit, form.name.data, form.short_name.data, form.decision(), by=actor()
            ),
            title=_("Rename"),
            intro=_("Reports of the time before keep the old names."),
        )

    @expose("/reclassify/<pk>", methods=BOTH)
    @has_access
    def reclassify(self, pk: str) -> Any:
        """Another kind or type from a day on."""
        unit = unit_or_404(pk)
        form = ReclassifyForm(obj=unit)
        return self._change(
            unit,
            form,
            lambda: commands.reclassify(
                unit, sent(form.kind), form.cell_type.data, form.decision(), by=actor()
            ),
            title=_("Change the kind"),
            intro=_("Reports of the time before keep the old kind."),
        )

    @expose("/move/<pk>", methods=BOTH)
    @has_access
    def move(self, pk: str) -> Any:
        """Another superior, with all that hangs on the unit."""
        unit = unit_or_404(pk)
        form = MoveForm()
        units, cells = queries.units_within(unit.path)
        return self._change(
            unit,
            form,
            lambda: commands.move(unit, form.parent.data, form.decision(), by=actor()),
            title=_("Hand over to another superior"),
            intro=_(
                "%(units)s units go over together, among them %(cells)s cells, with their members,"
                " meetings and accounts. The present superior no longer sees them.",
                units=units,
                cells=cells,
            ),
        )

    @expose("/cease/<pk>", methods=BOTH)
    @has_access
    def cease(self, pk: str) -> Any:
        """The end of the unit's work."""
        unit = unit_or_404(pk)
        form = DecisionForm()
        return self._change(
            unit,
            form,
            lambda: commands.cease(unit, form.decision(), by=actor()),
            title=_("End its work"),
            intro=_(
                "The unit leaves the tree and its accounts can no longer act for it. What it did"
                " before stays. Let its members go over to other cells first."
            ),
        )

    @expose("/names/<pk>", methods=BOTH)
    @has_access
    def names(self, pk: str) -> Any:
        """Names of members, or heads only."""
        unit = unit_or_404(pk)
        form = NamesForm(obj=unit)
        units, _cells = queries.units_within(unit.path)
        return self._change(
            unit,
            form,
            lambda: commands.set_names_kept(unit, form.names_kept.data, by=actor()),
            title=_("Names or head-counts"),
            intro=ngettext(
                "Without names a cell reports attendance by numbers only. This is set for"
                " %(num)s unit.",
                "Without names a cell reports attendance by numbers only. This is set for"
                " %(num)s units.",
                units,
            ),
        )

    def _change(
        self, unit: Unit, form: Any, command: Callable[[], Any], *, title: str, intro: str
    ) -> Any:
        page = url_for("UnitView.show", pk=unit.id)
        return self.ask(
            form,
            command,
            done=lambda: page,
            title=title,
            subtitle=unit.name,
            crumbs=[(_("Units"), url_for("UnitView.list")), (unit.name, page)],
            intro=intro,
            back=page,
        )
