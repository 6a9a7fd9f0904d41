"""What is written of a month, and what is amended."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.fields import MomentField, NumberField, WholeField
from app.meetings.rollcall_page import HeadCountForm
from app.meetings.rules import MOST_PEOPLE
from app.meetings.wording import RESULT_HELP
from app.rollup.amending import EMPTIED


class Words(FlaskForm):  # type: ignore[misc] # ships no types
    """What people write of a month."""

    comments = TextAreaField(
        _l("6. Shortcomings, requests"),
        [Length(max=20_000)],
        render_kw={"rows": 5},
        description=_l("What went badly and why; what is asked of the level above."),
    )
    tasks_next = TextAreaField(
        _l("7. Tasks of the next month"),
        [Length(max=20_000)],
        render_kw={"rows": 5},
        description=_l("What the committee and its cells are to do next."),
    )


class AmendForm(HeadCountForm):
    """The figures of a submitted result; official points are added by criterion."""

    groups: Any = (
        (_l("Reason"), ("reason",)),
        *HeadCountForm.groups,
        (
            _l("Meeting"),
            ("started_at", "ended_at", "speakers", "resolution_no", "minutes_present"),
        ),
    )

    reason = TextAreaField(
        _l("Reason for the amendment"),
        [InputRequired(), Length(max=500)],
        render_kw={"rows": 3},
        description=_l("Everybody who sees the amended figure reads it."),
    )
    started_at = MomentField(
        _l("Started at"), [InputRequired()], description=RESULT_HELP["started_at"]
    )
    ended_at = MomentField(_l("Ended at"), [InputRequired()], description=RESULT_HELP["ended_at"])
    speakers = WholeField(
        _l("Speakers"),
        [Optional(), NumberRange(min=0, max=MOST_PEOPLE)],
        description=RESULT_HELP["speakers"],
    )
    resolution_no = StringField(
        _l("Resolution number"), [Length(max=60)], description=RESULT_HELP["resolution_no"]
    )
    minutes_present = BooleanField(
        _l("Minutes were taken"), description=RESULT_HELP["minutes_present"]
    )


def with_points(criteria: list[tuple[int, str]]) -> Any:
    """The form with a field for the official points of each criterion: (id, heading)."""
    fields: dict[str, Any] = {
        f"points_{key}": NumberField(
            heading,
            [InputRequired(_l(EMPTIED))],
            scale=1,
            description=_l("The points as they should have been."),
        )
        for key, heading in criteria
    }
    more = ((_l("Official points"), tuple(fields)),) if fields else ()
    return type("AmendPoints", (AmendForm,), fields | {"groups": (*AmendForm.groups, *more)})
