"""Writes of criteria sets: new revisions, putting in force and ending."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.core import clock
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import drafts, queries, rules
from app.evaluations.models import CriteriaSet, Criterion, RatingBand
from app.evaluations.rules import NaPolicy, SetStatus
from app.security.commands import record
from app.units.models import Unit


def clone(criteria_set: CriteriaSet, *, by: Acting) -> CriteriaSet:
    """A draft of the next revision with the same criteria and bands.

    A superior's set is copied into one's own unit; the superior's stays as it is.
    """
    unit = db.session.get(Unit, criteria_set.unit_id) or db.session.get(Unit, by.unit_id)
    if unit is None:
        raise RuleBroken(_("Choose a unit of your own branch."), "unit")
    made = CriteriaSet(
        **_copied(criteria_set, "unit_id", "unit_path", "revision", "status", "valid_to"),
        unit=unit,
        unit_id=unit.id,
        unit_path=unit.path,
        status=SetStatus.DRAFT,
        revision=queries.last_revision(unit.id, criteria_set.code) + 1,
    )
    made.valid_from = None
    db.session.add(made)
    db.session.flush()
    _copy_rows(criteria_set, made)
    record(made, "clone", by=by, detail={"from": criteria_set.id})
    return made


def activate(criteria_set: CriteriaSet, *, by: Acting) -> None:
    """Put a draft in force from its first day.

    Its points must sum to its total and its ratings begin at 0. A set of the same owner in force
    until then ends the day before, when the new one covers all its types of meeting; any other
    overlap is refused.
    """
    drafts.check_draft(criteria_set, by=by)
    if criteria_set.valid_from is None:
        raise RuleBroken(_("Say from which day it is valid."), "valid_from")
    if not criteria_set.meeting_types:
        raise RuleBroken(_("Say for which types of meeting it is."), "meeting_types")
    check_whole(criteria_set)
    # Two activations at once must not both find the way free.
    db.session.execute(
        select(Unit.id).where(Unit.id == criteria_set.unit_id).with_for_update()
    ).all()
    for other in queries.overlapping(criteria_set):
        _end_before(other, criteria_set, by)
    criteria_set.status = SetStatus.ACTIVE
    record(criteria_set, "activate", by=by, detail={"from": str(criteria_set.valid_from)})


def retire(criteria_set: CriteriaSet, *, by: Acting, on: date | None = None) -> None:
    """End a set with today; meetings held until then keep it. A draft is laid aside."""
    drafts.check_own(criteria_set, by=by)
    if criteria_set.status is SetStatus.RETIRED:
        raise RuleBroken(_("This set has been retired already."))
    today = on or clock.today()
    if criteria_set.status is SetStatus.ACTIVE and _begun(criteria_set, today):
        if criteria_set.valid_to is not None and criteria_set.valid_to <= today:
            raise RuleBroken(_("This set has ended already; its months still need it."))
        criteria_set.valid_to = max(today, criteria_set.valid_from or today)
        record(criteria_set, "end", by=by, detail={"valid_to": str(criteria_set.valid_to)})
        return
    criteria_set.status = SetStatus.RETIRED
    record(criteria_set, "retire", by=by)


def check_whole(criteria_set: CriteriaSet) -> None:
    """Raises ``RuleBroken`` with what a set still lacks before it can be in force."""
    criteria = [line.criterion for line in queries.lines(criteria_set.id)]
    leaves = [criterion.max_points for criterion in criteria if criterion.is_leaf]
    bands = [band.min_points for band in queries.bands(criteria_set.id)]
    wrong = rules.set_misfit(leaves, bands, criteria_set.total)
    if wrong:
        raise RuleBroken(_(wrong), "total")
    for group in criteria:
        below = [row.max_points for row in criteria if row.parent_id == group.id]
        if below and rules.total(below) != group.max_points:
            raise RuleBroken(
                _("The criteria of group %(code)s do not sum to its points.", code=group.code)
            )
        if group.na_policy is NaPolicy.EXCLUDE_AND_RESCALE:
            raise RuleBroken(
                _(
                    "Criterion %(code)s is to be left out and rescaled, which cannot be computed "
                    "yet. Choose full points or no points.",
                    code=group.code,
                )
            )


def _end_before(other: CriteriaSet, new: CriteriaSet, by: Acting) -> None:
    assert new.valid_from is not None  # activate() has checked
    outlasts = new.valid_to is not None and (
        other.valid_to is None or other.valid_to > new.valid_to
    )
    begun = _begun(other, new.valid_from)
    if outlasts or not begun or not set(other.meeting_types) <= set(new.meeting_types):
        raise RuleBroken(
            _("It overlaps with %(other)s, which is in force. End that first.", other=other),
            "valid_from",
        )
    other.valid_to = new.valid_from
    record(other, "end", by=by, detail={"valid_to": str(other.valid_to)})


def _begun(criteria_set: CriteriaSet, day: date) -> bool:
    return criteria_set.valid_from is not None and criteria_set.valid_from < day


def _copied(row: Any, *but: str) -> dict[str, Any]:
    """The plain columns of a row, for a new one."""
    names = {column.key for column in row.__mapper__.column_attrs} - {"id", *but}
    return {name: getattr(row, name) for name in names}


def _copy_rows(source: CriteriaSet, made: CriteriaSet) -> None:
    keys: dict[int, int] = {}
    for line in queries.lines(source.id):
        old = line.criterion
        new = Criterion(**_copied(old, "unit_id", "unit_path", "criteria_set_id", "parent_id"))
        drafts.own(new, made)
        new.parent_id = keys[old.parent_id] if old.parent_id else None
        db.session.add(new)
        db.session.flush()
        keys[old.id] = new.id
    for old_band in queries.bands(source.id):
        band = RatingBand(rating_code=old_band.rating_code, min_points=old_band.min_points)
        drafts.own(band, made)
        db.session.add(band)
