"""The evaluations of meetings, with the points of every criterion in three layers."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Numbered, Scoped, in_unit, term
from app.evaluations import rules
from app.evaluations.published import CriteriaSet, Criterion, Points, Rating, RatingBand
from app.evaluations.rules import EvaluationState, Layer
from app.meetings.models import Meeting
from app.meetings.rules import Mark
from app.units.models import Unit

__all__ = ["CriteriaSet", "Criterion", "Evaluation", "Rating", "RatingBand", "Score"]


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

    @property
    def amended(self) -> Mark | None:
        """Whether it, or the result, was corrected after it had been submitted upward."""
        return self.meeting.amended

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
        return cls.unit_id.in_(Unit.ids_found_by(words))

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
