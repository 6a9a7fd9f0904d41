"""What the page of a report shows: figures as they are now, or as they were frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core import clock, i18n, months
from app.evaluations.queries import scale
from app.reports.queries import policies
from app.reports.rules import Summary
from app.rollup import queries
from app.rollup.annex import annex, lacking
from app.rollup.models import MonthlyReport
from app.rollup.rules import HANDED, Elsewhere, Figures, ReportState, Row, add_up
from app.rollup.snapshots import Snapshot
from app.rollup.wording import Section, completeness, sections
from app.units.models import Unit
from app.units.queries import line_above, version_at

MOST_CELLS = 1_500
"""Of more cells than these only the nearest stand on the screen; the file holds them all."""


@dataclass(frozen=True)
class Shown:
    """A report as a page or a file has it. ``snapshot`` is set when the figures are frozen."""

    unit: Unit
    month: date
    report: MonthlyReport | None
    snapshots: Sequence[Snapshot]
    snapshot: Snapshot | None
    rows: Sequence[Row]
    whole: Figures
    table: Summary
    criteria: Sequence[str]
    elsewhere: Sequence[Elsewhere]

    @property
    def state(self) -> ReportState:
        """How far it has come; one that nobody has begun is being compiled."""
        return self.report.state if self.report else ReportState.DRAFT

    @property
    def version(self) -> int:
        """What tells who writes whether somebody else has; 0 before anybody has."""
        return self.report.version if self.report else 0

    @property
    def handed(self) -> bool:
        """Whether it is with the level above, or concluded."""
        return self.state in HANDED

    @property
    def parts(self) -> list[Section]:
        """The sections that compile themselves."""
        return sections(self.whole, self.table.scale, self.elsewhere)

    @property
    def complete(self) -> str:
        """How complete the figures are, in words."""
        return completeness(self.whole)

    @property
    def lacking(self) -> list[Row]:
        """The rows that keep it from being complete."""
        return lacking(self.rows)

    @property
    def words(self) -> tuple[str, str]:
        """What people wrote: of this month, and of the next."""
        source = self.snapshot or self.report
        return (source.comments or "", source.tasks_next or "") if source else ("", "")


def shown(
    unit: Unit, month: date, *, revision: int | None = None, anew: bool = False, whole: bool = False
) -> Shown:
    """The report of a committee's month.

    A submitted one shows its frozen figures, the latest unless ``revision`` names others; with
    ``anew`` what they are after amendments. ``whole`` brings every cell, however many.
    """
    report = queries.report_of(unit.id, month)
    snapshots = queries.snapshots_of(report.id) if report else []
    chosen = _chosen(report, snapshots, revision) if not anew else None
    if chosen is not None:
        return _frozen((unit, month, report, snapshots), chosen, whole)
    rows = queries.rows_now(unit, month, anew=anew)
    figures = add_up(rows)
    below = [row.part_id for row in rows if row.part_id]
    every = [*rows, *_below(below, figures, whole)]
    heads = _heads(unit, month)
    used = [str(policy) for policy in policies(unit.path, month)]
    table = annex(every, heads, month, clock.wall(), scale=scale(), policies=used)
    moved = queries.elsewhere(unit, month, rows)
    return Shown(unit, month, report, snapshots, None, every, figures, table, (), moved)


def _chosen(
    report: MonthlyReport | None, snapshots: Sequence[Snapshot], revision: int | None
) -> Snapshot | None:
    if revision is not None:
        return next((one for one in snapshots if one.revision == revision), None)
    return snapshots[0] if report and report.state in HANDED and snapshots else None


def _frozen(
    of: tuple[Unit, date, MonthlyReport | None, Sequence[Snapshot]], taken: Snapshot, whole: bool
) -> Shown:
    """Nothing but what was frozen: names, figures, words, the scale of ratings."""
    unit, month, report, snapshots = of
    rows = queries.rows_of([taken.id])
    figures = queries.figures_of(taken)
    below = [row.part_id for row in rows if row.part_id]
    every = [*rows, *_below(below, figures, whole)]
    as_of = taken.taken_at.astimezone(clock.OFFICE).replace(tzinfo=None)
    name = "name_en" if i18n.language() == "en" else "name"
    table = annex(
        every,
        (taken.superior_name, taken.unit_name),
        month,
        as_of,
        scale=[(one["code"], one[name]) for one in taken.scale],
        policies=[one["name"] for one in taken.policies],
    )
    criteria = [one["name"] for one in taken.criteria]
    moved = queries.elsewhere_of(taken)
    return Shown(unit, month, report, snapshots, taken, every, figures, table, criteria, moved)


def _below(parts: Sequence[int], figures: Figures, whole: bool) -> list[Row]:
    """The rows of the frozen figures that went into these, but for the heads they repeat."""
    if not parts or (figures.cells > MOST_CELLS and not whole):
        return []
    return queries.rows_of(list({*parts, *queries.parts_of(parts)}))


def _heads(unit: Unit, month: date) -> tuple[str, str]:
    """The superior's and the unit's own name as they were at the end of the month."""
    version = version_at(unit.id, months.last_of(month))
    parent_id = version.parent_id if version else unit.parent_id
    above = {row.id: str(row.name) for row in line_above(unit.path)}
    return above.get(parent_id or 0, ""), version.name if version else unit.name
