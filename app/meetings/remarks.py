"""What a reviewer wrote beside single fields of a result that he returned."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import DateTime, Index, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import secrecy
from app.core.acting import Acting
from app.core.db import Base, Numbered, Scoped, db, in_unit, within
from app.core.errors import RuleBroken
from app.core.terms import N_
from app.meetings.models import Meeting

LONGEST = 500
POINTS = "points-"
"""What the fields of criteria begin with; the id of the criterion follows."""
FIELDS: Mapping[str, str] = {
    "attendance": N_("Attendance"),
    "times": N_("Time"),
    "place": N_("Place"),
    "chair": N_("Chair"),
    "agenda": N_("Agenda"),
    "content": N_("Content and conclusions"),
    "resolution_no": N_("Resolution number"),
    "carried": N_("Tasks of the months before"),
    "tasks": N_("Tasks given"),
    "speakers": N_("How many people spoke"),
    "minutes_present": N_("Minutes of the meeting"),
    "papers_posted_at": N_("Papers posted at"),
}
"""The fields of a result beside which something can be said, in the order of the form."""
SHEETS: set[Callable[[int], Iterable[int]]] = set()
"""Who knows the criteria of a meeting's score sheet, by their ids: scores stand above meetings."""
_CRITERION = re.compile(r"points-(?:0|[1-9][0-9]{0,17})", re.ASCII)


class Remark(Numbered, Scoped, Base):
    """One remark beside one field; settled when the result, or its score, is sent again."""

    __tablename__ = "remark"
    __table_args__ = (
        in_unit(),
        within("meeting_id", "meeting"),
        Index("ix_remark_meeting_id", "meeting_id"),
        Index("ix_remark_unit_path", "unit_path"),
    )
    meeting_id: Mapped[int]
    field: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(LONGEST))
    given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    given_by: Mapped[str] = mapped_column(String(128))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


def beside(meeting_id: int) -> dict[str, str]:
    """What is still to be mended, by field."""
    asked = select(Remark.field, Remark.text).where(
        Remark.meeting_id == meeting_id, Remark.settled_at.is_(None)
    )
    rows: Any = db.session.execute(asked.order_by(Remark.id))
    return dict(rows.all())


def history(meeting_id: int) -> Sequence[Remark]:
    """All that was ever remarked, the first first."""
    asked = select(Remark).where(Remark.meeting_id == meeting_id).order_by(Remark.id)
    return db.session.scalars(asked).all()


def fitting(meeting: Meeting, given: Mapping[str, str]) -> dict[str, str]:
    """The remarks that say something; raises ``RuleBroken`` for a field that takes none.

    Beside points they stand only where the meeting's score sheet has the criterion.
    """
    found = {field: text.strip() for field, text in given.items() if text.strip()}
    known = {*FIELDS, *_criteria(meeting, found)}
    for field, text in found.items():
        if field not in known:
            raise RuleBroken(_("Nothing can be said beside that field."), "remarks")
        if len(text) > LONGEST:
            raise RuleBroken(_("Write at most %(most)s characters.", most=LONGEST), field)
    secrecy.guard(found)
    return found


def _criteria(meeting: Meeting, asked: Iterable[str]) -> set[str]:
    """The names of the fields of the meeting's criteria, if any such field is ``asked`` for."""
    if not any(_CRITERION.fullmatch(field) for field in asked):
        return set()
    return {f"{POINTS}{key}" for sheet in SHEETS for key in sheet(meeting.id)}


def give(meeting: Meeting, remarks: Mapping[str, str], *, by: Acting, at: datetime) -> None:
    """Write ``remarks`` beside the fields of a meeting; those from before are settled."""
    settle(meeting, at=at)
    db.session.add_all(
        Remark(
            meeting_id=meeting.id,
            unit_id=meeting.unit_id,
            unit_path=meeting.unit_path,
            field=field,
            text=text,
            given_at=at,
            given_by=by.username,
        )
        for field, text in remarks.items()
    )
    db.session.flush()


def settle(meeting: Meeting, *, at: datetime, points: bool | None = None) -> None:
    """The cell has sent again: the remarks of its result or of its ``points`` are history."""
    of_points = Remark.field.startswith(POINTS)
    which = () if points is None else (of_points if points else ~of_points,)
    db.session.execute(
        update(Remark)
        .where(Remark.meeting_id == meeting.id, Remark.settled_at.is_(None), *which)
        .values(settled_at=at)
        .execution_options(synchronize_session=False)
    )
