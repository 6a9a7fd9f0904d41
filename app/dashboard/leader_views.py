"""The leader's page."""

from typing import Any

from flask import request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core import clock, i18n, months, wanted
from app.core.web import Page
from app.dashboard import analysis, charts, forms, leader, tables
from app.dashboard.marks import Tongue
from app.dashboard.numbers import Month, six
from app.dashboard.rules import Facts
from app.units.asked import OfMonth
from app.units.models import Unit


class LeaderPage(Page):
    """Six numbers, three charts and ten names: one sheet of paper."""

    screen = "LeaderPage"
    route_base = "/leader"
    default_view = "show"
    method_permission_name = {"show": "read"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """The page of one unit and month."""
        form, this = OfMonth.read(request.args), forms.this_month()
        unit = form.unit_or_own()
        given = form.month.data or form.month.errors
        of = leader.sheet(unit, wanted.month(form.month, this) if given else None, this)
        if not form.month.errors:
            form.month.data, form.month.raw_data = of.month, []
        return self.render_template(
            "dashboard/leader.html",
            title=_("Leader's page"),
            subtitle=f"{unit.name} · {i18n.month(of.month)}",
            form=form,
            unit=unit,
            month=of.month,
            running=leader.running(of, this),
            earlier=_to(unit, months.add(of.month, -1)),
            later=_to(unit, months.add(of.month, 1)) if of.month < this else "",
            to=_to,
            **_parts(of, analysis.tongue()),
        )


def _parts(of: leader.Sheet, speak: Tongue) -> dict[str, Any]:
    """Numbers, figures with their tables, names."""
    points = analysis.marks(of.view, of.whole)
    heat, units = leader.heat(of, speak)
    return {
        "six": six(_numbers(of), speak),
        "trend": charts.participation(points, speak, mean=False),
        "trend_rows": tables.participation(points, speak),
        "ratings": charts.ratings(points, of.scale, speak),
        "ratings_rows": tables.ratings(points, of.scale, speak),
        "heat": heat,
        "heat_rows": min(units, leader.HEAT_ROWS),
        "names": leader.names(of, speak, clock.today()),
        "scale": of.scale,
        "speak": speak,
        "whole": of.whole[of.month],
        "asked": f"unit={of.unit.id}&first={of.span[0]:%m/%Y}&last={of.month:%m/%Y}",
    }


def _numbers(of: leader.Sheet) -> Month:
    whole = of.whole
    return Month(
        of.unit.path,
        of.unit.id,
        of.month,
        whole[of.month],
        whole.get(months.add(of.month, -1), Facts()),
        of.grounds,
        of.scale,
        of.view.url(of.month),
    )


def _to(unit: Unit, month: Any) -> str:
    return url_for("LeaderPage.show", unit=unit.id, month=f"{month:%Y-%m}")
