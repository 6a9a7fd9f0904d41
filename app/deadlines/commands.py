"""Writes of deadlines and days off."""

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect

from app.core.acting import Acting
from app.core.dated import check_order
from app.core.db import db
from app.core.errors import RuleBroken
from app.deadlines import queries
from app.deadlines.models import DeadlineRule, Holiday
from app.deadlines.rules import DEFAULTS, Shift, Stage, misfit
from app.security.commands import record
from app.units import branches
from app.units.models import Unit

BOUNDS = (
    ("day_of_month", 1, 31),
    ("offset_days", 0, 60),
    ("month_offset", -12, 12),
    ("grace_days", 0, 60),
)
PUBLIC_DAYS = Path(__file__).parent / "data" / "holidays.csv"


def add_deadline(rule: DeadlineRule, *, by: Acting) -> None:
    """Set when a stage is due in a branch.

    Raises ``RuleBroken`` for a unit of another branch, numbers out of bounds, and a rule that
    names both a day of the month and days after the meeting, or neither.
    """
    branches.own(rule, by=by)
    check_order(rule)
    for name, least, most in BOUNDS:
        value = getattr(rule, name)
        if value is not None and not least <= value <= most:
            raise RuleBroken(
                _("A number from %(least)s to %(most)s is needed.", least=least, most=most), name
            )
    rule.shift = rule.shift or Shift.NONE
    rule.month_offset, rule.grace_days = rule.month_offset or 0, rule.grace_days or 0
    if wrong := misfit(rule.rule):
        raise RuleBroken(_(wrong[0]), wrong[1])
    db.session.add(rule)
    record(rule, "add", by=by)


def usual(owner: Unit, valid_from: date, legal_basis: str | None = None) -> None:
    """Write down for a unit's branch what offices usually do (DOMAIN 2.7)."""
    for stage, rule in DEFAULTS.items():
        if stage is Stage.MEETING:
            continue  # the month's last day is the charter's, not an office's
        values = {name: getattr(rule, name) for name in ("day_of_month", "offset_days")}
        db.session.add(
            DeadlineRule(
                unit_id=owner.id,
                unit_path=owner.path,
                stage=stage,
                month_offset=rule.month_offset,
                valid_from=valid_from,
                legal_basis=legal_basis,
                **values,
            )
        )


def add_holiday(day: Holiday, *, by: Acting) -> None:
    """Write down a day off in a branch, or a day worked in exchange."""
    branches.own(day, by=by)
    with db.session.no_autoflush:
        _once(day)
    db.session.add(day)
    record(day, "add", by=by)


def change_holiday(day: Holiday, *, by: Acting) -> None:
    """Take over another name, or that the day is worked after all."""
    branches.check_owned(day, by=by)
    with db.session.no_autoflush:
        _once(day)
    history = inspect(day).attrs.works.history
    was = {"before": {"works": list(history.deleted)}} if history.has_changes() else None
    record(day, "edit", by=by, detail=was)


def load_public_days(owner: Unit) -> int:
    """Give a unit the country's public holidays of the data file; how many it did not have yet.

    Days of which the unit has said something stay as they are.
    """
    rows = _public_days()
    missing = queries.missing_days(owner.id, [row["day"] for row in rows])
    mine = {"unit_id": owner.id, "unit_path": owner.path}
    db.session.add_all(Holiday(**row, **mine) for row in rows if row["day"] in missing)
    db.session.flush()
    return len(missing)


@cache
def _public_days() -> list[dict[str, Any]]:
    with PUBLIC_DAYS.open(encoding="utf-8", newline="") as lines:
        return [
            {
                "day": date.fromisoformat(row["day"]),
                "name": row["name"],
                "works": row["works"] == "yes",
                "legal_basis": row["legal_basis"] or None,
            }
            for row in csv.DictReader(lines)
        ]


def _once(day: Holiday) -> None:
    if queries.same_day(day.unit_id, day.day, but=day.id):
        raise RuleBroken(_("This day is in the calendar of the unit already."), "day")
