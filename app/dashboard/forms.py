"""What is chosen in the address of a desk: a unit, months, what to compare with."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from app.core import clock, months
from app.core.choosing import LookupField
from app.core.db import db
from app.core.fields import MonthField
from app.core.interface import as_key
from app.units.models import Unit


def unit_in_scope(key: str) -> Unit | None:
    """The unit of that key in the branch of whoever asks; any other answers 404."""
    number = as_key(key)
    found = db.session.get(Unit, number) if number is not None and number < 2**31 else None
    return found or abort(404)


class Months(Form):  # type: ignore[misc] # WTForms ships no types
    """One unit and one month."""

    unit = LookupField(_l("Unit"), table="unit", get_row=unit_in_scope)
    month = MonthField(_l("Month"))


class Period(Form):  # type: ignore[misc] # WTForms ships no types
    """One unit, the months from and to, and what to compare with."""

    unit = LookupField(_l("Unit"), table="unit", get_row=unit_in_scope)
    first = MonthField(_l("From month"))
    last = MonthField(_l("To month"))
    compare = SelectField(
        _l("Compare with"),
        choices=[
            SelectChoice("", _l("Nothing")),
            SelectChoice("year", _l("The same months a year before")),
            SelectChoice("area", _l("The whole area")),
        ],
        validate_choice=False,
    )


def read(kind: type[Form], args: Mapping[str, Any]) -> Form:
    """The form as the address fills it, with messages beside what cannot be read."""
    form = kind(MultiDict(args.items()))
    form.validate()
    return form


def this_month() -> date:
    """The month we are in, in the office."""
    return months.first_of(clock.today())
