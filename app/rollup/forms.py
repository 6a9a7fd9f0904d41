"""Which report is looked at, what is written of a month, and what is amended."""

from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core.db import db
from app.core.fields import LookupField, MomentField, MonthField, NumberField, WholeField
from app.core.interface import as_key
from app.meetings.models import COUNTS
from app.rollup.rules import FIELD_LABELS
from app.units.models import Unit


def unit_named(key: str) -> Unit:
    """The unit in scope with this key; answers 404 when there is none."""
    number = as_key(key)
    found = db.session.get(Unit, number) if number is not None and number < 2**31 else None
    return found or abort(404)


class Choice(Form):  # type: ignore[misc] # WTForms ships no types
    """Which report: of what committee and month."""

    unit = LookupField(_l("Unit"), table="unit", get_row=unit_named)
    month = MonthField(_l("Month"))


class Words(FlaskForm):  # type: ignore[misc] # ships no types
    """What people write of a month."""

    comments = TextAreaField(
        _l("6. Shortcomings, requests"),
        [Length(max=20_000)],
        render_kw={"rows": 5},
        description=_l("What went badly and why; what is asked of the level above."),
    )
    tasks_next = TextAreaField(
        _l("7. Tasks of the next month"), [Length(max=20_000)], render_kw={"rows": 5}
    )


class AmendForm(FlaskForm):  # type: ignore[misc] # ships no types
    """The figures of a submitted result; official points are added by criterion."""

    started_at = MomentField(_l("Started at"), [InputRequired()])
    ended_at = MomentField(_l("Ended at"), [InputRequired()])
    speakers = WholeField(_l("Speakers"), [Optional()])
    resolution_no = StringField(_l("Resolution number"), [Length(max=60)])
    minutes_present = BooleanField(_l("Minutes were taken"))
    reason = TextAreaField(
        _l("Reason for the amendment"),
        [InputRequired(), Length(max=500)],
        render_kw={"rows": 3},
        description=_l("Everybody who sees the amended figure reads it."),
    )


for _name in COUNTS:
    setattr(AmendForm, _name, WholeField(_l(FIELD_LABELS[_name]), [InputRequired()]))


def with_points(criteria: list[tuple[int, str]]) -> Any:
    """The form with a field for the official points of each criterion: (id, heading)."""
    fields = {
        f"points_{key}": NumberField(heading, [Optional()], scale=1) for key, heading in criteria
    }
    return type("AmendPoints", (AmendForm,), fields)
