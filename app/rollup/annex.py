"""The annex of a report: its rows as the summary table of the office (source: DOMAIN 5.6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.reports.rules import Group, Line, Summary, ancestors
from app.rollup.rules import Row, Standing


def annex(
    rows: Sequence[Row], heads: tuple[str, str], month: date, as_of: datetime, **more: Any
) -> Summary:
    """The table of all cells among ``rows``; ``heads`` are the superior and the issuer.

    ``more`` holds the ``scale`` as (code, name), best first, and the ``policies``.
    """
    names = {row.of_unit_id: row.name for row in rows if not row.is_cell}
    parents = {row.of_unit_id: row.parent_id for row in rows if not row.is_cell}
    codes = {row.of_unit_id: row.code for row in rows if not row.is_cell}
    groups: dict[int | None, list[Line]] = {}
    for row in sorted((row for row in rows if row.is_cell), key=lambda one: one.code):
        groups.setdefault(row.parent_id, []).append(line(row))
    return Summary(
        superior=heads[0],
        issuer=heads[1],
        month=month,
        as_of=as_of,
        groups=[
            Group(names.get(key or 0, heads[1]), groups[key])
            for key in sorted(groups, key=lambda one: _place(one, parents, codes))
        ],
        **more,
    )


def _place(
    parent: int | None, parents: Mapping[int, int | None], codes: Mapping[int, str]
) -> tuple[str, ...]:
    """Sorts the committees down the tree by their codes."""
    return tuple(codes.get(one, "") for one in reversed(ancestors(parent, parents)))


def line(row: Row) -> Line:
    """One cell; what is not approved stays empty and says why."""
    link = url_for("ResultView.show", pk=row.meeting_id) if row.meeting_id else ""
    if row.standing is not Standing.COUNTED:
        return Line(
            row.name,
            row.members,
            note=why_missing(row),
            url=link,
            waiting=row.standing is Standing.WAITING,
            let_off=row.standing is Standing.NOT_HELD,
        )
    amended = [str(_("Amended"))] if row.amended else []
    return Line(
        name=row.name,
        members=row.members,
        reported=True,
        met_on=row.met_on,
        type=_(MeetingType[row.type].value) if row.type else "",
        due=row.due,
        attended=row.attended,
        excused=row.excused,
        unexcused=row.unexcused,
        minutes=row.minutes,
        speakers=row.speakers,
        self_points=row.own_self,
        official_points=row.own_official,
        rating=row.official_rating,
        sent_on=row.sent_on,
        in_time=row.in_time,
        note="; ".join([*amended, *([row.note] if row.note else [])]),
        url=link,
    )


def why_missing(row: Row) -> str:
    """Why a row brings no approved figures, in words."""
    if row.standing in (Standing.WAITING, Standing.COMMITTEE):
        said = _("Not submitted") if row.standing is Standing.COMMITTEE else row.standing.value
        return str(_(said))
    if row.state is None:
        return str(_("Not registered"))
    if row.standing is not Standing.MISSING:
        reason = f": {row.state_reason}" if row.state_reason else ""
        return f"{_(ScheduleState[row.state].value)}{reason}"
    if row.result_state == ResultState.RETURNED.name:
        return str(_("Returned, not sent again"))
    return str(_("No report"))


def lacking(rows: Sequence[Row]) -> list[Row]:
    """The rows that keep a report from being complete, without the heads of the parts in it."""
    heads = {row.of_unit_id for row in rows if row.standing is Standing.HANDED}
    heads |= {row.of_unit_id for row in rows[:1]}
    open_ = (Standing.WAITING, Standing.MISSING, Standing.COMMITTEE)
    return [row for row in rows if row.standing in open_ and row.of_unit_id not in heads]
