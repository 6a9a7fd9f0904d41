"""One meeting's filing as its page shows it: every field's text, suggestions, and the roll."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from app.core.errors import RuleBroken
from app.core.terms import N_
from app.core.text import fold
from app.evaluations import queries as evaluated
from app.evaluations import sheet as sheets
from app.evaluations.models import Criterion, Evaluation
from app.evaluations.rules import Layer
from app.evaluations.sheet import Sheet
from app.filing import queries, reading
from app.filing.models import FilingDraft
from app.meetings import carried, rollcall
from app.meetings import queries as meetings
from app.meetings.carried import Carried
from app.meetings.models import Absence, Meeting, Task
from app.meetings.rules import HeadCounts, MeetingType, Policy, ResultState
from app.people.queries import RollEntry, head_counts

AGENDA = (
    N_("Current affairs and new documents"),
    N_("Review of last month's resolution"),
    N_("Tasks of the coming month"),
    N_("Tasks given to members"),
    N_("Criticism and self-criticism"),
)
"""What the agenda of a cell's meeting usually holds (source: the minutes, DOMAIN 5.2)."""
_NUMBERED = re.compile(r"(?:\d{1,2}[.)]|[-–+•])\s+")


@dataclass
class Filing:
    """A meeting with all that its filing needs, read once."""

    meeting: Meeting
    draft: FilingDraft | None
    by_names: bool
    lines: Sequence[RollEntry]
    absences: dict[int, Absence]
    tasks: Sequence[Task]
    rule: Policy
    policy: Any
    before: Meeting | None
    carried: Sequence[Carried] = ()
    sheet: Sheet | None = None
    no_score: str = ""
    evaluation: Evaluation | None = None
    stored: dict[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> dict[str, dict[str, str]]:
        """What was typed and cannot be kept yet, with the message that says why."""
        return self.draft.entries if self.draft else {}

    @property
    def values(self) -> dict[str, str]:
        """What the fields hold, kept or not."""
        return self.stored | {name: entry["value"] for name, entry in self.entries.items()}

    @property
    def errors(self) -> dict[str, str]:
        """Why something typed is not kept yet, by field."""
        return {name: entry["error"] for name, entry in self.entries.items() if entry["error"]}

    @property
    def criteria(self) -> list[Criterion]:
        """The criteria that take points here; none where this role does not score."""
        return self.sheet.criteria if self.sheet else []


def read_filing(meeting: Meeting, *, scores: bool) -> Filing:
    """Read the filing of ``meeting``; ``scores`` says whether who files it may give points."""
    by_names = rollcall.names_mode(meeting)
    absences = meetings.absences_of(meeting.id) if by_names else []
    policy = meetings.policy_on(meeting.unit_path, rollcall.met_on(meeting))
    filing = Filing(
        meeting=meeting,
        draft=queries.draft_of(meeting.id),
        by_names=by_names,
        lines=rollcall.roster_of(meeting) if by_names else [],
        absences={row.member_id: row for row in absences},
        tasks=meetings.tasks_of(meeting.id),
        rule=policy.rule if policy else Policy(),
        policy=policy,
        before=queries.meeting_before(meeting),
        carried=carried.of(meeting),
    )
    _open_score(filing, scores)
    filing.stored = stored(filing)
    return filing


def _open_score(filing: Filing, scores: bool) -> None:
    if not scores:
        filing.no_score = str(_("Your role fills in the result; the secretary gives the points."))
        return
    filing.evaluation = evaluated.evaluation(filing.meeting.id)
    try:
        filing.sheet = sheets.open_sheet(filing.meeting, filing.evaluation, Layer.SELF)
        filing.sheet.fill()
    except RuleBroken as error:
        filing.no_score = error.message


def stored(filing: Filing) -> dict[str, str]:
    """What the tables hold, as the texts of the fields."""
    meeting = filing.meeting
    found = reading.result_texts(meeting)
    called = meeting.attendance_policy_id is not None
    found["called"] = reading.YES if called else ""
    for line in filing.lines:
        mark = rollcall.said_of(line, filing.absences.get(line.member_id))
        found[f"member-{line.member_id}"] = mark.status.name
        found[f"reason-{line.member_id}"] = mark.reason or ""
    if not filing.by_names:
        counts = meeting.counts if called else None
        for name in HeadCounts.__dataclass_fields__:
            found[name] = str(getattr(counts, name)) if counts else ""
    names = {row: key for key, row in (filing.draft.tasks if filing.draft else {}).items()}
    for task in filing.tasks:
        key = names.get(task.id, f"t{task.id}")
        for part, text in reading.task_texts(task).items():
            found[f"task-{key}-{part}"] = text
    for one in filing.carried:
        if one.is_asked:
            found |= reading.carried_texts(one)
    if filing.sheet:
        for criterion in filing.criteria:
            found[f"points-{criterion.id}"] = filing.sheet.texts.get(criterion.id, "")
            found[f"note-{criterion.id}"] = filing.sheet.notes.get(criterion.id, "")
    return found


def suggested(filing: Filing) -> dict[str, str]:
    """What the fields of a result that nobody has begun most probably have to say."""
    meeting, before = filing.meeting, filing.before
    if meeting.result_state is not ResultState.NONE or filing.entries:
        return {}
    lasted = before.duration_min if before else None
    found = {
        "held_on": reading.day_text(meeting.planned_at.date()),
        "started": f"{meeting.planned_at:%H:%M}",
    }
    if lasted:
        ended = meeting.planned_at + timedelta(minutes=lasted)
        found["ended"] = f"{ended:%H:%M}"
    if not meeting.chair and before and before.chair:
        found["chair"] = before.chair
    if not filing.by_names:
        roll = head_counts(meeting.unit_id, rollcall.met_on(meeting))
        known = {name: getattr(roll, name, 0) for name in HeadCounts.__dataclass_fields__}
        known["present"] = HeadCounts(**known).base
        found |= {name: str(number) for name, number in known.items()}
    return {name: text for name, text in found.items() if not filing.stored.get(name)}


def agenda_offered(filing: Filing, values: Mapping[str, str]) -> list[str]:
    """The items of an agenda to tick: those of ``values``, last month's or the customary ones."""
    kept = values.get("agenda", "").splitlines()
    last = (filing.before.agenda or "").splitlines() if filing.before else []
    usual = last or [str(_(text)) for text in AGENDA]
    if filing.meeting.topic and filing.meeting.type is not MeetingType.REGULAR:
        usual = [filing.meeting.topic, *usual]
    known = {fold(_bare(item)) for item in kept}
    others = (bare for item in usual if fold(bare := _bare(item)) not in known)
    return list(dict.fromkeys(filter(None, (*map(str.strip, kept), *others))))


def _bare(item: str) -> str:
    """An item without the number or dash that it had in another list."""
    return _NUMBERED.sub("", item.strip())
