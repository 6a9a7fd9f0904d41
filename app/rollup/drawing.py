"""How the page of a report is drawn, whichever screen it is asked of."""

from typing import Any

from flask import current_app, request
from flask_babel import gettext as _

from app.core import clock, i18n, merging, months
from app.core.acting import actor
from app.reports.views import first
from app.rollup import queries
from app.rollup.forms import Words
from app.rollup.models import MonthlyReport
from app.rollup.page import Shown
from app.units.asked import OfMonth
from app.units.rules import is_within

NAMES_SHOWN = 60
"""So many of those that lack something are named on the screen."""
_WORDS = ("comments", "tasks_next")


def drawn(view: Any, form: OfMonth, found: Shown, typed: Words | None = None) -> Any:
    """The page of a report, whichever screen it is asked of."""
    unit, month, may = found.unit, found.month, view.appbuilder.sm.has_access
    words = typed or Words(formdata=None, data=dict(zip(_WORDS, found.words, strict=True)))
    below = queries.below(unit, month)
    # An earlier revision, too, is shown as it was.
    open_ = found.snapshot is None and not found.handed and not unit.is_cell
    # Without a row there was no such unit, and nothing is reported of it.
    open_ = open_ and bool(found.rows)
    may_submit = open_ and may("can_submit", view.screen) and month < months.first_of(clock.today())
    too_late = may_submit and queries.closed_above(unit, month)
    return view.render_template(
        "rollup/report.html",
        title=_("Monthly report"),
        subtitle=f"{unit.name} · {i18n.month(month)}",
        form=form,
        words=words,
        was=merging.opened(merging.base_of() or _stored(found)),
        found=found,
        notes=notes(found),
        groups=first(found.table),
        names=dict(found.table.scale),
        missing=found.lacking,
        most=NAMES_SHOWN,
        below=below,
        below_done=sum(one.submitted_at is not None for one in below),
        amended=queries.amendments(unit, month) if found.handed else [],
        may_write=may("can_edit", view.screen) and open_,
        may_submit=may_submit and not too_late,
        too_late=too_late,
        decide=_decide(found),
        deeds=_deeds(found),
        anew="now" in request.args,
        earlier=months.add(month, -1),
        later=months.add(month, 1),
    )


def side_by_side(view: Any, found: Shown, typed: Words, back: str) -> Any:
    """What was typed beside what somebody else has saved meanwhile, a choice for each text."""
    base, mine, theirs = merging.base_asked(), merging.texts(typed), _stored(found)
    labels = {name: str(typed[name].label.text) for name in mine}
    sides = merging.differing(labels, base, theirs, mine, _as_written)
    row = found.report or found.unit
    more = {"confirm": "1"} if "confirm" in request.form else {}
    more["version"] = str(found.version)
    return view.render_template(
        "core/clash_page.html",
        title=_("Monthly report"),
        subtitle=f"{found.unit.name} · {i18n.month(found.month)}",
        choice=merging.page(sides, row, mine, theirs, base, back=back, **more),
    )


def _as_written(_name: str, text: str) -> str:
    return text


def _stored(found: Shown) -> dict[str, str]:
    """The texts as a browser would send them back."""
    return {
        name: text.replace("\r\n", "\n") for name, text in zip(_WORDS, found.words, strict=True)
    }


def notes(found: Shown) -> list[str]:
    """What stands below the figures: how complete, as of when, by which versions."""
    when = i18n.datetime_vi(found.table.as_of)
    said = [found.complete]
    if found.snapshot is not None:
        said.append(
            _(
                "Figures frozen at %(when)s, revision %(number)s.",
                when=when,
                number=found.snapshot.revision,
            )
        )
    else:
        said.append(_("Figures as of %(when)s.", when=when))
    said.append(_("Rates of several cells are weighted: all present over all due."))
    if found.table.policies:
        said.append(
            _("Attendance counted by: %(policies)s.", policies="; ".join(found.table.policies))
        )
    if found.criteria:
        said.append(_("Scored by: %(sets)s.", sets="; ".join(found.criteria)))
    return said


def _decide(found: Shown) -> MonthlyReport | None:
    """The report, when it is who acts that decides about it."""
    report, by = found.report, actor()
    if report is None or report.unit_id == by.unit_id:
        return None
    return report if is_within(report.unit_path, by.unit_path) else None


def _deeds(found: Shown) -> dict[str, Any]:
    """The buttons of who decides about the report, beside the figures that he decides about."""
    report = _decide(found)
    # What is decided are the figures frozen last, not earlier or amended ones.
    if report is None or (found.snapshots and found.snapshot is not found.snapshots[0]):
        return {}
    appbuilder = current_app.extensions["appbuilder"]
    view = next(one for one in appbuilder.baseviews if one.endpoint == "MonthlyReportView")
    return {
        name: one
        for name, one in view.possible_actions(report).items()
        if appbuilder.sm.has_access(f"can_{name}", view.screen)
    }
