"""The database session, the columns every scoped table carries, and the transaction helper."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask_appbuilder import Model
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Enum, ForeignKeyConstraint, Identity, Text, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.session import SessionTransaction

from app.core import scope
from app.core.terms import Term

# Set before FAB's security models are imported, so that their constraints are named too.
Model.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

db = SQLAlchemy(model_class=Model)
if TYPE_CHECKING:

    class Base(DeclarativeBase):
        """What all tables derive from; at run time Flask-AppBuilder's own base."""

else:
    Base = Model
Path = Text(collation="C")


class Scoped:
    """Columns of a table whose rows belong to a unit: the row-level policies look at the path."""

    unit_id: Mapped[int] = mapped_column(nullable=False)
    unit_path: Mapped[str] = mapped_column(Path, nullable=False)


class Numbered:
    """A big surrogate key, given by the database."""

    @declared_attr
    def id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy hands the class
        """The key."""
        return mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-10)


def in_unit() -> ForeignKeyConstraint:
    """Ties ``unit_id`` and ``unit_path`` to the unit: moving a branch rewrites the paths."""
    return ForeignKeyConstraint(
        ["unit_id", "unit_path"], ["unit.id", "unit.path"], onupdate="CASCADE"
    )


def within(column: str, table: str) -> ForeignKeyConstraint:
    """Ties a child to a parent row of the same unit, so that it cannot hang on a foreign one."""
    return ForeignKeyConstraint([column, "unit_id"], [f"{table}.id", f"{table}.unit_id"])


def term(enum: type[Term]) -> Enum:
    """The column type of an enumeration: its names as text with a CHECK constraint."""
    return Enum(enum, native_enum=False, create_constraint=True, length=20, name=enum.__name__)


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit what the block did, or undo all of it."""
    session: Any = db.session
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@event.listens_for(Session, "after_begin")
def _begin(_session: Session, opened: SessionTransaction, connection: Any) -> None:
    """Every transaction starts by telling the database its scope."""
    if not opened.nested:
        scope.tell(connection)
