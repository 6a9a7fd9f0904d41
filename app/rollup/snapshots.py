"""The figures of monthly reports, frozen when they are submitted: totals, rows, what went in."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Numbered, Path, Scoped, in_unit, term, within
from app.rollup.rules import Standing

NONE, EMPTY = text("0"), text("'{}'")


class Counted:
    """The figures as columns, alike in a row and in what the rows add up to."""

    committees: Mapped[int] = mapped_column(server_default=NONE)
    handed: Mapped[int] = mapped_column(server_default=NONE)
    cells: Mapped[int] = mapped_column(server_default=NONE)
    counted: Mapped[int] = mapped_column(server_default=NONE)
    waiting: Mapped[int] = mapped_column(server_default=NONE)
    not_held: Mapped[int] = mapped_column(server_default=NONE)
    postponed: Mapped[int] = mapped_column(server_default=NONE)
    missing: Mapped[int] = mapped_column(server_default=NONE)
    moved: Mapped[int] = mapped_column(server_default=NONE)
    late: Mapped[int] = mapped_column(server_default=NONE)
    members: Mapped[int] = mapped_column(server_default=NONE)
    due: Mapped[int] = mapped_column(server_default=NONE)
    attended: Mapped[int] = mapped_column(server_default=NONE)
    excused: Mapped[int] = mapped_column(server_default=NONE)
    unexcused: Mapped[int] = mapped_column(server_default=NONE)
    exempt: Mapped[int] = mapped_column(server_default=NONE)
    temp_in: Mapped[int] = mapped_column(server_default=NONE)
    temp_out: Mapped[int] = mapped_column(server_default=NONE)
    thematic: Mapped[int] = mapped_column(server_default=NONE)
    boards: Mapped[int] = mapped_column(server_default=NONE)
    boards_held: Mapped[int] = mapped_column(server_default=NONE)
    rate_cells: Mapped[int] = mapped_column(server_default=NONE)
    self_cells: Mapped[int] = mapped_column(server_default=NONE)
    official_cells: Mapped[int] = mapped_column(server_default=NONE)
    rates: Mapped[Decimal] = mapped_column(Numeric(14, 6), server_default=NONE)
    self_points: Mapped[Decimal] = mapped_column(Numeric(12, 1), server_default=NONE)
    official_points: Mapped[Decimal] = mapped_column(Numeric(12, 1), server_default=NONE)
    self_ratings: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=EMPTY)
    official_ratings: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=EMPTY)


class Snapshot(Counted, Numbered, Scoped, Base):
    """The figures of a report as they were submitted; nothing of it ever changes.

    A report that was returned and submitted again has a further revision. ``scale`` lists the
    ratings, best first; ``policies`` and ``criteria`` the versions by which was counted;
    ``elsewhere`` the units of which others tell.
    """

    __tablename__ = "snapshot"
    __table_args__ = (
        in_unit(),
        within("report_id", "monthly_report"),
        UniqueConstraint("report_id", "revision"),
        UniqueConstraint("id", "unit_id"),
        Index("ix_snapshot_unit_path", "unit_path", "month"),
    )
    report_id: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int]
    month: Mapped[date]
    taken_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    taken_by: Mapped[str] = mapped_column(String(128))
    unit_name: Mapped[str] = mapped_column(String(250))
    unit_code: Mapped[str] = mapped_column(String(40))
    superior_name: Mapped[str] = mapped_column(String(250))
    comments: Mapped[str | None] = mapped_column(Text)
    tasks_next: Mapped[str | None] = mapped_column(Text)
    scale: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    policies: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    elsewhere: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))


class SnapshotRow(Counted, Numbered, Scoped, Base):
    """One unit of frozen figures: what it was called, where it hung, how its month stood.

    ``unit_id`` is the committee whose report it is, ``of_unit_id`` the unit that it tells of.
    """

    __tablename__ = "snapshot_row"
    __table_args__ = (
        in_unit(),
        within("snapshot_id", "snapshot"),
        UniqueConstraint("snapshot_id", "of_unit_id"),
        Index("ix_snapshot_row_unit_path", "unit_path"),
        Index("ix_snapshot_row_of_unit_id", "of_unit_id"),
    )
    snapshot_id: Mapped[int] = mapped_column(BigInteger)
    of_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_version_id: Mapped[int | None] = mapped_column(BigInteger)
    parent_id: Mapped[int | None] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(250))
    kind_code: Mapped[str] = mapped_column(String(30))
    is_cell: Mapped[bool]
    place: Mapped[str] = mapped_column(Path)
    standing: Mapped[Standing] = mapped_column(term(Standing))
    part_id: Mapped[int | None] = mapped_column(BigInteger)
    meeting_id: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str | None] = mapped_column(String(20))
    state_reason: Mapped[str | None] = mapped_column(String(250))
    result_state: Mapped[str | None] = mapped_column(String(20))
    met_on: Mapped[date | None] = mapped_column(Date)
    minutes: Mapped[int | None] = mapped_column(Integer)
    speakers: Mapped[int | None] = mapped_column(Integer)
    own_self: Mapped[Decimal | None] = mapped_column(Numeric(5, 1))
    own_verified: Mapped[Decimal | None] = mapped_column(Numeric(5, 1))
    own_official: Mapped[Decimal | None] = mapped_column(Numeric(5, 1))
    self_rating: Mapped[str | None] = mapped_column(String(20))
    verified_rating: Mapped[str | None] = mapped_column(String(20))
    official_rating: Mapped[str | None] = mapped_column(String(20))
    sent_on: Mapped[date | None] = mapped_column(Date)
    in_time: Mapped[bool | None]
    amended: Mapped[bool] = mapped_column(server_default=text("false"))
    note: Mapped[str | None] = mapped_column(Text)
    attendance_policy_id: Mapped[int | None] = mapped_column(BigInteger)
    criteria_set_id: Mapped[int | None] = mapped_column(BigInteger)


class SnapshotPart(Numbered, Scoped, Base):
    """Which frozen figures of the committees below went into which frozen figures, all levels.

    Who was handed figures keeps the right to read them, wherever their unit goes afterwards.
    """

    __tablename__ = "snapshot_part"
    __table_args__ = (
        in_unit(),
        within("snapshot_id", "snapshot"),
        UniqueConstraint("snapshot_id", "part_id"),
        Index("ix_snapshot_part_part_id", "part_id"),
        Index("ix_snapshot_part_unit_path", "unit_path"),
    )
    snapshot_id: Mapped[int] = mapped_column(BigInteger)
    part_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"))
