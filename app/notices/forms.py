"""The form of what somebody wants of e-mails."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, TimeField
from wtforms.validators import InputRequired


class Wishes(FlaskForm):  # type: ignore[misc] # WTForms ships no types
    """Whether e-mails come, and when none does."""

    by_mail = BooleanField(
        _l("Send me an e-mail when there is something new"),
        description=_l("At most one a day, with all that is new. Notices here come in any case."),
    )
    quiet_from = TimeField(
        _l("No e-mail from"),
        validators=[InputRequired()],
        description=_l("By the office's clock; what comes then waits for the morning."),
    )
    quiet_to = TimeField(
        _l("until"),
        validators=[InputRequired()],
        description=_l("The same time twice means that there is no quiet time."),
    )
