"""What a unit sets for its branch: whose it is, from when to when it holds, on which basis.

The nearest owner's rule holds for a unit. A published rule never changes in what it says: it ends,
and another one begins.
"""

from typing import Any, ClassVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, or_
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.core import audit
from app.core.acting import Acting
from app.core.dated import Dated, check_order
from app.core.db import Numbered, Scoped, db
from app.core.errors import RuleBroken
from app.core.words import folded, has_words
from app.units.checks import in_branch
from app.units.models import Unit
from app.units.rules import is_within


class BranchRule(Numbered, Scoped, Dated):
    """The columns of a rule for the owner's branch, valid for a time.

    ``noted`` names the columns of which the audit log keeps what they held before a change.
    """

    noted: ClassVar[tuple[str, ...]] = ()

    @declared_attr
    def unit(cls) -> Mapped[Unit]:  # noqa: N805 - SQLAlchemy hands the class
        """The owner."""
        return relationship(Unit)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: rules of the units that the folded words find."""
        return cls.unit_id.in_(Unit.ids_found_by(words))


class BasedRule(BranchRule):
    """The columns of a rule that quotes its legal basis."""

    legal_basis: Mapped[str | None] = mapped_column(String(250))

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: by the legal basis, or the unit that set it."""
        return or_(has_words(folded(cls.legal_basis), words), super().found_by(words))


def own(row: Any, *, by: Acting) -> None:
    """Give a new row to its unit; raises ``RuleBroken`` for a unit outside the branch of ``by``."""
    unit = in_branch(row.unit, by=by)
    row.unit_id, row.unit_path = unit.id, unit.path


def check_owned(row: Any, *, by: Acting) -> None:
    """Raises ``RuleBroken`` for what a superior of ``by`` has published."""
    if not is_within(row.unit_path, by.unit_path):
        raise RuleBroken(_("This was published by your superior; only they can change it."))


def publish(rule: BranchRule, *, by: Acting) -> None:
    """Put an owned rule in force; raises ``RuleBroken`` when it ends before it starts."""
    check_order(rule)
    db.session.add(rule)
    audit.record(rule, "add", by=by)


def amend(rule: BranchRule, *, by: Acting) -> None:
    """Take over a new end, or what else may change of a published rule; raises ``RuleBroken``."""
    check_owned(rule, by=by)
    check_order(rule)
    changed = audit.before(rule, rule.noted)
    audit.record(rule, "edit", by=by, detail={"before": changed} if changed else None)
