"""Reads of the tree; every function is one SELECT and sees only the branch in scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select, text
from sqlalchemy.orm import aliased

from app.core import clock, i18n, scope
from app.core.dated import holds_on
from app.core.db import db
from app.units.models import Unit, UnitKind, UnitVersion

BRANCH_PAGE = 200
"""So many units below one are shown at a time."""


@dataclass(frozen=True)
class Node:
    """A unit as the tree shows it; ``ended_on`` only when it has ceased by that day."""

    id: int
    path: str
    parent_id: int | None
    code: str
    name: str
    is_cell: bool
    member_count: int
    kind: str
    has_children: bool
    ended_on: date | None


@dataclass(frozen=True)
class Cell:
    """A cell as lists of cells need it."""

    id: int
    path: str
    parent_id: int | None
    code: str
    name: str
    short_name: str
    member_count: int
    names_kept: bool


def at_work(day: date, unit: Any = Unit) -> ColumnElement[bool]:
    """The clause: ``unit`` exists on ``day``."""
    return holds_on(unit, day)


def counted(unit: Any = Unit) -> ColumnElement[bool]:
    """The clause: ``unit`` counts. Practice units do so only for those who act in one."""
    mark: ColumnElement[bool] = unit.is_practice
    return mark.is_(scope.current().practice)


def below(path: str, column: Any = Unit.path) -> ColumnElement[bool]:
    """The clause: ``column`` holds the path of the unit at ``path`` or of one below it."""
    branch = scope.branch(path)
    return and_(column >= branch.low, column < branch.high)


def children(
    parent_id: int, *, day: date | None = None, after: str = "", most: int = BRANCH_PAGE
) -> Sequence[Node]:
    """Units directly under ``parent_id``, by code, from behind the code ``after``.

    One more than ``most`` is given when there are more.
    """
    rows = db.session.execute(_children(parent_id, day or clock.today(), after, most))
    return [Node(*row) for row in rows]


def branches(
    parent_ids: Sequence[int], *, day: date | None = None, most: int = BRANCH_PAGE
) -> dict[int, list[Node]]:
    """Units directly under each of several, by code; at most ``most`` + 1 under each."""
    above = func.unnest(list(parent_ids)).table_valued("id").render_derived(name="above")
    under = _children(above.c.id, day or clock.today(), "", most).lateral("under")
    found: dict[int, list[Node]] = {parent_id: [] for parent_id in parent_ids}
    for row in db.session.execute(select(*under.c).select_from(above).join(under, text("true"))):
        node = Node(*row)
        found[node.parent_id or 0].append(node)
    return found


def nodes(ids: Sequence[int], *, day: date | None = None) -> Sequence[Node]:
    """These units as far as they lie in scope, the highest first."""
    asked = _nodes(day or clock.today()).where(Unit.id.in_(ids)).order_by(func.length(Unit.path))
    return [Node(*row) for row in db.session.execute(asked)]


def found(words: str, *, day: date | None = None, most: int = 50) -> Sequence[Node]:
    """Units at work that the folded words find, superior ones first; one more than ``most``."""
    on = day or clock.today()
    asked = _nodes(on).where(Unit.found_by(words), at_work(on)).order_by(Unit.path).limit(most + 1)
    return [Node(*row) for row in db.session.execute(asked)]


def cells_below(path: str, *, day: date | None = None) -> Sequence[Cell]:
    """The cells at work on ``day`` in the branch at ``path``, in the order of the tree."""
    columns = [getattr(Unit, name) for name in Cell.__dataclass_fields__]
    asked = select(*columns).where(
        below(path), Unit.is_cell, counted(), at_work(day or clock.today())
    )
    return [Cell(*row) for row in db.session.execute(asked.order_by(Unit.path))]


def units_within(path: str) -> tuple[int, int]:
    """How many units at work the branch at ``path`` has, and how many of them are cells."""
    asked = select(func.count(), func.count().filter(Unit.is_cell))
    row = db.session.execute(asked.where(below(path), at_work(clock.today()))).one()
    return row[0], row[1]


def line_above(path: str) -> Sequence[Any]:
    """The units above ``path`` from the root down, even beyond the scope.

    Rows of id, path, name, short_name, kind_code.
    """
    found = text("SELECT * FROM units_above(:path)")
    return db.session.execute(found, {"path": path}).all()


def version_at(unit_id: int, day: date) -> UnitVersion | None:
    """What the unit was on ``day``; ``None`` before it was established."""
    asked = select(UnitVersion).where(UnitVersion.unit_id == unit_id, holds_on(UnitVersion, day))
    return db.session.scalars(asked).first()


def line_at(unit_id: int, day: date) -> Sequence[UnitVersion]:
    """What the unit and those then above it were on ``day``, the highest first, within the scope.

    This is the head under which a report of that day is printed.
    """
    holds = holds_on(UnitVersion, day)
    start = select(UnitVersion.id, UnitVersion.parent_id, literal(0).label("step"))
    line = start.where(UnitVersion.unit_id == unit_id, holds).cte("line", recursive=True)
    up = select(UnitVersion.id, UnitVersion.parent_id, (line.c.step + 1).label("step"))
    # Two swapped units could name each other as superior on one day.
    line = line.union_all(
        up.where(UnitVersion.unit_id == line.c.parent_id, holds, line.c.step < 20)
    )
    asked = select(UnitVersion).join(line, line.c.id == UnitVersion.id)
    return db.session.scalars(asked.order_by(line.c.step.desc())).all()


def versions(unit_id: int) -> Sequence[UnitVersion]:
    """All that the unit has been, the latest first."""
    asked = select(UnitVersion).where(UnitVersion.unit_id == unit_id)
    return db.session.scalars(asked.order_by(UnitVersion.valid_from.desc())).all()


def last_version(unit_id: int) -> UnitVersion:
    """The open version of the unit."""
    asked = select(UnitVersion).where(
        UnitVersion.unit_id == unit_id, UnitVersion.valid_to.is_(None)
    )
    return db.session.scalars(asked).one()


def has_units_below(unit_id: int) -> bool:
    """Whether units at work hang on it."""
    asked = select(exists().where(Unit.parent_id == unit_id, Unit.valid_to.is_(None)))
    return bool(db.session.scalar(asked))


def kinds_below(unit_id: int) -> Sequence[UnitKind]:
    """The kinds of the units at work that hang directly on it."""
    used = select(Unit.kind_code).where(Unit.parent_id == unit_id, Unit.valid_to.is_(None))
    return db.session.scalars(select(UnitKind).where(UnitKind.code.in_(used))).all()


def has_code(parent_id: int, code: str, *, besides: int | None) -> bool:
    """Whether another unit than ``besides`` under ``parent_id`` has the code."""
    same = (Unit.parent_id == parent_id) & (Unit.code == code)
    if besides is not None:
        same &= Unit.id != besides
    return bool(db.session.scalar(select(exists().where(same))))


def _nodes(day: date) -> Any:
    under = aliased(Unit)
    own = ("id", "path", "parent_id", "code", "name", "is_cell", "member_count")
    kind = UnitKind.name_en if i18n.language() == "en" else UnitKind.name
    has_children = exists().where(under.parent_id == Unit.id, at_work(day, under))
    columns = (*(getattr(Unit, name) for name in own), kind.label("kind"))
    ended_on = case((Unit.valid_to <= day, Unit.valid_to)).label("ended_on")
    asked = select(*columns, has_children.label("has_children"), ended_on)
    return asked.join_from(Unit, UnitKind, Unit.kind_code == UnitKind.code)


def _children(parent_id: Any, day: date, after: str, most: int) -> Any:
    asked = _nodes(day).where(Unit.parent_id == parent_id, at_work(day))
    if after:
        asked = asked.where(Unit.code > after)
    return asked.order_by(Unit.code).limit(most + 1)
