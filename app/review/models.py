"""From which numbers on a month is an exception, set by a superior for its branch."""

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, in_unit, term
from app.review.rules import ReviewKind, Threshold
from app.units.branches import BasedRule


class ReviewRule(BasedRule, Base):
    """The threshold of one kind of exception in the owner's branch, valid for a time.

    ``number`` means what ``rules.Threshold`` says of each kind; not ``active`` switches it off.
    """

    __tablename__ = "review_rule"
    __table_args__ = (
        in_unit(),
        CheckConstraint("number BETWEEN 1 AND 1000", name="number"),
        Index("ix_review_rule_unit_path", "unit_path"),
    )
    kind: Mapped[ReviewKind] = mapped_column(term(ReviewKind))
    number: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    @property
    def threshold(self) -> Threshold:
        """The rule as the arithmetic wants it."""
        basis = self.legal_basis or ""
        return Threshold(self.kind, self.number, self.active, basis, self.unit_path)
