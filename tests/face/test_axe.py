"""axe-core finds nothing on any screen, in both colours, wide and on a phone."""

from pathlib import Path

import pytest

from tests.face.walk import ROLES, Walk

pytestmark = pytest.mark.e2e
TEMPLATES = Path(__file__).parents[2] / "app/templates"

# Addresses that answer GET with something other than a screen, or only for another installation.
NO_SCREEN = {
    "static": "files",
    "appbuilder.static": "files of the framework",
    "UtilView.back": "leads back",
}
# Templates that no address of this installation draws.
UNDRAWN = {
    "appbuilder/_formhelpers.html": "macros that the framework's older templates import",
    "appbuilder/general/security/register_mail.html": "a letter, no screen",
    "errors/plain.html": "drawn when drawing fails: tests/core/test_errors.py",
}


def test_no_screen_breaks_axe(walked: Walk) -> None:
    assert walked.findings["axe"] == []


def test_no_screen_broke(walked: Walk) -> None:
    assert walked.findings["broke"] == []


def test_the_walk_says_what_it_visited(walked: Walk, record_property) -> None:
    lines = []
    for username in ("", *ROLES):
        seen = [visit.place for visit in walked.visits if visit.username == username]
        lines.append(f"{username or 'a stranger'} visited {len(seen)} screens: {' '.join(seen)}")
    record_property("walked", lines)
    assert len({visit.endpoint for visit in walked.visits}) > 90


def test_every_route_was_visited_or_shows_no_screen(walked: Walk) -> None:
    visited = {visit.endpoint for visit in walked.visits}
    left = []
    for rule in walked.app.url_map.iter_rules():
        known = visited | set(walked.answers) | set(NO_SCREEN)
        if "GET" not in rule.methods or rule.endpoint in known or str(rule).startswith("/api/"):
            continue
        left.append(f"{rule} ({rule.endpoint})")
    assert left == []


def test_every_template_was_drawn(walked: Walk) -> None:
    ours = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    drawn = {name for _loader, name in walked.app.jinja_env.cache.keys()}  # noqa: SIM118
    assert ours - drawn - set(UNDRAWN) == set()
    assert set(UNDRAWN) - ours == set()
