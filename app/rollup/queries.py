"""Reads of monthly reports: a month as it stands now, frozen figures, who has submitted."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select, text

from app.core import clock, months
from app.core.db import db
from app.core.scope import branch
from app.meetings.queries import closings
from app.rollup.gathering import COLUMNS, ROWS
from app.rollup.models import Amendment, MonthlyReport
from app.rollup.rules import (
    HANDED,
    Elsewhere,
    Figures,
    ReportState,
    Row,
    Standing,
    first_of_quarter,
)
from app.rollup.snapshots import Snapshot, SnapshotPart, SnapshotRow
from app.units.models import Unit
from app.units.rules import is_within

_ROWS = text(f"{ROWS} SELECT {', '.join(COLUMNS)} FROM found ORDER BY place")


def given(unit: Unit, month: date, *, anew: bool = False, today: date | None = None) -> Any:
    """What the statement of a month asks for. ``anew`` counts every cell once more."""
    inside = branch(unit.path)
    return {
        "unit": unit.id,
        "month": month,
        "last": months.last_of(month),
        "quarter": first_of_quarter(month),
        "low": inside.low,
        "high": inside.high,
        "anew": anew,
        "today": today or clock.today(),
    }


def rows_now(unit: Unit, month: date, *, anew: bool = False) -> list[Row]:
    """The rows of a committee's month as it stands now, in the order of the tree."""
    found = db.session.execute(_ROWS, given(unit, month, anew=anew)).mappings()
    return [_row(dict(one)) for one in found]


def rows_of(snapshot_ids: Sequence[int]) -> list[Row]:
    """The rows of frozen figures, in the order of the tree."""
    columns = [getattr(SnapshotRow, name) for name in COLUMNS]
    asked = select(*columns).where(SnapshotRow.snapshot_id.in_(snapshot_ids))
    asked = asked.order_by(SnapshotRow.place, SnapshotRow.snapshot_id)
    return [_row(dict(one)) for one in db.session.execute(asked).mappings()]


def _row(values: dict[str, Any]) -> Row:
    if not isinstance(values["standing"], Standing):
        values["standing"] = Standing[values["standing"]]
    return Row(**values)


def parts_of(snapshot_ids: Sequence[int]) -> Sequence[int]:
    """All frozen figures that went into these, whatever their level."""
    asked = select(SnapshotPart.part_id).where(SnapshotPart.snapshot_id.in_(snapshot_ids))
    return db.session.scalars(asked).all()


def elsewhere(unit: Unit, month: date, rows: Sequence[Row]) -> list[Elsewhere]:
    """The moved units that neither ``rows`` of the month nor their parts tell of, by day."""
    given = {
        "path": unit.path,
        "month": month,
        "told": [row.of_unit_id for row in rows],
        "parts": [row.part_id for row in rows if row.part_id],
    }
    return [Elsewhere(**one) for one in db.session.execute(_ELSEWHERE, given).mappings()]


_ELSEWHERE = text(
    """
    SELECT e.* FROM units_told_elsewhere(:path, :month) e
    WHERE NOT e.unit_id = ANY(CAST(:told AS int[]))
      AND NOT EXISTS (
          SELECT FROM snapshot_row s WHERE s.of_unit_id = e.unit_id AND s.snapshot_id IN (
              SELECT unnest(CAST(:parts AS bigint[]))
              UNION ALL
              SELECT n.part_id FROM snapshot_part n
              WHERE n.snapshot_id = ANY(CAST(:parts AS bigint[]))))
    ORDER BY e.moved_on, e.code
    """
)


def elsewhere_of(snapshot: Snapshot) -> list[Elsewhere]:
    """The moved units as they were told when the figures were frozen."""
    return [
        Elsewhere(**one | {"moved_on": date.fromisoformat(one["moved_on"])})
        for one in snapshot.elsewhere
    ]


def report_of(unit_id: int, month: date) -> MonthlyReport | None:
    """The committee's report of ``month``, if anything has been said of it yet."""
    asked = select(MonthlyReport).where(
        MonthlyReport.unit_id == unit_id, MonthlyReport.month == month
    )
    return db.session.scalars(asked).first()


def snapshots_of(report_id: int) -> Sequence[Snapshot]:
    """The frozen figures of a report, the latest first."""
    asked = select(Snapshot).where(Snapshot.report_id == report_id)
    return db.session.scalars(asked.order_by(Snapshot.revision.desc())).all()


def last_revision(report_id: int) -> int:
    """How often the figures of a report have been frozen."""
    asked = select(func.max(Snapshot.revision)).where(Snapshot.report_id == report_id)
    return db.session.scalar(asked) or 0


def handed_above(path: str, month: date) -> Sequence[MonthlyReport]:
    """The reports that hold the unit's month frozen, its own included, the highest first."""
    asked = select(MonthlyReport).where(
        MonthlyReport.month == month,
        MonthlyReport.state.in_(HANDED),
        func.starts_with(path, MonthlyReport.unit_path),
    )
    return db.session.scalars(asked.order_by(func.length(MonthlyReport.unit_path))).all()


def handed_elsewhere(unit_id: int, path: str, month: date) -> Sequence[MonthlyReport]:
    """The reports of other branches in scope that hold the unit's month frozen, the highest first.

    It hung there when they were submitted and is at ``path`` now.
    """
    latest = select(func.max(Snapshot.id)).where(Snapshot.month == month)
    lowest = db.session.scalars(
        select(MonthlyReport.unit_path)
        .join(Snapshot, Snapshot.report_id == MonthlyReport.id)
        .join(SnapshotRow, SnapshotRow.snapshot_id == Snapshot.id)
        .where(
            SnapshotRow.of_unit_id == unit_id,
            MonthlyReport.month == month,
            MonthlyReport.state.in_(HANDED),
            ~func.starts_with(path, MonthlyReport.unit_path),
            Snapshot.id.in_(latest.group_by(Snapshot.report_id)),
        )
    ).first()
    held = handed_above(lowest, month) if lowest else []
    return [one for one in held if not is_within(path, one.unit_path)]


def is_frozen_elsewhere(path: str, month: date) -> bool:
    """Whether a report of another branch, even out of scope, holds the unit's month frozen."""
    asked = text("SELECT EXISTS (SELECT FROM units_frozen(:path, :month))")
    return bool(db.session.scalar(asked, {"path": path, "month": month}))


class Below(NamedTuple):
    """How far a committee directly below has come with its report."""

    unit_id: int
    name: str
    state: ReportState
    submitted_at: Any
    report_id: int | None


def below(unit: Unit, month: date) -> list[Below]:
    """The committees that report to the unit, as the tree was, with the state of their reports."""
    found = db.session.execute(_BELOW, given(unit, month))
    return [Below(one[0], one[1], ReportState[one[2]], one[3], one[4]) for one in found]


_BELOW = text(
    """
    SELECT v.unit_id, v.name, coalesce(r.state, 'DRAFT'), r.submitted_at, r.id
    FROM unit_version v
    JOIN unit u ON u.id = v.unit_id AND NOT u.is_cell AND u.valid_from <= :last
         AND (u.valid_to IS NULL OR u.valid_to > :month)
         AND v.valid_from <= least(:last, u.valid_to - 1)
         AND (v.valid_to IS NULL OR v.valid_to > least(:last, u.valid_to - 1))
    LEFT JOIN monthly_report r ON r.unit_id = u.id AND r.month = :month
    WHERE v.parent_id = :unit
    ORDER BY u.code, u.id
    """
)


def closed_above(unit: Unit, month: date) -> bool:
    """Whether a superior of ``unit`` has closed ``month``: nothing of it is handed up any more."""
    return any(one.unit_id != unit.id for one in closings(unit.path, month))


def amendments(unit: Unit, month: date) -> Sequence[Amendment]:
    """What was amended of the branch's month, the latest first."""
    inside = branch(unit.path)
    asked = select(Amendment).where(
        Amendment.month == month,
        Amendment.unit_path >= inside.low,
        Amendment.unit_path < inside.high,
    )
    return db.session.scalars(asked.order_by(Amendment.id.desc())).unique().all()


def amendments_of(meeting_id: int) -> Sequence[Amendment]:
    """What was amended of a meeting and its score, the latest first."""
    asked = select(Amendment).where(Amendment.meeting_id == meeting_id)
    return db.session.scalars(asked.order_by(Amendment.id.desc())).all()


def figures_of(snapshot: Snapshot) -> Figures:
    """The totals as they were frozen."""
    return Figures(**{name: getattr(snapshot, name) for name in Figures.__dataclass_fields__})


def differing(month: date) -> Sequence[int]:
    """Frozen figures of ``month`` whose totals are not what their rows add up to: none, ever."""
    asked = select(Snapshot.id).where(
        Snapshot.month == month, func.snapshot_adds_up(Snapshot.id).is_not(True)
    )
    return db.session.scalars(asked).all()
