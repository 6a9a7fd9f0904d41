"""Writes of the roll-call: by names, or by numbers where an office keeps no names."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import inspect
from sqlalchemy.orm.attributes import flag_modified

from app.core import secrecy
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import queries
from app.meetings.models import Absence, Meeting
from app.meetings.rules import Attendance, HeadCounts, MeetingType, misfit_at
from app.meetings.steps import begin, note, writable
from app.meetings.tally import AWAY, needs_reason, statuses, tally, usual
from app.people.queries import RollEntry, roster
from app.people.rules import ActivityState, Position

LONGEST_REASON = 250
COMMITTEE = frozenset({Position.SECRETARY, Position.DEPUTY_SECRETARY, Position.COMMITTEE_MEMBER})


@dataclass(frozen=True)
class Mark:
    """What a roll-call says of one member who is not as usual."""

    member_id: int
    status: Attendance
    reason: str | None = None


def roll_call(meeting: Meeting, marks: Sequence[Mark], *, by: Acting) -> None:
    """Take the roll-call by names: all are as usual on the day but those in ``marks``.

    Raises ``RuleBroken``, beside ``member-<id>`` where it is about one of them.
    """
    with db.session.no_autoflush:
        writable(meeting)
        if not names_mode(meeting):
            raise RuleBroken(_("This unit keeps no names: enter numbers of people instead."))
        lines = roster_of(meeting)
        if not lines:
            raise RuleBroken(_("Nobody is on the roll on that day. Add the members first."))
        given = {mark.member_id: mark for mark in marks}
        if len(given) != len(marks):
            raise RuleBroken(_("The same member stands twice in the list."))
        if not given.keys() <= {line.member_id for line in lines}:
            raise RuleBroken(_("Someone in the list is not on the roll on that day."))
        said = [_mark_of(line, given.get(line.member_id)) for line in lines]
        _write_absences(meeting, lines, said)
        _count(meeting, tally(_pairs(lines, said)))
    begin(meeting)
    note(meeting, "roll_call", by=by, detail=asdict(meeting.counts))


def count_heads(meeting: Meeting, counts: HeadCounts, *, by: Acting) -> None:
    """Take the roll-call by numbers, where names are not kept.

    Raises ``RuleBroken`` with the rule that the numbers break, beside the number to look at.
    """
    with db.session.no_autoflush:
        writable(meeting)
        if names_mode(meeting):
            raise RuleBroken(_("This unit keeps names: call the roll by names."))
        if wrong := misfit_at(counts):
            raise RuleBroken(_(wrong[0]), wrong[1])
        if counts.base + counts.voluntary == 0:
            raise RuleBroken(_("Enter how many members are on the roll."), "on_roll")
        meeting.absences.clear()
        _count(meeting, counts)
    begin(meeting)
    note(meeting, "roll_call", by=by, detail=asdict(counts))


def recount(meeting: Meeting) -> None:
    """Count a roll-call again after the day of the meeting has changed.

    By names, marks of members who were not on the roll on the new day fall away.
    """
    if not names_mode(meeting):
        _count(meeting, meeting.counts)
        return
    lines = roster_of(meeting)
    if not lines:
        raise RuleBroken(
            _("Nobody is on the roll on that day. Add the members first."), "started_at"
        )
    kept = {row.member_id: row for row in meeting.absences}
    said = [said_of(line, kept.get(line.member_id)) for line in lines]
    _write_absences(meeting, lines, said)
    _count(meeting, tally(_pairs(lines, said)))


def stands(meeting: Meeting) -> bool:
    """Whether as many people are on the roll as when it was called."""
    if not names_mode(meeting):
        return True
    lines = roster_of(meeting)
    guests = sum(line.state is ActivityState.TEMP_IN for line in lines)
    return (len(lines) - guests, guests) == (meeting.on_roll, meeting.temp_in)


def names_mode(meeting: Meeting) -> bool:
    """Whether the roll is called by names; otherwise numbers are typed."""
    return meeting.unit.names_kept and meeting.unit.is_cell


def met_on(meeting: Meeting) -> date:
    """The day of the meeting: the actual one, or the planned one until it is known."""
    return (meeting.started_at or meeting.planned_at).date()


def roster_of(meeting: Meeting) -> Sequence[RollEntry]:
    """Who is on the roll on the day of the meeting; for a committee meeting the committee."""
    lines = roster(meeting.unit_id, met_on(meeting))
    if meeting.type is MeetingType.COMMITTEE:
        return [line for line in lines if line.position in COMMITTEE]
    return lines


def said_of(line: RollEntry, row: Absence | None) -> Mark:
    """What the kept ``row`` says of a member, as far as it still fits; else the usual."""
    if row is not None and row.status in statuses(line.state):
        return Mark(line.member_id, row.status, row.reason)
    return Mark(line.member_id, usual(line.state))


def _mark_of(line: RollEntry, mark: Mark | None) -> Mark:
    """What is said of one member, checked against what may be said of him."""
    if mark is None:
        return Mark(line.member_id, usual(line.state))
    field = f"member-{line.member_id}"
    if mark.status not in statuses(line.state):
        raise RuleBroken(
            _(
                "%(name)s: “%(status)s” does not fit what is on file for that day.",
                name=line.name,
                status=_(mark.status.value),
            ),
            field,
        )
    reason = (mark.reason or "").strip() or None
    if reason is None and needs_reason(line.state, mark.status):
        raise RuleBroken(_("%(name)s: give the reason.", name=line.name), field)
    if reason is not None and len(reason) > LONGEST_REASON:
        raise RuleBroken(
            _("Write the reason in at most %(most)s characters.", most=LONGEST_REASON), field
        )
    secrecy.guard({field: reason})
    return Mark(line.member_id, mark.status, None if mark.status is Attendance.PRESENT else reason)


def _pairs(
    lines: Sequence[RollEntry], said: Sequence[Mark]
) -> list[tuple[ActivityState | None, Attendance]]:
    return [(line.state, mark.status) for line, mark in zip(lines, said, strict=True)]


def _write_absences(meeting: Meeting, lines: Sequence[RollEntry], said: Sequence[Mark]) -> None:
    """Keep one row for everybody who is not plainly present."""
    wanted = {
        mark.member_id: mark
        for line, mark in zip(lines, said, strict=True)
        if mark.status is not Attendance.PRESENT or line.state in AWAY
    }
    for row in list(meeting.absences):
        mark = wanted.pop(row.member_id, None)
        if mark is None:
            meeting.absences.remove(row)
        else:
            row.status, row.reason = mark.status, mark.reason
    for mark in wanted.values():
        meeting.absences.append(
            Absence(
                member_id=mark.member_id,
                unit_id=meeting.unit_id,
                unit_path=meeting.unit_path,
                status=mark.status,
                reason=mark.reason,
            )
        )
    if inspect(meeting).attrs.absences.history.has_changes() or any(
        map(db.session.is_modified, meeting.absences)
    ):
        # Who came has changed, though perhaps none of the numbers has.
        flag_modified(meeting, "result_state")


def _count(meeting: Meeting, counts: HeadCounts) -> None:
    """Store the numbers and what the policy in force on the day makes of them."""
    policy = queries.policy_on(meeting.unit_path, met_on(meeting))
    if policy is None:
        raise RuleBroken(
            _("No attendance policy holds on the day of the meeting. Ask your superior for one.")
        )
    meeting.count(counts, policy)
