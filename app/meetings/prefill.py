"""What a new schedule is probably like."""

from datetime import date, datetime, time
from typing import Any

from flask import request

from app.core import clock, months
from app.core.acting import Acting
from app.core.db import db
from app.core.interface import as_key
from app.meetings import queries
from app.meetings.rules import MeetingType
from app.units.models import Unit

USUAL_TIME = time(14)
"""When a cell that never met is probably to meet."""


def fill(form: Any, by: Acting) -> None:
    """Fill a new form from the unit's last meeting: same day of the month, time, place, chair.

    The unit and month come from ``?unit=`` and ``?month=``, the list's filter, or who acts; else
    the month is the first, from this one on, without a regular meeting. ``?day=`` names the day.
    """
    unit = _unit(by)
    asked = request.args.get("month", "")
    month = _month(asked) or months.first_of(clock.today())
    last = None
    if unit is not None and unit.is_cell:
        form.unit.data = unit
        last = queries.last_meeting(unit.id)
        if not asked and last is not None and last.month >= month:
            month = months.add(last.month, 1)
    form.month.data = month
    form.type.data = MeetingType.REGULAR
    if last is not None:
        form.planned_at.data = _same_day(last.planned_at, month)
        form.place.data, form.chair.data = last.place, last.chair
        form.superior.data = last.superior
    if day := _day(request.args.get("day", "")):
        usual = last.planned_at.time() if last is not None else USUAL_TIME
        form.planned_at.data = datetime.combine(day, usual)


def _unit(by: Acting) -> Unit | None:
    named = request.args.get("unit") or request.args.get("_flt_0_unit")
    key = as_key(named) if named else by.unit_id
    return db.session.get(Unit, key) if key is not None else None


def _month(text: str) -> date | None:
    try:
        return months.parse(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _same_day(planned_at: datetime, month: date) -> datetime:
    """``planned_at`` moved into ``month``, on its last day when it is shorter."""
    day = min(planned_at.day, months.last_of(month).day)
    return datetime.combine(month.replace(day=day), planned_at.time())
