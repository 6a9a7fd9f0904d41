"""What makes a superior look twice at a cell's month, from which number on; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.terms import N_, Term


class ReviewKind(Term):
    """Why a month is an exception, in the order in which they are shown (DOMAIN 7, 6 and 13)."""

    LATE = N_("Late")
    NOT_HELD = N_("Not held")
    PUT_OFF = N_("Put off again and again")
    GATE = N_("Best rating despite a gate")
    GAP = N_("Big gap between scores")
    FULL_WITHOUT_FACTS = N_("Full marks without the facts")
    SHORT = N_("Too short")
    LOW_ATTENDANCE = N_("Low attendance")
    COPIED = N_("Text as last month")
    SAME_SCORE = N_("Always the same score")
    EARLY = N_("Sent before the end")
    ALL_PRESENT = N_("Always everybody present")


WEAK = frozenset({ReviewKind.ALL_PRESENT})
"""Worth knowing; alone they keep nothing out of what is decided together."""
COUNTLESS = frozenset({ReviewKind.NOT_HELD, ReviewKind.FULL_WITHOUT_FACTS, ReviewKind.EARLY})
"""Those that ask for no number: the fact itself tells."""
LIMITS: Mapping[ReviewKind, tuple[int, int]] = {
    ReviewKind.LATE: (1, 60),
    ReviewKind.PUT_OFF: (1, 12),
    ReviewKind.GATE: (1, 1_000),
    ReviewKind.GAP: (1, 100),
    ReviewKind.SHORT: (1, 120),
    ReviewKind.LOW_ATTENDANCE: (1, 100),
    ReviewKind.COPIED: (50, 100),
    ReviewKind.SAME_SCORE: (2, 24),
    ReviewKind.ALL_PRESENT: (2, 24),
}
"""The least and the most that the number of a kind may be."""


@dataclass(frozen=True)
class Threshold:
    """From which number on a month is an exception; ``legal_basis`` is the document behind it.

    Days late, times put off, members absent without reason, points, minutes short of the criteria
    set's standard, percent, months: by kind.
    ``unit_path`` is the owner's; "" for what is shipped and nobody confirmed.
    """

    kind: ReviewKind
    number: int | None = None
    active: bool = True
    legal_basis: str = ""
    unit_path: str = ""


SHIPPED: Mapping[ReviewKind, Threshold] = {
    one.kind: one
    for one in (
        Threshold(ReviewKind.LATE, 1, legal_basis="HD 42-HD/BTCTW, 28/10/2025"),
        Threshold(ReviewKind.NOT_HELD),
        Threshold(ReviewKind.PUT_OFF, 2),
        Threshold(ReviewKind.GATE, 1, legal_basis="HD 12-HD/BTCTW, 06/7/2018"),
        Threshold(ReviewKind.GAP, 5),
        Threshold(ReviewKind.FULL_WITHOUT_FACTS),
        Threshold(ReviewKind.SHORT, 15, legal_basis="HD 42-HD/BTCTW, 28/10/2025"),
        Threshold(ReviewKind.LOW_ATTENDANCE, 85, legal_basis="HD 12-HD/BTCTW, 06/7/2018"),
        Threshold(ReviewKind.COPIED, 90),
        Threshold(ReviewKind.SAME_SCORE, 3),
        Threshold(ReviewKind.EARLY),
        Threshold(ReviewKind.ALL_PRESENT, 6),
    )
}
"""What holds until an office says otherwise; what names no document is an assumption."""


class Book:
    """The thresholds in force, found by kind and path: the nearest owner's, else the shipped.

    Of several of one owner the first in ``held`` counts.
    """

    def __init__(self, held: Iterable[Threshold]) -> None:
        self._held = sorted(held, key=lambda one: -len(one.unit_path))
        self._owners = tuple(dict.fromkeys(one.unit_path for one in self._held))
        self._known: dict[tuple[str, ...], Mapping[ReviewKind, Threshold]] = {}

    def rules(self, path: str) -> Mapping[ReviewKind, Threshold]:
        """The rule of each kind that holds for the unit at ``path``."""
        above = tuple(owner for owner in self._owners if path.startswith(owner))
        if above not in self._known:
            mine = [one for one in self._held if one.unit_path in above]
            nearest = {one.kind: one for one in reversed(mine)}
            self._known[above] = {**SHIPPED, **nearest}
        return self._known[above]

    def longest(self) -> int:
        """So many months back some rule looks."""
        every = (*self._held, *SHIPPED.values())
        return max(one.number or 1 for one in every if one.kind in _RUNNING)


_RUNNING = (ReviewKind.SAME_SCORE, ReviewKind.ALL_PRESENT)


def misfit(kind: ReviewKind, number: int | None) -> str | None:
    """What is wrong with the number of a rule, as a msgid; ``None`` when it fits."""
    if kind in COUNTLESS:
        return None if number is None else N_("This kind takes no number.")
    least, most = LIMITS[kind]
    fits = number is not None and least <= number <= most
    return None if fits else N_("For this kind a number from %(least)s to %(most)s is needed.")
