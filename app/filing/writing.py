"""Takes the fields of a filing over into the tables, part by part, through their commands.

What breaks a rule stays behind with the rule's message; the rest is kept.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import commands as evaluations
from app.evaluations.checks import PointsRefused
from app.evaluations.rules import Layer
from app.filing import reading, totals
from app.filing.document import Filing
from app.filing.rules import RESULT, Values, task_keys
from app.meetings import carried, results, rollcall
from app.meetings.carried import Carried
from app.meetings.models import Task
from app.meetings.rules import HeadCounts

NUMBERS = tuple(HeadCounts.__dataclass_fields__)
_BESIDE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "started_at": (("started", "held_on", "ended"),),
    "ended_at": (("ended",), ("started", "held_on")),
    "month": (("held_on", "started", "ended"),),
}
"""Where the messages of commands stand on the page, when their fields have other names."""

Errors = dict[str, str]
Work = Callable[[dict[str, str]], None]


def keep_what_can_be(pending: Values, work: Work) -> Errors:
    """Give ``pending`` to ``work`` without the fields that break a rule; says why, by field."""
    errors: Errors = {}
    left = dict(pending)
    while left:
        try:
            with db.session.begin_nested():
                work(left)
                db.session.flush()
            return errors
        except RuleBroken as error:
            told = _told(error, left)
            errors |= told
            left = {name: text for name, text in left.items() if name not in told}
    return errors


def _told(error: RuleBroken, left: Values) -> Errors:
    """The fields of ``left`` that a message is about; all of them when it names none."""
    if isinstance(error, PointsRefused):
        found = {f"points-{key}": text for key, text in error.errors.items()}
        if known := {name: text for name, text in found.items() if name in left}:
            return known
    name = error.field or ""
    groups = _BESIDE.get(name, ((name,),))
    if name.startswith("member-"):
        groups = ((name, f"reason-{name[7:]}"),)
    if name.startswith("review-"):
        task = name.rpartition("-")[0]
        groups = ((name, f"{task}-state", f"{task}-note"),)
    places = [[name for name in group if name in left] for group in groups]
    beside = next(filter(None, places), [])
    if not beside:
        return dict.fromkeys(left, error.message)
    # The first is where the eye looks; the others wait with it.
    return dict.fromkeys(beside, "") | {beside[0]: error.message}


def write(filing: Filing, wanted: Values, *, by: Acting, at: datetime | None = None) -> Errors:
    """Keep all fields of ``wanted`` that keep the rules; why the others are not, by field."""
    differs = {name: text for name, text in wanted.items() if text != filing.stored.get(name, "")}
    errors = _result(filing, differs, by, at)
    errors |= _roll(filing, differs, by)
    errors |= _carried(filing, differs, by, at)
    errors |= _tasks(filing, differs, by)
    errors |= _points(filing, wanted, differs, by)
    return errors


def _result(filing: Filing, differs: Values, by: Acting, at: datetime | None) -> Errors:
    def work(left: dict[str, str]) -> None:
        texts = {name: left.get(name, filing.stored[name]) for name in RESULT}
        if "held_on" in left and not (texts["started"] or texts["ended"]):
            raise RuleBroken("", "held_on")
        reading.put_result(filing.meeting, texts)
        results.save_result(filing.meeting, by=by, at=at)

    return keep_what_can_be({name: differs[name] for name in RESULT if name in differs}, work)


def _roll(filing: Filing, differs: Values, by: Acting) -> Errors:
    def work(left: dict[str, str]) -> None:
        texts = filing.stored | left
        if filing.by_names:
            rollcall.roll_call(filing.meeting, totals.marks(filing, texts), by=by)
            return
        numbers = {name: reading.people(texts, name) or 0 for name in NUMBERS}
        rollcall.count_heads(filing.meeting, HeadCounts(**numbers), by=by)

    mine = ("member-", "reason-") if filing.by_names else NUMBERS
    pending = {
        name: text for name, text in differs.items() if name == "called" or name.startswith(mine)
    }
    return keep_what_can_be(pending, work)


def _carried(filing: Filing, differs: Values, by: Acting, at: datetime | None) -> Errors:
    errors: Errors = {}
    for one in filing.carried:
        name = f"review-{one.task.id}-"
        fields = {key: text for key, text in differs.items() if key.startswith(name)}
        errors |= keep_what_can_be(fields, _carried_work(filing, one, by, at))
    return errors


def _carried_work(filing: Filing, one: Carried, by: Acting, at: datetime | None) -> Work:
    def work(left: dict[str, str]) -> None:
        texts = filing.stored | left
        state = reading.task_state(texts, one.task.id)
        note = texts.get(f"review-{one.task.id}-note", "")
        carried.review(filing.meeting, one, state, note, by=by, at=at)

    return work


def _tasks(filing: Filing, differs: Values, by: Acting) -> Errors:
    errors: Errors = {}
    rows = {task.id: task for task in filing.tasks}
    named = dict(filing.draft.tasks) if filing.draft else {}
    for key in task_keys(differs):
        own = key[1:] if key[:1] == "t" and key[1:].isdecimal() else ""
        task = rows.get(named.get(key, int(own[:18]) if own else 0))
        fields = {name: text for name, text in differs.items() if name.startswith(f"task-{key}-")}
        if own and task is None:
            continue
        errors |= keep_what_can_be(fields, _task_work(filing, task, key, by))
    return errors


def _task_work(filing: Filing, task: Task | None, key: str, by: Acting) -> Work:
    def work(left: dict[str, str]) -> None:
        if left.get(f"task-{key}-gone"):
            if task is not None:
                results.remove_task(task, by=by)
            return
        row = task or Task(meeting_id=filing.meeting.id, meeting=filing.meeting)
        reading.put_task(row, filing.stored | left, key)
        if task is not None:
            results.change_task(row, by=by)
            return
        results.add_task(row, by=by)
        db.session.flush()
        if filing.draft:
            filing.draft.tasks = filing.draft.tasks | {key: row.id}

    return work


def _points(filing: Filing, wanted: Values, differs: Values, by: Acting) -> Errors:
    if not filing.sheet:
        return {}
    given = {name: text for name, text in differs.items() if name.startswith(("points-", "note-"))}
    if not given and filing.evaluation is None:
        return {}

    def work(left: dict[str, str]) -> None:
        sheet = filing.sheet
        if sheet is None:
            return
        found = totals.scored(filing, {**wanted, **_without(given, left)})
        totals.put_into_sheet(filing, found)
        sheet.errors = {}
        points = sheet.points()
        if sheet.errors:
            raise PointsRefused(sheet.errors)
        notes = {one.criterion.id: _note(wanted, one.criterion.id) for one in found}
        evaluation = filing.evaluation or evaluations.open_evaluation(filing.meeting, by=by)
        held = {score.criterion_id: score for score in evaluation.scores}
        if filing.evaluation and all(
            held[key].self_points == number and (held[key].note or "") == notes[key]
            for key, number in points.items()
        ):
            return
        evaluations.give_points(evaluation, Layer.SELF, points, notes, by=by)

    errors = keep_what_can_be(given or {"points-": ""}, work)
    errors.pop("points-", None)
    return errors


def _without(given: Values, left: Values) -> Mapping[str, str]:
    """The fields that broke a rule, empty: their points are not given yet."""
    return {name: "" for name in given if name not in left}


def _note(wanted: Values, criterion_id: int) -> str:
    return reading.fitting({"note": wanted.get(f"note-{criterion_id}", "")}, "note")
