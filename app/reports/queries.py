"""Reads behind the office's tables."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.core import months
from app.core.dated import holds_on
from app.core.db import db
from app.core.scope import branch
from app.evaluations.models import Criterion, Evaluation, Score
from app.meetings.models import AttendancePolicy, Meeting
from app.meetings.rules import MONTHLY, REPORTED
from app.units.models import Unit, UnitKind, UnitVersion


class Committee(NamedTuple):
    """What a unit was at the end of a month."""

    unit_id: int
    parent_id: int | None
    name: str
    code: str


def committees(month: date) -> dict[int, Committee]:
    """Every unit in scope that was no cell, as it was on the last day of ``month``."""
    last = months.last_of(month)
    found = (
        select(UnitVersion.unit_id, UnitVersion.parent_id, UnitVersion.name, Unit.code)
        .join(Unit, Unit.id == UnitVersion.unit_id)
        .join(UnitKind, UnitKind.code == UnitVersion.kind_code)
        .where(
            ~UnitKind.is_cell,
            holds_on(UnitVersion, last),
        )
    )
    return {row.unit_id: Committee(*row) for row in db.session.execute(found)}


def deductions(month: date) -> dict[int, str]:
    """What was written about lost points: meeting id → remark and notes of the criteria."""
    note = func.concat(Criterion.code, ": ", Score.note)
    notes = func.string_agg(note, aggregate_order_by(literal("; "), Criterion.position)).filter(
        Score.id.is_not(None)
    )
    noted = and_(Score.meeting_id == Evaluation.meeting_id, Score.note != "")
    found = (
        select(Evaluation.meeting_id, Evaluation.remark, notes)
        .join(Meeting, Meeting.id == Evaluation.meeting_id)
        .outerjoin(Score, noted)
        .outerjoin(Criterion, Criterion.id == Score.criterion_id)
        .where(Meeting.month == month, Meeting.type.in_(MONTHLY))
        .group_by(Evaluation.meeting_id)
    )
    return {
        key: "; ".join(part for part in (remark, noted) if part)
        for key, remark, noted in db.session.execute(found)
    }


def policies(path: str, month: date) -> Sequence[Any]:
    """The attendance policies by which the branch's reports of ``month`` were counted."""
    inside = branch(path)
    used = select(Meeting.attendance_policy_id).where(
        Meeting.month == month,
        Meeting.type.in_(MONTHLY),
        Meeting.result_state.in_(REPORTED),
        Meeting.unit_path >= inside.low,
        Meeting.unit_path < inside.high,
    )
    found = select(AttendancePolicy).where(AttendancePolicy.id.in_(used))
    return db.session.scalars(found.order_by(AttendancePolicy.id)).all()
