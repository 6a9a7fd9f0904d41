"""Who is told: by the table of roles, at the unit itself or the nearest one above it."""

from collections.abc import Iterator, Sequence

from app.deadlines.rules import Stage
from app.notices.queries import Holders
from app.notices.rules import Told
from app.security.roles import may
from app.security.rules import RoleName
from app.units.rules import ids_of

Right = tuple[str, str]

DOES: dict[Stage, Right] = {
    Stage.SCHEDULE: ("Schedules", "add"),
    Stage.MEETING: ("Results", "edit"),
    Stage.RESULT: ("Results", "edit"),
    Stage.SELF_SCORE: ("Evaluations", "submit"),
    Stage.VERIFICATION: ("Evaluations", "verify"),
    Stage.OFFICIAL: ("Evaluations", "make_official"),
    Stage.ROLL_UP: ("ClosedMonths", "add"),
    Stage.SUBMISSION: ("ClosedMonths", "add"),
}
"""The right by which somebody does a stage."""
FOLLOWS_UP: Right = ("ChaseBoard", "remind")
ACCEPTS: Right = ("MonthlyReports", "accept")
GIVES_LEAVE: Right = ("Deferrals", "agree")
ASKS_LEAVE: Right = ("Schedules", "postpone")
BY_SUPERIOR = frozenset({Stage.VERIFICATION, Stage.OFFICIAL})


def doers(stage: Stage, path: str, at: Holders) -> set[int]:
    """The accounts that do a stage of the unit at ``path``.

    What a superior does for a cell is done by whoever follows cells up in the nearest committee
    that has such a person: a leader may, but is not bothered with each.
    """
    if stage in BY_SUPERIOR:
        return _nearest(path, at, (DOES[stage], FOLLOWS_UP))
    return _at(path, at, (DOES[stage],))


def told(who: Told, stage: Stage, path: str, at: Holders) -> set[int]:
    """The accounts that a rule means."""
    if who is Told.DOER:
        return doers(stage, path, at)
    return _nearest(path, at, (FOLLOWS_UP,))


def deciders(right: Right, path: str, at: Holders) -> set[int]:
    """The accounts that decide by ``right`` about what the unit at ``path`` hands up or asks.

    They hold it in the nearest committee that has such a person: whoever follows units up there,
    and a leader only where nobody else does.
    """
    for above in _above(path):
        if found := _at(above, at, (right, FOLLOWS_UP)) or _at(above, at, (right,)):
            return found
    return set()


def asks_leave(path: str, at: Holders) -> set[int]:
    """The accounts that ask for leave to put a meeting of the unit at ``path`` off."""
    return _at(path, at, (ASKS_LEAVE,))


def units_asked(paths: Iterator[str]) -> list[int]:
    """The units whose holders have to be known for these: themselves and all above."""
    return sorted({key for path in paths for key in ids_of(path)})


def _at(path: str, at: Holders, rights: Sequence[Right]) -> set[int]:
    return {
        account_id
        for account_id, role in at.get(path, ())
        if all(_may(role, right) for right in rights)
    }


def _nearest(path: str, at: Holders, rights: Sequence[Right]) -> set[int]:
    for above in _above(path):
        if found := _at(above, at, rights):
            return found
    return set()


def _above(path: str) -> Iterator[str]:
    """The paths of the units above, the nearest first."""
    keys = ids_of(path)
    for length in range(len(keys) - 1, 0, -1):
        yield "/" + "/".join(map(str, keys[:length])) + "/"


def _may(role: RoleName, right: Right) -> bool:
    return may(role, *right)
