"""What an address or a form asks for: a unit in the branch of whoever asks, and a month."""

from collections.abc import Mapping
from typing import Any, Self

from flask import abort
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.core.acting import actor
from app.core.choosing import LookupField
from app.core.db import db
from app.core.fields import MonthField
from app.core.interface import as_key
from app.units.models import Unit


def unit_by_key(key: str) -> Unit | None:
    """The unit in scope that a look-up field sent, or none."""
    number = as_key(key)
    return db.session.get(Unit, number) if number is not None and number < 2**31 else None


def unit_or_404(key: str) -> Unit:
    """The unit in scope with this key; answers 404 when there is none."""
    return unit_by_key(key) or abort(404)


class OfUnit(Form):  # type: ignore[misc] # WTForms ships no types
    """Of which unit."""

    unit = LookupField(_l("Unit"), table="unit", get_row=unit_or_404, blank=_l("The whole area"))

    @classmethod
    def read(cls, args: Mapping[str, Any]) -> Self:
        """The form as the address fills it, with messages beside what cannot be read."""
        form = cls(MultiDict(args.items()))
        form.validate()
        return form

    def unit_or_own(self) -> Unit:
        """The unit that was chosen; without a word that of who acts."""
        return self.unit.data or db.session.get(Unit, actor().unit_id) or abort(404)


class OfMonth(OfUnit):
    """Of which unit and month."""

    month = MonthField(_l("Month"))
