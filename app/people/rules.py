"""Standing, position and activity of members, and who is due to attend on a day."""

from app.core.terms import N_, Term


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
