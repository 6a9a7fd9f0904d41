"""Marks of state secrets: text that bears one is not kept on a machine with a network.

Source: law on the protection of state secrets 29/2018/QH14; DOMAIN 7, number 11.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.core.errors import RuleBroken
from app.core.text import nfc

# In small letters "tối mật độ" is the density of an evening, and "mật" alone is in dozens of words.
_MARKS = (
    re.compile(r"\b(?:tuyệt|tối)\s+mật\b(?!\s+(?:độ|khẩu|thiết|ong|mía)\b)", re.IGNORECASE),
    re.compile(r"\bđộ\s+mật\s*[:\-]\s*(?:mật|[abc])\b", re.IGNORECASE),
    # The stamp stands alone: in brackets, or between the ends of a line or a sentence.
    re.compile(r"[(\[{/<\"“«]\s*MẬT\s*[)\]}/>\"”»]"),
    re.compile(r"(?:^|[.;:!?])[^\S\n]*MẬT[^\S\n]*(?=$|[.;:!?])", re.MULTILINE),
)


def mark_in(text: str) -> str | None:
    """The mark of a state secret that ``text`` bears, as it is written there, or ``None``."""
    plain = nfc(text)
    for mark in _MARKS:
        if found := mark.search(plain):
            return " ".join(found[0].split()).strip(" .;:!?")
    return None


def guard(texts: Mapping[str, Any]) -> None:
    """Raises ``RuleBroken`` beside the first field whose text bears the mark of a state secret.

    Values that are no text are left alone.
    """
    for field, text in texts.items():
        if isinstance(text, str) and (found := mark_in(text)):
            raise RuleBroken(
                _(
                    "“%(mark)s” marks a state secret. Secret content must not be entered here:"
                    " take it out.",
                    mark=found,
                ),
                field,
            )
