"""What makes a superior look twice at a cell's month, from which number on; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.terms import N_, Term
from app.meetings.rules import ScheduleState, Share


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


@dataclass(frozen=True)
class Facts:
    """What one cell's month says; ``None`` where it is not known.

    ``gap`` is the superior's total less the cell's; ``missing`` names (msgids) what full marks
    lack; ``alike`` is in percent; ``totals`` and ``shares`` are those of the last months, this one
    first, ``None`` for a month that was not reported. ``early_min``: sent so long before the end.
    """

    state: ScheduleState | None = None
    sent: bool = False
    days_late: int = 0
    put_off: int = 0
    rated_best: bool = False
    unexcused: int = 0
    gap: Decimal | None = None
    missing: tuple[str, ...] = ()
    minutes: int | None = None
    minutes_needed: int | None = None
    alike: int | None = None
    early_min: int | None = None
    totals: Sequence[Decimal | None] = ()
    shares: Sequence[Share | None] = ()


@dataclass(frozen=True)
class Finding:
    """One exception: its kind, the rule that names it, and what it rests on, by name."""

    kind: ReviewKind
    rule: Threshold
    seen: Mapping[str, Any]


def findings(facts: Facts, book: Book, path: str) -> tuple[Finding, ...]:
    """The exceptions of a cell's month by the rules for the unit at ``path``."""
    found, in_force = [], book.rules(path)
    for kind, ask in _ASKED.items():
        rule = in_force[kind]
        seen = ask(facts, rule.number or 0) if rule.active else None
        if seen is not None:
            found.append(Finding(kind, rule, seen))
    return tuple(found)


def holds_back(found: Iterable[Finding]) -> bool:
    """Whether a month with these exceptions is to be looked at by itself."""
    return any(one.kind not in WEAK for one in found)


def alike(text: str | None, before: str | None) -> int | None:
    """How much of the words of two texts both have, in percent; ``None`` where one is empty."""
    if not text or not before:
        return None
    if text == before:
        return 100
    words, others = set(text.casefold().split()), set(before.casefold().split())
    return 100 * len(words & others) // (len(words | others) or 1)


def misfit(kind: ReviewKind, number: int | None) -> str | None:
    """What is wrong with the number of a rule, as a msgid; ``None`` when it fits."""
    if kind in COUNTLESS:
        return None if number is None else N_("This kind takes no number.")
    least, most = LIMITS[kind]
    fits = number is not None and least <= number <= most
    return None if fits else N_("For this kind a number from %(least)s to %(most)s is needed.")


Seen = Mapping[str, Any] | None


def _late(facts: Facts, number: int) -> Seen:
    known = {"days": facts.days_late, "sent": facts.sent}
    return known if facts.days_late >= number else None


def _not_held(facts: Facts, _number: int) -> Seen:
    return {} if facts.state is ScheduleState.NOT_HELD else None


def _put_off(facts: Facts, number: int) -> Seen:
    return {"times": facts.put_off} if facts.put_off >= number else None


def _gate(facts: Facts, number: int) -> Seen:
    fired = facts.rated_best and facts.unexcused >= number
    return {"unexcused": facts.unexcused} if fired else None


def _gap(facts: Facts, number: int) -> Seen:
    return {"gap": facts.gap} if facts.gap is not None and abs(facts.gap) >= number else None


def _full(facts: Facts, _number: int) -> Seen:
    return {"missing": facts.missing} if facts.missing else None


def _short(facts: Facts, number: int) -> Seen:
    took, needed = facts.minutes, facts.minutes_needed
    short = took is not None and needed is not None and took <= needed - number
    return {"minutes": took, "needed": needed} if short else None


def _low(facts: Facts, number: int) -> Seen:
    share = facts.shares[0] if facts.shares else None
    percent = share.percent if share else None
    return {"share": share} if percent is not None and percent < number else None


def _copied(facts: Facts, number: int) -> Seen:
    return {"alike": facts.alike} if facts.alike is not None and facts.alike >= number else None


def _same(facts: Facts, number: int) -> Seen:
    run = facts.totals[:number]
    same = len(run) == number and run[0] is not None and len(set(run)) == 1
    return {"total": run[0], "months": number} if same else None


def _early(facts: Facts, _number: int) -> Seen:
    return {"minutes": facts.early_min} if facts.early_min else None


def _all_present(facts: Facts, number: int) -> Seen:
    run = facts.shares[:number]
    full = all(one and one.denominator and one.present == one.denominator for one in run)
    return {"months": number} if full and len(run) == number else None


_ASKED: Mapping[ReviewKind, Callable[[Facts, int], Seen]] = {
    ReviewKind.LATE: _late,
    ReviewKind.NOT_HELD: _not_held,
    ReviewKind.PUT_OFF: _put_off,
    ReviewKind.GATE: _gate,
    ReviewKind.GAP: _gap,
    ReviewKind.FULL_WITHOUT_FACTS: _full,
    ReviewKind.SHORT: _short,
    ReviewKind.LOW_ATTENDANCE: _low,
    ReviewKind.COPIED: _copied,
    ReviewKind.SAME_SCORE: _same,
    ReviewKind.EARLY: _early,
    ReviewKind.ALL_PRESENT: _all_present,
}
