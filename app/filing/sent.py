"""What browsers send of a filing, as JSON or as a form, checked for its shape alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Unauthorized

from app.core.errors import BadInput
from app.core.inputs import json_of
from app.evaluations import sheet as sheets
from app.filing import reading, totals
from app.filing.commands import Sent
from app.filing.document import Filing, suggested

MOST_FIELDS = 20_000
LONGEST_TEXT = 20_000
LONGEST_CLIENT = 60
LONGEST_NAME = 80
BOXES = ("agenda_done", "minutes_present")
"""Fields that a form leaves out when they are not ticked."""


def of_json(request: Request, account_id: int) -> Sent:
    """A save that the page's script sends; raises ``BadInput`` for what is none.

    Raises ``Unauthorized`` when the page was opened by another account than ``account_id``.
    """
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadInput(_("Send one JSON object."))
    if body.get("account", account_id) != account_id:
        raise Unauthorized
    client, seq = body.get("client"), body.get("seq")
    good = isinstance(client, str) and 0 < len(client) <= LONGEST_CLIENT
    if not good or isinstance(seq, bool) or not isinstance(seq, int) or not 0 < seq < 2**53:
        raise BadInput(_("A value has the wrong form. Check it."))
    changes, base = _texts(body.get("changes", {})), _texts(body.get("base", {}))
    return Sent(str(client), seq, changes, base)


def of_form(form: MultiDict[str, str], filing: Filing) -> Sent:
    """The whole form as one save. It names no browser: its values say all there is to say."""
    fields = [*filing.stored, *suggested(filing), *(n for n in form if n.startswith("task-"))]
    changes = {
        name: form.get(name, "")[:LONGEST_TEXT]
        for name in dict.fromkeys(fields)
        if name in form or name in BOXES
    }
    changes |= {"agenda": _agenda(form), "called": reading.YES}
    for one in totals.scored(filing, filing.values):
        name = f"points-{one.criterion.id}"
        # What the facts gave stays theirs until a person writes something else.
        if changes.get(name) == form.get(f"auto-{one.criterion.id}", sheets.shown(one.proposal)):
            changes[name] = ""
    return Sent("", 0, changes, _known_before(form.get("was", ""), filing))


def _known_before(text: str, filing: Filing) -> Mapping[str, str]:
    """What the fields held when the form was drawn."""
    try:
        return _texts(json_of(text)) if text else filing.values
    except ValueError as error:
        raise BadInput(_("A value has the wrong form. Check it.")) from error


def _agenda(form: MultiDict[str, str]) -> str:
    lines = [*form.getlist("agenda-item"), *form.get("agenda-more", "").splitlines()]
    return joined(lines)


def joined(lines: Iterable[str]) -> str:
    """The items of an agenda as it is kept: one a line, none twice."""
    return "\n".join(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _texts(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or len(given) > MOST_FIELDS:
        raise BadInput(_("A value has the wrong form. Check it."))
    texts = {
        name: text
        for name, text in given.items()
        if isinstance(text, str) and len(text) <= LONGEST_TEXT and len(name) <= LONGEST_NAME
    }
    if len(texts) != len(given):
        raise BadInput(_("A value has the wrong form. Check it."))
    return texts
