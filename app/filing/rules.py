"""How the saves of several browsers become one filing; pure."""

import re
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

TASK_FIELD = re.compile(r"task-(?P<key>[A-Za-z0-9]{1,40})-(?P<part>title|who|due|gone)")
"""A field of one task; the browser that writes it down first gives it its key."""


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


def task_keys(names: Iterable[str]) -> list[str]:
    """The keys of the tasks that fields such as ``task-<key>-title`` name, in their order."""
    found = (TASK_FIELD.fullmatch(name) for name in names)
    return list(dict.fromkeys(one["key"] for one in found if one))
