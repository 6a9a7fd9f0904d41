"""Months of roll-calls for the tests of the watch lists."""

from datetime import date, datetime

from sqlalchemy import select

from app.core import months
from app.core.db import db
from app.meetings.models import Absence, Meeting
from app.meetings.rules import Attendance, ResultState, ScheduleState
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState
from app.units.models import Unit
from tests import factories
from tests.factories import new_meeting, unit

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
TODAY = date(2026, 10, 31)
SIGNS = {
    "✗": Attendance.UNEXCUSED,
    "P": Attendance.EXCUSED,
    "M": Attendance.EXEMPT,
    "T": Attendance.TEMP_OUT,
}


def member(code: str, given: str = "Bình") -> Member:
    """The member of the cell whose name holds this word."""
    asked = select(Member).where(Member.unit_id == unit(code).id, Member.full_name.contains(given))
    return db.session.scalars(asked).one()


def meeting(code: str, month: date) -> Meeting:
    """The cell's reported regular meeting of the month, made when there is none."""
    owner = unit(code)
    asked = select(Meeting).where(Meeting.unit_id == owner.id, Meeting.month == month)
    found = db.session.scalars(asked).first()
    return found or new_meeting(
        owner,
        month,
        state=ScheduleState.HELD,
        result_state=ResultState.APPROVED,
        started_at=datetime(month.year, month.month, 4, 14, 0),
        ended_at=datetime(month.year, month.month, 4, 15, 45),
    )


def roll(code: str, who: Member, signs: str, last: date = OCTOBER) -> None:
    """Call the roll in the months that end with ``last``; a blank is a month not met."""
    for month, sign in zip(
        months.span(months.add(last, 1 - len(signs)), len(signs)), signs, strict=True
    ):
        if sign == " ":
            continue
        held = meeting(code, month)
        if sign in SIGNS:
            db.session.add(
                Absence(
                    meeting_id=held.id,
                    member_id=who.id,
                    unit_id=held.unit_id,
                    unit_path=held.unit_path,
                    status=SIGNS[sign],
                    reason="việc nhà" if sign == "P" else None,
                )
            )
    db.session.flush()


def spell(
    who: Member, state: ActivityState, from_on: date, to_on: date | None = None
) -> ActivitySpell:
    """A spell of the member."""
    row = ActivitySpell(
        member_id=who.id,
        unit_id=who.unit_id,
        unit_path=who.unit_path,
        state=state,
        from_on=from_on,
        to_on=to_on,
        decision_no="05-QĐ/ĐU",
    )
    db.session.add(row)
    db.session.flush()
    return row


def more_cells(number: int, committee: str = "NORTH") -> list[Unit]:
    """So many more cells with members under the committee."""
    policy, criteria_set = factories.rules_in_force()
    made = []
    for index in range(number):
        cell = factories.new_unit(f"W{index}", f"Chi bộ Thêm {index}", "SUB_CELL", unit(committee))
        factories.fill_cell(cell, policy, criteria_set)
        made.append(cell)
    db.session.flush()
    return made
