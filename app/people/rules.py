"""Standing, position and activity of members, and what a cell's roll adds up to on a day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.core.terms import N_, Term

_PHONE = re.compile(r"\+?\d(?:[ .()-]*\d){7,14}", re.ASCII)


class Standing(Term):
    """Whether a member votes (source: Party charter)."""

    OFFICIAL = N_("Official member")
    PROBATIONARY = N_("Probationary member")


class Position(Term):
    """What a member is in the cell."""

    SECRETARY = N_("Secretary")
    DEPUTY_SECRETARY = N_("Deputy secretary")
    COMMITTEE_MEMBER = N_("Cell committee member")
    MEMBER = N_("Member")


class ActivityState(Term):
    """Why a member is not, or not only, due at the cell's meetings for a time."""

    EXEMPT = N_("Exempt from activity")
    TEMP_OUT = N_("Temporarily active elsewhere")
    TEMP_IN = N_("Temporarily active here")
    SPECIAL_DUTY = N_("On special duty")


class LeaveReason(Term):
    """Why a membership in the cell ended."""

    TRANSFERRED = N_("Transferred")
    STRUCK_OFF = N_("Struck off")
    LEFT = N_("Left the Party")
    DECEASED = N_("Deceased")


@dataclass(frozen=True)
class RollCount:
    """What the roll of a cell adds up to on a day, in people (source: DOMAIN 2.6).

    ``on_roll`` counts the cell's own members, ``temp_in`` the guests; ``vote_base`` the official
    members, guests among them, who are neither away nor exempt.
    """

    on_roll: int = 0
    temp_in: int = 0
    temp_out: int = 0
    exempt: int = 0
    special_duty: int = 0
    vote_base: int = 0

    @property
    def due(self) -> int:
        """Those who are due to attend."""
        return self.on_roll - self.temp_out - self.exempt - self.special_duty + self.temp_in


_COUNTED = {
    ActivityState.EXEMPT: "exempt",
    ActivityState.TEMP_OUT: "temp_out",
    ActivityState.TEMP_IN: "temp_in",
    ActivityState.SPECIAL_DUTY: "special_duty",
}


def roll_count(people: Iterable[tuple[Standing, ActivityState | None, int]]) -> RollCount:
    """Add up groups of members: their standing, their activity on the day, how many they are."""
    total = RollCount()
    for standing, state, number in people:
        more = {"on_roll": total.on_roll + number}
        if state is not None:
            name = _COUNTED[state]
            more = {name: getattr(total, name) + number} | (
                {} if state is ActivityState.TEMP_IN else more
            )
        if standing is Standing.OFFICIAL and state in (None, ActivityState.TEMP_IN):
            more["vote_base"] = total.vote_base + number
        total = replace(total, **more)
    return total


def overlaps(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Whether two spans share a day; the second date is the last day, none means no end."""
    (start, end), (other_start, other_end) = first, second
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)


def is_phone(number: str) -> bool:
    """Whether a text can be a telephone number: 8 to 15 digits, with the usual separators."""
    return _PHONE.fullmatch(number) is not None
