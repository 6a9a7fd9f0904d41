"""Criteria sets with their criteria and bands, and the evaluations made by them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term, within
from app.core.i18n import language
from app.core.text import fold
from app.evaluations import rules
from app.evaluations.rules import CriterionKind, EvaluationState, Layer, NaPolicy, SetStatus
from app.meetings.models import Meeting
from app.units.models import Unit

Points = Numeric(5, 1)

_ACCENTED = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
_PLAIN = fold(_ACCENTED)


def _folded(column: Any) -> ColumnElement[str]:
    """The clause: a column without accents and case. For small tables that keep no search text."""
    return func.translate(func.lower(column), _ACCENTED, _PLAIN)


class Rating(Base):
    """A rating of the scale; no code depends on its literal name."""

    __tablename__ = "rating"
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    letter: Mapped[str] = mapped_column(String(4))
    rank: Mapped[int]

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

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: ``words`` are folded already."""
        return _folded(cls.code + " " + cls.name).contains(words, autoescape=True)

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

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: ``words`` are folded already."""
        return _folded(cls.code + " " + cls.name).contains(words, autoescape=True)

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

    def __str__(self) -> str:
        return f"{self.rating} ≥ {self.min_points}"


class Evaluation(Scoped, Base):
    """The evaluation of one meeting: totals and ratings of the three layers.

    It shares the meeting's key. The ``official`` layer is what counts upwards.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        in_unit(),
        ForeignKeyConstraint(["meeting_id", "unit_id"], ["meeting.id", "meeting.unit_id"]),
        UniqueConstraint("meeting_id", "criteria_set_id"),
        Index("ix_evaluation_unit_path", "unit_path"),
    )
    meeting_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, sort_order=-10)
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id"))
    state: Mapped[EvaluationState] = mapped_column(
        term(EvaluationState), default=EvaluationState.DRAFT
    )
    self_total: Mapped[Decimal | None] = mapped_column(Points)
    self_rating_code: Mapped[str | None] = mapped_column(ForeignKey("rating.code"))
    verified_total: Mapped[Decimal | None] = mapped_column(Points)
    verified_rating_code: Mapped[str | None] = mapped_column(ForeignKey("rating.code"))
    official_total: Mapped[Decimal | None] = mapped_column(Points)
    official_rating_code: Mapped[str | None] = mapped_column(ForeignKey("rating.code"))
    remark: Mapped[str | None] = mapped_column(Text)
    self_scored_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    self_scored_by: Mapped[str | None] = mapped_column(String(128))
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    verified_by: Mapped[str | None] = mapped_column(String(128))
    official_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    official_by: Mapped[str | None] = mapped_column(String(128))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    unit: Mapped[Unit] = relationship()
    meeting: Mapped[Meeting] = relationship(
        primaryjoin="Evaluation.meeting_id == Meeting.id",
        foreign_keys="Evaluation.meeting_id",
    )
    criteria_set: Mapped[CriteriaSet] = relationship()
    self_rating: Mapped[Rating | None] = relationship(foreign_keys=[self_rating_code])
    verified_rating: Mapped[Rating | None] = relationship(foreign_keys=[verified_rating_code])
    official_rating: Mapped[Rating | None] = relationship(foreign_keys=[official_rating_code])
    scores: Mapped[list["Score"]] = relationship(
        back_populates="evaluation",
        cascade="all, delete-orphan",
        primaryjoin="Score.meeting_id == Evaluation.meeting_id",
        foreign_keys="Score.meeting_id",
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def month(self) -> date:
        """The reporting month of the meeting."""
        return self.meeting.month

    def given(self, layer: Layer) -> list[Decimal | None]:
        """The points of a layer, one for each criterion that is scored."""
        return [score.points(layer) for score in self.scores]

    def total(self, layer: Layer) -> Decimal | None:
        """The total of a layer; of an unfinished one the sum so far."""
        found: Decimal | None = getattr(self, f"{layer.name.lower()}_total")
        return found

    def rating(self, layer: Layer) -> Rating | None:
        """The rating of a layer, once all its points are given."""
        found: Rating | None = getattr(self, f"{layer.name.lower()}_rating")
        return found

    def count(self, layer: Layer, bands: Sequence[tuple[Decimal, str]]) -> None:
        """Store total and rating of a layer; without all points there is no rating yet."""
        given = self.given(layer)
        known = [points for points in given if points is not None]
        total = rules.total(known) if known else None
        finished = total is not None and len(known) == len(given)
        code = rules.rating(total, bands) if finished and total is not None else None
        setattr(self, f"{layer.name.lower()}_total", total)
        setattr(self, f"{layer.name.lower()}_rating_code", code)

    @property
    def gap(self) -> Decimal | None:
        """How far the official total lies from the self-score; below zero when it is lower."""
        if self.official_total is None or self.self_total is None:
            return None
        return self.official_total - self.self_total

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: evaluations of the units that the folded words find."""
        return cls.unit_id.in_(select(Unit.id).where(Unit.found_by(words)))

    def __str__(self) -> str:
        return str(self.meeting)


class Score(Numbered, Scoped, Base):
    """The points of one criterion in one evaluation, layer by layer."""

    __tablename__ = "score"
    __table_args__ = (
        in_unit(),
        ForeignKeyConstraint(
            ["meeting_id", "criteria_set_id"],
            ["evaluation.meeting_id", "evaluation.criteria_set_id"],
        ),
        ForeignKeyConstraint(
            ["criterion_id", "criteria_set_id"],
            ["criterion.id", "criterion.criteria_set_id"],
        ),
        ForeignKeyConstraint(["meeting_id", "unit_id"], ["meeting.id", "meeting.unit_id"]),
        UniqueConstraint("meeting_id", "criterion_id"),
        Index("ix_score_unit_path", "unit_path"),
    )
    meeting_id: Mapped[int]
    criteria_set_id: Mapped[int]
    criterion_id: Mapped[int]
    self_points: Mapped[Decimal | None] = mapped_column(Points)
    verified_points: Mapped[Decimal | None] = mapped_column(Points)
    official_points: Mapped[Decimal | None] = mapped_column(Points)
    note: Mapped[str | None] = mapped_column(String(500))

    evaluation: Mapped[Evaluation] = relationship(
        back_populates="scores",
        primaryjoin="Score.meeting_id == Evaluation.meeting_id",
        foreign_keys="Score.meeting_id",
    )
    criterion: Mapped[Criterion] = relationship(
        lazy="joined",
        innerjoin=True,
        primaryjoin="Score.criterion_id == Criterion.id",
        foreign_keys="Score.criterion_id",
    )

    def points(self, layer: Layer) -> Decimal | None:
        """The points of a layer."""
        found: Decimal | None = getattr(self, f"{layer.name.lower()}_points")
        return found

    def give(self, layer: Layer, points: Decimal | None) -> None:
        """Set the points of a layer."""
        setattr(self, f"{layer.name.lower()}_points", points)
