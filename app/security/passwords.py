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

    old = PasswordField(_l("Present password"), validators=[InputRequired(), Length(max=200)])
    password = PasswordField(_l("New password"), validators=[InputRequired(), Length(max=200)])
    again = PasswordField(
        _l("New password again"),
        validators=[
            InputRequired(),
            EqualTo("password", _l("The two passwords differ.")),
        ],
    )
