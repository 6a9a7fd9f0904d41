"""Marks of state secrets: text that bears one is not kept on a machine with a network.

Source: law on the protection of state secrets 29/2018/QH14; DOMAIN 7, number 11.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.core.errors import RuleBroken
from app.core.text import nfc

_APART = r"[\s_\-–—]*"
_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W_])"
# In small letters "tối mật độ" is the density of an evening, and "mật" alone is in dozens of words.
_MARKS = (
    re.compile(
        rf"{_BEFORE}(?:tuyệt|tối){_APART}mật{_AFTER}(?!\s+(?:độ|khẩu|thiết|ong|mía)\b)",
        re.IGNORECASE,
    ),
    # Without accents, as files are named; "toi mat" would be many other things.
    re.compile(rf"{_BEFORE}tuyet{_APART}mat{_AFTER}", re.IGNORECASE),
    re.compile(r"\bđộ\s+mật\s*[:\-]\s*(?:mật|[abc])\b", re.IGNORECASE),
    # The stamp stands alone: in brackets, or between the ends of a line or a sentence.
    re.compile(r"[(\[]\s*mật\s*[)\]]", re.IGNORECASE),
    re.compile(r"[{/<\"“«]\s*MẬT\s*[}/>\"”»]"),
    re.compile(r"(?:^|[.,;:!?]|\s[-–—])[^\S\n]*MẬT[^\S\n]*(?=$|[.,;:!?]|[-–—]\s)", re.MULTILINE),
)
_SPACED = re.compile(r"(?<!\w)\w(?:[^\S\n]\w)+(?!\w)")


def mark_in(text: str) -> str | None:
    """The mark of a state secret that ``text`` bears, as it is written there, or ``None``."""
    plain = unicodedata.normalize("NFKC", nfc(text))
    # A stamp's letters may stand apart: M Ậ T.
    for read in (plain, _SPACED.sub(_together, plain)):
        for mark in _MARKS:
            if found := mark.search(read):
                return " ".join(found[0].split()).strip(" .,;:!?-–—")
    return None


def _together(found: re.Match[str]) -> str:
    return "".join(found[0].split())


def guard(texts: Mapping[str, Any]) -> None:
    """Raises ``RuleBroken`` beside the first field whose text bears the mark of a state secret.

    Values that are no text are left alone.
    """
    for field, text in texts.items():
        if isinstance(text, str) and (wrong := complaint(text)):
            raise RuleBroken(wrong, field)


def complaint(text: str) -> str:
    """What to tell people whose text bears the mark of a state secret; "" when it bears none."""
    found = mark_in(text)
    if not found:
        return ""
    return str(
        _(
            "“%(mark)s” marks a state secret. Secret content must not be entered here:"
            " take it out.",
            mark=found,
        )
    )
