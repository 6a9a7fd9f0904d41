"""What a unit may be: events that change it and the arithmetic of its path."""

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


def child_path(parent_path: str | None, unit_id: int) -> str:
    """The path of unit ``unit_id`` under ``parent_path`` (``None`` for a root)."""
    return f"{parent_path or '/'}{unit_id}/"


def is_within(path: str, branch: str) -> bool:
    """Whether the unit at ``path`` is the unit at ``branch`` or lies below it."""
    return path.startswith(branch)


def depth(path: str) -> int:
    """How many levels the path has: 1 for a root."""
    return path.count("/") - 1
