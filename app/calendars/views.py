"""The calendar of a branch, as a month and as a list."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import request
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.calendars import agenda, forms, queries
from app.calendars.queries import Asked
from app.calendars.rules import DAY_MOST, LOOKS, PAGE, Layout, around, sensible, within
from app.core import clock, months, wanted
from app.core.acting import actor
from app.core.interface import as_key
from app.core.text import fold
from app.core.web import Page
from app.meetings.commands import MONTHS_AHEAD

WEEKDAYS = (
    (_l("Monday"), _l("Mo")),
    (_l("Tuesday"), _l("Tu")),
    (_l("Wednesday"), _l("We")),
    (_l("Thursday"), _l("Th")),
    (_l("Friday"), _l("Fr")),
    (_l("Saturday"), _l("Sa")),
    (_l("Sunday"), _l("Su")),
)


class CalendarView(Page):
    """Meetings of a month by their day."""

    screen = "Calendar"
    route_base = "/calendar"
    default_view = "show"
    method_permission_name = {"show": "read"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """One month: its days, or its meetings as a list."""
        form = forms.Filters.read(request.args)
        today = clock.today()
        month = wanted.month(form.month, months.first_of(today))
        layout = Layout.LIST if request.args.get("view") == "list" else Layout.MONTH
        low, high = around(month) if layout is Layout.MONTH else within(month)
        attended = queries.attended(low, high)
        asked, twice = _asked(form, month, attended)
        states = queries.states(asked)
        shown = self._month(month, today, asked) if layout is Layout.MONTH else _list(month, asked)
        may_add = self.appbuilder.sm.has_access("can_add", "Schedules")
        return self.render_template(
            "calendars/calendar.html",
            title=_("Calendar"),
            subtitle=actor().unit_name,
            form=form,
            month=month,
            today=today,
            layout=layout,
            earlier=months.add(month, -1),
            later=months.add(month, 1),
            this_month=months.first_of(today),
            states=states,
            total=sum(states.values()),
            twice=twice,
            most_pairs=agenda.PAIRS,
            only_clashes=bool(request.args.get("clash")),
            names=agenda.names(attended),
            looks=LOOKS,
            weekdays=WEEKDAYS,
            narrowed=_narrowed(form),
            may_add=may_add,
            may_subscribe=self.appbuilder.sm.has_access("can_read", "CalendarFeed"),
            add_until=months.add(months.first_of(today), MONTHS_AHEAD + 1),
            unit_of_new=form.unit.data.id if form.unit.data and form.unit.data.is_cell else None,
            **shown,
        )

    def _month(self, month: date, today: date, asked: Asked) -> dict[str, Any]:
        """The grid, and the meetings of the day that is open."""
        rows = agenda.grid(month, asked)
        asked_for = _day(request.args.get("day", ""))
        inside = [day for week in rows for day in week if not day.outside]
        first = next((day.on for day in inside if day.count), month)
        here = today if months.first_of(today) == month else first
        chosen = asked_for or here
        return {
            "weeks": rows,
            "wide": len({row.parent_name for day in inside for row in day.meetings}) > 1,
            "chosen": chosen,
            "opened": asked_for is not None,
            "day_rows": agenda.of_day(chosen, asked),
            "day_most": DAY_MOST,
        }


def _list(month: date, asked: Asked) -> dict[str, Any]:
    page = min(as_key(request.args.get("page", 0)) or 0, 5_000)
    return {"days": agenda.by_day(month, asked, page), "page": page, "page_size": PAGE}


def _asked(form: forms.Filters, month: date, attended: Any) -> tuple[Asked, agenda.Twice]:
    """What the address looks for in a month, and the clashes among it."""
    low, high = within(month)
    path = form.unit.data.path if form.unit.data else ""
    name = fold(form.superior.data or "")
    twice = agenda.twice(attended, path, name)
    asked = Asked(low, high, path, form.q.data or "", state=form.state.data)
    if name:
        asked = replace(asked, superiors=agenda.texts_of(attended, name))
    if request.args.get("clash"):
        asked = replace(asked, ids=twice.ids)
    return asked, twice


def _narrowed(form: forms.Filters) -> list[tuple[str, str, str]]:
    """The filters that hold, as (argument, what it is called, what was chosen)."""
    chosen = (
        ("q", form.q.data),
        ("unit", form.unit.data),
        ("superior", form.superior.data),
        ("state", _(form.state.data.value) if form.state.data else ""),
    )
    return [(name, str(form[name].label.text), str(value)) for name, value in chosen if value]


def _day(given: str) -> date | None:
    """The day of an address, or ``None`` when it names none."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if sensible(day) else None
