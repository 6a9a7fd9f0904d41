"""Who verifies a score and who decides the official one: rules of the office, dated."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, Index, func, literal, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.acting import Acting
from app.core.dated import holds_on
from app.core.db import Base, db, in_unit, term
from app.core.errors import RuleBroken
from app.core.text import fold
from app.evaluations.rules import Layer, Level, is_at
from app.meetings.clashes import named
from app.meetings.models import Meeting
from app.security.rules import RoleName
from app.units import branches
from app.units.branches import BasedRule


class Decider(BasedRule, Base):
    """Who gives one layer of score in the owner's branch, valid for a time.

    ``role`` and ``level`` say who may of those who hold the right; ``attended`` asks that it is
    the superior whom the schedule names.
    """

    __tablename__ = "decider"
    __table_args__ = (
        in_unit(),
        CheckConstraint("layer <> 'SELF'", name="above"),
        Index("ix_decider_unit_path", "unit_path"),
    )
    layer: Mapped[Layer] = mapped_column(term(Layer))
    level: Mapped[Level] = mapped_column(term(Level), default=Level.ANY)
    role: Mapped[RoleName | None] = mapped_column(term(RoleName))
    attended: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    noted = ("valid_to", "legal_basis")


def rule_for(meeting: Meeting, layer: Layer) -> Decider | None:
    """The rule that holds for the meeting: its nearest owner's, the newest; ``None`` for none."""
    day = (meeting.started_at or meeting.planned_at).date()
    asked = select(Decider).where(
        func.starts_with(literal(meeting.unit_path), Decider.unit_path),
        Decider.layer == layer,
        holds_on(Decider, day),
    )
    nearest = func.length(Decider.unit_path).desc()
    return db.session.scalars(
        asked.order_by(nearest, Decider.valid_from.desc(), Decider.id.desc()).limit(1)
    ).first()


def decides(meeting: Meeting, layer: Layer, *, by: Acting) -> dict[str, Any]:
    """Raises ``RuleBroken`` unless the rules let ``by`` give this layer of score.

    Answers what the audit log is to note: a score verified by another than who attended.
    """
    rule = rule_for(meeting, layer)
    expected = named(meeting.superior)
    is_other = bool(expected) and fold(by.name) not in expected
    if rule is not None:
        _fits(rule, meeting, by)
        if rule.attended and not expected:
            raise RuleBroken(_("The schedule names no superior who attended."))
        if rule.attended and is_other:
            raise RuleBroken(
                _("Only the superior who attended does this: %(name)s.", name=meeting.superior)
            )
    return {"attended": meeting.superior} if layer is Layer.VERIFIED and is_other else {}


def _fits(rule: Decider, meeting: Meeting, by: Acting) -> None:
    if rule.role is not None and rule.role.name != by.role:
        raise RuleBroken(
            _("By the rules of your office this is done by: %(role)s.", role=_(rule.role.value))
        )
    if not is_at(rule.level, meeting.unit_path, by.unit_path):
        raise RuleBroken(
            _("By the rules of your office this is done by: %(role)s.", role=_(rule.level.value))
        )


def add(rule: Decider, *, by: Acting) -> None:
    """Say who gives a layer of score in a branch; raises ``RuleBroken`` beside its field."""
    branches.own(rule, by=by)
    if rule.layer is Layer.SELF:
        raise RuleBroken(_("The cell itself gives the self-score."), "layer")
    branches.publish(rule, by=by)
