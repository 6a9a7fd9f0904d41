"""What of a result a reviewer may write beside: its fields, what they hold, what is said so far."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.core import i18n
from app.core.text import MISSING
from app.evaluations import queries as evaluated
from app.evaluations.rules import EvaluationState, Layer
from app.meetings import carried, queries, remarks
from app.meetings.models import Meeting
from app.meetings.parts import weekday_moment


@dataclass(frozen=True)
class Place:
    """A field of the result on the page: its name, label, what it holds, the remark so far."""

    name: str
    label: str
    holds: str
    said: str = ""


def stamp(meeting: Meeting) -> str:
    """What tells whether the result, or its score, was changed since a page showed both."""
    scored = evaluated.evaluation(meeting.id)
    return f"{meeting.version}.{scored.version if scored else 0}"


def places(meeting: Meeting, said: Mapping[str, str], *, points: bool) -> list[Place]:
    """The fields of the result, and with ``points`` the criteria that the cell has scored."""
    held = _held(meeting)
    found = [
        Place(name, str(_(label)), held.get(name) or MISSING, said.get(name, ""))
        for name, label in remarks.FIELDS.items()
    ]
    scored = evaluated.evaluation(meeting.id) if points else None
    if scored is None or scored.state is EvaluationState.DRAFT:
        return found
    for line in evaluated.lines(scored.criteria_set_id, meeting.id):
        if line.score is not None:
            name = f"{remarks.POINTS}{line.criterion.id}"
            given = line.score.points(Layer.SELF)
            most = i18n.number(line.criterion.max_points)
            text = f"{MISSING if given is None else i18n.number(given)} / {most}"
            found.append(Place(name, str(line.criterion), text, said.get(name, "")))
    return found


def _held(meeting: Meeting) -> Mapping[str, str]:
    """What the fields hold, as people read it."""
    ended = f"–{meeting.ended_at:%H:%M}" if meeting.ended_at else ""
    started = weekday_moment(meeting.started_at) + ended if meeting.started_at else ""
    tasks = queries.tasks_of(meeting.id)
    before = [
        f"{one.task.title}: {_(one.state.value) if one.state else _('not said yet')}"
        for one in carried.of(meeting)
    ]
    return {
        "attendance": i18n.percent(meeting.attended, meeting.due) if meeting.due else "",
        "times": started,
        "place": meeting.place,
        "chair": meeting.chair or "",
        "agenda": meeting.agenda or "",
        "content": meeting.content or "",
        "resolution_no": meeting.resolution_no or "",
        "carried": "; ".join(before),
        "tasks": "; ".join(task.title for task in tasks),
        "speakers": "" if meeting.speakers is None else str(meeting.speakers),
        "minutes_present": str(_("Yes") if meeting.minutes_present else _("No")),
        "papers_posted_at": weekday_moment(meeting.papers_posted_at)
        if meeting.papers_posted_at
        else "",
    }
