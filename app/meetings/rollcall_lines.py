"""The lines of a roll-call's page: who, what may be said, what is said, and how it compares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.errors import BadInput
from app.core.text import nfc
from app.meetings import queries, rollcall
from app.meetings.models import Meeting
from app.meetings.rules import Attendance
from app.meetings.tally import statuses
from app.people.queries import RollEntry


@dataclass
class Line:
    """A member on the page: who, what may be said, what is said, what is wrong with it."""

    entry: RollEntry
    status: Attendance
    reason: str = ""
    error: str = ""

    @property
    def choices(self) -> tuple[Attendance, ...]:
        """What may be said of the member, the usual first."""
        return statuses(self.entry.state)


def lines_of(meeting: Meeting) -> list[Line]:
    """The roll of the day with what was said last time."""
    if not rollcall.names_mode(meeting):
        return []
    kept = {row.member_id: row for row in queries.absences_of(meeting.id)}
    lines = []
    for entry in rollcall.roster_of(meeting):
        mark = rollcall.said_of(entry, kept.get(entry.member_id))
        lines.append(Line(entry, mark.status, mark.reason or ""))
    return lines


def said(lines: list[Line], sent: Mapping[str, str]) -> list[Line]:
    """The same lines with what the form says; a member the form does not name stays as usual."""
    for line in lines:
        key = line.entry.member_id
        name = sent.get(f"status-{key}", line.choices[0].name)
        if name not in Attendance.__members__:
            raise BadInput(_("Choose one from the list."))
        line.status = Attendance[name]
        line.reason = nfc(sent.get(f"reason-{key}", ""))
    return lines


def fields(lines: Sequence[Line]) -> dict[str, str]:
    """What the form's fields hold, by their names."""
    return {
        name: text
        for line in lines
        for name, text in (
            (f"status-{line.entry.member_id}", line.status.name),
            (f"reason-{line.entry.member_id}", line.reason),
        )
    }


def named(line: Line) -> tuple[tuple[str, str], ...]:
    """What the fields of a member are called."""
    key, name = line.entry.member_id, line.entry.name
    return (f"status-{key}", name), (f"reason-{key}", f"{name}: {_('Reason')}")


def in_words(name: str, text: str) -> str:
    """A field's text as people read it."""
    known = name.startswith("status-") and text in Attendance.__members__
    return str(_(Attendance[text].value)) if known else text
