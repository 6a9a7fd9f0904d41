"""Reads of the search box; each is one SELECT, bounded, and sees only the branch in scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal,
    null,
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
from app.search.rules import NONE, Ways, complete
from app.units.models import Unit

WORDED = {Unit: func.units_worded, Member: func.members_worded}
"""The functions of the database that find names by words, through their index."""
BEHIND = "\U0010ffff"
"""Sorts behind every continuation of a text."""
LIKENESS = 0.2
"""Share of common trigrams (0 to 1) from which a word is looked at: one letter of five."""
CANDIDATES = 60
WAYS = 50
"""A word that begins more words than this is looked for by its beginning."""


# A branch of CASE that is not taken is not read: common words cost no more than the names that
# begin with them.
_UNITS = text(
    """
    WITH begins AS MATERIALIZED (
        SELECT ARRAY(SELECT id FROM unit WHERE code_key BETWEEN :phrase AND :last_code
                     ORDER BY code_key, path LIMIT :most)
            || ARRAY(SELECT id FROM unit WHERE name_key BETWEEN :phrase AND :last_name
                     ORDER BY name_key, path LIMIT :most) AS ids
    ), whole AS MATERIALIZED (
        SELECT CASE WHEN cardinality(ids) >= :most OR :whole = '' THEN ids
               ELSE ids || ARRAY(SELECT units_worded(NULL, CAST(:whole AS tsquery), :most))
               END AS ids
        FROM begins
    ), begun AS MATERIALIZED (
        SELECT CASE WHEN cardinality(ids) > :enough OR :begun = '' THEN ids
               ELSE ids || ARRAY(SELECT units_worded(CAST(NULLIF(:complete, '') AS tsquery),
                                                     CAST(:begun AS tsquery), :most))
               END AS ids
        FROM whole
    )
    SELECT unit.id, path, unit.code, unit.name, unit.is_cell, is_practice, unit.valid_to,
           name_key, code_key, CASE WHEN :english THEN kind.name_en ELSE kind.name END AS kind
    FROM unit JOIN unit_kind kind ON kind.code = kind_code
    WHERE unit.id = ANY ((SELECT ids FROM begun)::int[])
    """
)


def units_found(
    phrase: str, whole: str, begun: str, *, most: int, enough: int = 0
) -> Sequence[Any]:
    """Units whose code or name begins with the folded ``phrase``; unless these are ``most``,
    those whose names hold the words of the text search ``whole``; and unless all these are more
    than ``enough``, those of ``begun``. An empty text search is not asked.

    A phrase of spaces, of letters alone or of two characters has to be the whole code; an empty
    one finds nothing. Rows of id, path, code, name, is_cell, is_practice, valid_to, name_key,
    code_key, kind, in no order.
    """
    whole_code = len(phrase) < 3 or " " in phrase or phrase.isalpha()
    given = {
        "phrase": phrase or BEHIND,
        "last_code": phrase if whole_code else f"{phrase}{BEHIND}",
        "last_name": phrase and f"{phrase}{BEHIND}",
        **{"whole": whole, "begun": begun, "complete": complete(begun)},
        **{"most": most, "enough": enough},
        "english": i18n.language() == "en",
    }
    return db.session.execute(_UNITS, given).all()


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


@dataclass(frozen=True)
class Occurring:
    """Whether every word occurs in some name: as it is, or with the last one ``begun``.

    ``ways`` are the words that the last one begins, unless they are many or not listed.
    """

    whole: bool
    begun: bool
    ways: Ways


def words_occur(words: Sequence[str]) -> Occurring:
    """Look ``words`` up in the list of words.

    Numbers and single letters, which the list does not hold, are taken to occur.
    """
    listed = [word if len(word) > 1 and word.isalpha() else "" for word in words]
    first, last = {*listed[:-1]} - {""}, listed[-1]
    known = select(func.count()).where(Word.word.in_(sorted(first))).scalar_subquery()
    begun = select(Word.word).where(Word.word >= last, Word.word < f"{last}{BEHIND}")
    ways = func.array(begun.order_by(Word.word).limit(WAYS + 1).scalar_subquery())
    count, found = db.session.execute(select(known, ways if last else null())).one()
    occur, found = count == len(first), found or ()
    return Occurring(
        whole=occur and (last in found or not last),
        begun=occur and bool(found or not last),
        ways={last: found} if last and len(found) <= WAYS else NONE,
    )


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
    whole, wanted = (
        cast(literal(each or None, Text), TSQUERY) for each in (complete(asked), asked)
    )
    found: ColumnElement[bool] = model.id.in_(select(WORDED[model](whole, wanted, most)))
    return found
