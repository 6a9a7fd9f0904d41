"""What words may mean when they are mistyped, and how well a name fits what was asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from string import ascii_lowercase
from types import MappingProxyType

from app.core.text import fold
from app.search.reading import LEADING_ZEROS, Asked, split

NEAREST = 30
"""So many near words are tried for one that is not known."""
FEW = 4
"""So many ways of a begun word cost the index of words less than the words before it."""

_ANY_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[a-z]+")
# What the keys of the Telex and VNI ways of typing leave behind where no method reads them.
_TELEX = (
    (re.compile(r"(a)[aw]|(e)e|(o)[ow]|(u)w|(d)d"), r"\1\2\3\4\5"),
    (re.compile("[sfrxj]"), ""),
)

Meanings = Mapping[str, int]
"""What a typed word may stand for: words and how many letters are mistyped then."""
Ways = Mapping[str, Sequence[str]]
"""All words that a word begins, where they are known."""
NONE: Ways = MappingProxyType({})


@lru_cache(maxsize=20_000)
def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped; ``most`` + 1 for anything more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row, before = row, [i], row if i == 1 else before
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = last
    return min(row[-1], most + 1)


def reach(word: str) -> int:
    """How many mistyped letters a word of this length forgives; numbers forgive none."""
    if len(word) < 2 or not _LETTERS.fullmatch(word):
        return 0
    return 1 if len(word) < 5 else 2


def guesses(word: str) -> set[str]:
    """Words to look for in the list of words because trigrams would not find them.

    All that are one letter away from a short word, what Telex or VNI keys stand for, and the
    halves of two words typed as one.
    """
    made = {word, untyped(word), re.sub(r"\d+$", "", word)} - {""}
    if not _LETTERS.fullmatch(word):
        return made
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    if 2 <= len(word) <= 4:
        for left, right in cuts:
            made |= {left + letter + right for letter in ascii_lowercase}
            made |= {left + letter + right[1:] for letter in ascii_lowercase if right}
            made |= {left + right[1:]}
            made |= {left + right[1] + right[0] + right[2:]} if len(right) > 1 else set()
    return made | {half for cut in cuts for half in cut if len(half) > 1}


def untyped(word: str) -> str:
    """``word`` without the keys of Telex ("phongf", "dangr") or VNI ("pho2ng")."""
    plain = re.sub(r"\d", "", word) if _LETTERS.search(word) else word
    for form, kept in _TELEX:
        plain = plain[:1] + form.sub(kept, plain[1:]) if kept == "" else form.sub(kept, plain)
    return plain


def meanings(word: str, known: Iterable[str], *, widely: bool = False) -> Meanings:
    """What ``word`` may stand for among ``known`` words: the nearest, not all within reach.

    A known word stands for itself, unless ``widely`` says that this led nowhere.
    """
    words = set(known)
    itself = {word: 0}
    if word in words and not widely:
        return itself
    if untyped(word) in words - {word}:
        return itself | {untyped(word): 1}
    away = {one: distance(word, one, reach(word)) for one in words - {word}}
    if len(word) == 2:
        # Two letters are an abbreviation as often as a word: only swapped ones are forgiven.
        away = {one: by for one, by in away.items() if one == word[::-1]}
    for wrong in range(1, reach(word) + 1):
        found = sorted(one for one, by in away.items() if by == wrong)
        if found:
            return itself | dict.fromkeys(found[:NEAREST], wrong)
    return itself


def may_occur(word: str, known: Iterable[str]) -> bool:
    """Whether names may hold ``word``: numbers and single letters are in no list."""
    return word in known or len(word) == 1 or not word.isalpha()


def apart(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """``word``, or its two parts when a space seems to be missing: "vanphong", "to2"."""
    words = set(known)
    if word in words:
        return (word,)
    for cut in range(len(word) - 1, 0, -1):
        left, right = word[:cut], word[cut:]
        if left in words and (right in words or right.isdecimal()):
            return left, right
    return (word,)


def tsquery(groups: Sequence[Meanings], *, begun: bool, ways: Ways = NONE) -> str:
    """One word of every group, as PostgreSQL's text search asks for it.

    ``begun``: the last word, as it was typed, may go on; in one of its ``ways`` if they are
    known, which the index of words finds in half the time. Words are letters and digits only,
    so that quotes are safe.
    """
    asked = [[f"'{word}'" for word in group] for group in groups]
    if begun and asked:
        asked[-1] = []
        for word, wrong in groups[-1].items():
            known = [word] if wrong else ways.get(word, ())
            goes_on = f"'{word}'" if word in ways else f"'{word}':*"
            asked[-1] += [f"'{one}'" for one in known] or [goes_on]
    return " & ".join(f"({' | '.join(words)})" for words in asked)


def complete(asked: str) -> str:
    """Of a text search of ``tsquery`` whose last word may go on in many ways: the words before
    it, which are then rarer as a rule. Few ways are asked of the index of words at once."""
    before, _and, last = asked.rpartition(" & ")
    return before if ":*" in last or last.count(" | ") >= FEW else ""


def said(groups: Sequence[Meanings], name: str) -> tuple[str, int, bool]:
    """What was meant if ``name`` (folded) was: the words, letters mistyped, and whether one of
    the words only begins a word of the name."""
    present = set(split(name))
    words, wrong, begun = [], 0, False
    for group in groups:
        nearest = sorted(group, key=lambda word: (word not in present, group[word]))
        whole = nearest[0] in present
        starts = (word for word in nearest if any(one.startswith(word) for one in present))
        word = nearest[0] if whole else next(starts, nearest[0])
        words.append(word)
        wrong, begun = wrong + group[word], begun or not whole
    return " ".join(words), wrong, begun


def fit(asked: Asked, groups: Sequence[Meanings], name: str, code: str = "") -> tuple[int, int]:
    """How well a folded name fits: (letters mistyped, kind of match), the least is the best.

    Exact code, exact name, the phrase at its beginning, the phrase within; then the same with a
    last word that is only begun; then the words anywhere, and their beginnings.
    """
    if asked.phrase == code:
        return 0, 0
    phrase, wrong, begun = said(groups, name)
    if not wrong and len(groups) == len(asked.words):
        phrase = asked.phrase
    for kind, met in enumerate(
        (
            phrase == name,
            name.startswith(f"{phrase} "),
            f" {phrase} " in f" {name} ",
            name.startswith(phrase),
            f" {phrase}" in f" {name}",
            not begun,
        ),
        1,
    ):
        if met:
            return wrong, kind
    return wrong, 7


def marks(text: str, groups: Sequence[Meanings]) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is what was asked for."""
    asked = [word for group in groups for word in group]
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in _ANY_WORD.finditer(text):
        length = _met(found[0], asked)
        if length:
            pieces += [(text[at : found.start()], False), (found[0][:length], True)]
            at = found.start() + length
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _met(written: str, asked: Sequence[str]) -> int:
    """How many characters of a written word were asked for."""
    folded = fold(written)
    plain = LEADING_ZEROS.sub("", folded)
    if plain in asked:
        return len(written)
    begun = max((len(word) for word in asked if plain.startswith(word)), default=0)
    return begun if len(folded) == len(written) == len(plain) else len(written) * bool(begun)
