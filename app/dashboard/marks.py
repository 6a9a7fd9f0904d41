"""What a figure is made of: facts with the address behind them, and how they are put in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.core import text
from app.core.terms import N_
from app.dashboard.rules import Facts

Say = Callable[..., str]


@dataclass(frozen=True)
class Mark:
    """The facts of one month or one unit, and the address that lists what is behind them.

    ``name`` is said in full when the pointer rests on the mark, ``label`` stands at the axis.
    """

    facts: Facts
    url: str
    month: date | None = None
    name: str = ""
    label: str = ""


@dataclass(frozen=True)
class Tongue:
    """How a figure speaks: the translator and the code of the language."""

    say: Say
    locale: str = "vi"

    def percent(self, value: Fraction | float | None) -> str:
        """A percentage with one decimal, "—" for none."""
        if value is None:
            return text.MISSING
        shown = text.number(Fraction(value), 1, self.locale)
        return f"{shown}\u00a0%" if self.locale == "vi" else f"{shown}%"

    def number(self, value: int) -> str:
        """A whole number with its separators."""
        return text.number(value, 0, self.locale)

    def fraction(self, facts: Facts) -> str:
        """Attended of due, which stand beside every rate; "—" when nobody was due."""
        if not facts.due:
            return text.MISSING
        return f"{self.number(facts.attended)}/{self.number(facts.due)}"

    def completeness(self, facts: Facts) -> str:
        """How many of the cells have reported: stands beside every percentage."""
        return self.say(
            N_("%(reported)s of %(cells)s cells reported"),
            reported=self.number(facts.reported),
            cells=self.number(facts.cells),
        )
