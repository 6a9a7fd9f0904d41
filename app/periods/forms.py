"""Which month of which committee is to be opened."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from app.core.choosing import LookupField
from app.core.fields import MonthField
from app.units.asked import unit_by_key


class OpenForm(FlaskForm):  # type: ignore[misc] # ships no types
    """A committee and a month."""

    unit: Any = LookupField(
        _l("Unit"),
        [InputRequired()],
        table="unit",
        get_row=unit_by_key,
        description=_l("The committee that opens the month, for itself and all below it."),
    )
    month: Any = MonthField(
        _l("Month"),
        [InputRequired()],
        description=_l("Such as 12/2026; opened months can be opened again at any time."),
    )
