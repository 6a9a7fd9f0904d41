"""Who verifies a score and who decides the official one: rules of the office, dated."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    String,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.acting import Acting
from app.core.db import Base, Numbered, Scoped, db, in_unit, term
from app.core.errors import RuleBroken
from app.core.text import fold
from app.core.words import folded, has_words
from app.evaluations.rules import Layer, Level, is_at
from app.meetings.clashes import named
from app.meetings.models import Meeting
from app.meetings.steps import before
from app.security.commands import record
from app.security.rules import RoleName
from app.units.models import Unit
from app.units.rules import is_within


class Decider(Numbered, Scoped, Base):
    """Who gives one layer of score in the owner's branch, valid for a time.

    ``role`` and ``level`` say who may of those who hold the right; ``attended`` asks that it is
    the superior whom the schedule names.
    """

    __tablename__ = "decider"
    __table_args__ = (
        in_unit(),
        CheckConstraint("layer <> 'SELF'", name="above"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        Index("ix_decider_unit_path", "unit_path"),
    )
    layer: Mapped[Layer] = mapped_column(term(Layer))
    level: Mapped[Level] = mapped_column(term(Level), default=Level.ANY)
    role: Mapped[RoleName | None] = mapped_column(term(RoleName))
    attended: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    legal_basis: Mapped[str | None] = mapped_column(String(250))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: by the legal basis, or the unit that set it."""
        based = has_words(folded(cls.legal_basis), words)
        return or_(based, cls.unit_id.in_(Unit.ids_found_by(words)))


def rule_for(meeting: Meeting, layer: Layer) -> Decider | None:
    """The rule that holds for the meeting: its nearest owner's, the newest; ``None`` for none."""
    day = (meeting.started_at or meeting.planned_at).date()
    asked = select(Decider).where(
        func.starts_with(literal(meeting.unit_path), Decider.unit_path),
        Decider.layer == layer,
        Decider.valid_from <= day,
        or_(Decider.valid_to.is_(None), Decider.valid_to > day),
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
    if rule.unit is None or not is_within(rule.unit.path, by.unit_path):
        raise RuleBroken(_("Choose a unit of your own branch."), "unit")
    rule.unit_id, rule.unit_path = rule.unit.id, rule.unit.path
    if rule.layer is Layer.SELF:
        raise RuleBroken(_("The cell itself gives the self-score."), "layer")
    _valid(rule)
    db.session.add(rule)
    record(rule, "add", by=by)


def change(rule: Decider, *, by: Acting) -> None:
    """Take over a new end or legal basis; who decides never changes once published."""
    if not is_within(rule.unit_path, by.unit_path):
        raise RuleBroken(_("This was published by your superior; only they can change it."))
    _valid(rule)
    changed = before(rule, ("valid_to", "legal_basis"))
    record(rule, "edit", by=by, detail={"before": changed} if changed else None)


def _valid(rule: Decider) -> None:
    if rule.valid_to is not None and rule.valid_to <= rule.valid_from:
        raise RuleBroken(_("The end must come after the start."), "valid_to")
