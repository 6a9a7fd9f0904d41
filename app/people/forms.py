"""The small forms of members who leave, go over, or whose spell ends."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from app.core import clock
from app.core.choosing import LookupField, TermField
from app.core.fields import DateField
from app.people.rules import LeaveReason
from app.units.asked import unit_by_key


class LeaveForm(FlaskForm):  # type: ignore[misc] # ships no types
    """Why, and from when."""

    reason = TermField(
        _l("Reason"),
        [InputRequired()],
        terms=LeaveReason,
        description=_l("Why the membership of this cell ends."),
    )
    on = DateField(
        _l("First day off the roll"),
        [InputRequired()],
        default=clock.today,
        description=_l("From that day on the member is no longer due to attend."),
    )


class TransferForm(FlaskForm):  # type: ignore[misc] # ships no types
    """Where to, and from when."""

    unit = LookupField(
        _l("New cell"),
        [InputRequired()],
        table="unit",
        get_row=unit_by_key,
        description=_l("A cell of your branch: type a part of its name and choose."),
    )
    on = DateField(
        _l("First day in the new cell"),
        [InputRequired()],
        default=clock.today,
        description=_l("From that day on the member counts there and no longer here."),
    )


class EndForm(FlaskForm):  # type: ignore[misc] # ships no types
    """When it ends."""

    on = DateField(
        _l("Last day"),
        [InputRequired()],
        default=clock.today,
        description=_l("From the day after, the member is due to attend again."),
    )
