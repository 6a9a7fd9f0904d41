"""From what was typed to groups of hits: who is asked in which order, and what counts as best."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.core import clock
from app.core.text import fold
from app.search import queries, reading, rules
from app.search.reading import Asked
from app.search.rules import Meanings

MOST = 50
"""No group counts further."""
NEARLY = 100
"""So many rows of a list may come close to words that none has."""
SPECIFIC = 20
"""Words that find more units than this are not looked for as beginnings of other words, and ask
for no meetings unless for those of a month."""
NEWEST_OF = 3


@dataclass(frozen=True)
class Found:
    """What was found: rows as of the queries, the best first, at most ``MOST`` + 1 of each.

    ``groups`` are the meanings under which it was found; ``mended`` says that they are not
    what was typed.
    """

    asked: Asked
    groups: tuple[Meanings, ...] = ()
    mended: bool = False
    units: tuple[Any, ...] = ()
    people: tuple[Any, ...] = ()
    meetings: tuple[Any, ...] = ()

    @property
    def heard(self) -> str:
        """The words to ask other lists for: as typed, or as the best hit has them."""
        best = self.units[0].name if self.units else self.people[0].full_name if self.people else ""
        return rules.said(self.groups, fold(best))[0] if self.mended else self.asked.phrase


def found(typed: str, *, people: bool, meetings: bool) -> Found:
    """Search for ``typed``. ``people`` and ``meetings`` say whether the role may read them."""
    asked = reading.read(typed, clock.today())
    so_far = _named(asked, people=people) if asked.words else Found(asked)
    if meetings and (asked.words or asked.months):
        so_far = replace(so_far, meetings=tuple(_meetings(so_far)))
    return so_far


def nearly(model: Any, words: str) -> Any:
    """A clause for rows of ``model`` whose names come close to the folded words, or ``None``."""
    if model not in queries.WORDED:
        return None
    asked = tuple(dict.fromkeys(reading.split(words)))[: reading.MOST_WORDS]
    groups = next(mended(asked), None)
    return groups and queries.is_worded(model, rules.tsquery(groups, begun=True), NEARLY)


def mended(words: Sequence[str]) -> Iterator[tuple[Meanings, ...]]:
    """What ``words`` may mean: with unknown words mended, then with any word mended.

    Meanings with a word that occurs in no name are left out.
    """
    if not words:
        return
    typed: tuple[Meanings, ...] = tuple({word: 0} for word in words)
    guesses = {guess for word in words for guess in rules.guesses(word)}
    known = queries.words_near(words, guesses)
    parts = [part for word in words for part in rules.apart(word, known)]
    tried = [typed]
    for widely in (False, True):
        groups = tuple(rules.meanings(part, known, widely=widely) for part in parts)
        whole = (next(iter(group)) for group in groups[:-1] if len(group) == 1)
        if groups not in tried and all(rules.may_occur(word, known) for word in whole):
            tried.append(groups)
            yield groups


def _named(asked: Asked, *, people: bool) -> Found:
    """What codes and beginnings of names find, and the words if there are such; or nearly."""
    occur = queries.words_occur(asked.words)
    typed: tuple[Meanings, ...] = tuple({word: 0} for word in asked.words)
    whole = rules.tsquery(typed, begun=False) if occur.whole else ""
    begun = rules.tsquery(typed, begun=True, ways=occur.ways) if occur.begun else ""
    more = "" if begun == whole else begun
    units = _units(asked, typed, phrase=asked.phrase, whole=whole, begun=more)
    met = _people(asked, typed, begun) if people and begun else ()
    if units or met:
        return Found(asked, typed, units=units, people=met)
    for groups in mended(asked.words):
        begun = rules.tsquery(groups, begun=True, ways=occur.ways)
        units = _units(asked, groups, begun=begun)
        met = _people(asked, groups, begun) if people else ()
        if units or met:
            return Found(asked, groups, mended=True, units=units, people=met)
    return Found(asked, typed)


def _units(
    asked: Asked, groups: tuple[Meanings, ...], *, phrase: str = "", whole: str = "", begun: str
) -> tuple[Any, ...]:
    rows = queries.units_found(phrase, whole, begun, most=MOST + 1, enough=SPECIFIC)
    today = clock.today()

    def order(row: Any) -> Any:
        fit = rules.fit(asked, groups, row.name_key, row.code_key)
        return (*fit, _ended(row.valid_to, today), row.path.count("/"), row.name_key, row.path)

    return _first(rows, order)


def _people(asked: Asked, groups: tuple[Meanings, ...], begun: str) -> tuple[Any, ...]:
    today = clock.today()

    def order(row: Any) -> Any:
        wrong, kind = rules.fit(asked, groups, row.search_text)
        given = row.search_text.rpartition(" ")[2] == asked.phrase
        return wrong, 2 if given else kind, _ended(row.left_on, today), row.name_key, row.id

    return _first(queries.people_worded(begun, MOST + 1), order)


def _meetings(so_far: Found) -> Sequence[Any]:
    asked = so_far.asked
    if not asked.words:
        months = (queries.meetings_in(month, MOST + 1) for month in asked.months)
        return next((rows for rows in months if rows), ())
    units = [row.id for row in so_far.units]
    if not asked.months:
        units = units[:NEWEST_OF] if len(units) <= SPECIFIC else []
    rows = queries.meetings_of(units, asked.months, MOST + 1) if units else ()
    place = {key: number for number, key in enumerate(units)}
    return sorted(rows, key=lambda row: (place[row.unit_id], -row.month.toordinal()))


def _first(rows: Any, order: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(sorted(rows, key=order)[: MOST + 1])


def _ended(day: date | None, today: date) -> bool:
    return day is not None and day <= today
