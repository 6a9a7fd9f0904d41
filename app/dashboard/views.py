"""The desks of the clerk, the secretary and the administrator."""

from typing import Any

from flask import abort, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core import clock, i18n, months, wanted
from app.core.acting import actor
from app.core.db import transaction
from app.core.interface import as_key
from app.core.web import Page
from app.dashboard import chase, duties, forms, housekeeping, lights, links
from app.evaluations import queries as evaluations
from app.notices import wording
from app.people.queries import secretaries
from app.periods.queries import times_late
from app.reminders import commands as reminders
from app.reminders.queries import last_of
from app.units.asked import OfMonth

DECIDING = ("approve", "verify", "make_official")
"""The rights of who is asked to decide about what was sent; others look at it."""


class Desk(Page):
    """A desk from which those who may see them reach the watch lists."""

    def watch(self) -> str:
        """Their address; "" for everybody else."""
        may = self.appbuilder.sm.has_access("can_read", "WatchLists")
        return links.to("WatchLists.show") if may else ""


class ChaseBoard(Desk):
    screen = "ChaseBoard"
    route_base = "/chase"
    default_view = "show"
    method_permission_name = {"show": "read", "remind": "remind"}

    @expose("/remind", methods=["POST"])
    @has_access
    def remind(self) -> Any:
        """Note who is reminded, and show the text to paste; scripts have copied it already."""
        form = OfMonth.read({"month": request.form.get("month", "")})
        month = wanted.month(form.month, forms.this_month())
        keys = {as_key(key) for key in request.form.getlist("unit")}
        every = chase.boards(month, clock.today(), path=actor().unit_path)
        rows = [one for one in lights.pressing(every) if one.cell.unit_id in keys]
        if not rows:
            abort(404)
        now, url = clock.wall(), request.url_root
        said = {one.cell.unit_path: chase.reminder([one], month, now, url) for one in rows}
        with transaction():
            reminders.note(said, month, by=actor())
        return self.render_template(
            "dashboard/reminded.html",
            title=_("Reminder"),
            subtitle=i18n.month(month),
            text=chase.reminder(rows, month, now, url),
            count=len(rows),
            back=url_for("ChaseBoard.show", month=f"{month:%Y-%m}"),
        )

    @expose("/")
    @has_access
    def show(self) -> Any:
        """One row per cell with its three lights; what is missing, and the text to remind with."""
        form = OfMonth.read(request.args)
        month, today = wanted.month(form.month, forms.this_month()), clock.today()
        path = form.unit.data.path if form.unit.data else ""
        every = chase.found_by(
            chase.boards(month, today, path=path), request.args.get("q", "")[:100]
        )
        chosen = next(
            (one for one in chase.FILTERS if one.name == request.args.get("missing", "")),
            chase.FILTERS[0],
        )
        year, soon = month.replace(month=1), lights.pressing(every)
        often = times_late([one.cell.unit_id for one in soon], year, month)
        every = chase.by_risk(every, often)
        kept = [one for one in every if chosen.keeps(one)]
        page = min(as_key(request.args.get("page", 0)) or 0, max(0, len(kept) - 1) // chase.PAGE)
        shown = kept[page * chase.PAGE : (page + 1) * chase.PAGE]
        pressing = lights.pressing(kept)
        keys, now = [one.cell.unit_id for one in shown], clock.wall()
        others = times_late([key for key in keys if key not in often], year, month)
        sm = self.appbuilder.sm
        return self.render_template(
            "dashboard/chase.html",
            title=_("Chase board"),
            subtitle=i18n.month(month),
            form=form,
            month=month,
            following=months.add(month, 1),
            earlier=months.add(month, -1),
            filters=chase.counted(every, chosen),
            chosen=chosen,
            rows=shown,
            count=len(kept),
            page=page,
            pages=-(-len(kept) // chase.PAGE),
            pressing=len(pressing),
            text=chase.reminder(pressing, month, now, request.url_root) if pressing else "",
            remindable=[one.cell.unit_id for one in pressing[: chase.MOST_IN_TEXT]],
            texts={
                one.cell.unit_id: chase.reminder([one], month, now, request.url_root)
                for one in lights.pressing(shown)
            },
            contacts=secretaries(actor().unit_path, today, unit_ids=keys),
            often_late=often | others,
            reminded=last_of(keys, month),
            may_remind=sm.has_access("can_remind", "ChaseBoard"),
            in_words=chase.in_words,
            link=links.to,
            one_committee=len({one.cell.parent_id for one in every}) == 1,
            may_register=sm.has_access("can_add", "Schedules"),
            may_review=sm.has_access("can_read", "Review"),
            may_decide=any(sm.has_access(f"can_{word}", "Review") for word in DECIDING),
            watch=self.watch(),
        )


class SecretaryDesk(Desk):
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
            cards=duties.duties(
                mine,
                today,
                scores=self.appbuilder.sm.has_access("can_submit", "Evaluations"),
                remarks=evaluations.remarks(
                    board.cell.meeting_id for board in mine if board.cell.meeting_id
                ),
            ),
            results=links.to("ResultView.list"),
            schedules=links.to("ScheduleView.list"),
            watch=self.watch(),
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
            job_names=wording.jobs(),
            **housekeeping.findings(actor().unit_path, clock.today(), clock.now()),
        )
