"""The rules the demo's months are kept by: criteria sets, attendance policies, deadlines."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.db import db
from app.deadlines import commands as deadlines
from app.demo.scoring import Leaf, RuleSet
from app.evaluations.commands import load_published
from app.evaluations.models import CriteriaSet
from app.evaluations.rules import SetStatus
from app.meetings.models import AttendancePolicy
from app.meetings.rules import MeetingType, Policy
from app.notices import commands as notices
from app.review import commands as review
from app.units.models import Unit
from app.watch import commands as watch

HD12 = date(2018, 7, 6)
HD42 = date(2025, 10, 28)
POLICIES = (
    ("HD12-2018", "Theo Hướng dẫn 12-HD/BTCTW", "HD 12-HD/BTCTW ngày 06/7/2018", HD12, HD42),
    ("HD42-2025", "Theo Hướng dẫn 42-HD/BTCTW", "HD 42-HD/BTCTW ngày 28/10/2025", HD42, None),
)


@dataclass(frozen=True)
class Regulations:
    """What is in force when, read back from the database."""

    sets: tuple[RuleSet, ...]
    policies: tuple[tuple[int, date, date | None, Policy], ...]

    def set_for(self, kind: MeetingType, day: date) -> RuleSet | None:
        """The criteria set for a meeting on ``day``."""
        return next((found for found in self.sets if found.holds(kind, day)), None)

    def policy_on(self, day: date) -> tuple[int, Policy]:
        """The attendance policy of ``day`` with its id. Raises ``LookupError`` before the first."""
        for key, valid_from, valid_to, policy in self.policies:
            if valid_from <= day and (valid_to is None or day < valid_to):
                return key, policy
        raise LookupError(f"no attendance policy on {day}")


def write(root: Unit) -> Regulations:
    """Give the root its rules; the session is flushed, not committed."""
    owner = {"unit_id": root.id, "unit_path": root.path}
    load_published(root)
    policies = [
        AttendancePolicy(
            code=code, name=name, legal_basis=basis, valid_from=first, valid_to=end, **owner
        )
        for code, name, basis, first, end in POLICIES
    ]
    basis = "Lịch: ngày 25 tháng trước; kết quả: 2 ngày sau buổi sinh hoạt (HD 42)"
    deadlines.usual(root, HD12, basis)
    deadlines.load_public_days(root)
    db.session.add_all(policies)
    db.session.flush()
    watch.give_shipped(root, since=HD12)
    notices.give_shipped(root, since=HD12)
    review.give_shipped(root, since=HD12)
    found = db.session.scalars(
        select(CriteriaSet)
        .where(CriteriaSet.status == SetStatus.ACTIVE, CriteriaSet.unit_id == root.id)
        .order_by(CriteriaSet.valid_from.desc())
    )
    return Regulations(
        tuple(_plain(one) for one in found),
        tuple((one.id, one.valid_from, one.valid_to, one.rule) for one in policies),
    )


def _plain(one: CriteriaSet) -> RuleSet:
    assert one.valid_from is not None
    leaves = (
        Leaf(criterion.id, int(criterion.max_points * 2), criterion.metric)
        for criterion in one.criteria
        if criterion.is_leaf
    )
    bands = ((band.min_points, band.rating_code) for band in one.bands)
    types = frozenset(one.meeting_types)
    return RuleSet(one.id, one.valid_from, one.valid_to, types, tuple(leaves), tuple(bands))
