"""Writes of a filing: saving what was typed so far, and sending it all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from app.core import clock, secrecy
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import checks
from app.evaluations import commands as evaluations
from app.evaluations.checks import PointsRefused
from app.evaluations.rules import EvaluationState, Layer
from app.filing import rules, totals, writing
from app.filing.document import Filing, suggested
from app.filing.models import FilingDraft
from app.filing.totals import open_filing
from app.meetings import carried, results, rollcall
from app.meetings.models import Meeting
from app.meetings.steps import writable


@dataclass(frozen=True)
class Sent:
    """A save as a browser sends it: number ``seq`` of ``client``; no client for a plain form.

    ``changes`` are the fields that differ from ``base``, which is what the browser last knew.
    """

    client: str
    seq: int
    changes: Mapping[str, str]
    base: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a save: the filing as it stands then, and fields that others changed too."""

    filing: Filing
    conflicts: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """By field why its text is kept nowhere, not even in the draft."""
    late: bool = False
    """A later save of the same browser was taken over before: this one did nothing."""


def save(meeting: Meeting, sent: Sent, *, by: Acting, at: datetime | None = None) -> Outcome:
    """Take over a save as far as it keeps the rules, and hold the rest in the draft.

    What bears the mark of a state secret is kept nowhere: its field stays as it was. A save that
    was taken over before, or that a later one of the same browser has overtaken, does nothing.
    Raises ``RuleBroken`` when the result may not be written any more.
    """
    scores = checks.may_score(by.role, Layer.SELF)
    filing = open_filing(meeting, scores=scores)
    known = rules.ack_of(filing.draft.acks if filing.draft else [], sent.client)["seq"]
    if sent.client and known >= sent.seq:
        # What was refused then is refused now: a repeated sending must not go on without it.
        refused = _secrets(filing, totals.tidy(sent.changes))
        return Outcome(filing, refused=refused, late=known > sent.seq)
    writable(meeting)
    draft = _draft(filing, by, at)
    now = filing.values
    merged = rules.merge(now, sent.base, _known(filing, totals.tidy(sent.changes)))
    wanted = _settled(now | merged.changes)
    refused = _secrets(filing, wanted)
    wanted |= {name: filing.stored.get(name, "") for name in refused}
    errors = writing.write(filing, wanted, by=by, at=at)
    draft.entries = {name: {"value": wanted[name], "error": text} for name, text in errors.items()}
    if sent.client:
        draft.acks = rules.acknowledge(draft.acks, sent.client, sent.seq)
    db.session.flush()
    return Outcome(open_filing(meeting, scores=scores), merged.conflicts, refused)


def send(meeting: Meeting, client: str, *, by: Acting, at: datetime | None = None) -> None:
    """Send the kept result to the superior, and with it the self-score where one is given.

    Raises ``RuleBroken`` for what is still missing, beside its field. The save with which the
    browser ``client`` sent it counts as sent, so that repeating it changes nothing.
    """
    filing = open_filing(meeting, scores=checks.may_score(by.role, Layer.SELF))
    if filing.errors:
        raise RuleBroken(_("Some entries need another look first."), next(iter(filing.errors)))
    carried.all_said(meeting, filing.carried)
    if filing.by_names and meeting.attendance_policy_id is None:
        rollcall.roll_call(meeting, totals.marks(filing, filing.values), by=by)
    if filing.sheet:
        _send_score(filing, by)
    results.submit(meeting, by=by, at=at)
    if filing.draft:
        filing.draft.entries = {}
    if filing.draft and client:
        seq = rules.ack_of(filing.draft.acks, client)["seq"]
        filing.draft.acks = rules.acknowledge(filing.draft.acks, client, seq, sent=True)
    db.session.flush()


def was_sent(meeting: Meeting, draft: FilingDraft | None, sent: Sent) -> bool:
    """Whether this very save has sent the result already."""
    ack = rules.ack_of(draft.acks if draft else [], sent.client)
    return bool(ack["sent"]) and ack["seq"] == sent.seq and meeting.submitted_at is not None


def _send_score(filing: Filing, by: Acting) -> None:
    if filing.evaluation and filing.evaluation.state is not EvaluationState.DRAFT:
        return
    found = totals.scored(filing, filing.values)
    totals.put_into_sheet(filing, found)
    sheet = filing.sheet
    if sheet is None:
        return
    empty = [one.criterion.id for one in found if not one.text]
    missing = dict.fromkeys(empty, _("Give points for this criterion."))
    if missing:
        raise PointsRefused(missing)
    evaluation = filing.evaluation or evaluations.open_evaluation(filing.meeting, by=by)
    evaluations.give_points(evaluation, Layer.SELF, sheet.points(), sheet.notes, by=by)
    evaluations.submit(evaluation, by=by)


def _draft(filing: Filing, by: Acting, at: datetime | None) -> FilingDraft:
    if filing.draft is None:
        meeting = filing.meeting
        filing.draft = FilingDraft(
            meeting_id=meeting.id,
            unit_id=meeting.unit_id,
            unit_path=meeting.unit_path,
            entries={},
            tasks={},
            acks=[],
        )
        db.session.add(filing.draft)
    filing.draft.updated_by, filing.draft.updated_at = by.username, at or clock.now()
    return filing.draft


def _known(filing: Filing, changes: Mapping[str, str]) -> dict[str, str]:
    """The fields of ``changes`` that this filing has; a member who has left the roll is none."""
    fields = filing.stored.keys() | filing.entries.keys() | suggested(filing).keys()
    return {
        name: text
        for name, text in changes.items()
        if name in fields or rules.TASK_FIELD.fullmatch(name)
    }


def _secrets(filing: Filing, wanted: Mapping[str, str]) -> dict[str, str]:
    """The fields that would bring in the mark of a state secret, and what to do about each."""
    new = {name: text for name, text in wanted.items() if text != filing.stored.get(name, "")}
    found = {name: secrecy.complaint(text) for name, text in new.items()}
    until = _("Until then this field is not saved.")
    return {name: f"{text} {until}" for name, text in found.items() if text}


def _settled(wanted: dict[str, str]) -> dict[str, str]:
    """The fields as they can mean something: who is present has no reason to be absent."""
    present = [name for name, text in wanted.items() if name.startswith("member-")]
    silent = {f"reason-{name[7:]}": "" for name in present if wanted[name] in ("PRESENT", "")}
    gone = {f"task-{key}-gone" for key in rules.task_keys(wanted)}
    return {
        name: text
        for name, text in (wanted | silent).items()
        if not (name.startswith("task-") and name not in gone and _is_gone(name, wanted))
    }


def _is_gone(name: str, wanted: Mapping[str, str]) -> bool:
    """Whether the task of this field is being taken away."""
    return bool(wanted.get(f"{name.rpartition('-')[0]}-gone"))
