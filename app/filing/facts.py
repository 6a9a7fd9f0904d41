"""Points that the facts of a meeting give for a criterion, and why; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

DURATION, ATTENDANCE, SPEAKERS = "duration", "attendance", "speakers"
MINUTES, TASKS = "minutes", "task_completion"
METRICS = (DURATION, ATTENDANCE, SPEAKERS, MINUTES, TASKS)


@dataclass(frozen=True)
class Facts:
    """What a meeting says about its criteria; ``None`` where it is not known yet.

    ``attendance``, ``speakers`` and ``tasks`` are (part, whole) in people and in tasks; ``ahead``
    are tasks that have time left and are not among them. ``duration`` in minutes.
    """

    duration: int | None = None
    attendance: tuple[int, int] | None = None
    unexcused: int = 0
    speakers: tuple[int, int] | None = None
    minutes: bool | None = None
    tasks: tuple[int, int] | None = None
    ahead: int = 0
    combined: bool = False

    def value(self, metric: str | None) -> Fraction | None:
        """The measure in minutes or percent, or ``None`` when it is not known."""
        if metric == DURATION:
            return None if self.duration is None else Fraction(self.duration)
        if metric == MINUTES:
            return None if self.minutes is None else Fraction(100 if self.minutes else 0)
        pair = {
            ATTENDANCE: self.attendance,
            SPEAKERS: self.speakers,
            TASKS: self.tasks,
        }.get(metric or "")
        return Fraction(100 * pair[0], pair[1]) if pair and pair[1] else None


Standard = Mapping[str, Any]
"""From which measure on a criterion gives full points: ``from``, ``combined``, ``all_excused``."""


def needed(standard: Standard, facts: Facts) -> Fraction | None:
    """The measure that gives full points for this kind of meeting."""
    wanted = standard.get("combined") if facts.combined else None
    wanted = wanted if wanted is not None else standard.get("from")
    return None if wanted is None else Fraction(str(wanted))


def proposed(
    most: Decimal,
    levels: Sequence[Mapping[str, Any]] | None,
    standard: Standard | None,
    metric: str | None,
    facts: Facts,
) -> Decimal | None:
    """The points that the facts give, or ``None`` where a person has to judge.

    The criterion's own ``levels`` come first, then its ``standard``: reaching it gives ``most``;
    how much less is worth, no standard says.
    """
    value = facts.value(metric)
    if value is None:
        return None
    if levels:
        level = next((row for row in levels if _holds(row, value)), None)
        return Decimal(str(level["points"])) if level else None
    if not standard:
        return None
    lowest = needed(standard, facts)
    if lowest is None or value < lowest:
        return None
    return None if standard.get("all_excused") and facts.unexcused else most


def _holds(level: Mapping[str, Any], value: Fraction) -> bool:
    """Whether a level with bounds is that of ``value``; one without is nobody's."""
    lower, upper = level.get("lower"), level.get("upper")
    if lower is None and upper is None:
        return False
    above = lower is None or value > lower or (value == lower and not level.get("lower_open"))
    below = upper is None or value < upper or (value == upper and bool(level.get("upper_closed")))
    return above and below
