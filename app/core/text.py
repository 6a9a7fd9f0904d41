"""Vietnamese text as people type, search, sort and read it."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

Exact = int | Decimal | Fraction

MISSING = "—"

_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")
_SEPARATORS = {"vi": (".", ","), "en": (",", ".")}

# Dictionary order: level, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# a ă â, d đ, e ê, o ô ơ, u ư: each family needs a digit so that "an" comes before "ăn".
_FAMILIES = frozenset("adeou")
_QUALITIES = {"\u0306": "1", "\u0302": "2", "\u031b": "3"}


def nfc(text: str) -> str:
    """Return typed or pasted text as it is stored: composed, trimmed, without invisible characters.

    Line ends become ``\\n``; tabs stay.
    """
    lines = _LINE_ENDS.sub("\n", text)
    visible = "".join(c for c in lines if c in "\n\t" or not _invisible(c))
    return unicodedata.normalize("NFC", visible).strip()


def fold(text: str) -> str:
    """Return the search key of a text, blind to accents, case and runs of spaces.

    "Đảng  ủy", "Đảng uỷ" and "dang uy" all give "dang uy".
    """
    # Twice: folding the case of one compatibility character can bring forth another.
    plain = unicodedata.normalize("NFKD", text)
    for _ in range(2):
        plain = unicodedata.normalize("NFKD", plain.replace("Đ", "d").casefold())
    kept = (c for c in plain if c.isspace() or not (unicodedata.combining(c) or _invisible(c)))
    return _SPACES.sub(" ", "".join(kept).replace("đ", "d")).strip()


def given_name_key(full_name: str) -> str:
    """Return a key that sorts people by given name, then family and middle names.

    Letters follow the Vietnamese alphabet, equal letters the order of tones. The key is plain
    ASCII for Vietnamese names and has to be compared byte by byte (collation "C").
    """
    words = nfc(full_name).casefold().split()
    return " ".join(_word_key(word) for word in [*words[-1:], *words[:-1]])


def number(value: Exact, decimals: int = 0, locale: str = "vi") -> str:
    """Return a number as the locale writes it, rounded half up, never through binary floats."""
    if isinstance(value, int):
        digits = str(abs(value) * 10**decimals)
    else:
        scaled = abs(Fraction(value)) * 10**decimals
        digits = str((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator))
    digits = digits.rjust(decimals + 1, "0")
    thousands, point = _SEPARATORS.get(locale[:2], _SEPARATORS["vi"])
    whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    grouped = f"{int(whole):,}".replace(",", thousands)
    sign = "-" if value < 0 and int(digits) else ""
    return f"{sign}{grouped}{point}{rest}" if decimals else f"{sign}{grouped}"


def number_vi(value: Exact, decimals: int = 0) -> str:
    """Return a number in Vietnamese notation: 1.234,5."""
    return number(value, decimals, "vi")


def percent(part: int, whole: int, locale: str = "vi") -> str:
    """Return a share with what it was made of, "13/15 = 86,7 %", or "—" when there is no whole."""
    if whole == 0:
        return MISSING
    share = number(Fraction(100 * part, whole), 1, locale)
    unit = " %" if locale.startswith("vi") else "%"
    return f"{part}/{whole} = {share}{unit}"


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs")


def _word_key(word: str) -> str:
    letters: list[str] = []
    tones = ""
    for character in word:
        if character == "đ":
            letters.append("d1")
            continue
        base, *marks = list(unicodedata.normalize("NFD", character))
        tones += "".join(_TONES.get(mark, "") for mark in marks)
        quality = max((_QUALITIES.get(mark, "0") for mark in marks), default="0")
        letters.append(base + quality if base in _FAMILIES else base)
    return f"{''.join(letters)} {tones or '0'}"
