"""Puts the summary table of a unit and a month together, with the tree as it was then."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flask import current_app, url_for
from flask_babel import gettext as _

from app.core import months
from app.core.clock import OFFICE
from app.deadlines.rules import Stage
from app.evaluations.queries import MonthRow, evaluations_of_month, scale
from app.meetings.queries import cells_of_month
from app.meetings.rules import ResultState, ScheduleState, duration_min
from app.meetings.standing import CellMonth
from app.periods.queries import extended
from app.reports import queries
from app.reports.queries import Committee
from app.reports.rules import Group, Line, Summary, ancestors
from app.units.models import Unit
from app.units.queries import line_above, version_at


def summary(unit: Unit, month: date, now: datetime) -> Summary:
    """The table of ``month`` for ``unit``: its cells by committee, as the tree was at the end."""
    then = queries.committees(month)
    scores = {row.meeting_id: row for row in evaluations_of_month(month)}
    notes, more = queries.deductions(month), extended([month])
    groups: dict[int | None, list[Line]] = {}
    for cell in _below(unit, cells_of_month(month), then):
        key = cell.meeting_id or 0
        until = more.get(cell.unit_id, {}).get((month, Stage.RESULT))
        line = _line(cell, scores.get(key), notes.get(key, ""), until)
        groups.setdefault(cell.parent_id, []).append(line)
    names = _names(unit, month, then)
    parents = {key: one.parent_id for key, one in then.items()}
    return Summary(
        superior=names[0],
        issuer=names[1],
        month=month,
        as_of=now,
        scale=scale(),
        groups=[
            Group(_committee(parent, then, names), groups[parent])
            for parent in sorted(
                groups, key=lambda one: _place(ancestors(one, parents), unit.id, then)
            )
        ],
        policies=[str(policy) for policy in queries.policies(unit.path, month)],
    )


def _below(
    unit: Unit, cells: Sequence[CellMonth], then: Mapping[int, Committee]
) -> list[CellMonth]:
    """Those of ``cells`` that belonged to ``unit`` in that month."""
    parents = {key: one.parent_id for key, one in then.items()}
    inside: dict[int | None, bool] = {}
    for cell in cells:
        if cell.parent_id not in inside:
            inside[cell.parent_id] = unit.id in ancestors(cell.parent_id, parents)
    return [cell for cell in cells if cell.unit_id == unit.id or inside[cell.parent_id]]


def _place(chain: list[int], top: int, then: Mapping[int, Committee]) -> tuple[object, ...]:
    """Sorts the committees: directly under the unit first, then down the tree by code."""
    below = chain[: chain.index(top)] if top in chain else chain
    return tuple((then[key].code if key in then else "", key) for key in reversed(below))


def _names(unit: Unit, month: date, then: Mapping[int, Committee]) -> tuple[str, str]:
    """The superior's and the unit's own name as they were at the end of the month."""
    version = version_at(unit.id, months.last_of(month))
    own = version.name if version else unit.name
    parent_id = version.parent_id if version else unit.parent_id
    if parent_id is None:
        return "", own
    if parent_id in then:
        return then[parent_id].name, own
    above = {row.id: str(row.name) for row in line_above(unit.path)}
    return above.get(parent_id, ""), own


def _committee(parent: int | None, then: Mapping[int, Committee], names: tuple[str, str]) -> str:
    if parent is not None and parent in then:
        return then[parent].name
    return names[0] or str(_("Committee outside your area"))


def _line(cell: CellMonth, score: MonthRow | None, note: str, until: date | None) -> Line:
    """One cell, which may have been given time ``until``; what is not reported stays empty."""
    name, members = cell.name, cell.on_roll or cell.member_count
    if not cell.reported:
        not_held, why = cell.state is ScheduleState.NOT_HELD, _why_missing(cell)
        return Line(name, cell.member_count, note=why, url=_url(cell), not_held=not_held)
    met = cell.started_at or cell.planned_at
    sent = cell.submitted_at.astimezone(OFFICE).date() if cell.submitted_at else None
    given = bool(sent and until and sent <= until)
    return Line(
        name=name,
        members=members,
        reported=True,
        met_on=met.date() if met else None,
        type=_(cell.type.value) if cell.type else "",
        due=cell.due,
        attended=cell.attended,
        excused=cell.excused,
        unexcused=cell.unexcused,
        minutes=duration_min(cell.started_at, cell.ended_at),
        speakers=cell.speakers,
        self_points=score.self_total if score else None,
        official_points=score.official_total if score else None,
        rating=score.official_rating_code if score else None,
        sent_on=sent,
        in_time=given or not cell.result_late(sent) if sent else None,
        note="; ".join([_("Amended"), *([note] if note else [])]) if cell.amended_at else note,
        url=_url(cell),
    )


def _why_missing(cell: CellMonth) -> str:
    if cell.state is None:
        return str(_("Not registered"))
    if cell.state in (ScheduleState.NOT_HELD, ScheduleState.POSTPONED):
        reason = f": {cell.state_reason}" if cell.state_reason else ""
        return f"{_(cell.state.value)}{reason}"
    if cell.result_state is ResultState.RETURNED:
        return str(_("Returned, not sent again"))
    return str(_("No report"))


def _url(cell: CellMonth) -> str:
    if cell.meeting_id is None or "ResultView.show" not in current_app.view_functions:
        return ""
    return url_for("ResultView.show", pk=cell.meeting_id)
