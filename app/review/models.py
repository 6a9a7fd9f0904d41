"""From which numbers on a month is an exception, set by a superior for its branch."""

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term
from app.core.words import folded, has_words
from app.review.rules import ReviewKind, Threshold
from app.units.models import Unit


class ReviewRule(Numbered, Scoped, Base):
    """The threshold of one kind of exception in the owner's branch, valid for a time.

    ``number`` means what ``rules.Threshold`` says of each kind; not ``active`` switches it off.
    """

    __tablename__ = "review_rule"
    __table_args__ = (
        in_unit(),
        CheckConstraint("number BETWEEN 1 AND 1000", name="number"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        Index("ix_review_rule_unit_path", "unit_path"),
    )
    kind: Mapped[ReviewKind] = mapped_column(term(ReviewKind))
    number: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    legal_basis: Mapped[str | None] = mapped_column(String(250))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()

    @property
    def threshold(self) -> Threshold:
        """The rule as the arithmetic wants it."""
        basis = self.legal_basis or ""
        return Threshold(self.kind, self.number, self.active, basis, self.unit_path)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: by the legal basis, or the unit that set it."""
        based = has_words(folded(cls.legal_basis), words)
        return or_(based, cls.unit_id.in_(Unit.ids_found_by(words)))
