"""From which numbers on the watch lists name somebody, set by a superior for its branch."""

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term
from app.core.words import folded, has_words
from app.units.models import Unit
from app.watch.rules import Threshold, WatchKind


class WatchRule(Numbered, Scoped, Base):
    """The threshold of one watch list in the owner's branch, valid for a time.

    ``number`` and ``within`` mean what ``rules.Threshold`` says of each kind.
    """

    __tablename__ = "watch_rule"
    __table_args__ = (
        in_unit(),
        CheckConstraint("number BETWEEN 1 AND 366", name="number"),
        CheckConstraint("within BETWEEN number AND 24", name="within"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        Index("ix_watch_rule_unit_path", "unit_path"),
    )
    kind: Mapped[WatchKind] = mapped_column(term(WatchKind))
    number: Mapped[int]
    within: Mapped[int | None]
    legal_basis: Mapped[str | None] = mapped_column(String(250))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()

    @property
    def threshold(self) -> Threshold:
        """The rule as the arithmetic wants it."""
        return Threshold(
            self.kind, self.number, self.within, self.legal_basis or "", self.unit_path
        )

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: by the legal basis, or the unit that set it."""
        based = has_words(folded(cls.legal_basis), words)
        return or_(based, cls.unit_id.in_(Unit.ids_found_by(words)))
