"""What a cell's month says to its reviewer, and which exceptions that makes; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.meetings.rules import ScheduleState, Share
from app.review.rules import WEAK, Book, ReviewKind, Threshold


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
