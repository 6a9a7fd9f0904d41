"""The dated tree: units, their versions, and the code tables of kinds and cell types."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.core import i18n
from app.core.db import Base, Numbered, Path, Scoped, in_unit, term
from app.core.text import fold
from app.core.words import folded, has_words
from app.units.rules import Rank, UnitEvent


class UnitKind(Base):
    """A kind of unit, such as grassroots committee or sub-cell, valid for a time."""

    __tablename__ = "unit_kind"
    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    level: Mapped[int]
    is_cell: Mapped[bool]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    @property
    def rank(self) -> Rank:
        """Where units of this kind may stand."""
        return Rank(self.level, self.is_cell)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box over code and names."""
        return has_words(folded(cls.code, cls.name, cls.name_en), words)

    def __str__(self) -> str:
        return self.name_en if i18n.language() == "en" else self.name


class CellType(Base):
    """The type of a cell (HD 42, section 4): picks guidance and criteria parameters."""

    __tablename__ = "cell_type"
    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box over code and names."""
        return has_words(folded(cls.code, cls.name, cls.name_en), words)

    def __str__(self) -> str:
        return self.name_en if i18n.language() == "en" else self.name


class Unit(Base):
    """An organisation unit as it is now; its history stands in ``unit_version``.

    ``path`` is the chain of ids from the root (``/1/31/480/``); the database checks that it
    continues the parent's path.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("id", "path"),
        UniqueConstraint("parent_id", "code", postgresql_nulls_not_distinct=True),
        UniqueConstraint("path"),
        ForeignKeyConstraint(
            ["parent_id", "parent_path"],
            ["unit.id", "unit.path"],
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("path ~ ('/' || id || '/$')", name="path_ends_with_id"),
        CheckConstraint("parent_id IS NOT NULL OR path = '/' || id || '/'", name="root_path"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        Index(
            "ix_unit_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index("ix_unit_parent_id", "parent_id", "name"),
        Index("ix_unit_name_key", "name_key", "path"),
        Index("ix_unit_code_key", "code_key", "path"),
        Index("ix_unit_words", "words", postgresql_using="gin"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, sort_order=-10)
    path: Mapped[str] = mapped_column(Path)
    parent_id: Mapped[int | None]
    parent_path: Mapped[str | None] = mapped_column(
        Path,
        Computed("nullif(regexp_replace(path, '[0-9]+/$', ''), '/')", persisted=True),
    )
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(250))
    short_name: Mapped[str] = mapped_column(String(120))
    kind_code: Mapped[str] = mapped_column(ForeignKey("unit_kind.code"))
    cell_type_code: Mapped[str | None] = mapped_column(ForeignKey("cell_type.code"))
    is_cell: Mapped[bool]
    member_count: Mapped[int] = mapped_column(default=0)
    names_kept: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_practice: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    name_key: Mapped[str] = mapped_column(
        Path, Computed("nep_fold((name)::text)", persisted=True), deferred=True
    )
    code_key: Mapped[str] = mapped_column(
        Path, Computed("nep_fold((code)::text)", persisted=True), deferred=True
    )
    words: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("nep_words((((name)::text || ' '::text) || (short_name)::text))", persisted=True),
        deferred=True,
    )

    kind: Mapped[UnitKind] = relationship(lazy="joined", innerjoin=True)
    cell_type: Mapped[CellType | None] = relationship(lazy="joined")
    parent: Mapped["Unit | None"] = relationship(
        primaryjoin="foreign(Unit.parent_id) == remote(Unit.id)", viewonly=True
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def unit_id(self) -> int:
        """A unit belongs to itself, as the audit log asks."""
        return self.id

    @property
    def unit_path(self) -> str:
        """A unit belongs to itself, as the audit log asks."""
        return self.path

    @validates("code", "name", "short_name")
    def _index(self, key: str, value: str) -> str:
        parts = {
            "code": self.code,
            "name": self.name,
            "short_name": self.short_name,
            key: value,
        }
        self.search_text = fold(" ".join(part for part in parts.values() if part))
        return value

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: all of the ``words``, which are folded already."""
        return has_words(cls.search_text, words)

    @classmethod
    def ids_found_by(cls, words: str) -> Select[int]:
        """The keys of the units that the folded words find, for what belongs to units."""
        return select(cls.id).where(cls.found_by(words))

    def __str__(self) -> str:
        return self.name


class UnitVersion(Numbered, Scoped, Base):
    """What a unit was called, what it was and where it hung, from one decision to the next.

    ``valid_to`` is the first day on which it no longer holds; the open version has none.
    """

    __tablename__ = "unit_version"
    __table_args__ = (
        in_unit(),
        UniqueConstraint("id", "unit_id"),
        ExcludeConstraint(
            ("unit_id", "="),
            (text("daterange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_unit_version_no_overlap",
        ),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        Index("ix_unit_version_unit_path", "unit_path"),
        Index("ix_unit_version_parent_id", "parent_id"),
        Index("ix_unit_version_valid_from_id", "valid_from", "id", "unit_path"),
    )
    parent_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(250))
    short_name: Mapped[str] = mapped_column(String(120))
    kind_code: Mapped[str] = mapped_column(ForeignKey("unit_kind.code"))
    event: Mapped[UnitEvent] = mapped_column(term(UnitEvent))
    decision_no: Mapped[str | None] = mapped_column(String(60))
    decision_on: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()
    kind: Mapped[UnitKind] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def found_by(cls, words: str) -> ColumnElement[bool]:
        """The clause of the search box: by what the unit is called now or was called then."""
        now = cls.unit_id.in_(Unit.ids_found_by(words))
        # Few versions have ended: only their names have to be folded here.
        then = and_(cls.valid_to.is_not(None), has_words(folded(cls.name), words))
        return or_(now, then)

    def __str__(self) -> str:
        return self.name
