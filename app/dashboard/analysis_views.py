"""The analyst's desk and the pages behind its marks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core import export, i18n, months, wanted
from app.core.acting import actor
from app.core.db import db
from app.core.web import Page
from app.dashboard import analysis, charts, forms, links, sheets, tables, unit_charts
from app.dashboard.grounds import grounds
from app.dashboard.marks import Mark
from app.dashboard.numbers import Month, six
from app.dashboard.rules import WIDEST, Facts, span, total
from app.evaluations.queries import scale as scale_of_ratings
from app.meetings.queries import monthly_meeting
from app.units.asked import OfMonth
from app.units.models import Unit
from app.units.queries import line_above


class AnalystDesk(Page):
    """Trends of a branch, and the way from a mark to the cells behind it."""

    screen = "AnalystDesk"
    route_base = "/analysis"
    default_view = "show"
    method_permission_name = dict.fromkeys(
        ("show", "trends", "units", "heat", "table", "export"), "read"
    )

    @expose("/")
    @has_access
    def show(self) -> Any:
        """Six figures, participation and ratings by month, units by month."""
        form = forms.Period.read(request.args)
        view = _view(form)
        form.say_what_compares(of_whole_area=view.path == actor().unit_path)
        latest = analysis.latest(view, exactly=_says_month(form))
        month = latest.month
        speak, scale = analysis.tongue(), scale_of_ratings()
        parent = db.session.get(Unit, view.unit_id) or abort(404)
        children = [] if parent.is_cell else analysis.children(parent, month, latest.cells)
        return self.render_template(
            "dashboard/analysis.html",
            title=_("Analysis"),
            subtitle=_subtitle(parent, view),
            form=form,
            view=view,
            month=month,
            before=months.add(month, -1),
            six=six(_numbers(view, month, latest.facts, scale), speak),
            scale=scale,
            children=children,
            movers=analysis.movers(children),
            speak=speak,
            heat_rows=analysis.HEAT_ROWS,
            asked=_asked(view),
            trends=_comparing("AnalystDesk.trends", view, form),
            file=_comparing("AnalystDesk.export", view, form),
            summary=links.to("SummaryTable.show", unit=view.unit_id, month=f"{month:%Y-%m}"),
        )

    @expose("/trends")
    @has_access
    def trends(self) -> Any:
        """Participation and ratings by month with the rows of their tables, as JSON."""
        form = forms.Period.read(request.args)
        view = _view(form, strict=True)
        _cells, facts = analysis.known(view, form.compare.data)
        speak, scale = analysis.tongue(), scale_of_ratings()
        points = analysis.marks(view, facts)
        other, name = _compared(form.compare.data, view, facts)
        figure = charts.participation(points, speak, compared=other, compared_name=name)
        figure |= {"rows": tables.escaped(tables.participation(points, speak))}
        if name and not other:
            figure["note"] = _("%(what)s: nothing was reported.", what=name)
        return jsonify(
            participation=figure,
            ratings=charts.ratings(points, scale, speak)
            | {"rows": tables.escaped(tables.ratings(points, scale, speak))},
        )

    @expose("/units")
    @has_access
    def units(self) -> Any:
        """The units behind a mark: those below one unit, in one month."""
        form = OfMonth.read(request.args)
        unit = form.unit_or_own()
        month = wanted.month(form.month, forms.this_month())
        if unit.is_cell:
            found = monthly_meeting(unit.id, month)
            url = analysis.result_url(found)
            if url:
                return redirect(url)
        rows = analysis.children(unit, month)
        speak = analysis.tongue()
        points = [
            Mark(row.facts, row.url, month, row.unit.name, row.unit.short_name)
            for row in rows
            if row.facts.reported
        ]
        return self.render_template(
            "dashboard/units.html",
            title=unit.name,
            subtitle=i18n.month(month),
            file=url_for("AnalystDesk.export", unit=unit.id, last=f"{month:%m/%Y}", sheet="units"),
            crumbs=_crumbs(unit, month),
            form=form,
            unit=unit,
            month=month,
            rows=rows,
            whole=total(row.facts for row in rows),
            figure=unit_charts.by_unit(points[: analysis.HEAT_ROWS], speak),
            scale=scale_of_ratings(),
            speak=speak,
            earlier=months.add(month, -1),
            later=months.add(month, 1),
        )

    @expose("/export")
    @has_access
    def export(self) -> Any:
        """The figures of the desk as a workbook, or with ``?sheet=`` those of one chart."""
        form = forms.Period.read(request.args)
        view = _view(form, strict=True)
        parent = db.session.get(Unit, view.unit_id) or abort(404)
        asked, scale = request.args.get("sheet", ""), scale_of_ratings()
        if asked == "heat":
            found = sheets.heat(analysis.matrix(parent, view.span), view.span)
        else:
            cells, facts = analysis.known(view, form.compare.data)
            other, name = _compared(form.compare.data, view, facts)
            month = view.span[-1] if _says_month(form) else analysis.last_known(view.span, facts)
            rows = [] if parent.is_cell else analysis.children(parent, month, cells)
            parts = {
                "participation": sheets.participation(view, facts, compared=other, name=name),
                "ratings": sheets.ratings(view, facts, scale),
                "units": sheets.units(rows, month, scale),
            }
            found = [parts[asked]] if asked in parts else list(parts.values())
        title = f"{_('Analysis')} {view.span[-1]:%Y-%m} {parent.code}"
        return export.attachment(export.workbook(found), title)

    @expose("/heat")
    @has_access
    def heat(self) -> Any:
        """The heat map of units by month, as JSON."""
        view = _view(forms.Period.read(request.args), strict=True)
        parent = db.session.get(Unit, view.unit_id) or abort(404)
        return jsonify(analysis.heat(parent, view.span)[0])

    @expose("/table")
    @has_access
    def table(self) -> Any:
        """The heat map as a table, every unit in it."""
        view = _view(forms.Period.read(request.args))
        parent = db.session.get(Unit, view.unit_id) or abort(404)
        rows = analysis.matrix(parent, view.span)
        return self.render_template(
            "dashboard/table.html",
            title=_("Participation by unit and month"),
            subtitle=_subtitle(parent, view),
            rows=rows,
            view=view,
            paths={unit.id: view.url_of(unit.id) for unit, _line in rows},
            speak=analysis.tongue(),
            asked=_asked(view),
        )


def _view(form: forms.Period, *, strict: bool = False) -> analysis.View:
    """What the address asks to look at; without a word the whole area and 36 months.

    ``strict`` as in ``wanted.month``.
    """
    last = wanted.month(form.last, forms.this_month(), strict=strict)
    first = wanted.month(form.first, months.add(last, -35), strict=strict)
    if abs(months.distance(first, last)) >= WIDEST and not strict:
        flash(_("Only the last %(count)s of these months are shown.", count=WIDEST), "info")
    unit = form.unit.data
    path, key = (unit.path, unit.id) if unit else (actor().unit_path, actor().unit_id)
    return analysis.View(path, key, span(first, last))


def _numbers(view: analysis.View, month: date, facts: Mapping[date, Facts], scale: Any) -> Month:
    before = facts.get(months.add(month, -1), Facts())
    return Month(
        view.path,
        view.unit_id,
        month,
        facts.get(month, Facts()),
        before,
        grounds(view.path, month),
        scale,
        view.url(month),
    )


def _says_month(form: forms.Period) -> bool:
    """Whether the address says which month is the last: its figures are wanted, known or not."""
    return bool(request.args.get("last")) and not form.last.errors


def _compared(compare: str | None, view: analysis.View, facts: Any) -> tuple[list[Mark], str]:
    if compare == "year":
        before = analysis.year_before(view, facts)
        return before if any(mark.facts.reported for mark in before) else [], _("A year before")
    if compare == "area" and view.path != actor().unit_path:
        area = analysis.View(actor().unit_path, actor().unit_id, view.span)
        facts = analysis.by_month(area, analysis.cells_of(area))
        return analysis.marks(area, facts), actor().unit_name
    return [], ""


def _subtitle(unit: Unit, view: analysis.View) -> str:
    text = _(
        "%(unit)s, %(first)s to %(last)s",
        unit=unit.name,
        first=f"{view.span[0]:%m/%Y}",
        last=f"{view.span[-1]:%m/%Y}",
    )
    return str(text)


def _asked(view: analysis.View) -> str:
    return f"unit={view.unit_id}&first={view.span[0]:%m/%Y}&last={view.span[-1]:%m/%Y}"


def _comparing(page: str, view: analysis.View, form: forms.Period) -> str:
    """The address of a page or file that shows the comparison, too."""
    compare = f"&compare={form.compare.data}" if form.compare.data in {"year", "area"} else ""
    return f"{url_for(page)}?{_asked(view)}{compare}"


def _crumbs(unit: Unit, month: Any) -> list[tuple[str, str]]:
    """The way up within the area, each step with the same month."""
    desk = [(_("Analysis"), url_for("AnalystDesk.show"))]
    above = [row for row in line_above(unit.path) if row.path.startswith(actor().unit_path)]
    steps = [
        (row.short_name, url_for("AnalystDesk.units", unit=row.id, month=f"{month:%Y-%m}"))
        for row in above
    ]
    return desk + steps
