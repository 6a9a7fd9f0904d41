"""Writes of what the watch lists go by."""

from datetime import date

from flask_babel import gettext as _

from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.security.commands import record
from app.units.models import Unit
from app.units.rules import is_within
from app.watch import rules
from app.watch.models import WatchRule


def add(rule: WatchRule, *, by: Acting) -> None:
    """Set from which number on a list names somebody in a branch.

    Raises ``RuleBroken`` beside the field that does not fit.
    """
    if rule.unit is None or not is_within(rule.unit.path, by.unit_path):
        raise RuleBroken(_("Choose a unit of your own branch."), "unit")
    rule.unit_id, rule.unit_path = rule.unit.id, rule.unit.path
    if wrong := rules.misfit(rule.kind, rule.number, rule.within):
        least, most = rules.LIMITS[rule.kind]
        raise RuleBroken(_(wrong[0], least=least, most=most), wrong[1])
    _valid(rule)
    db.session.add(rule)
    record(rule, "add", by=by)


def change(rule: WatchRule, *, by: Acting) -> None:
    """Take over a new end or legal basis; the number never changes once published."""
    if not is_within(rule.unit_path, by.unit_path):
        raise RuleBroken(_("This was published by your superior; only they can change it."))
    _valid(rule)
    record(rule, "edit", by=by)


def give_shipped(root: Unit, *, since: date) -> None:
    """Write what is shipped as the rules of ``root``, for its office to confirm or replace."""
    for one in rules.SHIPPED.values():
        db.session.add(
            WatchRule(
                unit_id=root.id,
                unit_path=root.path,
                kind=one.kind,
                number=one.number,
                within=one.within,
                legal_basis=one.legal_basis,
                valid_from=since,
            )
        )
    db.session.flush()


def _valid(rule: WatchRule) -> None:
    if rule.valid_to is not None and rule.valid_to <= rule.valid_from:
        raise RuleBroken(_("The end must come after the start."), "valid_to")
