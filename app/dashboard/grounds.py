"""The rules by which a month's figures were counted: policies, criteria sets, deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.core import i18n
from app.core.dated import holds_on
from app.core.db import db
from app.deadlines.models import DeadlineRule
from app.deadlines.rules import Stage
from app.evaluations.models import CriteriaSet, Evaluation
from app.meetings.models import AttendancePolicy, Meeting
from app.meetings.rules import MONTHLY, REPORTED
from app.units.queries import below

MOST = 3
"""No more rules than this are named under one figure."""


@dataclass(frozen=True)
class Grounds:
    """What held for the reports of one month in one branch."""

    policies: Sequence[AttendancePolicy] = field(default_factory=list)
    sets: Sequence[CriteriaSet] = field(default_factory=list)
    deadlines: Sequence[DeadlineRule] = field(default_factory=list)


def grounds(path: str, month: date) -> Grounds:
    """The rules that were used in ``month`` by the branch at ``path``."""
    reported = and_(
        Meeting.month == month,
        Meeting.type.in_(MONTHLY),
        Meeting.result_state.in_(REPORTED),
        below(path, Meeting.unit_path),
    )
    by = Meeting.attendance_policy_id == AttendancePolicy.id
    scored = select(Evaluation.criteria_set_id).join(Meeting, Meeting.id == Evaluation.meeting_id)
    used = scored.where(reported, Evaluation.official_total.is_not(None))
    return Grounds(
        _all(AttendancePolicy, select(Meeting.id).where(reported, by).exists()),
        _all(CriteriaSet, CriteriaSet.id.in_(used), joinedload(CriteriaSet.bands)),
        _all(DeadlineRule, _holds(path, month)),
    )


def counting(found: Grounds) -> list[str]:
    """How attendance was counted, each policy with its legal basis."""
    said = []
    for policy in found.policies:
        rule = (
            _("members excused stay in the number due")
            if policy.excused_in_denominator
            else _("members excused are left out of the number due")
        )
        said.append(_joined(str(policy), policy.legal_basis, str(rule)))
    return said


def scoring(found: Grounds, rating: str = "") -> list[str]:
    """By which criteria points were given; with ``rating`` from how many points on it is given."""
    said = []
    for one in found.sets:
        band = next((band for band in one.bands if band.rating_code == rating), None)
        points = (
            _(
                "%(rating)s from %(points)s points on",
                rating=band.rating,
                points=i18n.number(band.min_points),
            )
            if band
            else ""
        )
        said.append(_joined(str(one), one.legal_basis, str(points)))
    return said


def limits(found: Grounds) -> list[str]:
    """By when results are due."""
    return [_joined(_limit(rule), rule.legal_basis) for rule in found.deadlines]


def _limit(rule: DeadlineRule) -> str:
    if rule.offset_days is None:
        return str(_("Results are due on a fixed day: %(day)s", day=rule.day_of_month))
    return str(
        ngettext(
            "Results are due %(num)s day after the meeting",
            "Results are due %(num)s days after the meeting",
            rule.offset_days,
        )
    )


def _all(model: Any, clause: ColumnElement[bool], *options: Any) -> Sequence[Any]:
    asked = select(model).options(*options).where(clause).order_by(model.id.desc()).limit(MOST)
    return db.session.scalars(asked).unique().all()


def _holds(path: str, month: date) -> ColumnElement[bool]:
    """Rules in force in ``month``, published by the branch, above it or in it."""
    rule: Any = DeadlineRule
    near = or_(func.starts_with(path, rule.unit_path), below(path, rule.unit_path))
    return and_(near, rule.stage == Stage.RESULT, holds_on(rule, month))


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
