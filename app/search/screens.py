"""The screens and actions that a role may open, by their names in every language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import current_app, url_for
from flask_babel import force_locale, gettext

from app.core import i18n
from app.core.terms import N_
from app.core.text import fold
from app.search import reading, rules
from app.search.reading import Asked

OUTSIDE_THE_MENU = (
    ("ProfileView.show", "Profile", "user-circle", N_("Profile")),
    ("GuideView.index", "Guides", "help-circle", N_("Help")),
    ("PracticeView.show", "Practice", "school", N_("Practise")),
)
"""Endpoint, screen, icon and name of what is found although no menu has it."""


@dataclass(frozen=True)
class Screen:
    """A way somewhere: ``title`` in the reader's language, ``fit`` as of ``rules.fit``."""

    title: str
    href: str
    icon: str
    is_action: bool
    fit: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class _Door:
    """An endpoint behind a right: (permission, screen)."""

    endpoint: str
    right: tuple[str, str]
    icon: str
    msgid: str
    is_action: bool


def found(asked: Asked, *, nearly: bool) -> list[Screen]:
    """What the words find among the screens one may open, the best first.

    ``nearly`` forgives mistyping.
    """
    if not asked.words:
        return []
    hits = []
    for door in _open_doors():
        names = _names(door.msgid)
        fits = [_fit(asked, name, known, nearly=nearly) for name, known in names]
        best = min((fit for fit in fits if fit), default=None)
        if best:
            hits.append(_shown(door, best))
    return sorted(hits, key=lambda hit: (hit.fit, hit.is_action, len(hit.title)))


def suggested(most: int) -> list[Screen]:
    """Where to go when nothing was typed yet: the first screens of the menu and what one may do."""
    doors = list(_open_doors())
    actions = [door for door in doors if door.is_action][: most // 2]
    screens = [door for door in doors if not door.is_action][: most - len(actions)]
    return [_shown(door, (0, 0)) for door in (*screens, *actions)]


def _shown(door: _Door, fit: tuple[int, int]) -> Screen:
    title = str(gettext(door.msgid))
    return Screen(title, url_for(door.endpoint), door.icon, door.is_action, fit)


def _open_doors() -> Iterator[_Door]:
    sm = current_app.extensions["appbuilder"].sm
    return (door for door in _doors() if sm.has_access(*door.right))


@cache
def _doors() -> tuple[_Door, ...]:
    """Every menu entry and every form that adds, once per process: they do not change."""
    appbuilder = current_app.extensions["appbuilder"]
    found = [
        _Door(
            item.href or f"{item.baseview.endpoint}.{item.baseview.default_view}",
            ("menu_access", item.name),
            item.icon,
            _msgid(item.label),
            False,
        )
        for top in appbuilder.menu.get_list()
        for item in top.childs or [top]
        if item and item.name != "-" and (item.href or item.baseview)
    ]
    for endpoint, screen, icon, label in OUTSIDE_THE_MENU:
        found.append(_Door(endpoint, ("can_read", screen), icon, label, False))
    for view in appbuilder.baseviews:
        endpoint = f"{view.endpoint}.add"
        if endpoint in current_app.view_functions and hasattr(view, "add_title"):
            right = ("can_add", view.class_permission_name)
            found.append(_Door(endpoint, right, "plus", _msgid(view.add_title), True))
    return tuple(door for door in found if door.endpoint in current_app.view_functions)


def _msgid(label: Any) -> str:
    """The English text of a lazy or plain label."""
    return str(label._args[0] if getattr(label, "_args", None) else label)


@cache
def _names(msgid: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The folded names of a screen in every language, each with its words."""
    found = []
    for language in i18n.LANGUAGES:
        with force_locale(language):
            name = fold(str(gettext(msgid)))
            found.append((name, tuple(reading.split(name))))
    return tuple(found)


def _fit(asked: Asked, name: str, known: Sequence[str], *, nearly: bool) -> tuple[int, int] | None:
    """How well a name fits when every word is in it, begun or mistyped a little."""
    groups: list[rules.Meanings] = []
    for word in asked.words:
        if any(one.startswith(word) for one in known):
            groups.append({word: 0})
            continue
        meant = rules.meanings(word, known) if nearly else {}
        near = {one: wrong for one, wrong in meant.items() if wrong}
        if not near:
            return None
        groups.append(near)
    return rules.fit(asked, groups, name)
