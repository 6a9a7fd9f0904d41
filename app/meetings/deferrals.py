"""Leave to put a meeting off or not to hold it: asked by the cell, given by a superior."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    Index,
    String,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.acting import Acting
from app.core.db import Base, Numbered, Scoped, db, in_unit, term, within
from app.core.errors import RuleBroken
from app.core.terms import N_, Term
from app.meetings.models import Meeting
from app.meetings.rules import ScheduleState, schedule_can_become
from app.meetings.steps import (
    in_open_month,
    note,
    plain_reason,
    schedule_step,
    wrong_schedule_step,
)
from app.security.roles import may
from app.security.rules import RoleName
from app.units.models import Unit

LONGEST = 250
VERBS = {ScheduleState.POSTPONED: "postpone", ScheduleState.NOT_HELD: "not_held"}
"""What the audit log calls each of the two."""


class DeferralState(Term):
    """How far a request has come."""

    ASKED = N_("Waits for the superior")
    AGREED = N_("Agreed")
    REFUSED = N_("Refused")
    WITHDRAWN = N_("Withdrawn")

    @property
    def tone(self) -> str:
        """Its colour on every screen."""
        return {"ASKED": "warn", "AGREED": "ok", "REFUSED": "bad"}.get(self.name, "")


class Deferral(Numbered, Scoped, Base):
    """A request to put a meeting off or not to hold it, with the answer; all are kept.

    The meeting itself changes only when it is agreed: who has but asked has no permission.
    """

    __tablename__ = "deferral"
    __table_args__ = (
        in_unit(),
        within("meeting_id", "meeting"),
        CheckConstraint("wanted IN ('POSTPONED', 'NOT_HELD')", name="wanted"),
        Index(
            "uq_deferral_asked",
            "meeting_id",
            unique=True,
            postgresql_where=text("state = 'ASKED'"),
        ),
        Index("ix_deferral_meeting_id", "meeting_id"),
        Index("ix_deferral_unit_path", "unit_path"),
    )
    meeting_id: Mapped[int]
    wanted: Mapped[ScheduleState] = mapped_column(term(ScheduleState))
    reason: Mapped[str] = mapped_column(String(LONGEST))
    state: Mapped[DeferralState] = mapped_column(term(DeferralState))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    asked_by: Mapped[str] = mapped_column(String(128))
    answer: Mapped[str | None] = mapped_column(String(LONGEST))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[str | None] = mapped_column(String(128))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    unit: Mapped[Unit] = relationship(viewonly=True)
    meeting: Mapped[Meeting] = relationship(
        primaryjoin="Deferral.meeting_id == Meeting.id", foreign_keys="Deferral.meeting_id"
    )

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: requests of the units that the folded words find."""
        return cls.unit_id.in_(Unit.ids_found_by(words))

    def __str__(self) -> str:
        return str(self.meeting)


def waiting(meeting_ids: Iterable[int]) -> dict[int, Deferral]:
    """The requests about these meetings that nobody has answered yet, by meeting."""
    asked = select(Deferral).where(
        Deferral.meeting_id.in_(list(meeting_ids)), Deferral.state == DeferralState.ASKED
    )
    return {row.meeting_id: row for row in db.session.scalars(asked)}


def may_agree(by: Acting) -> bool:
    """Whether the acting role gives such leave."""
    return may(RoleName[by.role], "Deferrals", "agree")


def ask(meeting: Meeting, wanted: ScheduleState, *, by: Acting, reason: str) -> None:
    """Ask to put a meeting off or not to hold it; who gives the leave has it at once.

    Raises ``RuleBroken`` when its state does not allow it, or somebody has asked already.
    """
    in_open_month(meeting)
    if not schedule_can_become(meeting.state, wanted):
        raise RuleBroken(wrong_schedule_step(meeting, wanted))
    given = plain_reason(reason, LONGEST)
    gives = may_agree(by)
    known = waiting([meeting.id]).get(meeting.id) if meeting.id else None
    if known is not None and not gives:
        raise RuleBroken(_("The superior has been asked already and has not answered yet."))
    if known is not None:
        known.state = DeferralState.WITHDRAWN
        db.session.flush()
    made = Deferral(
        meeting=meeting,
        meeting_id=meeting.id,
        unit_id=meeting.unit_id,
        unit_path=meeting.unit_path,
        wanted=wanted,
        reason=given,
        state=DeferralState.ASKED,
        asked_at=clock.now(),
        asked_by=by.username,
    )
    db.session.add(made)
    if gives:
        _agree(made, by)
    else:
        _note(made, f"ask_{VERBS[wanted]}", by, {"reason": given})


def agree(deferral: Deferral, *, by: Acting) -> None:
    """Give the leave that was asked for: the meeting is put off, or not held, from now on."""
    _answerable(deferral, by)
    in_open_month(deferral.meeting)
    _agree(deferral, by)


def refuse(deferral: Deferral, *, by: Acting, reason: str) -> None:
    """Refuse the leave, saying why: the meeting stays as it is planned."""
    _answerable(deferral, by)
    deferral.answer = plain_reason(reason, LONGEST)
    deferral.state = DeferralState.REFUSED
    _answered(deferral, by)
    _note(deferral, f"refuse_{VERBS[deferral.wanted]}", by, {"reason": deferral.answer})


def withdraw(meeting: Meeting) -> None:
    """What was asked is void: the meeting has taken place, or has another time."""
    db.session.execute(
        update(Deferral)
        .where(Deferral.meeting_id == meeting.id, Deferral.state == DeferralState.ASKED)
        .values(state=DeferralState.WITHDRAWN, version=Deferral.version + 1)
        .execution_options(synchronize_session="fetch")
    )


def _answerable(deferral: Deferral, by: Acting) -> None:
    if not may_agree(by):
        raise RuleBroken(_("Your role does not allow this. Ask your administrator."))
    if deferral.state is not DeferralState.ASKED:
        raise RuleBroken(_("This request has been answered or withdrawn already."))


def _agree(deferral: Deferral, by: Acting) -> None:
    meeting = deferral.meeting
    schedule_step(meeting, deferral.wanted)
    meeting.state_reason = deferral.reason
    deferral.state = DeferralState.AGREED
    _answered(deferral, by)
    told = {"reason": deferral.reason}
    if deferral.asked_by != by.username:
        told["asked_by"] = deferral.asked_by
    _note(deferral, VERBS[deferral.wanted], by, told)


def _note(deferral: Deferral, action: str, by: Acting, told: dict[str, Any]) -> None:
    """Write it in the log of the meeting, and which request it is about."""
    db.session.flush()
    note(deferral.meeting, action, by=by, detail=told | {"deferral": deferral.id})


def _answered(deferral: Deferral, by: Acting) -> None:
    deferral.answered_at, deferral.answered_by = clock.now(), by.username
