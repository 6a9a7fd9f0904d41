"""Reads of the rolls; every function is one SELECT and sees only the branch in scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.core.db import db
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState, Position, RollCount, Standing, roll_count
from app.units.models import Unit
from app.units.queries import below


@dataclass(frozen=True)
class RollEntry:
    """A member on the roll of a cell on a day, with the activity state of that day."""

    member_id: int
    name: str
    standing: Standing
    position: Position
    phone: str | None
    state: ActivityState | None


@dataclass(frozen=True)
class Contact:
    """Whom to call about a cell."""

    unit_id: int
    name: str
    phone: str | None


def on_roll(day: date) -> ColumnElement[bool]:
    """The clause: the member is on the roll on ``day``."""
    return and_(Member.joined_on <= day, or_(Member.left_on.is_(None), Member.left_on > day))


def spell_on(day: date) -> ColumnElement[bool]:
    """The clause that joins to a member the spell of ``day``, if there is one."""
    return and_(
        ActivitySpell.member_id == Member.id,
        ActivitySpell.from_on <= day,
        or_(ActivitySpell.to_on.is_(None), ActivitySpell.to_on >= day),
    )


def roster(unit_id: int, day: date) -> Sequence[RollEntry]:
    """The members on the roll of the cell on ``day``, guests among them, by given name."""
    asked = (
        select(
            Member.id,
            Member.full_name,
            Member.standing,
            Member.position,
            Member.phone,
            ActivitySpell.state,
        )
        .outerjoin(ActivitySpell, spell_on(day))
        .where(Member.unit_id == unit_id, on_roll(day))
        .order_by(Member.name_key, Member.id)
    )
    return [RollEntry(*row) for row in db.session.execute(asked)]


def head_counts(unit_id: int, day: date) -> RollCount:
    """What the roll of the cell adds up to on ``day``; without names, its number of members."""
    return _counts(Unit.id == unit_id, day).get(unit_id, RollCount())


def head_counts_within(path: str, day: date) -> dict[int, RollCount]:
    """The same for every cell of the branch at ``path``: unit id → counts."""
    return _counts(and_(below(path), Unit.is_cell), day)


def secretaries(
    path: str, day: date, *, unit_ids: Collection[int] | None = None
) -> dict[int, Contact]:
    """The secretary of each cell in the branch at ``path``, or of those of ``unit_ids`` in it."""
    asked = select(Member.unit_id, Member.full_name, Member.phone).where(
        below(path, Member.unit_path), Member.position == Position.SECRETARY, on_roll(day)
    )
    if unit_ids is not None:
        asked = asked.where(Member.unit_id.in_(unit_ids))
    return {row[0]: Contact(*row) for row in db.session.execute(asked.order_by(Member.joined_on))}


def has_secretary(unit_id: int, day: date, *, besides: int | None) -> bool:
    """Whether another member than ``besides`` is the cell's secretary on ``day``."""
    found = _another(unit_id, day, besides).where(Member.position == Position.SECRETARY)
    return bool(db.session.scalar(select(found.exists())))


def has_name(unit_id: int, name: str, day: date, *, besides: int | None) -> bool:
    """Whether another member on the roll of the cell has the very same name."""
    found = _another(unit_id, day, besides).where(Member.full_name == name)
    return bool(db.session.scalar(select(found.exists())))


def spells_of(member_id: int) -> Sequence[ActivitySpell]:
    """The spells of a member, the first first."""
    asked = select(ActivitySpell).where(ActivitySpell.member_id == member_id)
    return db.session.scalars(asked.order_by(ActivitySpell.from_on)).all()


def number_on_roll(unit_id: Any, day: date) -> Any:
    """A scalar SELECT: how many own members, without guests, the cell has on ``day``."""
    guest = exists().where(spell_on(day), ActivitySpell.state == ActivityState.TEMP_IN)
    asked = select(func.count(Member.id)).where(Member.unit_id == unit_id, on_roll(day), ~guest)
    return asked.scalar_subquery()


def _another(unit_id: int, day: date, besides: int | None) -> Select[Any]:
    asked = select(Member.id).where(Member.unit_id == unit_id, on_roll(day))
    return asked if besides is None else asked.where(Member.id != besides)


def _counts(units: ColumnElement[bool], day: date) -> dict[int, RollCount]:
    number = func.count(Member.id)
    asked = (
        select(
            Unit.id,
            Unit.names_kept,
            Unit.member_count,
            Member.standing,
            ActivitySpell.state,
            number,
        )
        .select_from(Unit)
        .outerjoin(Member, and_(Member.unit_id == Unit.id, on_roll(day), Unit.names_kept))
        .outerjoin(ActivitySpell, spell_on(day))
        .where(units)
        .group_by(Unit.id, Member.standing, ActivitySpell.state)
    )
    groups: dict[int, list[Any]] = {}
    for unit_id, named, members, standing, state, people in db.session.execute(asked):
        group = (standing, state, people) if named else (Standing.OFFICIAL, None, members)
        groups.setdefault(unit_id, []).append(group)
    return {unit_id: roll_count(people) for unit_id, people in groups.items()}
