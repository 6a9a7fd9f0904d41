"""What was typed, understood: its words, and the month it names."""

import re
from dataclasses import dataclass
from datetime import date

from app.core import months
from app.core.text import fold, nfc

LONGEST = 100
MOST_WORDS = 8

_WORD = re.compile(r"[a-z0-9]+")
LEADING_ZEROS = re.compile(r"\b0+(?=\d)")
_MONTH = r"(0?[1-9]|1[0-2])"
_YEAR = r"((?:19|20)\d\d)"
_DATED = (
    re.compile(rf"\b(?:thang ?|t)?{_MONTH} ?[/.-] ?{_YEAR}\b"),
    re.compile(rf"\b(?:thang ?|t){_MONTH} (?:nam )?{_YEAR}\b"),
)
_ISO = re.compile(rf"\b{_YEAR}-(0[1-9]|1[0-2])\b")
_YEARLESS = re.compile(rf"\b(t|[a-z]{{5}} ?){_MONTH}\b(?![/.-]?\d)")
_ENGLISH = {
    name: number
    for number, full in enumerate(
        (
            *("january", "february", "march", "april", "may", "june", "july"),
            *("august", "september", "october", "november", "december"),
        ),
        1,
    )
    for name in (full, full[:3])
}
_NAMED = re.compile(rf"\b({'|'.join(sorted(_ENGLISH, key=len, reverse=True))})\.? {_YEAR}\b")


@dataclass(frozen=True)
class Asked:
    """What was typed: ``text`` as it is shown, ``phrase`` folded and without the month,
    its ``words``, and the ``months`` meant, the likeliest first."""

    text: str = ""
    phrase: str = ""
    words: tuple[str, ...] = ()
    months: tuple[date, ...] = ()


def read(typed: str, today: date) -> Asked:
    """Understand what was typed on the day ``today``; nothing that can be typed is refused."""
    text = " ".join(nfc(typed[: 4 * LONGEST]).split())[:LONGEST]
    rest, meant = _month(fold(text)[:LONGEST], today)
    phrase = " ".join(rest.split())
    return Asked(text, phrase, tuple(dict.fromkeys(words_of(phrase)))[:MOST_WORDS], meant)


def words_of(text: str) -> list[str]:
    """The words of a text as names are indexed: folded, numbers without leading zeros."""
    return split(fold(text))


def split(folded: str) -> list[str]:
    """The words of a text that is folded already."""
    return _WORD.findall(LEADING_ZEROS.sub("", folded))


def _month(key: str, today: date) -> tuple[str, tuple[date, ...]]:
    """``key`` without the month it names, and that month; both Octobers when no year is named."""
    for form in _DATED:
        if found := form.search(key):
            return _without(key, found), (date(int(found[2]), int(found[1]), 1),)
    if found := _ISO.search(key):
        return _without(key, found), (date(int(found[1]), int(found[2]), 1),)
    if found := _NAMED.search(key):
        return _without(key, found), (date(int(found[2]), _ENGLISH[found[1]], 1),)
    for found in _YEARLESS.finditer(key):
        # Swapped letters are forgiven; "Thanh 5" and "Tầng 5" are no months.
        if found[1] == "t" or sorted(found[1].strip()) == sorted("thang"):
            return _without(key, found), _latest(int(found[2]), today)
    return key, ()


def _without(key: str, found: re.Match[str]) -> str:
    return f"{key[: found.start()]} {key[found.end() :]}"


def _latest(month: int, today: date) -> tuple[date, ...]:
    """The last two such months; one that begins within two months counts as past."""
    horizon = months.add(months.first_of(today), 2)
    year = horizon.year if date(horizon.year, month, 1) <= horizon else horizon.year - 1
    return date(year, month, 1), date(year - 1, month, 1)
