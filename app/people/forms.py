"""The small forms of members who leave, go over, or whose spell ends."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from app.core import clock
from app.core.fields import DateField, LookupField, TermField
from app.people.rules import LeaveReason
from app.units.forms import unit_by_key


class LeaveForm(FlaskForm):  # type: ignore[misc] # ships no types
    """Why, and from when."""

    reason = TermField(_l("Reason"), [InputRequired()], terms=LeaveReason)
    on = DateField(_l("First day off the roll"), [InputRequired()], default=clock.today)


class TransferForm(FlaskForm):  # type: ignore[misc] # ships no types
    """Where to, and from when."""

    unit = LookupField(_l("New cell"), [InputRequired()], table="unit", get_row=unit_by_key)
    on = DateField(_l("First day in the new cell"), [InputRequired()], default=clock.today)


class EndForm(FlaskForm):  # type: ignore[misc] # ships no types
    """When it ends."""

    on = DateField(_l("Last day"), [InputRequired()], default=clock.today)
