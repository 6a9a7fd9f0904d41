"""Which types of meeting a unit holds, by what it is on the day."""

from datetime import date

from flask_babel import gettext as _

from app.core.audit import before
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import queries
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType
from app.units.models import Unit, UnitKind, UnitVersion
from app.units.queries import line_above

OF_COMMITTEES = (MeetingType.BOARD, MeetingType.THEMATIC, MeetingType.EXTRAORDINARY)
OF_CELLS = tuple(kind for kind in MeetingType if kind is not MeetingType.BOARD)
OF_GROUPS = tuple(kind for kind in OF_CELLS if kind is not MeetingType.COMMITTEE)
"""Which types which unit holds (source: DOMAIN 2.2): a cell its own and those of its committee, a
party group inside a cell what a cell does, a party committee its conferences, whatever occasion."""


def types_held(unit: Unit, day: date) -> tuple[MeetingType, ...]:
    """The types of meeting that ``unit`` holds on ``day``, as it was or is."""
    return _types(unit, queries.version_on(unit.id, day))


def fits_unit(meeting: Meeting, unit: Unit, version: UnitVersion) -> None:
    """Raises ``RuleBroken`` unless a unit as ``version`` says holds meetings of this type.

    What was registered before anybody asked keeps its type while the unit keeps its kind.
    """
    held = _types(unit, version)
    if meeting.type in held or _is_as_before(meeting, version):
        return
    names = ", ".join(_(one.value) for one in held)
    raise RuleBroken(
        _(
            "A unit of the kind “%(kind)s” does not hold this. Choose one of: %(names)s.",
            kind=str(version.kind),
            names=names,
        ),
        "type",
    )


def _types(unit: Unit, version: UnitVersion | None) -> tuple[MeetingType, ...]:
    kind = version.kind if version else unit.kind
    if kind.is_cell:
        return OF_CELLS
    return OF_GROUPS if _is_in_a_cell(unit) else OF_COMMITTEES


def _is_in_a_cell(unit: Unit) -> bool:
    above = line_above(unit.path)
    kind = db.session.get(UnitKind, above[-1].kind_code) if above else None
    return kind is not None and kind.is_cell


def _is_as_before(meeting: Meeting, version: UnitVersion) -> bool:
    known = meeting.id is not None and not before(meeting, ("type",))
    return known and meeting.unit_version.kind_code == version.kind_code
