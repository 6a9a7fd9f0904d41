"""What a filing adds up to, kept or not: who came, the share, the points and their reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from app.core import i18n
from app.core.errors import RuleBroken
from app.core.text import nfc
from app.evaluations import rules as scoring
from app.evaluations import sheet as sheets
from app.evaluations.models import Criterion
from app.filing import facts as measured
from app.filing import reading
from app.filing.document import Filing, read_filing
from app.filing.facts import Facts
from app.filing.rules import Values
from app.meetings import carried
from app.meetings import rules as meetings
from app.meetings.carried import Carried
from app.meetings.models import Meeting
from app.meetings.rollcall import Mark
from app.meetings.rules import Attendance, HeadCounts, MeetingType, Share
from app.meetings.tally import statuses, tally, usual
from app.meetings.task_rules import TaskState


@dataclass(frozen=True)
class Scored:
    """A criterion with the points that count now: typed, or given by the facts."""

    criterion: Criterion
    typed: str
    proposal: Decimal | None
    why: str

    @property
    def text(self) -> str:
        """The points that count, as a person writes them."""
        return self.typed or sheets.shown(self.proposal)


def open_filing(meeting: Meeting, *, scores: bool) -> Filing:
    """Read the filing of ``meeting``; ``scores`` says whether who files it may give points.

    Points that are what the facts give are nobody's: their fields are empty.
    """
    filing = read_filing(meeting, scores=scores)
    for one in scored(filing, filing.values):
        if one.typed and one.typed == sheets.shown(one.proposal):
            filing.stored[f"points-{one.criterion.id}"] = ""
    return filing


def marks(filing: Filing, values: Values) -> list[Mark]:
    """What the fields say of each member; what cannot be said of him leaves the usual."""
    found = []
    for line in filing.lines:
        name = values.get(f"member-{line.member_id}", "")
        said = Attendance[name] if name in Attendance.__members__ else usual(line.state)
        if said not in statuses(line.state):
            said = usual(line.state)
        found.append(Mark(line.member_id, said, values.get(f"reason-{line.member_id}") or None))
    return found


def counts(filing: Filing, values: Values) -> HeadCounts:
    """The numbers of the roll-call as the fields have them; unreadable numbers count as none."""
    if filing.by_names:
        said = zip(filing.lines, marks(filing, values), strict=True)
        return tally((line.state, mark.status) for line, mark in said)
    return HeadCounts(**{name: _number(values, name) for name in HeadCounts.__dataclass_fields__})


def share(filing: Filing, values: Values) -> Share:
    """Who came of those due, by the policy of the day."""
    return meetings.attendance(counts(filing, values), filing.rule)


def facts(filing: Filing, values: Values) -> Facts:
    """What the meeting says about its criteria, as far as the fields can be read."""
    meeting = filing.meeting
    people, came = counts(filing, values), share(filing, values)
    spoke = _number(values, "speakers") if values.get("speakers") else None
    states = [(one.task, said_of(one, values)) for one in filing.carried]
    done = carried.completion(meeting, states)
    return Facts(
        duration=_duration(values),
        attendance=(came.present, came.denominator) if came.denominator else None,
        unexcused=people.unexcused,
        speakers=None if spoke is None or not people.present else (spoke, people.present),
        minutes=values.get("minutes_present") == reading.YES,
        tasks=(done.done, done.due) if done else None,
        ahead=done.ahead if done else 0,
        combined=meeting.type is MeetingType.COMBINED,
    )


def said_of(one: Carried, values: Values) -> TaskState | None:
    """How a task of an earlier meeting stands by the fields; ``None`` while that is open."""
    return reading.task_state(values, one.task.id) if one.is_asked else one.state


def scored(filing: Filing, values: Values) -> list[Scored]:
    """Every criterion with its points so far and why the facts give them."""
    if not filing.sheet:
        return []
    known = facts(filing, values)
    found = []
    for criterion in filing.criteria:
        points = proposal(criterion, known)
        typed = values.get(f"points-{criterion.id}", "")
        found.append(Scored(criterion, typed, points, why(criterion, known, points)))
    return found


def proposal(criterion: Criterion, known: Facts) -> Decimal | None:
    """The points that the facts give for a criterion, if its set says how."""
    points = measured.proposed(
        criterion.max_points, criterion.choices, criterion.standard, criterion.metric, known
    )
    wrong = points is None or scoring.points_misfit(points, criterion.max_points, criterion.choices)
    return None if wrong else points


def why(criterion: Criterion, known: Facts, points: Decimal | None) -> str:
    """The facts and the rule behind a criterion's points; "" where only a person can judge."""
    if criterion.metric not in measured.METRICS:
        return ""
    value = known.value(criterion.metric)
    if value is None:
        return str(_("The facts for this are not known yet."))
    said = [_fact(criterion.metric, known)]
    if criterion.choices and points is not None:
        label = next(row["label"] for row in criterion.choices if row["points"] == points)
        said.append(_("level “%(label)s”", label=label))
    elif criterion.standard:
        said.append(_standard(criterion.metric, criterion.standard, known))
    if points is None:
        said.append(_("please judge the points"))
    return "; ".join(map(str, said)) + "."


def put_into_sheet(filing: Filing, found: list[Scored]) -> None:
    """Give the score sheet the points that count, so that it sums and rates them."""
    if filing.sheet:
        filing.sheet.texts = {one.criterion.id: one.text for one in found}


def _fact(metric: str, known: Facts) -> str:
    if metric == measured.DURATION:
        return str(_("It took %(minutes)s minutes", minutes=known.duration))
    if metric == measured.ATTENDANCE and known.attendance:
        text = str(_("Present %(share)s", share=i18n.percent(*known.attendance)))
        if known.unexcused:
            text += "; " + str(_("%(people)s absent without reason", people=known.unexcused))
        return text
    if metric == measured.SPEAKERS and known.speakers:
        return str(_("%(share)s of those present spoke", share=i18n.percent(*known.speakers)))
    if metric == measured.TASKS and known.tasks:
        done, due = known.tasks
        text = str(_("%(done)s/%(due)s tasks of earlier meetings are done", done=done, due=due))
        if known.ahead:
            text += " " + str(_("(%(count)s with time left do not count)", count=known.ahead))
        return text
    return str(_("Minutes were taken") if known.minutes else _("No minutes were taken"))


def _standard(metric: str, standard: Mapping[str, Any], known: Facts) -> str:
    lowest = i18n.number(measured.needed(standard, known))
    if metric == measured.DURATION:
        return str(_("full points from %(minutes)s minutes on", minutes=lowest))
    if standard.get("all_excused"):
        return str(
            _(
                "full points from %(percent)s %% on when nobody is absent without reason",
                percent=lowest,
            )
        )
    return str(_("full points from %(percent)s %% on", percent=lowest))


def _duration(values: Values) -> int | None:
    try:
        return reading.lasted(values)
    except RuleBroken:
        return None


def _number(values: Values, name: str) -> int:
    try:
        return reading.people(values, name) or 0
    except RuleBroken:
        return 0


def tidy(values: Mapping[str, str]) -> dict[str, str]:
    """Typed texts as they are stored: composed and trimmed."""
    return {name: nfc(text) for name, text in values.items()}
