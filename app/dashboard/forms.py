"""What is chosen in the address of a desk: a unit, months, what to compare with."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.core import clock, months
from app.core.fields import MonthField
from app.units.asked import OfUnit


class Period(OfUnit):
    """One unit, the months from and to, and what to compare with."""

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

    def say_what_compares(self, *, of_whole_area: bool) -> None:
        """Say beside the field when what was chosen there changes no figure."""
        if self.compare.data == "area" and of_whole_area:
            self.compare.errors = [
                _("You already see the whole area. Choose a unit within it to compare the two.")
            ]
        elif self.compare.data and self.compare.data not in {"year", "area"}:
            self.compare.errors = [_("Choose one from the list.")]


def this_month() -> date:
    """The month we are in, in the office."""
    return months.first_of(clock.today())
