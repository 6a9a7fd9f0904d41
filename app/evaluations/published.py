"""Criteria sets with their criteria and bands: what a superior publishes for its branch."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term, within
from app.core.i18n import language
from app.core.words import folded, has_words
from app.evaluations.rules import CriterionKind, NaPolicy, SetStatus
from app.units.models import Unit

Points = Numeric(5, 1)


class Rating(Base):
    """A rating of the scale; no code depends on its literal name."""

    __tablename__ = "rating"
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    letter: Mapped[str] = mapped_column(String(4))
    rank: Mapped[int]

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box over code and names."""
        return has_words(folded(cls.code, cls.name, cls.name_en), words)

    def __str__(self) -> str:
        return self.name_en if language() == "en" else self.name


class CriteriaSet(Numbered, Scoped, Base):
    """A version of a set of criteria, valid for the owner's branch for a time."""

    __tablename__ = "criteria_set"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("id", "unit_id"),
        UniqueConstraint("unit_id", "code", "revision"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
    )
    code: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(250))
    issuer: Mapped[str | None] = mapped_column(String(200))
    legal_basis: Mapped[str | None] = mapped_column(String(250))
    certainty: Mapped[str | None] = mapped_column(Text)
    status: Mapped[SetStatus] = mapped_column(term(SetStatus), default=SetStatus.DRAFT)
    meeting_types: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list)
    total: Mapped[Decimal | None] = mapped_column(Points)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="criteria_set",
        order_by="Criterion.position",
        primaryjoin="Criterion.criteria_set_id == CriteriaSet.id",
        foreign_keys="Criterion.criteria_set_id",
    )
    bands: Mapped[list["RatingBand"]] = relationship(
        back_populates="criteria_set",
        order_by="RatingBand.min_points.desc()",
        primaryjoin="RatingBand.criteria_set_id == CriteriaSet.id",
        foreign_keys="RatingBand.criteria_set_id",
    )

    @property
    def owner(self) -> str:
        """The unit that owns the set; one above the reader's branch is not named."""
        unit: Unit | None = self.unit
        return unit.name if unit else str(gettext("Superior unit"))

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: ``words`` are folded already."""
        return folded(cls.code, cls.name).contains(words, autoescape=True)

    def __str__(self) -> str:
        return f"{self.name} (v{self.revision})"


class Criterion(Numbered, Scoped, Base):
    """A group of a set or, below it, a criterion with points; leaves are what is scored."""

    __tablename__ = "criterion"
    __table_args__ = (
        in_unit(),
        within("criteria_set_id", "criteria_set"),
        UniqueConstraint("criteria_set_id", "code"),
        UniqueConstraint("id", "criteria_set_id"),
        CheckConstraint("max_points >= 0", name="max_points"),
        ForeignKeyConstraint(
            ["parent_id", "criteria_set_id"],
            ["criterion.id", "criterion.criteria_set_id"],
        ),
    )
    criteria_set_id: Mapped[int]
    parent_id: Mapped[int | None]
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(400))
    max_points: Mapped[Decimal] = mapped_column(Points)
    kind: Mapped[CriterionKind] = mapped_column(term(CriterionKind), default=CriterionKind.MANUAL)
    metric: Mapped[str | None] = mapped_column(String(40))
    na_policy: Mapped[NaPolicy | None] = mapped_column(term(NaPolicy))
    choices: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    standard: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """From which measure on it gives full points: ``from``, ``combined``, ``all_excused``."""
    note: Mapped[str | None] = mapped_column(Text)
    is_leaf: Mapped[bool] = mapped_column(default=True)

    criteria_set: Mapped[CriteriaSet] = relationship(
        back_populates="criteria",
        primaryjoin="Criterion.criteria_set_id == CriteriaSet.id",
        foreign_keys="Criterion.criteria_set_id",
    )
    parent: Mapped["Criterion | None"] = relationship(
        primaryjoin="Criterion.parent_id == remote(Criterion.id)",
        foreign_keys="Criterion.parent_id",
    )

    @property
    def heading(self) -> str:
        """Code and name together, as people read them."""
        return str(self)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: ``words`` are folded already."""
        return folded(cls.code, cls.name).contains(words, autoescape=True)

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"


class RatingBand(Numbered, Scoped, Base):
    """From how many points on a set gives a rating."""

    __tablename__ = "rating_band"
    __table_args__ = (
        in_unit(),
        within("criteria_set_id", "criteria_set"),
        UniqueConstraint("criteria_set_id", "rating_code"),
    )
    criteria_set_id: Mapped[int]
    rating_code: Mapped[str] = mapped_column(ForeignKey("rating.code"))
    min_points: Mapped[Decimal] = mapped_column(Points)

    criteria_set: Mapped[CriteriaSet] = relationship(
        back_populates="bands",
        primaryjoin="RatingBand.criteria_set_id == CriteriaSet.id",
        foreign_keys="RatingBand.criteria_set_id",
    )
    rating: Mapped[Rating] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: bands of the ratings that the folded words find."""
        return cls.rating_code.in_(select(Rating.code).where(Rating.found_by(words)))

    def __str__(self) -> str:
        return f"{self.rating} ≥ {self.min_points}"
