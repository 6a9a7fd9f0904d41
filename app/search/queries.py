"""Reads of the search box; each is one SELECT, bounded, and sees only the branch in scope."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from app.core import i18n
from app.core.db import db
from app.meetings.models import Meeting
from app.people.models import Member
from app.search.models import Word
from app.units.models import Unit, UnitKind

WORDED = {Unit: func.units_worded, Member: func.members_worded}
"""The functions of the database that find names by words, through their index."""
BEHIND = "\U0010ffff"
"""Sorts behind every continuation of a text."""
LIKENESS = 0.2
"""Share of common trigrams (0 to 1) from which a word is looked at: one letter of five."""
CANDIDATES = 60


def units_beginning(phrase: str, most: int) -> Sequence[Any]:
    """Units whose code is the folded ``phrase`` or begins with it, or whose name does.

    A phrase of spaces, of letters alone or of two characters has to be the whole code. Rows as of
    ``units_worded``.
    """
    whole = len(phrase) < 3 or " " in phrase or phrase.isalpha()
    code = Unit.code_key == phrase if whole else _beginning(Unit.code_key, phrase)
    by_code = select(Unit.id).where(code).order_by(Unit.code_key, Unit.path).limit(most)
    name = _beginning(Unit.name_key, phrase)
    by_name = select(Unit.id).where(name).order_by(Unit.name_key, Unit.path).limit(most)
    return _units(union(by_code.subquery().select(), by_name.subquery().select()))


def _beginning(column: Any, phrase: str) -> ColumnElement[bool]:
    return and_(column >= phrase, column < f"{phrase}{BEHIND}")


def units_worded(asked: str, most: int) -> Sequence[Any]:
    """Units whose names hold the words of a text search, committees before cells.

    Rows of id, path, code, name, is_cell, is_practice, valid_to, kind, name_key, code_key.
    """
    return _units(_worded(Unit, asked, most))


def _units(ids: Any) -> Sequence[Any]:
    names = ("id", "path", "code", "name", "is_cell", "is_practice", "valid_to")
    columns = [getattr(Unit, name) for name in (*names, "name_key", "code_key")]
    kind = UnitKind.name_en if i18n.language() == "en" else UnitKind.name
    found = select(*columns, kind.label("kind"))
    found = found.join_from(Unit, UnitKind, Unit.kind_code == UnitKind.code)
    return db.session.execute(found.where(Unit.id.in_(ids))).all()


def people_worded(asked: str, most: int) -> Sequence[Any]:
    """Members whose names hold the words of a text search, by given name.

    Rows of id, full_name, search_text, name_key, position, left_on, unit_id, unit_path, name.
    """
    columns = (Member.id, Member.full_name, Member.search_text, Member.name_key, Member.position)
    found = select(*columns, Member.left_on, Member.unit_id, Member.unit_path, Unit.name)
    found = found.join_from(Member, Unit, Member.unit_id == Unit.id)
    found = found.where(is_worded(Member, asked, most)).order_by(Member.name_key)
    return db.session.execute(found).all()


def meetings_of(unit_ids: Sequence[int], months: Sequence[date], most: int) -> Sequence[Any]:
    """The meetings of these units in these months, or the newest when no month is asked.

    Rows of id, month, type, state, result_state, unit_id, unit_path, short_name.
    """
    found = _meetings().where(Meeting.unit_id.in_(unit_ids))
    if months:
        found = found.where(Meeting.month.in_(months))
    return db.session.execute(found.order_by(Meeting.month.desc(), Meeting.id).limit(most)).all()


def meetings_in(month: date, most: int) -> Sequence[Any]:
    """The first meetings of a month in the order of the tree; rows as of ``meetings_of``."""
    found = _meetings().where(Meeting.month == month)
    return db.session.execute(found.order_by(Meeting.unit_path, Meeting.id).limit(most)).all()


def _meetings() -> Any:
    columns = (Meeting.id, Meeting.month, Meeting.type, Meeting.state, Meeting.result_state)
    found = select(*columns, Meeting.unit_id, Meeting.unit_path, Unit.short_name)
    return found.join_from(Meeting, Unit, Meeting.unit_id == Unit.id)


def names_of(unit_ids: Iterable[int]) -> dict[int, str]:
    """The short names of units, as far as they lie in scope."""
    found = select(Unit.id, Unit.short_name).where(Unit.id.in_(sorted(unit_ids)))
    return {row.id: row.short_name for row in db.session.execute(found)}


def words_near(words: Sequence[str], guesses: Iterable[str]) -> set[str]:
    """Known words that look like one of ``words``, and those of ``guesses`` that are known.

    The list of words is the same for every scope; what is found with them is not.
    """
    db.session.execute(
        text("SELECT set_config('pg_trgm.similarity_threshold', :least, true)"),
        {"least": str(LIKENESS)},
    )
    given = func.unnest(bindparam("given", list(words), ARRAY(Text))).table_valued("word")
    given = given.render_derived(name="given")
    like = (
        select(Word.word)
        .where(Word.word.bool_op("%")(given.c.word))
        .order_by(func.similarity(Word.word, given.c.word).desc(), Word.word)
        .limit(CANDIDATES)
        .lateral("alike")
    )
    tried = cast(literal(sorted(guesses), ARRAY(Text)), ARRAY(Text(collation="C")))
    found = union(
        select(like.c.word).select_from(given).join(like, true()),
        select(Word.word).where(Word.word == any_(tried)),
    )
    return set(db.session.scalars(found))


def is_worded(model: Any, asked: str, most: int) -> ColumnElement[bool]:
    """The clause: a unit or member is among the ``most`` whose names a text search finds."""
    found: ColumnElement[bool] = model.id.in_(_worded(model, asked, most))
    return found


def _worded(model: Any, asked: str, most: int) -> Any:
    return select(WORDED[model](cast(literal(asked, Text), TSQUERY), most))
