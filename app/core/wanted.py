"""The month that an address asks for, and the words for one that cannot be read."""

from datetime import date
from typing import Any

from flask import flash
from flask_babel import gettext as _

from app.core import i18n
from app.core.errors import BadInput

FIRST_YEAR, LAST_YEAR = 1930, 2200


def month(field: Any, otherwise: date, *, strict: bool = False) -> date:
    """The month in ``field``, or ``otherwise`` when none was given.

    One that cannot be read or lies beyond all figures is answered with ``otherwise`` and a warning
    that says so; ``strict`` raises ``BadInput`` instead, for files, which carry no warnings.
    """
    if field.data is None and not field.errors:
        field.data, field.raw_data = otherwise, []
        return otherwise
    if not field.errors and FIRST_YEAR <= field.data.year <= LAST_YEAR:
        found: date = field.data
        # However it was written, it is shown as one writes it here.
        field.raw_data = []
        return found
    given = str((field.raw_data or [""])[0])[:40]
    if strict:
        raise BadInput(_("“%(given)s” is not a month; write it like 10/2026.", given=given))
    flash(
        _(
            "“%(given)s” is not a month that can be shown. You see %(month)s instead; write a"
            " month like 10/2026.",
            given=given,
            month=i18n.month(otherwise),
        ),
        "warning",
    )
    return otherwise
