"""The menu at the side: what whoever is at work may open, and where he is."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request
from flask_appbuilder.menu import Menu, MenuItem

LAST = "Administration"
"""Stands last, whatever registered it first."""


@dataclass(frozen=True)
class Entry:
    """A line of the menu; its label is yet to be translated."""

    label: str
    href: str
    icon: str
    is_here: bool


@dataclass(frozen=True)
class Group:
    """Lines under a head, or a single one without."""

    name: str
    label: str
    entries: list[Entry]


def side(menu: Menu) -> list[Group]:
    """The menu in the order of the page; a group is there for what stands in it."""
    ordered = sorted(menu.get_list(), key=lambda top: top.name == LAST)
    groups = (_group(top) for top in ordered if top.should_render())
    return [group for group in groups if group.entries]


def leads_here(item: MenuItem) -> bool:
    """Whether a line of the menu belongs to the view that answers now, its forms included.

    A view without a line stands below the one of its screen, or of the screen ``stands_below``.
    """
    view = item.baseview.endpoint if item.baseview else str(item.href or "").partition(".")[0]
    app: Any = current_app
    here = request.blueprint or ""
    return (
        view == here if view in (here, "") else item.name == _line(app._get_current_object(), here)
    )


@lru_cache(maxsize=1024)
def _line(app: Flask, endpoint: str) -> str:
    """The name of the line that a view belongs to."""
    for view in app.extensions["appbuilder"].baseviews:
        if view.endpoint == endpoint:
            return str(getattr(view, "stands_below", getattr(view, "screen", "")))
    return ""


def _group(top: MenuItem) -> Group:
    if not top.childs:
        return Group("", "", _entries([top]))
    below = [item for item in top.childs if item and item.name != "-" and item.should_render()]
    return Group(top.name, str(top.label), _entries(below))


def _entries(items: Iterable[MenuItem]) -> list[Entry]:
    app: Any = current_app
    has_access = app.extensions["appbuilder"].sm.has_access
    found = []
    for item in items:
        if has_access("menu_access", item.name):
            href = _address(app._get_current_object(), request.script_root, item)
            is_here = href == request.path or leads_here(item)
            found.append(Entry(str(item.label), href, item.icon or "point", is_here))
    return found


@lru_cache(maxsize=1024)
def _address(_app: Flask, _root: str, item: MenuItem) -> str:
    """Where a line leads: every page asks for thirty of them."""
    return str(item.get_url())
