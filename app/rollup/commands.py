"""Writes of monthly reports: words, confirming, submitting, returning, accepting."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from app.core import bulk, clock, months, secrecy
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import policies
from app.meetings.models import ClosedMonth
from app.meetings.queries import closings, lock_month
from app.meetings.steps import plain_reason
from app.periods.commands import open_month
from app.periods.queries import is_open
from app.rollup import amending, queries
from app.rollup.freezing import FREEZE
from app.rollup.models import MonthlyReport
from app.rollup.rules import HANDED, ReportState, Row, Standing, can_become
from app.security.commands import record
from app.units.checks import existed_in, in_branch
from app.units.models import Unit
from app.units.queries import line_above, version_at
from app.units.rules import is_within

LONGEST = 20_000
"""No more letters than these in what is written of a month."""

amend = amending.amend


class Incomplete(RuleBroken):
    """A report that lacks something: ``names`` says who. It may be submitted all the same."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        told = bulk.names_short(self.names)
        super().__init__(_("Not complete: %(names)s.", names=told))


def report_for(unit: Unit | None, month: date, *, by: Acting) -> MonthlyReport:
    """The committee's report of ``month``, begun when there is none yet.

    Raises ``RuleBroken`` for a cell, a unit to practise in, a unit of another branch, and for a
    month before the committee was founded or after it ceased.
    """
    unit = in_branch(unit, by=by)
    if unit.is_cell or unit.is_practice:
        raise RuleBroken(_("Monthly reports are made by committees, not by cells."), "unit")
    found = queries.report_of(unit.id, month)
    if found is None:
        existed_in(unit, month)
        found = MonthlyReport(unit=unit, unit_id=unit.id, unit_path=unit.path, month=month)
        found.state = ReportState.DRAFT
        db.session.add(found)
        db.session.flush()
    return found


def write(report: MonthlyReport, *, comments: str, tasks_next: str, by: Acting) -> None:
    """Keep what is written of the month and of the next one, until it is submitted."""
    _own(report, by)
    _writable(report)
    told = {"comments": comments, "tasks_next": tasks_next}
    secrecy.guard(told)
    for name, given in told.items():
        if len(given) > LONGEST:
            raise RuleBroken(_("Write at most %(most)s characters.", most=LONGEST), name)
        setattr(report, name, given.strip() or None)
    record(report, "edit", by=by)


def compile(report: MonthlyReport, *, by: Acting, at: datetime | None = None) -> None:
    """Confirm the figures as they are compiled now: the month is rolled up with that."""
    _own(report, by)
    _writable(report)
    moment = at or clock.now()
    _over(report, moment)
    _opened(report)
    report.compiled_at, report.compiled_by = moment, by.username
    record(report, "compile", by=by)


def submit(
    report: MonthlyReport, *, by: Acting, at: datetime | None = None, incomplete: bool = False
) -> int:
    """Hand the report to the level above; figures are frozen, the month closed for the branch.

    A unit without a superior concludes its month with that. Gives the key of the frozen figures.
    Raises ``Incomplete``, unless told to submit all the same, and ``RuleBroken``.
    """
    moment = at or clock.now()
    _own(report, by)
    _allowed(report, ReportState.SUBMITTED)
    _over(report, moment)
    # Whoever is writing facts of this month has finished, and whoever comes later finds it closed.
    lock_month(report.month)
    _opened(report)
    closed = closings(report.unit_path, report.month)
    if any(one.unit_id != report.unit_id for one in closed):
        raise RuleBroken(_("A superior has closed this month already."))
    if not incomplete and (names := lacking(queries.rows_now(report.unit, report.month))):
        raise Incomplete(names)
    if not closed:
        own = ClosedMonth(unit=report.unit, month=report.month)
        policies.close_month(own, by=by, at=moment)
    if report.compiled_at is None:
        report.compiled_at, report.compiled_by = moment, by.username
    _hand_over(report, by, moment)
    key = _freeze(report, by, moment)
    on_behalf = {"on_behalf": True} if by.unit_id != report.unit_id else {}
    _record(report, "submit_report", by, {"snapshot": key} | on_behalf)
    return key


def return_(report: MonthlyReport, *, by: Acting, reason: str, at: datetime | None = None) -> None:
    """Give a report back, saying what to mend; its month is open again for the branch.

    Raises ``RuleBroken`` when the level above has itself submitted: then only amendments help.
    """
    moment = at or clock.now()
    _above(report, by)
    _allowed(report, ReportState.RETURNED)
    closed = closings(report.unit_path, report.month)
    if any(one.unit_id != report.unit_id for one in closed):
        raise RuleBroken(
            _("These figures have gone further up already. What is wrong has to be amended.")
        )
    report.return_reason = plain_reason(reason, 500)
    report.state = ReportState.RETURNED
    report.decided_at, report.decided_by = moment, by.username
    for own in closed:
        policies.reopen_month(own, by=by, at=moment)
    _record(report, "return_report", by, {"reason": report.return_reason})


def accept(report: MonthlyReport, *, by: Acting, at: datetime | None = None) -> None:
    """The level above takes the report as it is."""
    _above(report, by)
    _allowed(report, ReportState.ACCEPTED)
    report.state = ReportState.ACCEPTED
    report.decided_at, report.decided_by = at or clock.now(), by.username
    _record(report, "accept_report", by, {})


def lacking(rows: Sequence[Row]) -> list[str]:
    """Who keeps a report from being complete: cells without an approved result, committees below
    that have not submitted."""
    found = []
    for row in rows[1:]:
        if row.standing in (Standing.WAITING, Standing.MISSING, Standing.COMMITTEE):
            found.append(f"{row.name} ({_(row.standing.value).lower()})")
    return found


def _opened(report: MonthlyReport) -> None:
    """Open the month unless it is: without its obligations nobody would be late in it."""
    if not is_open(report.unit_path, report.month):
        open_month(report.unit, report.month, by=None)


def _hand_over(report: MonthlyReport, by: Acting, moment: datetime) -> None:
    report.submitted_at, report.submitted_by = moment, by.username
    report.return_reason = report.decided_at = report.decided_by = None
    report.state = ReportState.SUBMITTED
    # Nobody is above who could decide.
    if report.unit.parent_id is None:
        report.state = ReportState.ACCEPTED
        report.decided_at, report.decided_by = moment, by.username


def _freeze(report: MonthlyReport, by: Acting, moment: datetime) -> int:
    """Freeze what the month looks like now."""
    db.session.flush()
    unit = report.unit
    version = version_at(unit.id, months.last_of(report.month))
    parent_id = version.parent_id if version else unit.parent_id
    superiors = {row.id: str(row.name) for row in line_above(unit.path)}
    told = {
        "unit_id": unit.id,
        "unit_path": unit.path,
        "report_id": report.id,
        "revision": queries.last_revision(report.id) + 1,
        "taken_at": moment,
        "taken_by": by.username,
        "unit_name": version.name if version else unit.name,
        "unit_code": unit.code,
        "superior_name": superiors.get(parent_id or 0, ""),
        "comments": report.comments,
        "tasks_next": report.tasks_next,
    }
    today = moment.astimezone(clock.OFFICE).date()
    asked = queries.given(unit, report.month, today=today) | told
    return int(db.session.scalar(FREEZE, asked) or 0)


def _record(report: MonthlyReport, step: str, by: Acting, told: dict[str, Any]) -> None:
    """Write a step in the audit log with its month: who is to be told of it reads it there."""
    record(report, step, by=by, detail={"month": report.month.isoformat()} | told)


def _own(report: MonthlyReport, by: Acting) -> None:
    if not is_within(report.unit_path, by.unit_path):
        raise RuleBroken(_("Choose a unit of your own branch."), "unit")


def _above(report: MonthlyReport, by: Acting) -> None:
    """Raises ``RuleBroken`` unless ``by`` acts for a level above the report's committee."""
    _own(report, by)
    if report.unit_id == by.unit_id:
        raise RuleBroken(_("This is decided by the level above."))


def _allowed(report: MonthlyReport, then: ReportState) -> None:
    if not can_become(report.state, then):
        raise RuleBroken(
            _(
                "The report is in state “%(now)s” and cannot become “%(then)s”.",
                now=_(report.state.value),
                then=_(then.value),
            )
        )


def _writable(report: MonthlyReport) -> None:
    if report.state in HANDED:
        raise RuleBroken(_("This report has been submitted; its words and figures stay."))


def _over(report: MonthlyReport, moment: datetime) -> None:
    existed_in(report.unit, report.month)
    if report.month >= months.first_of(moment.astimezone(clock.OFFICE)):
        raise RuleBroken(_("Only a month that is over can be reported."), "month")
