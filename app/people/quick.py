"""Quick filters of the lists of members and their spells."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, true

from app.core import clock
from app.core.chips import Quick
from app.people import queries
from app.people.models import ActivitySpell, Member
from app.people.rules import Standing

LEFT, EVERYBODY = "left", "everybody"


def _away() -> ColumnElement[bool]:
    return exists().where(queries.spell_on(clock.today())).correlate(Member)


def _runs() -> ColumnElement[bool]:
    today = clock.today()
    return (ActivitySpell.from_on <= today) & (
        ActivitySpell.to_on.is_(None) | (ActivitySpell.to_on >= today)
    )


MEMBERS = (
    Quick(
        "official",
        _l("Official members"),
        lambda: Member.standing == Standing.OFFICIAL,
        group="standing",
    ),
    Quick(
        "probationary",
        _l("Probationary members"),
        lambda: Member.standing == Standing.PROBATIONARY,
        group="standing",
    ),
    Quick("away", _l("Exempt, away or guests"), _away),
    Quick(LEFT, _l("Who left"), lambda: Member.left_on <= clock.today(), group="roll"),
    Quick(EVERYBODY, _l("Also who left"), true, group="roll"),
)
SPELLS = (
    Quick("now", _l("Running now"), _runs, group="time"),
    Quick("open", _l("Without an end"), lambda: ActivitySpell.to_on.is_(None), group="time"),
    Quick("ended", _l("Ended"), lambda: ActivitySpell.to_on < clock.today(), group="time"),
)
