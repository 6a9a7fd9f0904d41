"""The desks on which the roles land: analysis, chase board, the secretary's and the admin's."""

from typing import Any

from flask import abort, jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core import clock, export, i18n, months
from app.core.acting import actor
from app.core.db import db
from app.core.interface import as_key
from app.core.web import Page
from app.dashboard import (
    analysis,
    charts,
    chase,
    duties,
    forms,
    housekeeping,
    links,
    queries,
    tables,
)
from app.dashboard.rules import span, total
from app.people.queries import secretaries
from app.units.models import Unit
from app.units.queries import line_above


class AnalystDesk(Page):
    screen = "AnalystDesk"
    route_base = "/analysis"
    default_view = "show"
    method_permission_name = dict.fromkeys(("show", "units", "heat", "table", "export"), "read")

    @expose("/")
    @has_access
    def show(self) -> Any:
        """Six figures, participation and ratings by month, units by month."""
        form = forms.read(forms.Period, request.args)
        view = _view(form)
        compare = form.compare.data or ""
        facts = analysis.by_month(view, years_back=compare == "year")
        month = _month_of_figures(form, view, facts)
        speak, scale = analysis.tongue(), queries.scale()
        points = analysis.marks(view, facts)
        other, other_name = _compared(compare, view, facts)
        parent = db.session.get(Unit, view.unit_id)
        return self.render_template(
            "dashboard/analysis.html",
            title=_("Analysis"),
            subtitle=_subtitle(parent, view),
            form=form,
            view=view,
            month=month,
            six=analysis.six(view, month, facts),
            trend=charts.participation(points, speak, compared=other, compared_name=other_name),
            trend_rows=tables.participation(points, speak),
            ratings=charts.ratings(points, scale, speak),
            ratings_rows=tables.ratings(points, scale, speak),
            scale=scale,
            children=analysis.children(parent, month) if parent and not parent.is_cell else [],
            speak=speak,
            heat_rows=analysis.HEAT_ROWS,
            asked=_asked(view),
            summary=links.to("SummaryTable.show", unit=view.unit_id, month=f"{month:%Y-%m}"),
        )

    @expose("/units")
    @has_access
    def units(self) -> Any:
        """The units behind a mark: those below one unit, in one month."""
        form = forms.read(forms.Months, request.args)
        unit = form.unit.data or _own_unit()
        month = forms.chosen_month(form.month, forms.this_month())
        if unit.is_cell:
            found = queries.meeting_of(unit.id, month)
            url = analysis.result_url(found)
            if url:
                return redirect(url)
        rows = analysis.children(unit, month)
        speak = analysis.tongue()
        points = [
            charts.Mark(row.facts, row.url, month, row.unit.name, row.unit.short_name)
            for row in rows
            if row.facts.reported
        ]
        return self.render_template(
            "dashboard/units.html",
            title=unit.name,
            subtitle=i18n.month(month),
            crumbs=_crumbs(unit, month),
            form=form,
            unit=unit,
            month=month,
            rows=rows,
            whole=total(row.facts for row in rows),
            figure=charts.by_unit(points[: analysis.HEAT_ROWS], speak),
            scale=queries.scale(),
            speak=speak,
            earlier=months.add(month, -1),
            later=months.add(month, 1),
        )

    @expose("/export")
    @has_access
    def export(self) -> Any:
        """The figures of the desk as a workbook."""
        form = forms.read(forms.Period, request.args)
        view = _view(form)
        facts = analysis.by_month(view)
        month = _month_of_figures(form, view, facts)
        parent = db.session.get(Unit, view.unit_id) or abort(404)
        rows = [] if parent.is_cell else analysis.children(parent, month)
        data = export.workbook(tables.sheets(view, month, facts, rows))
        return export.attachment(data, f"{_('Analysis')} {month:%Y-%m} {parent.code}")

    @expose("/heat")
    @has_access
    def heat(self) -> Any:
        """The heat map of units by month, as JSON."""
        view = _view(forms.read(forms.Period, request.args))
        parent = db.session.get(Unit, view.unit_id) or abort(404)
        return jsonify(analysis.heat(parent, view.span)[0])

    @expose("/table")
    @has_access
    def table(self) -> Any:
        """The heat map as a table, every unit in it."""
        view = _view(forms.read(forms.Period, request.args))
        parent = db.session.get(Unit, view.unit_id) or abort(404)
        return self.render_template(
            "dashboard/table.html",
            title=_("Participation by unit and month"),
            subtitle=_subtitle(parent, view),
            rows=analysis.matrix(parent, view.span),
            view=view,
            speak=analysis.tongue(),
            asked=_asked(view),
        )


class ChaseBoard(Page):
    screen = "ChaseBoard"
    route_base = "/chase"
    default_view = "show"
    method_permission_name = {"show": "read"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """One row per cell with its three lights; what is missing, and the text to remind with."""
        form = forms.read(forms.Months, request.args)
        month, today = forms.chosen_month(form.month, forms.this_month()), clock.today()
        path = form.unit.data.path if form.unit.data else ""
        every = chase.found_by(
            chase.boards(month, today, path=path), request.args.get("q", "")[:100]
        )
        chosen = next(
            (one for one in chase.FILTERS if one.name == request.args.get("missing", "")),
            chase.FILTERS[0],
        )
        kept = [one for one in every if chosen.keeps(one)]
        page = min(as_key(request.args.get("page", 0)) or 0, max(0, len(kept) - 1) // chase.PAGE)
        shown = kept[page * chase.PAGE : (page + 1) * chase.PAGE]
        late = [one for one in kept if any(light.late for light in one.owed)]
        sm = self.appbuilder.sm
        return self.render_template(
            "dashboard/chase.html",
            title=_("Chase board"),
            subtitle=i18n.month(month),
            form=form,
            month=month,
            following=months.add(month, 1),
            earlier=months.add(month, -1),
            filters=[(one, sum(map(one.keeps, every))) for one in chase.FILTERS],
            chosen=chosen,
            rows=shown,
            count=len(kept),
            page=page,
            pages=-(-len(kept) // chase.PAGE),
            late=len(late),
            text=chase.reminder(late, month, clock.wall(), request.url_root) if late else "",
            contacts=secretaries(
                actor().unit_path, today, unit_ids=[one.cell.unit_id for one in shown]
            ),
            in_words=chase.in_words,
            link=links.to,
            one_committee=len({one.cell.parent_id for one in every}) == 1,
            may_register=sm.has_access("can_add", "Schedules"),
            may_review=sm.has_access("can_approve", "Results"),
        )


class SecretaryDesk(Page):
    screen = "SecretaryDesk"
    route_base = "/desk"
    default_view = "show"
    method_permission_name = {"show": "read"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """One card for each thing that the cell owes, in time order."""
        today = clock.today()
        this = months.first_of(today)
        mine = [
            board
            for month in (months.add(this, -1), this)
            for board in chase.boards(month, today, path=actor().unit_path)
            if board.cell.unit_id == actor().unit_id
        ]
        return self.render_template(
            "dashboard/secretary.html",
            title=_("What is to be done"),
            subtitle=actor().unit_name,
            cards=duties.duties(mine, today),
            results=links.to("ResultView.list"),
            schedules=links.to("ScheduleView.list"),
        )


class AdminDesk(Page):
    screen = "AdminDesk"
    route_base = "/care"
    default_view = "show"
    method_permission_name = {"show": "read"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """What needs a hand in the branch."""
        return self.render_template(
            "dashboard/admin.html",
            title=_("What needs a hand"),
            subtitle=actor().unit_name,
            link=links.to,
            **housekeeping.findings(actor().unit_path, clock.today()),
        )


def _own_unit() -> Unit:
    return db.session.get(Unit, actor().unit_id) or abort(404)


def _view(form: forms.Period) -> analysis.View:
    """What the address asks to look at; without a word the whole area and 36 months."""
    last = forms.chosen_month(form.last, forms.this_month())
    first = forms.chosen_month(form.first, months.add(last, -35))
    unit = form.unit.data
    path, key = (unit.path, unit.id) if unit else (actor().unit_path, actor().unit_id)
    return analysis.View(path, key, span(first, last))


def _month_of_figures(form: forms.Period, view: analysis.View, facts: Any) -> Any:
    """The last month asked for; unless asked, the last one of which something is known."""
    if request.args.get("last") and not form.last.errors:
        return view.span[-1]
    known = [month for month in view.span if facts[month].reported]
    return known[-1] if known else view.span[-1]


def _compared(compare: str, view: analysis.View, facts: Any) -> tuple[list[charts.Mark], str]:
    if compare == "year":
        return analysis.year_before(view, facts), _("A year before")
    if compare == "area" and view.path != actor().unit_path:
        area = analysis.View(actor().unit_path, actor().unit_id, view.span)
        return analysis.marks(area, analysis.by_month(area)), actor().unit_name
    return [], ""


def _subtitle(unit: Unit | None, view: analysis.View) -> str:
    text = _(
        "%(unit)s, %(first)s to %(last)s",
        unit=unit.name if unit else "",
        first=f"{view.span[0]:%m/%Y}",
        last=f"{view.span[-1]:%m/%Y}",
    )
    return str(text)


def _asked(view: analysis.View) -> str:
    return f"unit={view.unit_id}&first={view.span[0]:%m/%Y}&last={view.span[-1]:%m/%Y}"


def _crumbs(unit: Unit, month: Any) -> list[tuple[str, str]]:
    """The way up within the area, each step with the same month."""
    desk = [(_("Analysis"), url_for("AnalystDesk.show"))]
    above = [row for row in line_above(unit.path) if row.path.startswith(actor().unit_path)]
    steps = [
        (row.short_name, url_for("AnalystDesk.units", unit=row.id, month=f"{month:%Y-%m}"))
        for row in above
    ]
    return desk + steps
