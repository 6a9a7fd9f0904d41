"""What a look at every screen finds: nothing, in both colours, wide, zoomed and on a phone."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.face import places
from tests.face.routes import ROLES, STRANGER, Routes
from tests.face.walk import PartsSeen, Walk

pytestmark = pytest.mark.e2e

PARTS = 10
"""Test processes share the screens: the parts are small, so that none waits long for another."""
# Tables of months have a bar of their own; the same figures stand in a list above them.
SCROLLERS = ("desk-matrix", "rows-wide", "chips", "tabs", "api-code", "cal-")


@pytest.fixture
def walk(face_app: Flask, browser: Browser, site: str, parts_seen: PartsSeen) -> Walk:
    return Walk(face_app, browser, site, seen=parts_seen)


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_wrong_with_any_screen(
    face_app: Flask,
    walk: Walk,
    routes: Routes,
    record_property: Callable[[str, object], None],
    part: int,
) -> None:
    """By kind: axe-core, policy and other hosts, layout shift, sideways, cut, focus, targets."""
    stops = sorted((*places.stops(face_app), *routes.stops), key=lambda stop: stop.username)
    first, end = (len(stops) * number // PARTS for number in (part, part + 1))
    own = stops[first:end]
    walk.run(own)
    record_property("walked", visited(walk))
    wrong = {kind: lines for kind, lines in walk.findings.items() if lines}
    bars = [one for one in wrong.pop("scroller", []) if not any(s in one for s in SCROLLERS)]
    assert wrong == {}
    assert bars == []
    assert {visit.stop for visit in walk.visits} == set(own)


def visited(walk: Walk) -> list[str]:
    """Who saw which screens, a line each."""
    lines = []
    for username in (STRANGER, *ROLES):
        seen = [visit.place for visit in walk.visits if visit.stop.username == username]
        lines.append(f"{username or 'a stranger'} visited {len(seen)} screens: {' '.join(seen)}")
    return lines
