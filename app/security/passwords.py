"""Passwords: one to hand out, and the form that changes one's own."""

import secrets

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length


def make() -> str:
    """A password to hand out once: easy to read aloud, hard to guess."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


class PasswordForm(FlaskForm):  # type: ignore[misc] # ships no types
    """The old password and twice the new one."""

    old = PasswordField(
        _l("Present password"),
        validators=[InputRequired(), Length(max=200)],
        description=_l("The one with which you signed in."),
    )
    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(), Length(max=200)],
        description=_l("At least 10 characters; three or four words are easy to keep in mind."),
    )
    again = PasswordField(
        _l("New password again"),
        validators=[
            InputRequired(),
            EqualTo("password", _l("The two passwords differ.")),
        ],
        description=_l("The same once more, against a slip of the finger."),
    )
