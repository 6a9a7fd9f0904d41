"""Screens of opened months, obligations and extensions."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.actions import action
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock, i18n, months
from app.core.acting import actor
from app.core.db import db, transaction
from app.core.errors import RuleBroken
from app.core.interface import AppInterface, as_key
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView, Page
from app.periods import commands, quick
from app.periods.forms import OpenForm
from app.periods.models import Extension, Obligation, Period
from app.units.models import Unit

add_labels(
    opened_at=N_("Opened at"),
    opened_by=N_("Opened by"),
    touched_at=N_("Last brought up to date"),
    touched_by=N_("Brought up to date by"),
    added=N_("Added"),
    changed=N_("Changed"),
    withdrawn=N_("Withdrawn"),
    late_after=N_("Late after"),
    counts_from=N_("Counted from"),
    days_late=N_("Days late"),
    late_days=N_("Days late when done"),
    done_at=N_("Done at"),
    why=N_("Why"),
    obligation=N_("Obligation"),
    until=N_("More time until"),
    due_before=N_("Last day before"),
    granted_at=N_("Given at"),
    granted_by=N_("Given by"),
)


class PeriodView(AppView):
    """Months that committees have opened."""

    screen = "Periods"
    route_base = "/periods"
    datamodel = AppInterface(Period, eager=("unit",))
    list_title, show_title = _l("Opened months"), _l("Opened month")
    list_columns = ["month", "unit", "opened_at", "opened_by", "touched_at"]
    list_columns += ["added", "changed", "withdrawn"]
    show_columns = [*list_columns, "touched_by"]
    order_columns = ["month", "opened_at", "touched_at"]
    search_columns = ["unit", "month"]
    base_order = ("month", "desc")
    blank = (
        _l("No month is open yet"),
        _l("The administrator or the duty clerk opens one; every night this is done by itself."),
    )
    exclude_route_methods = {"add", "edit", "delete", "download"}


class ObligationView(AppView):
    """What each unit's months ask, and how it stands."""

    screen = "Obligations"
    route_base = "/obligations"
    datamodel = AppInterface(Obligation, eager=("unit", "rule"))
    quick_filters = quick.OBLIGATIONS
    extra_columns = ["done_at", "late_after", "counts_from", "late_days"]
    list_title, show_title = _l("Obligations"), _l("Obligation")
    list_columns = ["unit", "month", "stage", "due_on", "standing", "days_late", "why"]
    show_columns = [*list_columns, "counts_from", "late_after", "done_at", "late_days"]
    order_columns = ["month", "stage", "due_on", "done_at", "late_days"]
    search_columns = ["unit", "month", "stage", "state", "due_on", "late_days"]
    base_order = ("due_on", "desc")
    label_columns = {"due_on": _l("Last day"), "standing": _l("How it stands")}
    blank = (
        _l("Nothing is owed yet"),
        _l("What each unit owes appears here as soon as its month is opened."),
    )
    exclude_route_methods = {"add", "edit", "delete", "download"}

    @action("extend", _l("Give more time"), icon="calendar-plus", multiple=False)
    def extend(self, items: Any) -> Any:
        """The form that gives a unit more time for this."""
        row = items[0] if isinstance(items, list) else items
        return redirect(url_for("ExtensionView.add", obligation=row.id))


class ExtensionView(AppView):
    """More time that superiors gave."""

    screen = "Extensions"
    route_base = "/extensions"
    datamodel = AppInterface(Extension, eager=("unit", "obligation.unit"))
    list_title, show_title = _l("More time given"), _l("More time")
    add_title = _l("Give more time")
    list_columns = ["unit", "month", "stage", "due_before", "until", "reason"]
    list_columns += ["granted_at", "granted_by"]
    show_columns = list_columns
    order_columns = ["month", "until", "granted_at"]
    search_columns = ["unit", "month", "stage", "until"]
    add_columns = ["obligation", "until", "reason"]
    description_columns = {
        "obligation": _l("What the unit still owes, such as the result of a month."),
        "until": _l("The new last day; what is done by then is in time."),
        "reason": _l("The unit reads it, and whoever asks later why it was not late."),
    }
    base_order = ("granted_at", "desc")
    blank = (
        _l("No more time has been given"),
        _l("A superior gives it in the list of obligations, by “Give more time”."),
    )
    exclude_route_methods = {"edit", "delete", "download"}
    create = staticmethod(commands.give_time)

    def prefill_new(self, form: Any) -> None:
        """What the address names, with three days more."""
        key = as_key(request.args.get("obligation", ""))
        owed = db.session.get(Obligation, key) if key is not None else None
        if owed is not None:
            form.obligation.data = owed
            form.until.data = max(owed.due_on, clock.today()) + timedelta(days=3)


class OpenMonth(Page):
    screen = "OpenMonth"
    route_base = "/open-month"
    default_view = "show"
    method_permission_name = {"show": "read", "go": "open"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """Which month, and what opening it would add, change and withdraw."""
        form = OpenForm(request.args, meta={"csrf": False})
        if not form.unit.data and not form.unit.errors:
            form.unit.data = db.session.get(Unit, actor().unit_id)
        if not form.month.data and "month" not in request.args:
            form.month.data = months.add(months.first_of(clock.today()), 1)
        return self._page(form, asked="month" in request.args)

    @expose("/go", methods=["POST"])
    @has_access
    def go(self) -> Any:
        """Open it."""
        form = OpenForm()
        if not form.validate():
            return self._page(form, asked=False)
        try:
            with transaction():
                done = commands.open_month(form.unit.data, form.month.data, by=actor()).total
        except RuleBroken as error:
            return self._page(_told(form, error), asked=False)
        flash(
            _(
                "%(month)s is open: %(added)s added, %(changed)s changed, %(withdrawn)s withdrawn.",
                month=i18n.month(form.month.data),
                added=i18n.number(done.added),
                changed=i18n.number(done.changed),
                withdrawn=i18n.number(done.withdrawn),
            ),
            "success",
        )
        return redirect(url_for("PeriodView.list"))

    def _page(self, form: OpenForm, *, asked: bool) -> Any:
        found = None
        if asked and form.validate():
            try:
                found = commands.would_open(form.unit.data, form.month.data, by=actor())
            except RuleBroken as error:
                _told(form, error)
        return self.render_template(
            "periods/open.html",
            title=_("Open a month"),
            subtitle=actor().unit_name,
            form=form,
            found=found,
            may_open=self.appbuilder.sm.has_access("can_open", "OpenMonth"),
        )


def _told(form: OpenForm, error: RuleBroken) -> OpenForm:
    field = form.unit if error.field == "unit" else form.month
    field.errors = [*field.errors, error.message]
    return form
