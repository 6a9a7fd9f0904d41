"""Screens of monthly reports: the report of a month, the list of reports."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.core import bulk, clock, i18n, merging, months, seen, wanted
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import RuleBroken, plain_message
from app.core.export import attachment
from app.core.interface import AppInterface, as_key
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView, Page, button
from app.rollup import commands, page, queries, quick, workbook
from app.rollup.drawing import drawn, notes, side_by_side
from app.rollup.forms import Words
from app.rollup.models import MonthlyReport
from app.rollup.page import Shown
from app.rollup.rules import STEPS, ReportState
from app.units import checks
from app.units.asked import OfMonth
from app.units.models import Unit

add_labels(
    compiled_at=N_("Figures confirmed at"),
    compiled_by=N_("Figures confirmed by"),
    comments=N_("Shortcomings, requests"),
    tasks_next=N_("Tasks of the next month"),
)


class MonthlyReportPage(Page):
    screen = "MonthlyReports"
    route_base = "/monthly-report"
    default_view = "show"
    method_permission_name = {
        **dict.fromkeys(("show", "download"), "read"),
        "write": "edit",
        "submit": "submit",
    }

    @expose("/")
    @has_access
    def show(self) -> Any:
        """The report of a committee's month."""
        form, unit, month = _asked()
        return drawn(self, form, _shown(unit, month))

    @expose("/write", methods=["POST"])
    @has_access
    def write(self) -> Any:
        """Keep what is written; the second button confirms the figures, too."""
        form, unit, month = _asked(strict=True)
        words = Words(merging.picked())
        try:
            with transaction():
                _write(unit, month, words)
        except RuleBroken as error:
            # What was typed stays on the page.
            flash(error.message, "danger")
            return drawn(self, form, _shown(unit, month), words)
        except (StaleDataError, IntegrityError):
            return side_by_side(self, _shown(unit, month), words, _here(unit, month))
        flash(_("Saved"), "success")
        return redirect(_here(unit, month))

    @expose("/submit", methods=["POST"])
    @has_access
    def submit(self) -> Any:
        """Hand it to the level above; who lacks something is named first."""
        _form, unit, month = _asked(strict=True)
        here = _here(unit, month)
        try:
            with transaction():
                _submit(unit, month)
        except commands.Incomplete as lacking:
            return self.render_template(
                "rollup/lacking.html",
                title=_("The report is not complete"),
                subtitle=f"{unit.name} · {i18n.month(month)}",
                names=lacking.names,
                unit=unit,
                month=month,
                seen=request.form.get(seen.FIELD, ""),
                back=here,
            )
        except (RuleBroken, StaleDataError, IntegrityError) as error:
            flash(plain_message(error)[0], "danger")
        else:
            flash(_("Submitted. The figures are frozen, the month is closed."), "success")
        return redirect(here)

    @expose("/download")
    @has_access
    def download(self) -> Any:
        """The report as an .xlsx with its annex, every cell in it."""
        _form, unit, month = _asked(strict=True)
        found = _shown(unit, month, whole=True)
        heads = (_("6. Shortcomings, requests"), _("7. Tasks of the next month"))
        words = list(zip(heads, found.words, strict=True))
        data = workbook.build(found.table, found.parts, words, notes(found))
        title = _("Monthly report %(month)s", month=f"{month:%Y-%m}")
        return attachment(data, f"{title} {unit.code}")


def _write(unit: Unit, month: date, words: Words) -> None:
    """Raises ``StaleDataError`` when somebody else has saved since it was shown."""
    known, was = queries.report_of(unit.id, month), request.form.get("version", "")
    told = {"comments": words.comments.data or "", "tasks_next": words.tasks_next.data or ""}
    if merging.undecided() or (was and was != str(known.version if known else 0)):
        raise StaleDataError
    report = commands.report_for(unit, month, by=actor())
    commands.write(report, **told, by=actor())
    if "confirm" in request.form:
        commands.compile(report, by=actor())


def _submit(unit: Unit, month: date) -> None:
    """Raises ``RuleBroken`` when the report is not the one whose page was open."""
    known, was = queries.report_of(unit.id, month), request.form.get(seen.FIELD, "")
    if was and was != str(known.version if known else 0):
        raise RuleBroken(bulk.overtaken())
    report = commands.report_for(unit, month, by=actor())
    commands.submit(report, by=actor(), incomplete=request.form.get("anyway") == "1")


def _asked(*, strict: bool = False) -> tuple[OfMonth, Unit, date]:
    """The form, the unit and the month; without a word one's own unit and the last month.

    A month before the unit was founded is told beside the field; ``strict`` raises instead.
    """
    form = OfMonth.read(request.args)
    before = months.add(months.first_of(clock.today()), -1)
    month = wanted.month(form.month, before, strict=strict)
    form.unit.data = form.unit_or_own()
    try:
        checks.existed_in(form.unit.data, month)
    except RuleBroken as error:
        if strict:
            raise
        if "month" in request.args:
            form.month.errors = [*form.month.errors, error.message]
    return form, form.unit.data, month


def _shown(unit: Unit, month: date, *, whole: bool = False) -> Shown:
    known = as_key(request.args.get("revision", "")[:4])
    return page.shown(unit, month, revision=known, anew="now" in request.args, whole=whole)


def _here(unit: Unit, month: date) -> str:
    return url_for("MonthlyReportPage.show", unit=unit.id, month=f"{month:%Y-%m}")


class MonthlyReportView(AppView):
    """The reports that committees have begun."""

    screen = "MonthlyReports"
    route_base = "/monthly-reports"
    datamodel = AppInterface(MonthlyReport, eager=("unit",))
    quick_filters = quick.REPORTS
    list_title, show_title = _l("Monthly reports"), _l("Monthly report")
    list_columns = ["unit", "month", "state", "submitted_at", "submitted_by", "decided_at"]
    extra_columns = ["compiled_at", "compiled_by", "decided_by", "return_reason"]
    show_columns = [*list_columns, *extra_columns]
    order_columns = ["month", "submitted_at", "decided_at"]
    search_columns = ["unit", "month", "state", "submitted_at"]
    base_order = ("month", "desc")
    blank = (
        _l("No monthly report yet"),
        _l("A report appears here once its committee has begun it on its page."),
    )
    exclude_route_methods = {"add", "edit", "delete", "download"}

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Any:
        """The page of the report."""
        item = self.datamodel.get(pk) or abort(404)
        form = OfMonth(unit=item.unit, month=item.month)
        return drawn(self, form, _shown(item.unit, item.month))

    def possible_actions(self, item: MonthlyReport) -> dict[str, Any]:
        """The buttons that the state of ``item`` allows."""
        words = {"accept": ReportState.ACCEPTED, "return": ReportState.RETURNED}
        return {
            name: found
            for name, found in self.actions.items()
            if name not in words or words[name] in STEPS[item.state]
        }

    @button("accept", _l("Accept"), icon="check")
    def accept(self, items: Any) -> Any:
        return self.run(items, commands.accept)

    @button("return", _l("Return"), icon="arrow-back-up")
    def return_(self, items: Any) -> Any:
        return self.run(items, commands.return_, reason_for=_("What is to be mended?"))
