"""Who may do what: the one table of roles, screens and rights.

A screen is the permission name that a view and its REST resource share; ``read`` lists, shows,
exports and answers GET, the other words are the actions of that screen. *Where* is not said
here: it is the unit of the assignment, held by the database.
"""

from collections.abc import Mapping
from functools import cache

from app.security.rules import RoleName

Table = Mapping[RoleName, Mapping[str, str]]

_EVERYBODY = {
    "Home": "read",
    "Profile": "read edit",
    "Lookup": "read",
    "Search": "read",
    "SavedViews": "read edit",
    "Units": "read",
    "Guides": "read edit",
    "Practice": "read",
    "Notices": "read edit",
    "OpenApi": "get",
    "SwaggerView": "show",
}
_READER = _EVERYBODY | {
    "UnitTree": "read",
    "UnitVersions": "read",
    "Members": "read",
    "ActivitySpells": "read",
    "Schedules": "read",
    "Deferrals": "read",
    "Calendar": "read",
    "CalendarFeed": "read add revoke",
    "Results": "read",
    "RollCall": "read",
    "Tasks": "read",
    "Evaluations": "read",
    "Scores": "read",
    "CriteriaSets": "read",
    "Criteria": "read",
    "RatingBands": "read",
    "AttendancePolicies": "read",
    "DeadlineRules": "read",
    "Holidays": "read",
    "Periods": "read",
    "Obligations": "read",
    "Extensions": "read",
    "WatchRules": "read",
    "NoticeRules": "read",
    "ReviewRules": "read",
    "Deciders": "read",
    "ClosedMonths": "read",
    "Amendments": "read",
}
_ANALYSIS = {
    "LeaderPage": "read",
    "AnalystDesk": "read",
    "SummaryTable": "read",
    "MonthlyReports": "read",
    "ChaseBoard": "read",
    "Reminders": "read",
}

ROLES: Table = {
    RoleName.Administrator: _READER
    | {
        "AdminDesk": "read",
        "Units": "read add edit move rename cease",
        "UnitKinds": "read add edit",
        "CellTypes": "read add edit",
        "Accounts": "read add edit reset_password activate deactivate",
        "Assignments": "read add edit end",
        "RoleMatrix": "read",
        "AuditLog": "read",
        "Members": "read add edit leave",
        "ActivitySpells": "read add edit",
        "CriteriaSets": "read add edit activate retire",
        "Criteria": "read add edit",
        "RatingBands": "read add edit",
        "Ratings": "read add edit",
        "AttendancePolicies": "read add edit",
        "DeadlineRules": "read add edit",
        "Holidays": "read add edit",
        "OpenMonth": "read open",
        "WatchRules": "read add edit",
        "NoticeRules": "read add edit",
        "Jobs": "read retry",
        "ReviewRules": "read add edit",
        "Deciders": "read add edit",
    },
    RoleName.Analyst: _READER
    | _ANALYSIS
    | {
        "Results": "read approve return lock",
        "Evaluations": "read verify make_official reopen",
        "Review": "read approve return verify make_official",
        "Deferrals": "read agree refuse",
        "Scores": "read edit",
        "MonthlyReports": "read edit submit accept return",
        "Amendments": "read amend",
        "ClosedMonths": "read add",
        "OpenMonth": "read open",
        "Obligations": "read extend",
        "Extensions": "read add",
        "ChaseBoard": "read remind",
    },
    RoleName.DutyClerk: _READER
    | _ANALYSIS
    | {
        "Schedules": "read add edit confirm postpone not_held",
        "Filing": "read edit submit",
        "Results": "read add edit submit approve return lock",
        "RollCall": "read add edit",
        "Tasks": "read add edit",
        "Evaluations": "read add edit submit verify make_official reopen",
        "Review": "read approve return verify make_official",
        "Deferrals": "read agree refuse",
        "Scores": "read edit",
        "Members": "read add edit leave",
        "ActivitySpells": "read add edit",
        "MonthlyReports": "read edit submit accept return",
        "Amendments": "read amend",
        "ClosedMonths": "read add",
        "OpenMonth": "read open",
        "Obligations": "read extend",
        "Extensions": "read add",
        "ChaseBoard": "read remind",
        "WatchLists": "read",
    },
    RoleName.Leader: _READER
    | _ANALYSIS
    | {
        "MonthlyReports": "read submit accept return",
        "Results": "read approve return",
        "Evaluations": "read make_official",
        "Review": "read approve return make_official",
        "Deferrals": "read agree refuse",
        "Obligations": "read extend",
        "Extensions": "read add",
    },
    RoleName.Supervisor: _READER
    | {
        "ChaseBoard": "read remind",
        "Reminders": "read",
        "Evaluations": "read verify",
        "Review": "read verify",
        "Scores": "read edit",
    },
    RoleName.Secretary: _READER
    | {
        "SecretaryDesk": "read",
        "Filing": "read edit submit",
        "Schedules": "read add edit postpone not_held",
        "Results": "read add edit submit",
        "RollCall": "read add edit",
        "Tasks": "read add edit",
        "Evaluations": "read add edit submit",
        "Scores": "read edit",
        "Members": "read add edit leave",
        "ActivitySpells": "read add edit",
        "WatchLists": "read",
    },
    RoleName.MinuteTaker: _READER
    | {
        "SecretaryDesk": "read",
        "Filing": "read edit",
        "Schedules": "read add edit",
        "Results": "read add edit",
        "RollCall": "read add edit",
        "Tasks": "read add edit",
    },
    RoleName.Inspector: _READER | _ANALYSIS | {"AuditLog": "read", "Review": "read"},
}

GRANTS: Mapping[RoleName, frozenset[RoleName]] = {RoleName.Administrator: frozenset(RoleName)}
"""Which roles the holder of a role may give to others, in his own branch and never to himself."""

LANDING: Mapping[RoleName, str] = {
    RoleName.Administrator: "AdminDesk.show",
    RoleName.Analyst: "AnalystDesk.show",
    RoleName.DutyClerk: "ChaseBoard.show",
    RoleName.Leader: "LeaderPage.show",
    RoleName.Supervisor: "ChaseBoard.show",
    RoleName.Secretary: "SecretaryDesk.show",
    RoleName.MinuteTaker: "SecretaryDesk.show",
    RoleName.Inspector: "AnalystDesk.show",
}
"""The endpoint of the page on which a role lands after login."""


OWN_UNIT_ONLY: Mapping[str, frozenset[RoleName]] = {"WatchLists": frozenset({RoleName.Secretary})}
"""Screens on which a role sees the one cell at which it is held, never a branch below."""


@cache
def rights(role: RoleName) -> frozenset[tuple[str, str]]:
    """All (screen, permission) pairs of a role, as Flask-AppBuilder names permissions."""
    pairs: set[tuple[str, str]] = set()
    for screen, words in ROLES[role].items():
        pairs.update((screen, f"can_{word}") for word in words.split())
        pairs.add((screen, "menu_access"))
    return frozenset(pairs)


def may(role: RoleName, screen: str, word: str) -> bool:
    """Whether ``role`` may do ``word`` (such as ``read`` or ``submit``) on ``screen``."""
    return (screen, f"can_{word}") in rights(role)


def sees_own_unit_only(role: RoleName, screen: str) -> bool:
    """Whether ``role`` sees on ``screen`` no more than the one cell at which it is held."""
    return role in OWN_UNIT_ONLY.get(screen, frozenset())


def fab_roles() -> dict[str, list[list[str]]]:
    """The table as Flask-AppBuilder's ``FAB_ROLES`` wants it.

    Anchored, because Flask-AppBuilder matches these as prefixes of regular expressions.
    """
    return {
        role.name: [
            [f"^{screen}$", f"^{permission}$"] for screen, permission in sorted(rights(role))
        ]
        for role in ROLES
    }
