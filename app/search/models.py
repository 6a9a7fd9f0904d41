"""The list of words that occur in names of units and members, against which typing is mended."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Path


class Word(Base):
    """A folded word of letters, in some name. The database adds; nobody takes away.

    It tells of no row: it is the same for every scope.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        Index(
            "ix_search_word_word",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )
    word: Mapped[str] = mapped_column(Path, primary_key=True)
