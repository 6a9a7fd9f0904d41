"""From which numbers on the watch lists name somebody, set by a superior for its branch."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, in_unit, term
from app.units.branches import BasedRule
from app.watch.rules import Threshold, WatchKind


class WatchRule(BasedRule, Base):
    """The threshold of one watch list in the owner's branch, valid for a time.

    ``number`` and ``within`` mean what ``rules.Threshold`` says of each kind.
    """

    __tablename__ = "watch_rule"
    __table_args__ = (
        in_unit(),
        CheckConstraint("number BETWEEN 1 AND 366", name="number"),
        CheckConstraint("within BETWEEN number AND 24", name="within"),
        Index("ix_watch_rule_unit_path", "unit_path"),
    )
    kind: Mapped[WatchKind] = mapped_column(term(WatchKind))
    number: Mapped[int]
    within: Mapped[int | None]

    @property
    def threshold(self) -> Threshold:
        """The rule as the arithmetic wants it."""
        return Threshold(
            self.kind, self.number, self.within, self.legal_basis or "", self.unit_path
        )
