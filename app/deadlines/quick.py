"""Quick filters of the list of days off."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, not_

from app.core import clock
from app.core.chips import Quick
from app.deadlines.models import Holiday


def _year(away: int) -> tuple[date, date]:
    year = clock.today().year + away
    return date(year, 1, 1), date(year, 12, 31)


HOLIDAYS = (
    Quick("this_year", _l("This year"), lambda: Holiday.day.between(*_year(0)), group="year"),
    Quick("next_year", _l("Next year"), lambda: Holiday.day.between(*_year(1)), group="year"),
    Quick("off", _l("Days off"), lambda: not_(Holiday.works), group="works"),
    Quick("worked", _l("Worked in exchange"), lambda: and_(Holiday.works), group="works"),
)
