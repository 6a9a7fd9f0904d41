"""The page of watch lists, and the same as a file."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock, i18n, months, wanted
from app.core.acting import actor
from app.core.choosing import TermField
from app.core.errors import BadInput
from app.core.export import attachment, workbook
from app.core.fields import MonthField
from app.core.web import Page
from app.security.roles import sees_own_unit_only
from app.security.rules import RoleName
from app.units.asked import OfMonth
from app.units.models import Unit
from app.watch import words
from app.watch.lists import WatchList, watch_lists
from app.watch.rules import WatchKind
from app.watch.sheets import sheets

SHOWN = 200
"""So many lines of a list are shown on screen; the file holds them all."""


class Choice(OfMonth):
    """Of which unit and month, and which list alone."""

    month = MonthField(_l("At the end of month"))
    kind = TermField(_l("List"), terms=WatchKind, blank=True)


class WatchLists(Page):
    screen = "WatchLists"
    route_base = "/watch"
    default_view = "show"
    method_permission_name = {"show": "read", "download": "read"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """One section for each list: who, in which cell, why, and by which rule."""
        form, unit, month = self._asked()
        lists = watch_lists(unit.path, month, clock.today())
        chosen = form.kind.data
        return self.render_template(
            "watch/lists.html",
            title=_("Watch lists"),
            subtitle=f"{unit.name} · {i18n.month(month)}",
            form=form,
            unit=unit,
            chosen=chosen,
            counts=[(one.kind, len(one.entries)) for one in lists],
            lists=[one for one in lists if chosen in (None, one.kind)],
            several=not unit.is_cell,
            shown=SHOWN,
            words=words,
            day=min(months.last_of(month), clock.today()),
            earlier=months.add(month, -1),
            later=months.add(month, 1) if month < months.first_of(clock.today()) else None,
            file=url_for("WatchLists.download", **self._address(unit, month, chosen)),
        )

    @expose("/download")
    @has_access
    def download(self) -> Any:
        """The lists that are shown as an .xlsx, one sheet each."""
        form, unit, month = self._asked(strict=True)
        kinds = [form.kind.data] if form.kind.data else list(WatchKind)
        lists: Sequence[WatchList] = watch_lists(unit.path, month, clock.today(), kinds=kinds)
        day = min(months.last_of(month), clock.today())
        data = workbook(sheets(lists, day, by=actor().name))
        return attachment(data, f"{_('Watch lists')} {unit.code} {month:%Y-%m}")

    def _asked(self, *, strict: bool = False) -> tuple[Choice, Unit, date]:
        """The form, the unit and the month; without a word one's own unit and this month.

        Refuses a secretary who acts at no cell: the lists of a branch are the clerk's.
        """
        form, this = Choice.read(request.args), months.first_of(clock.today())
        unit = form.unit_or_own()
        own_only = sees_own_unit_only(RoleName[actor().role], self.screen)
        if own_only and not (unit.is_cell and unit.id == actor().unit_id):
            abort(403)
        if form.kind.errors and strict:
            raise BadInput(_("There is no filter of that name."))
        month = wanted.month(form.month, this, strict=strict)
        if not form.month.errors:
            form.month.data, form.month.raw_data = month, []
        if month > this:
            flash(_("Nobody can be watched ahead of time; you see this month."), "warning")
            month = form.month.data = this
            form.month.raw_data = []
        return form, unit, month

    @staticmethod
    def _address(unit: Unit, month: date, kind: WatchKind | None) -> dict[str, Any]:
        chosen = {"kind": kind.name} if kind else {}
        return {"unit": unit.id, "month": f"{month:%Y-%m}", **chosen}
