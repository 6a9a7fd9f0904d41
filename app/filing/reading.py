"""The texts of a filing's fields and what they mean, both ways."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from app.core import typed
from app.core.errors import RuleBroken
from app.filing.rules import Values
from app.meetings.carried import Carried
from app.meetings.models import Meeting, Task
from app.meetings.rules import MOST_PEOPLE
from app.meetings.task_rules import TaskState

YES = "1"
LONGEST = {
    "place": 200,
    "chair": 120,
    "resolution_no": 60,
    "agenda": 10_000,
    "content": 20_000,
    "title": 250,
    "who": 120,
    "reason": 250,
    "note": 500,
}
_TIME = re.compile(r"(?P<hour>\d{1,2})\s*[:hg.]?\s*(?P<minute>\d{2})?(?::\d{2})?", re.ASCII)


def day_text(day: date | None) -> str:
    """A day as a field shows it."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}" if day else ""


def moment_text(moment: datetime | None) -> str:
    """A day and a time as a field shows them."""
    return f"{day_text(moment)} {moment:%H:%M}" if moment else ""


def result_texts(meeting: Meeting) -> dict[str, str]:
    """What the result's fields hold."""
    started, ended = meeting.started_at, meeting.ended_at
    return {
        "held_on": day_text(started),
        "started": f"{started:%H:%M}" if started else "",
        "ended": f"{ended:%H:%M}" if ended else "",
        "place": meeting.place,
        "chair": meeting.chair or "",
        "agenda": meeting.agenda or "",
        "agenda_done": YES if meeting.agenda_done else "",
        "content": meeting.content or "",
        "resolution_no": meeting.resolution_no or "",
        "speakers": "" if meeting.speakers is None else str(meeting.speakers),
        "minutes_present": YES if meeting.minutes_present else "",
        "papers_posted_at": moment_text(meeting.papers_posted_at),
    }


def task_texts(task: Task) -> dict[str, str]:
    """What the fields of a task hold."""
    return {"title": task.title, "who": task.assignee or "", "due": day_text(task.due_on)}


def carried_texts(one: Carried) -> dict[str, str]:
    """What the fields of a task of an earlier meeting hold; nothing until it is spoken of."""
    name = f"review-{one.task.id}"
    if one.said is None:
        return {f"{name}-state": "", f"{name}-note": ""}
    return {f"{name}-state": one.said.state.name, f"{name}-note": one.said.note or ""}


def task_state(values: Values, task_id: int) -> TaskState | None:
    """How a task of an earlier meeting stands by its field; ``None`` while that is open."""
    name = values.get(f"review-{task_id}-state", "")
    return TaskState[name] if name in TaskState.__members__ else None


def put_result(meeting: Meeting, values: Values) -> None:
    """Set the columns of the result from its fields; raises ``RuleBroken`` beside a field."""
    meeting.started_at = _moment(values, "started")
    meeting.ended_at = _moment(values, "ended")
    if not values["place"]:
        raise RuleBroken(_("This field is required."), "place")
    meeting.place = fitting(values, "place")
    for name in ("chair", "agenda", "content", "resolution_no"):
        setattr(meeting, name, fitting(values, name) or None)
    meeting.agenda_done = values["agenda_done"] == YES
    meeting.minutes_present = values["minutes_present"] == YES
    meeting.speakers = people(values, "speakers")
    posted = values["papers_posted_at"]
    meeting.papers_posted_at = _read("papers_posted_at", posted, typed.moment)


def put_task(task: Task, values: Values, key: str) -> None:
    """Set the columns of a task from its fields; raises ``RuleBroken`` beside one of them."""
    name = f"task-{key}-"
    if not values.get(f"{name}title"):
        raise RuleBroken(_("Write what is to be done."), f"{name}title")
    task.title = fitting(values, f"{name}title", LONGEST["title"])
    task.assignee = fitting(values, f"{name}who", LONGEST["who"]) or None
    task.due_on = _read(f"{name}due", values.get(f"{name}due", ""), typed.day)


def fitting(values: Values, name: str, most: int = 0) -> str:
    """The text of a field; raises ``RuleBroken`` when it is too long for its column."""
    text, longest = values.get(name, ""), most or LONGEST[name]
    if len(text) > longest:
        raise RuleBroken(_("Write at most %(most)s characters.", most=longest), name)
    return text


def lasted(values: Values) -> int | None:
    """How many minutes the meeting took by its fields; ``None`` while that is open."""
    started, ended = (_read(name, values.get(name, ""), _time) for name in ("started", "ended"))
    if started is None or ended is None or ended <= started:
        return None
    return int((ended.hour - started.hour) * 60 + ended.minute - started.minute)


def people(values: Values, name: str) -> int | None:
    """A number of people; raises ``RuleBroken`` for what is none."""
    text = values.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or int(text[:9]) > MOST_PEOPLE:
        raise RuleBroken(_("Write a whole number."), name)
    return int(text)


def _moment(values: Values, name: str) -> datetime | None:
    at = _read(name, values[name], _time)
    if at is None:
        return None
    day = _read("held_on", values["held_on"], typed.day)
    if day is None:
        raise RuleBroken(_("Enter the day of the meeting."), "held_on")
    return datetime.combine(day, at)


def _time(text: str) -> time:
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    return time(int(found["hour"]), int(found["minute"] or 0))


def _read(name: str, text: str, read: Callable[[str], Any]) -> Any:
    if not text:
        return None
    try:
        return read(text)
    except (ValueError, OverflowError) as error:
        raise RuleBroken(_complaint(read), name) from error


def _complaint(read: Callable[[str], Any]) -> str:
    if read is typed.day:
        return str(_("Not a valid date; write it like 25/10/2026."))
    if read is _time:
        return str(_("Not a valid time; write it like 19:30."))
    return str(_("Not a valid time; write it like 25/10/2026 19:30."))
