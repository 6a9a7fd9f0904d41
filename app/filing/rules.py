"""How the saves of several browsers become one filing; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, str]
"""What the fields of a filing hold, by their names in the form; "" for nothing."""

KEPT_ACKS = 40
"""So many browsers are remembered for one meeting."""

RESULT = (
    *("held_on", "started", "ended", "place", "chair", "agenda", "agenda_done", "content"),
    *("resolution_no", "speakers", "minutes_present", "papers_posted_at"),
)
"""The fields of the result itself."""

STEPS = ("roll", "content", "score", "review")
_ROLL = ("held_on", "started", "ended", "place", "chair", "called")
_CONTENT = ("task-", "agenda", "content", "resolution_no", "speakers", "minutes_", "papers_")
_SCORE = ("points-", "note-")


@dataclass(frozen=True)
class Merged:
    """What a save changes, and where somebody else has changed the same field meanwhile."""

    changes: dict[str, str]
    conflicts: dict[str, str]
    """By field what it holds now; what the save wanted was not taken over."""


def merge(now: Values, base: Values, wanted: Values) -> Merged:
    """Take over what a browser changed since it last knew the filing.

    ``base`` is what the browser believed each field of ``wanted`` to hold, ``now`` what it does
    hold. A field that both changed, and differently, is a conflict.
    """
    changes, conflicts = {}, {}
    for name, text in wanted.items():
        held = now.get(name, "")
        if text == held:
            continue
        if base.get(name, "") == held:
            changes[name] = text
        else:
            conflicts[name] = held
    return Merged(changes, conflicts)


def ack_of(acks: Sequence[Mapping[str, Any]], client: str) -> Mapping[str, Any]:
    """The last save of ``client`` that was taken over; number 0 for none."""
    nothing = {"client": client, "seq": 0, "sent": False}
    return next((ack for ack in acks if ack["client"] == client), nothing)


def acknowledge(
    acks: Sequence[Mapping[str, Any]], client: str, seq: int, *, sent: bool = False
) -> list[dict[str, Any]]:
    """The acks with the save ``seq`` of ``client`` as the latest; the oldest fall away."""
    others = [dict(ack) for ack in acks if ack["client"] != client]
    return [*others, {"client": client, "seq": seq, "sent": sent}][-KEPT_ACKS:]


def step_of(name: str) -> str:
    """The step in which a field stands."""
    if name.startswith(_SCORE):
        return "score"
    if name.startswith(_CONTENT):
        return "content"
    return "roll"


def task_keys(names: Iterable[str]) -> list[str]:
    """The keys of the tasks that fields such as ``task-<key>-title`` name, in their order."""
    keys = (name[5:].rpartition("-")[0] for name in names if name.startswith("task-"))
    return list(dict.fromkeys(key for key in keys if key))
