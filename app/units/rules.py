"""What a unit may be: events that change it, where it may stand, the arithmetic of its path."""

from dataclasses import dataclass
from datetime import date

from app.core.terms import N_, Term


class UnitEvent(Term):
    """Why a version of a unit opened (source: the office's forms on changes of organisation)."""

    ESTABLISH = N_("Established")
    RENAME = N_("Renamed")
    PROMOTE = N_("Promoted")
    DEMOTE = N_("Demoted")
    REPARENT = N_("Handed over to another committee")
    RECLASSIFY = N_("Changed in kind")
    CEASE = N_("Ceased")


@dataclass(frozen=True)
class Decision:
    """What a change rests on: the day it takes effect, the number and date of the decision."""

    effective_on: date
    no: str | None = None
    signed_on: date | None = None


@dataclass(frozen=True)
class Rank:
    """What a kind says of where a unit may stand: level 1 is the highest."""

    level: int
    is_cell: bool


def may_stand_under(below: Rank, above: Rank) -> bool:
    """Whether a unit of rank ``below`` may hang on one of rank ``above``.

    Under a cell there are only party groups; elsewhere nothing hangs on a lower level
    (source: DOMAIN 3.1).
    """
    if above.is_cell:
        return not below.is_cell and below.level > above.level
    return below.level >= above.level


def event_between(before: Rank, after: Rank) -> UnitEvent:
    """Which event a change of kind is: up, down, or sideways."""
    if after.level == before.level:
        return UnitEvent.RECLASSIFY
    return UnitEvent.PROMOTE if after.level < before.level else UnitEvent.DEMOTE


def is_valid_on(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether a span holds on ``day``; ``valid_to`` is the first day on which it no longer does."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def child_path(parent_path: str | None, unit_id: int) -> str:
    """The path of unit ``unit_id`` under ``parent_path`` (``None`` for a root)."""
    return f"{parent_path or '/'}{unit_id}/"


def superior_path(path: str) -> str:
    """The path of the unit directly above ``path``; a root has none above and is its own."""
    return path[: path.rstrip("/").rindex("/") + 1] if depth(path) > 1 else path


def is_within(path: str, branch: str) -> bool:
    """Whether the unit at ``path`` is the unit at ``branch`` or lies below it."""
    return path.startswith(branch)


def depth(path: str) -> int:
    """How many levels the path has: 1 for a root."""
    return path.count("/") - 1


def line_of(path: str) -> list[str]:
    """The paths from the root's down to ``path`` itself."""
    return [path[: at + 1] for at, letter in enumerate(path) if at and letter == "/"]


def ids_of(path: str) -> list[int]:
    """The units on the path, from the root down to the unit itself."""
    return [int(part) for part in path.strip("/").split("/")]
