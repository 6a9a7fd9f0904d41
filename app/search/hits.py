"""What was found, as a person reads it: groups of hits with their place, state and address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from app.core import clock, i18n
from app.core.acting import actor
from app.core.terms import Term
from app.meetings.rules import ResultState, ScheduleState
from app.people.rules import Position
from app.search import finding, queries, rules, screens
from app.search.finding import MOST, Found
from app.units.rules import ids_of

Pieces = Sequence[tuple[str, bool]]
Tag = tuple[str, str]

TONES: Mapping[Term, str] = {
    ScheduleState.POSTPONED: "warn",
    ScheduleState.NOT_HELD: "warn",
    ResultState.SUBMITTED: "info",
    ResultState.RETURNED: "warn",
    ResultState.APPROVED: "ok",
    ResultState.LOCKED: "ok",
}
"""Tones of states that are not plain."""


@dataclass(frozen=True)
class Hit:
    """One line: its title in pieces, where it lies, its state, and where it leads."""

    title: Pieces
    href: str
    icon: str
    hint: str = ""
    tags: Sequence[Tag] = ()
    personal: bool = False
    """Names of people are not kept in the browser."""


@dataclass(frozen=True)
class Group:
    """Hits of one kind. ``count`` of all, ``MOST`` + 1 for more; ``more`` leads to the list."""

    name: str
    label: str
    hits: Sequence[Hit]
    count: int
    more: str = ""

    @property
    def counted(self) -> str:
        """How many there are, in words where nobody counted on."""
        if self.count > MOST:
            return str(_("more than %(count)s", count=i18n.number(MOST)))
        return i18n.number(self.count)


@dataclass(frozen=True)
class Answer:
    """The groups, the best first; ``mended`` is what was looked for instead of what was typed."""

    text: str
    groups: Sequence[Group]
    mended: str = ""


def suggested(most: int) -> Answer:
    """What to offer before anything is typed."""
    ways = screens.suggested(most)
    hits = [Hit([(way.title, False)], way.href, way.icon) for way in ways]
    return Answer("", [Group("screens", str(_("Go to")), hits, len(hits))] if hits else [])


def answer(typed: str, most: int) -> Answer:
    """Everything that ``typed`` finds, at most ``most`` of a kind, in the reader's scope."""
    sees = current_app.extensions["appbuilder"].sm.has_access
    meetings = sees("can_read", "Schedules") and sees("can_read", "Results")
    seen = finding.found(typed, people=sees("can_read", "Members"), meetings=meetings)
    ways = screens.found(seen.asked, nearly=seen.mended or not (seen.units or seen.people))
    units, people, met = seen.units[:most], seen.people[:most], seen.meetings[:most]
    places = _places([row.path for row in units], [row.unit_path for row in (*people, *met)])
    made = [
        (ways[0].fit if ways else (), _ways(seen, ways, most)),
        (_fit(seen, units, "name_key", "code_key"), _units(seen, units, places)),
        (_fit(seen, people, "search_text"), _people(seen, people, places)),
        ((0, 0) if seen.asked.months else (9,), _meetings(seen, met, places)),
    ]
    groups = [group for _best, group in sorted(made, key=lambda pair: pair[0]) if group.hits]
    found_rows = seen.units or seen.people
    return Answer(seen.asked.text, groups, seen.heard if seen.mended and found_rows else "")


def _fit(seen: Found, rows: Sequence[Any], *columns: str) -> tuple[int, ...]:
    """How well the first row fits by its folded name and code."""
    held = [getattr(rows[0], column) for column in columns] if rows else []
    return rules.fit(seen.asked, seen.groups, *held) if held else ()


def _ways(seen: Found, ways: Sequence[screens.Screen], most: int) -> Group:
    typed = [{word: 0} for word in seen.asked.words]
    hits = [
        Hit(
            rules.marks(way.title, typed),
            way.href,
            way.icon,
            tags=[(str(_("Action")), "")] if way.is_action else (),
        )
        for way in ways[:most]
    ]
    return Group("screens", str(_("Screens and actions")), hits, len(ways))


def _units(seen: Found, rows: Sequence[Any], places: Mapping[str, str]) -> Group:
    today = clock.today()
    hits = []
    for row in rows:
        tags = []
        if row.valid_to is not None and row.valid_to <= today:
            tags.append((str(_("Ended on %(day)s", day=i18n.date_vi(row.valid_to))), "warn"))
        if row.is_practice:
            tags.append((str(_("Practice")), "info"))
        hits.append(
            Hit(
                rules.marks(row.name, seen.groups),
                url_for("UnitView.show", pk=row.id),
                "users-group" if row.is_cell else "building-community",
                _joined(row.kind, row.code, places[row.path]),
                tags,
            )
        )
    more = url_for("UnitView.list", q=seen.heard)
    return Group("units", str(_("Units")), hits, len(seen.units), more)


def _people(seen: Found, rows: Sequence[Any], places: Mapping[str, str]) -> Group:
    today = clock.today()
    hits = []
    for row in rows:
        tags = [] if row.position is Position.MEMBER else [(str(_(row.position.value)), "")]
        if row.left_on is not None and row.left_on <= today:
            tags = [(str(_("Off the roll")), "warn")]
        hits.append(
            Hit(
                rules.marks(row.full_name, seen.groups),
                url_for("MemberView.show", pk=row.id),
                "user",
                _joined(row.name, places[row.unit_path]),
                tags,
                personal=True,
            )
        )
    more = url_for("MemberView.list", q=seen.heard)
    return Group("people", str(_("People")), hits, len(seen.people), more)


def _meetings(seen: Found, rows: Sequence[Any], places: Mapping[str, str]) -> Group:
    hits = []
    for row in rows:
        held = row.state is ScheduleState.HELD
        state = row.result_state if held else row.state
        page = "ResultView.show" if held else "ScheduleView.show"
        name = rules.marks(row.short_name, seen.groups)
        hits.append(
            Hit(
                [*name, (f" · {i18n.month(row.month)}", False)],
                url_for(page, pk=row.id),
                "calendar-event",
                _joined(_(row.type.value), places[row.unit_path]),
                [(str(_(state.value)), TONES.get(state, ""))],
            )
        )
    asked = {"_flt_0_month": rows[0].month.isoformat()} if rows and seen.asked.months else {}
    if seen.asked.words:
        asked["q"] = seen.heard
    more = url_for("ScheduleView.list", **asked)
    return Group("meetings", str(_("Meetings")), hits, len(seen.meetings), more)


def _places(units: Iterable[str], below: Iterable[str]) -> dict[str, str]:
    """Path → names of the units above it, the nearest first, up to below the reader's own."""
    paths = {*units, *below}
    above = {
        path: [key for key in ids_of(path)[-2::-1] if key != actor().unit_id] for path in paths
    }
    wanted = {key for keys in above.values() for key in keys}
    names = queries.names_of(wanted) if wanted else {}
    return {
        path: ", ".join(names[key] for key in keys if key in names) for path, keys in above.items()
    }


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)
