"""What is chosen in the address of a calendar."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from app.core.choosing import TermField
from app.core.text import nfc
from app.meetings.rules import ScheduleState
from app.units.asked import OfMonth

LONGEST = 100


def _short(text: str | None) -> str:
    return nfc(text or "")[:LONGEST]


class Filters(OfMonth):
    """A month, and which of its meetings."""

    q = StringField(_l("Cell or place"), filters=[_short])
    superior = StringField(_l("Superior who attends"), filters=[_short])
    state = TermField(_l("State"), terms=ScheduleState, blank=True)
