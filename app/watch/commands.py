"""Writes of what the watch lists go by."""

from datetime import date

from flask_babel import gettext as _

from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.units import branches
from app.units.models import Unit
from app.watch import rules
from app.watch.models import WatchRule


def add(rule: WatchRule, *, by: Acting) -> None:
    """Set from which number on a list names somebody in a branch.

    Raises ``RuleBroken`` beside the field that does not fit.
    """
    branches.own(rule, by=by)
    if wrong := rules.misfit(rule.kind, rule.number, rule.within):
        least, most = rules.LIMITS[rule.kind]
        raise RuleBroken(_(wrong[0], least=least, most=most), wrong[1])
    branches.publish(rule, by=by)


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
