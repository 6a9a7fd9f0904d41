"""Writes of criteria sets that are still drafts: their criteria, levels and bands."""

from flask_babel import gettext as _

from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import queries, rules
from app.evaluations.models import CriteriaSet, Criterion, RatingBand
from app.evaluations.rules import SetStatus
from app.security.commands import record
from app.units.checks import in_branch
from app.units.models import Unit
from app.units.rules import is_within


def create(criteria_set: CriteriaSet, *, by: Acting) -> None:
    """Begin an empty draft, owned by a unit of one's own branch."""
    unit = in_branch(criteria_set.unit or db.session.get(Unit, by.unit_id), by=by)
    criteria_set.unit = unit
    criteria_set.unit_id, criteria_set.unit_path = unit.id, unit.path
    criteria_set.status = SetStatus.DRAFT
    with db.session.no_autoflush:
        criteria_set.revision = queries.last_revision(unit.id, criteria_set.code) + 1
    _check_days(criteria_set)


def change(criteria_set: CriteriaSet, *, by: Acting) -> None:
    """Take over what a form changed of a draft."""
    check_draft(criteria_set, by=by)
    _check_days(criteria_set)
    record(criteria_set, "edit", by=by)


def save_criterion(criterion: Criterion, *, by: Acting) -> None:
    """Add or change a criterion of a draft; a group holds no points of its own."""
    # A parent of another set must be told here, not by the database at the next query.
    with db.session.no_autoflush:
        criteria_set = criterion.criteria_set
        if criteria_set is None:
            raise RuleBroken(_("Choose the set it belongs to."), "criteria_set")
        check_draft(criteria_set, by=by)
        own(criterion, criteria_set)
        _check_criterion(criterion)
    db.session.add(criterion)
    db.session.flush()
    _mark_leaves(criteria_set)
    record(criterion, "save", by=by)


def save_band(band: RatingBand, *, by: Acting) -> None:
    """Add or change from how many points a draft gives a rating."""
    if band.criteria_set is None:
        raise RuleBroken(_("Choose the set it belongs to."), "criteria_set")
    check_draft(band.criteria_set, by=by)
    own(band, band.criteria_set)
    if band.min_points < 0:
        raise RuleBroken(_("Points cannot be negative"), "min_points")
    db.session.add(band)
    record(band, "save", by=by)


def check_own(criteria_set: CriteriaSet, *, by: Acting) -> None:
    """Raises ``RuleBroken`` unless a unit of the branch of ``by`` owns the set."""
    if not is_within(criteria_set.unit_path, by.unit_path):
        raise RuleBroken(
            _(
                "This set was published by your superior. "
                "Make a new revision for your own branch and change that."
            )
        )


def check_draft(criteria_set: CriteriaSet, *, by: Acting) -> None:
    """Raises ``RuleBroken`` unless the set is one's own draft and no score stands on it."""
    check_own(criteria_set, by=by)
    with db.session.no_autoflush:
        fixed = criteria_set.status is not SetStatus.DRAFT or queries.is_used(criteria_set.id)
    if fixed:
        raise RuleBroken(
            _(
                "This set has been in force; past scores stand on it. "
                "Make a new revision and change that."
            )
        )


def _check_criterion(criterion: Criterion) -> None:
    parent = criterion.parent
    if parent is not None and (
        parent.criteria_set_id != criterion.criteria_set_id
        or parent.parent_id is not None
        or parent is criterion
    ):
        raise RuleBroken(_("Choose a group of the same set."), "parent")
    if criterion.max_points < 0 or criterion.max_points % rules.STEP:
        raise RuleBroken(_("Points go in steps of 0.5"), "max_points")
    for row in criterion.choices or ():
        wrong = rules.points_misfit(rules.exact(row["points"]), criterion.max_points)
        if wrong:
            raise RuleBroken(_(wrong), "choices")


def _check_days(criteria_set: CriteriaSet) -> None:
    since, until = criteria_set.valid_from, criteria_set.valid_to
    if until is not None and (since is None or until <= since):
        raise RuleBroken(_("The end must come after the start."), "valid_to")


def own(row: Criterion | RatingBand, criteria_set: CriteriaSet) -> None:
    """Hang a criterion or band on its set, in the set's unit."""
    row.criteria_set_id = criteria_set.id
    row.unit_id, row.unit_path = criteria_set.unit_id, criteria_set.unit_path


def _mark_leaves(criteria_set: CriteriaSet) -> None:
    criteria = [line.criterion for line in queries.lines(criteria_set.id)]
    groups = {criterion.parent_id for criterion in criteria}
    for criterion in criteria:
        criterion.is_leaf = criterion.id not in groups
