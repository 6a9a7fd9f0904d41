"""Two who saved the same: what stood there before, what each wrote, and a choice for each field."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField

from app.core import audit
from app.core.choosing import LookupField, TermField
from app.core.fields import TypedField
from app.core.inputs import json_of

WAS, BEFORE, PICK, MINE, THEIRS = "was", "before", "pick-", "mine", "theirs"
"""Names in forms: what one held when it was opened, and before that; choices and their values."""
LONGEST = 200_000

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Side:
    """One field of which the two differ, as people read it; ``taken`` is chosen beforehand.

    Only one of them changed it: his is. Both did, differently: nothing is, a person has to choose.
    """

    name: str
    label: str
    base: str
    theirs: str
    mine: str
    taken: str


def texts(form: Any) -> dict[str, str]:
    """What a browser would send of each field of a form; "" for nothing."""
    return {field.name: text_of(field) for field in form if not isinstance(field, HiddenField)}


def text_of(field: Any) -> str:
    """What a browser would send of a field."""
    if isinstance(field, BooleanField):
        return "y" if field.data else ""
    if isinstance(field, TermField):
        return str(getattr(field.data, "name", field.data or ""))
    if isinstance(field, LookupField):
        return field.chosen()[0][0] if field.data is not None else ""
    if isinstance(field, TypedField) and field.data is not None:
        return field.show(field.data)
    value: str = field._value() if hasattr(field, "_value") else str(field.data or "")
    return value.replace("\r\n", "\n")


def in_words(field: Any, text: str) -> str:
    """``text`` of a field as people read it."""
    if isinstance(field, BooleanField):
        return str(_("Yes") if text else _("No"))
    if isinstance(field, TermField):
        term = field.terms.get(text)
        return str(_(term.value)) if term is not None else text
    if isinstance(field, LookupField) and text:
        row = field.get_row(text)
        return str(row) if row is not None else text
    return text


def sides(form: Any, theirs: Any, base: Texts) -> list[Side]:
    """The fields in which ``form`` differs from the row as ``theirs`` holds it now."""
    labels = {field.name: str(field.label.text) for field in form}
    return differing(
        labels, base, texts(theirs), texts(form), lambda name, text: in_words(form[name], text)
    )


def differing(
    labels: Texts, base: Texts, theirs: Texts, mine: Texts, words: Callable[[str, str], str]
) -> list[Side]:
    """The fields in which the two differ, by what stood there before; ``words`` make it readable.

    A field of which nobody knows what stood there counts as changed by both.
    """
    found = []
    for name in mine:
        here, there = mine[name], theirs.get(name, "")
        if here == there:
            continue
        before = base.get(name)
        taken = MINE if before == there else THEIRS if before == here else ""
        shown = {"base": before or "", "theirs": there, "mine": here}
        read = {key: words(name, text) for key, text in shown.items()}
        found.append(Side(name, labels[name], taken=taken, **read))
    return found


def opened(fields: Texts) -> str:
    """What a form held when it was opened, for its hidden field."""
    return json.dumps(dict(fields), ensure_ascii=False, separators=(",", ":"))


def base_of(name: str = WAS) -> dict[str, str]:
    """What the sent form held when it was opened; nothing where it does not say so."""
    sent = request.form.get(name, "")
    try:
        found = json_of(sent) if len(sent) <= LONGEST else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): text for key, text in found.items() if isinstance(text, str)}


def base_asked() -> dict[str, str]:
    """What stood there before the two changed it."""
    return base_of(BEFORE if undecided() else WAS)


def picked() -> MultiDict[str, str]:
    """The sent form; where somebody chose the other's text, with that."""
    form: MultiDict[str, str] = MultiDict(request.form.items(multi=True))
    theirs = base_of()
    for name in [key[len(PICK) :] for key, held in form.items() if _is_theirs(key, held)]:
        form.setlist(name, [theirs[name]] if theirs.get(name) else [])
    return form


def undecided() -> bool:
    """Whether a choice that was asked for has not been made."""
    return any(f"{PICK}{name}" not in request.form for name in request.form.getlist("asked"))


def page(
    found: Iterable[Side],
    row: Any,
    mine: Texts,
    theirs: Texts,
    base: Texts,
    *,
    back: str = "",
    **more: Any,
) -> str:
    """The choice, as a form that is sent where the first was; ``more`` goes on with it.

    ``more``: the names and values of further hidden fields. ``back``: where one goes who throws
    his own away, when that is not where the form is sent.
    """
    shown: str = render_template(
        "core/clash.html",
        sides=list(found),
        who=audit.last(row),
        missing=undecided(),
        back=back or request.path,
        kept={name: text for name, text in mine.items() if text},
        hidden={
            "version": getattr(row, "version", ""),
            WAS: opened(theirs),
            BEFORE: opened(base),
            **more,
        },
    )
    return shown


def _is_theirs(key: str, held: str) -> bool:
    return key.startswith(PICK) and held == THEIRS
