"""Members of a cell and the spells in which they are exempt, away or guests.

Only what the job needs: no citizen id, no card number.
"""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    Index,
    String,
    Text,
    UniqueConstraint,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.core.db import Base, Numbered, Scoped, in_unit, term, within
from app.core.text import fold, given_name_key
from app.core.words import has_words
from app.people.rules import ActivityState, LeaveReason, Position, Standing
from app.units.models import Unit


class Member(Numbered, Scoped, Base):
    """A person's membership of one cell, from ``joined_on`` until before ``left_on``.

    A transfer ends this row and opens one in the new cell, so that old roll-calls stay true.
    """

    __tablename__ = "member"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("id", "unit_id"),
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="stay"),
        CheckConstraint("(left_on IS NULL) = (left_reason IS NULL)", name="left_why"),
        Index("ix_member_unit_path", "unit_path", "name_key"),
        Index("ix_member_unit_id", "unit_id", "name_key"),
        Index(
            "ix_member_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index("ix_member_words", "words", postgresql_using="gin"),
    )
    full_name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    search_text: Mapped[str] = mapped_column(Text)
    standing: Mapped[Standing] = mapped_column(term(Standing), default=Standing.OFFICIAL)
    position: Mapped[Position] = mapped_column(term(Position), default=Position.MEMBER)
    phone: Mapped[str | None] = mapped_column(String(20))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_reason: Mapped[LeaveReason | None] = mapped_column(term(LeaveReason))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    words: Mapped[str] = mapped_column(
        TSVECTOR, Computed("nep_words((full_name)::text)", persisted=True), deferred=True
    )

    unit: Mapped[Unit] = relationship()
    spells: Mapped[list["ActivitySpell"]] = relationship(
        back_populates="member",
        order_by="ActivitySpell.from_on",
        primaryjoin="ActivitySpell.member_id == Member.id",
        foreign_keys="ActivitySpell.member_id",
    )

    __mapper_args__ = {"version_id_col": version}

    @validates("full_name")
    def _index(self, _key: str, value: str) -> str:
        self.search_text = fold(value)
        self.name_key = given_name_key(value)
        return value

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: all of the ``words``, which are folded already."""
        return has_words(cls.search_text, words)

    def __str__(self) -> str:
        return self.full_name


class ActivitySpell(Numbered, Scoped, Base):
    """A time in which a member is exempt, active elsewhere, a guest, or on special duty.

    ``to_on`` is the last day; none means until further notice.
    """

    __tablename__ = "activity_spell"
    __table_args__ = (
        in_unit(),
        within("member_id", "member"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="span"),
        ExcludeConstraint(
            ("member_id", "="),
            (text("daterange(from_on, to_on, '[]')"), "&&"),
            using="gist",
            name="ex_activity_spell_no_overlap",
        ),
        Index("ix_activity_spell_unit_path", "unit_path"),
    )
    member_id: Mapped[int]
    state: Mapped[ActivityState] = mapped_column(term(ActivityState))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    decision_no: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(String(250))

    member: Mapped[Member] = relationship(
        back_populates="spells",
        primaryjoin="ActivitySpell.member_id == Member.id",
        foreign_keys="ActivitySpell.member_id",
    )
    unit: Mapped[Unit] = relationship()

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: spells of the members or in the units that are found."""
        return or_(
            cls.member_id.in_(select(Member.id).where(Member.found_by(words))),
            cls.unit_id.in_(Unit.ids_found_by(words)),
        )
