"""What a new schedule is probably like."""

from datetime import date, datetime, time
from typing import Any

from flask import request

from app.core import clock, months
from app.core.acting import Acting
from app.core.db import db
from app.core.interface import as_key
from app.meetings import holders, queries
from app.meetings.rules import MeetingType
from app.units.models import Unit

USUAL_TIME = time(14)
"""When a cell that never met is probably to meet."""


def fill(form: Any, by: Acting) -> None:
    """Fill a new form from the cell's last meeting: same day of the month, time, place, chair.

    The unit and month come from ``?unit=`` and ``?month=``, the list's filter, or who acts; else
    the month is the first, from this one on, without a regular meeting. ``?day=`` names the day.
    Only a committee that is named gets its own meeting: its people mostly write for their cells.
    """
    named = _named()
    unit = db.session.get(Unit, named or by.unit_id)
    asked = request.args.get("month", "")
    month = _month(asked) or months.first_of(clock.today())
    last = None
    form.type.data = MeetingType.REGULAR
    if unit is not None and (unit.is_cell or named):
        form.unit.data = unit
        form.type.data = holders.types_held(unit, month)[0]
    if unit is not None and unit.is_cell:
        last = queries.last_meeting(unit.id)
        if not asked and last is not None and last.month >= month:
            month = months.add(last.month, 1)
    form.month.data = month
    if last is not None:
        form.planned_at.data = _same_day(last.planned_at, month)
        form.place.data, form.chair.data = last.place, last.chair
        form.superior.data = last.superior
    if day := _day(request.args.get("day", "")):
        usual = last.planned_at.time() if last is not None else USUAL_TIME
        form.planned_at.data = datetime.combine(day, usual)


def offer_types(form: Any, unit: Unit | None) -> None:
    """Offer only the types that the unit holds, once it is known."""
    if unit is not None:
        planned = form.planned_at.data
        day = planned.date() if planned else form.month.data or clock.today()
        form.type.offer(holders.types_held(unit, day))


def _named() -> int | None:
    named = request.args.get("unit") or request.args.get("_flt_0_unit")
    return as_key(named) if named else None


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
