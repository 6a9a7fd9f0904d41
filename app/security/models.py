"""Accounts, their dated assignments, and the audit log."""

from datetime import date, datetime
from typing import Any

from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Path, Scoped, in_unit, term
from app.core.words import folded, has_words
from app.security.rules import RoleName
from app.units.models import Unit


class Account(User):
    """A personal account. ``unit`` is its home: administrators of that branch manage it."""

    __tablename__ = "ab_user"
    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "unit_path"], ["unit.id", "unit.path"], onupdate="CASCADE"
        ),
        Index("ix_ab_user_unit_path", "unit_path"),
        {"extend_existing": True},
    )
    unit_id: Mapped[int | None] = mapped_column(Integer)
    unit_path: Mapped[str | None] = mapped_column(Path)
    phone: Mapped[str | None] = mapped_column(String(20))
    password_epoch: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id, unit_path])
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="account", order_by="Assignment.id"
    )

    def get_full_name(self) -> str:
        """The name in Vietnamese order: family name first."""
        return f"{self.last_name} {self.first_name}".strip()

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box over user name and name."""
        return has_words(folded(cls.username, cls.last_name, cls.first_name), words)

    def __str__(self) -> str:
        return f"{self.get_full_name()} ({self.username})"


class Assignment(Numbered, Scoped, Base):
    """What an account may do (the role) and where (the unit), from a day until before another."""

    __tablename__ = "assignment"
    __table_args__ = (
        in_unit(),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        Index("ix_assignment_account_id", "account_id"),
        Index("ix_assignment_unit_path", "unit_path"),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    role: Mapped[RoleName] = mapped_column(term(RoleName))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    decision_no: Mapped[str | None] = mapped_column(String(60))

    account: Mapped[Account] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()

    def holds_on(self, day: date) -> bool:
        """Whether the assignment is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: roles of the accounts or in the units that are found."""
        return or_(
            cls.account_id.in_(select(Account.id).where(Account.found_by(words))),
            cls.unit_id.in_(Unit.ids_found_by(words)),
        )

    def __str__(self) -> str:
        return f"{self.account}: {gettext(self.role.value)} · {self.unit.short_name}"


class AuditEntry(Numbered, Scoped, Base):
    """Who did what to which row, when, and under which role; never changed afterwards."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        in_unit(),
        Index("ix_audit_entry_unit_path", "unit_path", "at"),
        Index("ix_audit_entry_subject", "subject", "subject_id"),
    )
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int | None]
    username: Mapped[str] = mapped_column(String(128))
    role: Mapped[str | None] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    unit: Mapped[Unit] = relationship()

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: what the accounts or units that are found have in it."""
        return or_(
            cls.account_id.in_(select(Account.id).where(Account.found_by(words))),
            cls.username.contains(words, autoescape=True),
            cls.unit_id.in_(Unit.ids_found_by(words)),
        )
