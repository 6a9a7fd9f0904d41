"""The summary table on screen and as a file."""

from datetime import date
from typing import Any

from flask import request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core import clock, i18n, months, wanted
from app.core.export import attachment
from app.core.web import Page
from app.reports import workbook
from app.reports.rules import NOT_HELD, Summary, add_up
from app.reports.summary import summary
from app.units.asked import OfMonth
from app.units.models import Unit

SHOWN = 300
"""So many cells are shown on screen; the file holds them all."""


class SummaryTable(Page):
    screen = "SummaryTable"
    route_base = "/summary"
    default_view = "show"
    method_permission_name = {"show": "read", "download": "read"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """The table as the file will have it, in fewer columns."""
        form, unit, month = self._asked()
        table = summary(unit, month, clock.wall())
        return self.render_template(
            "reports/summary.html",
            title=_("Summary table"),
            subtitle=f"{unit.name} · {i18n.month(month)}",
            form=form,
            unit=unit,
            month=month,
            table=table,
            groups=first(table),
            names=dict(table.scale),
            whole=add_up(table.lines),
            not_held=NOT_HELD,
            shown=SHOWN,
            earlier=months.add(month, -1),
            later=months.add(month, 1),
            file=url_for("SummaryTable.download", unit=unit.id, month=f"{month:%Y-%m}"),
        )

    @expose("/download")
    @has_access
    def download(self) -> Any:
        """The table as an .xlsx."""
        _form, unit, month = self._asked(strict=True)
        table = summary(unit, month, clock.wall())
        data = workbook.build(table, lambda message, **values: str(_(message, **values)))
        title = _("Summary table %(month)s", month=f"{month:%Y-%m}")
        return attachment(data, f"{title} {unit.code}")

    def _asked(self, *, strict: bool = False) -> tuple[OfMonth, Unit, date]:
        """The form, the unit and the month; without a word one's own unit and the last month."""
        form = OfMonth.read(request.args)
        before = months.add(months.first_of(clock.today()), -1)
        month = wanted.month(form.month, before, strict=strict)
        return form, form.unit_or_own(), month


def first(table: Summary) -> list[tuple[str, list[Any], Any]]:
    """The groups that fit on the screen: name, the lines to show, the sums of all its lines."""
    left, found = SHOWN, []
    for group in table.groups:
        if left <= 0:
            break
        found.append((group.name, list(group.lines[:left]), add_up(group.lines)))
        left -= len(group.lines)
    return found
