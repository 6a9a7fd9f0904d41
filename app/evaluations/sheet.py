"""A score sheet while a person fills it in: what was typed, what is wrong, what it sums to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask_babel import gettext as _

from app.core import i18n, secrecy, typed
from app.core.acting import Acting
from app.core.errors import RuleBroken
from app.core.text import nfc
from app.evaluations import checks, commands, queries, rules
from app.evaluations.models import CriteriaSet, Criterion, Evaluation, RatingBand
from app.evaluations.queries import Line
from app.evaluations.rules import EvaluationState, Layer
from app.meetings import remarks
from app.meetings.models import Meeting

LONGEST_NOTE = 500
_BEFORE = {Layer.SELF: (), Layer.VERIFIED: (Layer.SELF,), Layer.OFFICIAL: tuple(Layer)[:2]}


@dataclass
class Sheet:
    """The criteria of a meeting for one layer, with what was typed into them.

    ``texts`` and ``notes`` hold by criterion id what was typed, to be shown again, ``errors``
    messages by criterion id, ``problems`` those that belong to no criterion; ``secret`` the
    criteria whose note is kept nowhere; ``remarks`` what the superior said beside criteria.
    """

    meeting: Meeting
    evaluation: Evaluation | None
    criteria_set: CriteriaSet
    lines: Sequence[Line]
    bands: Sequence[RatingBand]
    layer: Layer
    texts: dict[int, str] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    secret: set[int] = field(default_factory=set)
    remarks: Mapping[int, str] = field(default_factory=dict)

    @property
    def criteria(self) -> list[Criterion]:
        """The criteria that take points."""
        return [line.criterion for line in self.lines if line.criterion.is_leaf]

    @property
    def before(self) -> Sequence[Layer]:
        """The layers whose points stand beside for comparison."""
        return _BEFORE[self.layer]

    @property
    def version(self) -> int:
        """What the form carries to notice a second editor; 0 before there is an evaluation."""
        return self.evaluation.version if self.evaluation else 0

    @property
    def total(self) -> Decimal:
        """The sum of the typed points, without those that break a rule."""
        return rules.total(points for points in self._good().values() if points is not None)

    @property
    def missing(self) -> int:
        """How many criteria still lack good points."""
        return sum(points is None for points in self._good().values())

    @property
    def rating(self) -> RatingBand | None:
        """The band that the total reaches, once every criterion has its points."""
        if self.missing:
            return None
        pairs = [(band.min_points, band.rating_code) for band in self.bands]
        code = rules.rating(self.total, pairs)
        return next((band for band in self.bands if band.rating_code == code), None)

    def fill(self) -> None:
        """Begin with the stored points, or where the layer is empty, those it confirms."""
        begun = any(line.score and line.score.points(self.layer) is not None for line in self.lines)
        layers = (self.layer,) if begun else (self.layer, *reversed(self.before))
        for line in self.lines:
            if line.score is None:
                continue
            given = (line.score.points(layer) for layer in layers)
            points = next((one for one in given if one is not None), None)
            self.texts[line.criterion.id] = shown(points)
            self.notes[line.criterion.id] = line.score.note or ""

    def fill_up(self) -> None:
        """Give full points wherever nothing has been typed."""
        for criterion in self.criteria:
            if not self.texts.get(criterion.id):
                self.texts[criterion.id] = shown(full_points(criterion))

    def read(self, form: Mapping[str, str]) -> None:
        """Take over the fields ``points-<id>`` and ``note-<id>`` of a sent form.

        One of a criterion that the sheet does not have is told in ``problems``.
        """
        if {name for name in form if name.startswith(("points-", "note-"))} - self.fields().keys():
            self.problems.append(_("There is no such criterion in this score sheet."))
        for criterion in self.criteria:
            self.texts[criterion.id] = nfc(form.get(f"points-{criterion.id}", ""))[:20]
            self.notes[criterion.id] = nfc(form.get(f"note-{criterion.id}", ""))
            if len(self.notes[criterion.id]) > LONGEST_NOTE:
                self.errors[criterion.id] = _(
                    "A note takes at most %(most)s characters.", most=LONGEST_NOTE
                )
            if wrong := secrecy.complaint(self.notes[criterion.id]):
                self.errors[criterion.id] = wrong
                self.secret.add(criterion.id)

    def fields(self) -> dict[str, str]:
        """What the form's fields hold: points and notes by their names."""
        return {
            name: text
            for one in self.criteria
            for name, text in (
                (f"points-{one.id}", self.texts.get(one.id, "")),
                (f"note-{one.id}", self.notes.get(one.id, "")),
            )
        }

    def labels(self) -> dict[str, str]:
        """What the form's fields are called, by their names."""
        return {
            name: label
            for one in self.criteria
            for name, label in (
                (f"points-{one.id}", str(one)),
                (f"note-{one.id}", f"{one.code}: {_('Grounds or reason for lost points')}"),
            )
        }

    def points(self) -> dict[int, Decimal | None]:
        """The typed points by criterion id; what cannot be read goes into ``errors``."""
        found = {}
        for criterion_id, given in self.texts.items():
            try:
                found[criterion_id] = typed.number(given, 1) if given else None
            except ValueError:
                self.errors[criterion_id] = _("Write a number, such as 4.5.")
        return found

    def _good(self) -> dict[int, Decimal | None]:
        """The typed points that break no rule, ``None`` for the others."""
        return {
            criterion.id: _read(self.texts.get(criterion.id), criterion)
            for criterion in self.criteria
        }


def open_sheet(meeting: Meeting, evaluation: Evaluation | None, layer: Layer) -> Sheet:
    """The sheet of a meeting for a layer: of its evaluation, or of the set in force, still empty.

    Raises ``RuleBroken`` when there is no set, or the layer takes no points now.
    """
    checks.unlocked(meeting)
    state = evaluation.state if evaluation else EvaluationState.DRAFT
    if state not in rules.SCORED_IN[layer]:
        raise RuleBroken(checks.not_now(state))
    criteria_set = evaluation.criteria_set if evaluation else commands.set_in_force(meeting)
    return Sheet(
        meeting=meeting,
        evaluation=evaluation,
        criteria_set=criteria_set,
        lines=queries.lines(criteria_set.id, meeting.id),
        bands=queries.bands(criteria_set.id),
        layer=layer,
        remarks=_said(meeting) if layer is Layer.SELF else {},
    )


def save(sheet: Sheet, *, by: Acting, onward: bool) -> None:
    """Store the sheet's points and, when ``onward``, take the layer's step; raises as commands do.

    Points that cannot be read or break a rule are told together.
    """
    if sheet.problems:
        raise RuleBroken(sheet.problems[0])
    points = sheet.points()
    if sheet.errors:
        raise checks.PointsRefused(sheet.errors)
    evaluation = sheet.evaluation or commands.open_evaluation(sheet.meeting, by=by)
    commands.give_points(evaluation, sheet.layer, points, sheet.notes, by=by)
    if onward:
        step = {
            Layer.SELF: commands.submit,
            Layer.VERIFIED: commands.verify,
            Layer.OFFICIAL: commands.make_official,
        }[sheet.layer]
        step(evaluation, by=by)


def _said(meeting: Meeting) -> dict[int, str]:
    """What is said beside criteria, by their ids."""
    found, start = remarks.beside(meeting.id), remarks.POINTS
    return {int(name[len(start) :]): text for name, text in found.items() if name.startswith(start)}


def _read(text: str | None, criterion: Criterion) -> Decimal | None:
    try:
        points = typed.number(text, 1) if text else None
    except ValueError:
        return None
    if points is None or rules.points_misfit(points, criterion.max_points, criterion.choices):
        return None
    return points


def full_points(criterion: Criterion) -> Decimal:
    """The most that a criterion can give, by its levels if it has any."""
    levels = [rules.exact(row["points"]) for row in criterion.choices or ()]
    return max(levels, default=criterion.max_points)


def shown(points: Decimal | None) -> str:
    """Points as a person writes them: "4,5", nothing for none."""
    return "" if points is None else i18n.number(points)
