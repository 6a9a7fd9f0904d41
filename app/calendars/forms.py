"""What is chosen in the address of a calendar."""

from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField

from app.core.choosing import LookupField, TermField
from app.core.db import db
from app.core.fields import MonthField
from app.core.interface import as_key
from app.core.text import nfc
from app.meetings.rules import ScheduleState
from app.units.models import Unit

LONGEST = 100


def unit_in_scope(key: str) -> Unit | None:
    """The unit of that key in the branch of whoever asks; any other answers 404."""
    number = as_key(key)
    found = db.session.get(Unit, number) if number is not None and number < 2**31 else None
    return found or abort(404)


def _short(text: str | None) -> str:
    return nfc(text or "")[:LONGEST]


class Filters(Form):  # type: ignore[misc] # WTForms ships no types
    """A month, and which of its meetings."""

    month = MonthField(_l("Month"))
    q = StringField(_l("Cell or place"), filters=[_short])
    unit = LookupField(_l("Unit"), table="unit", get_row=unit_in_scope)
    superior = StringField(_l("Superior who attends"), filters=[_short])
    state = TermField(_l("State"), terms=ScheduleState, blank=True)


def read(args: Any) -> Filters:
    """The form as the address fills it, with messages beside what cannot be read."""
    form = Filters(MultiDict(args.items()))
    form.validate()
    return form
