"""Quick filters of the lists of units, their versions and the code tables."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, not_, or_

from app.core import clock
from app.core.chips import Quick, over_today
from app.units.models import Unit, UnitVersion
from app.units.rules import UnitEvent

UNITS = (
    Quick("cells", _l("Cells"), lambda: Unit.is_cell, group="kind"),
    Quick("committees", _l("Committees"), lambda: not_(Unit.is_cell), group="kind"),
    Quick(
        "working",
        _l("At work"),
        lambda: or_(Unit.valid_to.is_(None), Unit.valid_to > clock.today()),
        group="time",
    ),
    Quick("ceased", _l("Ceased"), lambda: over_today(Unit), group="time"),
    Quick("heads", _l("Head-counts only"), lambda: and_(Unit.is_cell, not_(Unit.names_kept))),
)
VERSIONS = (
    Quick(
        "this_year",
        _l("This year"),
        lambda: UnitVersion.valid_from >= clock.today().replace(month=1, day=1),
    ),
    Quick(
        "changes",
        _l("Without foundings"),
        lambda: UnitVersion.event != UnitEvent.ESTABLISH,
    ),
)
