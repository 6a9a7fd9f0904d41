"""What the page of a filing shows: its fields with their texts, and the words of its script."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.core import clock, i18n
from app.core.acting import actor
from app.core.terms import N_
from app.evaluations import sheet as sheets
from app.filing import answers, document, reading, totals
from app.filing.document import Filing
from app.filing.rules import Values, task_keys
from app.meetings import remarks
from app.meetings.carried import Carried
from app.meetings.rollcall import met_on
from app.meetings.rules import Attendance, HeadCounts
from app.meetings.tally import AWAY, statuses
from app.meetings.task_rules import TaskState, days_late
from app.meetings.wording import COUNT_WORDS, RESULT_HELP, SCHEDULE_HELP
from app.people.queries import RollEntry

REASONS = (N_("Ill"), N_("On a work trip"), N_("Family matters"), N_("On duty"), N_("Studying"))
"""Why people are usually excused; one tap each."""

MANY = 30
"""With more members than this the roll gets a search box."""

BLANK_TASKS = 2
"""Empty lines for tasks where no script can add them."""

HELP = {
    "held_on": SCHEDULE_HELP["planned_at"],
    "place": SCHEDULE_HELP["place"],
    "chair": SCHEDULE_HELP["chair"],
    **RESULT_HELP,
    "started": RESULT_HELP["ended_at"],
    "ended": RESULT_HELP["ended_at"],
    **{name: text for name, (_label, text) in COUNT_WORDS.items()},
}
"""A line by each field, the same as on the longer forms."""


@dataclass(frozen=True)
class Line:
    """A member on the page."""

    entry: RollEntry
    status: Attendance
    reason: str
    away: bool

    @property
    def usual(self) -> Attendance:
        """What holds of the member unless somebody says otherwise."""
        return self.choices[0]

    @property
    def choices(self) -> tuple[Attendance, ...]:
        """What may be said of the member."""
        return statuses(self.entry.state)


def of(filing: Filing, *, may_send: bool, typed: Values = MappingProxyType({})) -> dict[str, Any]:
    """What the template of the page needs; ``typed`` is shown although it is kept nowhere."""
    meeting = filing.meeting
    values = filing.values | document.suggested(filing) | dict(typed)
    scored = totals.scored(filing, values)
    share = totals.share(filing, values)
    return {
        "title": _("Result of %(month)s", month=i18n.month(meeting.month)),
        "subtitle": f"{meeting.unit.name} · {_(meeting.type.value)}",
        "crumbs": [],
        "filing": filing,
        "meeting": meeting,
        "values": values,
        "errors": filing.errors,
        "remarks": remarks.beside(meeting.id),
        "lines": _lines(filing, values),
        "numbers": {name: label for name, (label, _help) in COUNT_WORDS.items()},
        "help": HELP,
        "reasons": [str(_(text)) for text in REASONS],
        "many": len(filing.lines) > MANY,
        "agenda": document.agenda_offered(filing, values),
        "ticked": set(values.get("agenda", "").splitlines()),
        "tasks": _tasks(values),
        "carried": [_carried(filing, one, values) for one in filing.carried],
        "task_states": (TaskState.DONE, TaskState.OPEN, TaskState.NOT_DONE),
        "scored": {one.criterion.id: one for one in scored},
        "score": answers.score(filing, scored),
        "shown_points": sheets.shown,
        "full_points": sheets.full_points,
        "counts": totals.counts(filing, values),
        "share": share,
        "when": _when(values),
        "may_send": may_send,
        "data": _data(filing, may_send) | {"score": answers.score(filing, scored)},
        "longest": reading.LONGEST,
    }


@dataclass(frozen=True)
class Asked:
    """A task of an earlier meeting on the page."""

    one: Carried
    state: TaskState | None
    note: str
    late: int | None
    """How many days its last day lay back when the meeting took place."""


def _carried(filing: Filing, one: Carried, values: dict[str, str]) -> Asked:
    late = days_late(TaskState.OPEN, one.task.due_on, met_on(filing.meeting))
    note = values.get(f"review-{one.task.id}-note", one.note)
    return Asked(one, totals.said_of(one, values), note, late)


def _lines(filing: Filing, values: dict[str, str]) -> list[Line]:
    found = zip(filing.lines, totals.marks(filing, values), strict=True)
    return [Line(line, mark.status, mark.reason or "", line.state in AWAY) for line, mark in found]


def _when(values: dict[str, str]) -> str:
    """Day, times, place and chair on one line, as the page's script writes them."""
    times = "–".join(filter(None, (values["started"], values["ended"])))
    return " · ".join(filter(None, (values["held_on"], times, values["place"], values["chair"])))


def _tasks(values: dict[str, str]) -> dict[str, dict[str, str]]:
    """The tasks by their keys, and empty ones for browsers without scripts."""
    parts = ("title", "who", "due")
    stamp = f"{clock.now():%H%M%S%f}"
    keys = [*task_keys(values), *(f"f{stamp}{number}" for number in range(BLANK_TASKS))]
    return {key: {part: values.get(f"task-{key}-{part}", "") for part in parts} for key in keys}


def _data(filing: Filing, may_send: bool) -> dict[str, Any]:
    """What the page's script starts from."""
    who, sheet = actor(), filing.sheet
    bands = [(float(band.min_points), str(band.rating)) for band in sheet.bands] if sheet else []
    return {
        "account": who.account_id,
        "meeting": filing.meeting.id,
        "state": filing.meeting.result_state.name,
        "version": filing.meeting.version,
        "stamp": answers.stamp(filing),
        "values": filing.values,
        "errors": filing.errors,
        "bands": bands,
        "byNames": filing.by_names,
        "numbers": list(HeadCounts.__dataclass_fields__),
        "excusedIn": filing.rule.excused_in_denominator,
        "voluntary": filing.rule.count_voluntary_presence,
        "maySend": may_send,
        "urls": {
            "page": url_for("FilingPage.show", pk=filing.meeting.id),
            "draft": url_for("FilingPage.draft", pk=filing.meeting.id),
            "send": url_for("FilingPage.send", pk=filing.meeting.id),
            "login": url_for(
                "LoginView.login", next=url_for("FilingPage.show", pk=filing.meeting.id)
            ),
            "result": url_for("ResultView.show", pk=filing.meeting.id),
        },
    }
