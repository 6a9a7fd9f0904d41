"""Reads for practising: the account's open cell, and the rules to practise by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from app.core.db import db
from app.deadlines.queries import own_words
from app.deadlines.rules import Rule, Stage
from app.evaluations import queries as evaluations
from app.meetings import queries as meetings
from app.meetings.rules import MeetingType
from app.practice.models import Practice
from app.units.models import CellType, UnitKind

Row = Mapping[str, Any]
_OWN = {"id", "unit_id", "unit_path"}


@dataclass(frozen=True)
class Rulebook:
    """The rules in force for a unit as plain values, so that they can be written elsewhere.

    ``criteria`` keep their old ``id`` and ``parent_id``; ``criteria_set`` and ``policy`` are
    ``None`` where no superior has put any in force.
    """

    criteria_set: Row | None
    criteria: Sequence[Row]
    bands: Sequence[Row]
    policy: Row | None
    deadlines: Mapping[Stage, Rule]


def rulebook(path: str, day: date) -> Rulebook:
    """What the unit at ``path`` goes by on ``day``; as far as whoever asks may read it."""
    found = evaluations.set_for(path, day, MeetingType.REGULAR)
    lines = evaluations.lines(found.id) if found else []
    bands = evaluations.bands(found.id) if found else []
    policy = meetings.policy_on(path, day)
    return Rulebook(
        criteria_set=_plain(found) if found else None,
        criteria=[_plain(line.criterion, keep={"id"}) for line in lines],
        bands=[_plain(band) for band in bands],
        policy=_plain(policy) if policy else None,
        deadlines=own_words(path, day),
    )


def open_practice(account_id: int, today: date) -> Practice | None:
    """The account's practice cell, if it has one that is still open."""
    mine = (Practice.account_id == account_id, Practice.ended_at.is_(None))
    return db.session.scalars(select(Practice).where(*mine, Practice.valid_to > today)).first()


def begun(account_id: int) -> Practice | None:
    """The account's practice cell that has not been ended, even when its time is over."""
    mine = (Practice.account_id == account_id, Practice.ended_at.is_(None))
    return db.session.scalars(select(Practice).where(*mine)).first()


def begun_since(account_id: int, now: datetime) -> int:
    """How many practice cells the account began within the last day."""
    recent = Practice.started_at > now - timedelta(days=1)
    mine = select(func.count()).where(Practice.account_id == account_id, recent)
    return db.session.scalar(mine) or 0


def kind(day: date, *, is_cell: bool) -> UnitKind:
    """A kind in use on ``day``: the lowest of cells, or of committees the lowest."""
    asked = select(UnitKind).where(UnitKind.is_cell == is_cell, _in_use(UnitKind, day))
    return db.session.scalars(asked.order_by(UnitKind.level.desc(), UnitKind.code)).first() or (
        db.session.scalars(select(UnitKind).where(UnitKind.is_cell == is_cell)).first()
    )  # type: ignore[return-value] # the migrations bring kinds of both


def cell_type(day: date) -> CellType | None:
    """Any type of cell in use on ``day``."""
    asked = select(CellType).where(_in_use(CellType, day)).order_by(CellType.code)
    return db.session.scalars(asked).first()


def _in_use(dated: Any, day: date) -> Any:
    begun_by = or_(dated.valid_from.is_(None), dated.valid_from <= day)
    return begun_by & or_(dated.valid_to.is_(None), dated.valid_to > day)


def _plain(row: Any, keep: set[str] | None = None) -> Row:
    """The columns of a row without its key and its owner."""
    names = {column.key for column in row.__mapper__.column_attrs} - (_OWN - (keep or set()))
    return {name: getattr(row, name) for name in names}
