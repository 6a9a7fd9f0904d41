"""The six numbers of a month: each with how complete it is, why, and what stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext as _

from app.core import text
from app.dashboard import links, queries
from app.dashboard.grounds import Grounds, counting, limits, scoring
from app.dashboard.marks import Tongue
from app.dashboard.rules import Facts


@dataclass(frozen=True)
class Why:
    """The answer to "why this figure?": facts, formula, the rules with their legal basis."""

    facts: str
    formula: str
    rules: Sequence[str]


@dataclass(frozen=True)
class Number:
    """One figure; ``hint`` says how complete it is, ``url`` leads to what is behind it."""

    label: str
    figure: str
    hint: str
    why: Why
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Month:
    """What the numbers are made of: a branch, a month, its facts and those of the month before."""

    path: str
    unit_id: int
    month: date
    facts: Facts
    before: Facts
    grounds: Grounds
    scale: Sequence[tuple[str, str]]
    units: str

    def summary(self) -> str:
        """The summary table of that branch and month."""
        return links.to("SummaryTable.show", unit=self.unit_id, month=f"{self.month:%Y-%m}")


def six(of: Month, speak: Tongue) -> list[Number]:
    """The six numbers of the month."""
    return [
        _reported(of, speak),
        _participation(of, speak),
        _best(of, speak),
        _points(of, speak),
        _in_time(of, speak),
        _absent(of, speak),
    ]


def _reported(of: Month, speak: Tongue) -> Number:
    now = of.facts
    board = links.to(
        "ChaseBoard.show", unit=of.unit_id, month=f"{of.month:%Y-%m}", missing="result"
    )
    return Number(
        _("Cells reported"),
        f"{speak.number(now.reported)}/{speak.number(now.cells)}",
        share(now.reported, now.cells, speak),
        Why(
            _(
                "%(reported)s of %(cells)s cells have a result that is sent, approved or locked.",
                reported=speak.number(now.reported),
                cells=speak.number(now.cells),
            ),
            _("Cells that have reported ÷ cells that were to meet in that month"),
            limits(of.grounds),
        ),
        board or of.units,
        "ok" if now.cells and not now.missing else "warn" if now.missing else "",
    )


def _participation(of: Month, speak: Tongue) -> Number:
    now = of.facts
    return Number(
        _("Participation, all members together"),
        speak.percent(now.rate),
        joined(
            speak.fraction(now), speak.completeness(now), change(now.rate, of.before.rate, speak)
        ),
        Why(
            _(
                "%(attended)s attended, %(due)s were due. The plain mean of the cells is %(mean)s.",
                attended=speak.number(now.attended),
                due=speak.number(now.due),
                mean=speak.percent(now.mean_rate),
            ),
            _("All attended ÷ all due × 100, of the cells that have reported"),
            counting(of.grounds),
        ),
        of.units,
    )


def _best(of: Month, speak: Tongue) -> Number:
    now = of.facts
    code, name = of.scale[0] if of.scale else ("", "")
    return Number(
        _("Rated %(rating)s", rating=name),
        share(now.ratings.get(code, 0), now.rated, speak),
        _rated(now.rated, now.cells, speak),
        Why(
            _(
                "%(count)s of %(rated)s cells with an official rating.",
                count=speak.number(now.ratings.get(code, 0)),
                rated=speak.number(now.rated),
            ),
            _("Cells of that rating ÷ cells with an official rating × 100"),
            scoring(of.grounds, code),
        ),
        of.units,
    )


def _points(of: Month, speak: Tongue) -> Number:
    now = of.facts
    mean = text.MISSING
    if now.mean_points is not None:
        mean = text.number(now.mean_points, 1, speak.locale)
    return Number(
        _("Mean official points"),
        mean,
        _rated(now.scored, now.cells, speak),
        Why(
            _(
                "%(points)s points of %(scored)s cells.",
                points=text.number(now.points, 1, speak.locale),
                scored=speak.number(now.scored),
            ),
            _("Official points added up ÷ cells that have them"),
            scoring(of.grounds),
        ),
        of.summary() or of.units,
    )


def _in_time(of: Month, speak: Tongue) -> Number:
    in_time, sent = queries.sent_in_time(of.path, of.month)
    return Number(
        _("Results sent in time"),
        share(in_time, sent, speak),
        speak.completeness(of.facts),
        Why(
            _(
                "%(count)s of %(sent)s results were sent by the last day.",
                count=speak.number(in_time),
                sent=speak.number(sent),
            ),
            _("Results sent by the last day ÷ results sent × 100"),
            limits(of.grounds),
        ),
        of.summary() or of.units,
    )


def _absent(of: Month, speak: Tongue) -> Number:
    now = of.facts
    figure = speak.number(now.unexcused) if now.reported else text.MISSING
    return Number(
        _("Absent without reason"),
        figure,
        speak.completeness(now),
        Why(
            _(
                "%(count)s of %(due)s members who were due.",
                count=speak.number(now.unexcused),
                due=speak.number(now.due),
            ),
            _("Members noted as absent without reason, added up over the cells"),
            counting(of.grounds),
        ),
        of.summary() or of.units,
    )


def share(part: int, whole: int, speak: Tongue) -> str:
    """A share in percent, "—" when there is no whole."""
    return speak.percent(Fraction(100 * part, whole)) if whole else text.MISSING


def joined(*parts: str) -> str:
    """The parts that say something, side by side."""
    return " · ".join(part for part in parts if part)


def change(now: Fraction | None, before: Fraction | None, speak: Tongue) -> str:
    """How many points of percent up or down, in words."""
    if now is None or before is None:
        return ""
    points = text.number(abs(now - before), 1, speak.locale)
    if points == text.number(Fraction(0), 1, speak.locale):
        return str(_("as the month before"))
    if now >= before:
        return str(_("up %(points)s points on the month before", points=points))
    return str(_("down %(points)s points on the month before", points=points))


def _rated(rated: int, cells: int, speak: Tongue) -> str:
    return str(
        _(
            "%(rated)s of %(cells)s cells rated",
            rated=speak.number(rated),
            cells=speak.number(cells),
        )
    )
