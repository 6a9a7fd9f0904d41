"""Writes of periods: opening a month, and giving more time for one thing."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ARRAY, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, months, secrecy
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.deadlines.queries import timetables
from app.deadlines.rules import Timetables
from app.meetings.queries import lock_month
from app.periods import queries
from app.periods.models import DueDay, Extension, Obligation, Period
from app.periods.rules import (
    MONTHS_AHEAD,
    MONTHS_AROUND,
    OWED,
    Opening,
    due_lines,
    opening,
)
from app.security.commands import record
from app.units.checks import existed_in
from app.units.models import Unit
from app.units.rules import ids_of, is_within

SYSTEM = "system"


def open_month(
    unit: Unit | None, month: date, *, by: Acting | None, at: datetime | None = None
) -> Opening:
    """Open ``month`` for a committee and all below it, or bring an opened one up to date.

    Only what differs is touched: new units get their obligations, those that are gone are
    withdrawn, changed rules, days off and facts are followed. ``by`` is ``None`` for the nightly
    job. Raises ``RuleBroken`` for a cell, a unit of another branch, a month before the committee
    was founded and one too far ahead.
    """
    moment = at or clock.now()
    asked = _openable(unit, month, by, moment)
    lock_month(month)
    _write_days(asked, month)
    done = opening(queries.settle(month, asked.path))
    _note(asked, month, done, by, moment)
    return done


def would_open(unit: Unit | None, month: date, *, by: Acting) -> Opening:
    """What ``open_month`` would do now; nothing of it stays. Raises as that does."""
    asked = _openable(unit, month, by, clock.now())
    tried = db.session.begin_nested()
    try:
        _write_days(asked, month)
        return opening(queries.differing(month, asked.path))
    finally:
        tried.rollback()


def _openable(unit: Unit | None, month: date, by: Acting | None, at: datetime) -> Unit:
    if unit is None or (by is not None and not is_within(unit.path, by.unit_path)):
        raise RuleBroken(_("Choose a unit of your own branch."), "unit")
    if unit.is_cell:
        raise RuleBroken(_("A month is opened by a committee, for all its cells."), "unit")
    existed_in(unit, month)
    this_month = months.first_of(at.astimezone(clock.OFFICE))
    if months.distance(this_month, month) > MONTHS_AHEAD:
        raise RuleBroken(
            _("No more than %(most)s months ahead, please.", most=MONTHS_AHEAD), "month"
        )
    return unit


def _write_days(unit: Unit, month: date) -> None:
    """Work out every day that the month may ask for, wherever in the branch rules differ."""
    tables = timetables(month)
    below = {path for path in tables.owners if is_within(path, unit.path)}
    for path in sorted({unit.path} | below | queries.heads(unit.path, month)):
        _write_days_of(path, month, tables)
    db.session.flush()


def _write_days_of(path: str, month: date, tables: Timetables) -> None:
    lines = due_lines(tables.of(path), month)
    kept: Any = DueDay.__table__
    names = ("stage", "met_on", "rule_id", "counts_from", "due_on", "late_after")
    columns = [
        literal([getattr(line, name) for line in lines], ARRAY(kept.c[name].type)) for name in names
    ]
    # Hundreds of rows, each written out, take longer to compile than to keep.
    given = func.unnest(*columns).table_valued(*names).render_derived()
    where = {"unit_id": ids_of(path)[-1], "unit_path": path, "month": month}
    owner = [literal(value, kept.c[name].type) for name, value in where.items()]
    new = insert(kept).from_select([*where, *names], select(*owner, *given.c))
    days = names[2:]
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["unit_path", "month", "stage", "met_on"],
            set_={name: new.excluded[name] for name in days},
            where=or_(*(kept.c[name].is_distinct_from(new.excluded[name]) for name in days)),
        )
    )


def _note(unit: Unit, month: date, done: Opening, by: Acting | None, at: datetime) -> None:
    """Remember the opening, and write it in the audit log unless nothing was to be done."""
    who, total = by.username if by else SYSTEM, done.total
    period = queries.period_of(unit.id, month)
    is_new = period is None
    if period is None:
        period = Period(unit_id=unit.id, unit_path=unit.path, month=month)
        period.opened_at, period.opened_by = at, who
        period.added = period.changed = period.withdrawn = 0
        db.session.add(period)
    elif not total.any:
        return
    period.touched_at, period.touched_by = at, who
    period.added, period.changed = total.added, total.changed
    period.withdrawn = total.withdrawn
    detail = {"added": total.added, "changed": total.changed, "withdrawn": total.withdrawn}
    record(period, "open_month" if is_new else "open_again", by=by, detail=detail)


def give_time(extension: Extension, *, by: Acting, at: datetime | None = None) -> None:
    """Give a unit of one's branch more time for what it still owes; its last day moves at once.

    Raises ``RuleBroken`` for a unit of another branch, for one's own unit, for what is done or
    not asked, and for a day that is no later than the present last one, or so late that nobody
    would be told any more.
    """
    owed: Obligation | None = extension.obligation
    if owed is None or not is_within(owed.unit_path, by.unit_path):
        raise RuleBroken(_("Choose a unit of your own branch."), "obligation")
    if owed.unit_id == by.unit_id:
        raise RuleBroken(_("Nobody gives himself more time. Ask your superior."), "obligation")
    if owed.state not in OWED:
        raise RuleBroken(_("Nothing is owed there any more."), "obligation")
    if extension.until <= owed.due_on:
        raise RuleBroken(
            _("Choose a day after the present last one, %(day)s.", day=f"{owed.due_on:%d/%m/%Y}"),
            "until",
        )
    last = months.last_of(months.add(owed.month, MONTHS_AROUND))
    if extension.until > last:
        raise RuleBroken(_("Choose a day no later than %(day)s.", day=f"{last:%d/%m/%Y}"), "until")
    if not (extension.reason or "").strip():
        raise RuleBroken(_("Give the reason."), "reason")
    secrecy.guard({"reason": extension.reason})
    extension.unit_id, extension.unit_path = owed.unit_id, owed.unit_path
    extension.month, extension.stage = owed.month, owed.stage
    extension.due_before = owed.due_on
    extension.granted_at, extension.granted_by = at or clock.now(), by.username
    db.session.add(extension)
    until = extension.until.isoformat()
    record(extension, "give_time", by=by, detail={"stage": owed.stage.name, "until": until})
    # The database has moved the day; what was loaded shows the old one.
    db.session.expire(owed)
