"""What a roll-call may say of each member, and the numbers it makes; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from app.meetings.rules import Attendance, HeadCounts
from app.people.rules import ActivityState

AWAY: Mapping[ActivityState | None, Attendance] = {
    ActivityState.EXEMPT: Attendance.EXEMPT,
    ActivityState.TEMP_OUT: Attendance.TEMP_OUT,
    ActivityState.SPECIAL_DUTY: Attendance.SPECIAL_DUTY,
}
"""The activity states in which a member is not due, and what the roll-call calls them."""

_COUNTED_AS = {
    Attendance.PRESENT: "present",
    Attendance.EXCUSED: "excused",
    Attendance.UNEXCUSED: "unexcused",
    Attendance.EXEMPT: "exempt",
    Attendance.TEMP_OUT: "temp_out",
    Attendance.SPECIAL_DUTY: "special_duty",
}


def usual(state: ActivityState | None) -> Attendance:
    """What the roll-call says of a member in ``state`` as long as nobody says otherwise."""
    return AWAY.get(state, Attendance.PRESENT)


def statuses(state: ActivityState | None) -> tuple[Attendance, ...]:
    """What may be said of a member who is in ``state`` on the day, the usual first."""
    if state in AWAY:
        return AWAY[state], Attendance.PRESENT
    due = (Attendance.PRESENT, Attendance.EXCUSED, Attendance.UNEXCUSED)
    return due if state is ActivityState.TEMP_IN else (*due, *AWAY.values())


def needs_reason(state: ActivityState | None, status: Attendance) -> bool:
    """Whether the roll-call must say why: excused, or not due without a decision on file."""
    return status is not usual(state) and status not in (Attendance.PRESENT, Attendance.UNEXCUSED)


def tally(lines: Iterable[tuple[ActivityState | None, Attendance]]) -> HeadCounts:
    """The numbers of a roll-call by names: each member's state on the day and what was said.

    A guest (``TEMP_IN``) is not on the cell's roll; an exempt or away member who came counts as
    away, present and voluntary.
    """
    numbers: Counter[str] = Counter()
    for state, status in lines:
        numbers["temp_in" if state is ActivityState.TEMP_IN else "on_roll"] += 1
        numbers[_COUNTED_AS[status]] += 1
        if state in AWAY and status is Attendance.PRESENT:
            numbers.update((_COUNTED_AS[AWAY[state]], "voluntary"))
    return HeadCounts(**numbers)
