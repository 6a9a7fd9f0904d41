"""The names of the roles."""

from app.core.terms import N_, Term


class RoleName(Term):
    """What a person may do; where is said by the assignment (source: DOMAIN, glossary)."""

    Administrator = N_("Administrator")
    Analyst = N_("Analyst of the superior committee")
    DutyClerk = N_("Party-duty clerk")
    Leader = N_("Committee leader")
    Supervisor = N_("Supervising committee member")
    Secretary = N_("Cell secretary")
    MinuteTaker = N_("Minute-taker")
    Inspector = N_("Inspector")
