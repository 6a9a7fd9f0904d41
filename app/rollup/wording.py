"""A month's figures in words, section by section (source: DOMAIN 5.5), for screen and file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core import i18n, text
from app.rollup.rules import Elsewhere, Figures

Scale = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Said:
    """One figure: what it is, how much, and what it is made of."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True)
class Section:
    """A numbered part of the report."""

    title: str
    lines: Sequence[Said]


def sections(whole: Figures, scale: Scale, elsewhere: Sequence[Elsewhere] = ()) -> list[Section]:
    """The five parts that compile themselves; ``elsewhere`` are the units that moved."""
    return [
        Section(_("1. In general"), [*_general(whole), *_elsewhere(elsewhere)]),
        Section(_("2. Members"), _members(whole)),
        Section(_("3. Thematic meetings in the quarter"), _thematic(whole)),
        Section(_("4. Scores and ratings"), _ratings(whole, scale)),
        Section(_("5. Late and missing reports"), _late(whole)),
    ]


def completeness(whole: Figures) -> str:
    """How complete the figures are; what is not held with permission is not asked."""
    said = _(
        "%(reported)s of %(cells)s cells have reported.",
        reported=i18n.number(whole.reported),
        cells=i18n.number(whole.to_meet),
    )
    return f"{said} {_let_off(whole.not_held)}".strip()


def _let_off(cells: int) -> str:
    """Why desks and charts, which ask all cells, name more of them."""
    if not cells:
        return ""
    return str(
        ngettext(
            "%(cells)s more had permission not to meet: the desks and charts count it, too.",
            "%(cells)s more had permission not to meet: the desks and charts count them, too.",
            cells,
            cells=i18n.number(cells),
        )
    )


def _general(whole: Figures) -> list[Said]:
    found = [_count(_("Cells that had to meet"), whole.to_meet, completeness(whole))]
    if whole.committees:
        found.append(
            Said(
                _("Committees below that have submitted"),
                f"{i18n.number(whole.handed)}/{i18n.number(whole.committees)}",
            )
        )
    found += [
        _count(_("Met, result approved"), whole.counted),
        _count(_("On the day that was registered"), whole.counted - whole.moved),
        _count(_("On another day"), whole.moved),
        _count(_("Result sent, not approved yet"), whole.waiting),
        _count(_("Postponed with permission"), whole.postponed),
        _count(_("Not held, with permission"), whole.not_held),
        _count(_("No report"), whole.missing),
        Said(
            _("Meetings of the committees themselves, held of planned"),
            f"{i18n.number(whole.boards_held)}/{i18n.number(whole.boards)}",
        ),
    ]
    return found


def _elsewhere(moved: Sequence[Elsewhere]) -> list[Said]:
    """Who moved, when, where to, and whose report tells of this month of it."""
    if not moved:
        return []
    head = _count(_("Moved units, reported by others"), len(moved), _("not counted here"))
    return [head, *(_moved(one) for one in moved)]


def _moved(one: Elsewhere) -> Said:
    told = [one.decision_no] if one.decision_no else []
    told.append(_("now under %(now)s", now=one.now_under or text.MISSING))
    told.append(_("%(by)s reports this month of it", by=one.told_by or text.MISSING))
    day = _("moved on %(day)s", day=i18n.date_vi(one.moved_on))
    return Said(one.name, day, "; ".join(told))


def _members(whole: Figures) -> list[Said]:
    shown = whole.counted > 0
    rate = _percent(whole.weighted)
    parts = f"{i18n.number(whole.attended)}/{i18n.number(whole.due)}" if shown else ""
    return [
        _count(_("Members"), whole.members),
        _known(shown, _("Due to attend"), whole.due),
        _known(shown, _("Present"), whole.attended),
        Said(_("Participation, all members together"), rate, parts),
        Said(_("Participation, mean of the cells"), _percent(whole.mean)),
        _known(shown, _("Absent with reason"), whole.excused),
        _known(shown, _("Absent without reason"), whole.unexcused),
        _known(shown, _("Exempt from activity"), whole.exempt),
        _known(shown, _("Temporarily active elsewhere"), whole.temp_out),
        _known(shown, _("Temporarily active here"), whole.temp_in),
    ]


def _thematic(whole: Figures) -> list[Said]:
    held, cells = i18n.number(whole.thematic), i18n.number(whole.cells)
    return [Said(_("Cells that have held one"), f"{held}/{cells}")]


def _ratings(whole: Figures, scale: Scale) -> list[Said]:
    return [
        *_rated(_("Self-score"), whole.self_ratings, whole.self_cells, scale),
        Said(_("Self-score, mean"), i18n.number(whole.self_mean, 1)),
        *_rated(_("Official score"), whole.official_ratings, whole.official_cells, scale),
        Said(_("Official score, mean"), i18n.number(whole.official_mean, 1)),
        _count(_("Approved, not rated officially yet"), whole.counted - whole.official_cells),
    ]


def _rated(layer: str, counts: Mapping[str, int], cells: int, scale: Scale) -> list[Said]:
    return [
        Said(
            f"{layer}: {name}",
            i18n.number(counts.get(code, 0)),
            _percent(Fraction(counts.get(code, 0), cells)) if cells else "",
        )
        for code, name in scale
    ]


def _late(whole: Figures) -> list[Said]:
    return [
        _count(_("Cells late with their result"), whole.late),
        _count(_("Cells without an approved result"), whole.waiting + whole.missing),
    ]


def _count(label: str, number: int, hint: str = "") -> Said:
    return Said(label, i18n.number(number), hint)


def _known(shown: bool, label: str, number: int) -> Said:
    """A sum of what was reported; without any report there is nothing to say, not 0."""
    return Said(label, i18n.number(number) if shown else text.MISSING)


def _percent(share: Fraction | None) -> str:
    return text.MISSING if share is None else f"{i18n.number(share * 100, 1)} %"
