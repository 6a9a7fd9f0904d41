"""Every route, every entry of a menu and every template is among the screens that are looked at."""

from pathlib import Path

import pytest
from flask import Flask

from tests.face import places
from tests.face.routes import LEFT_ALONE, ROLES, Routes, browser, endpoint, menu

LANDING, OFFLINE = "Home.index", "Shell.offline"
TEMPLATES = Path(__file__).parents[2] / "app/templates"

# Templates that no screen of these tests draws.
UNDRAWN = {
    "appbuilder/_formhelpers.html": "macros that the framework's older templates import",
    "appbuilder/general/security/register_mail.html": "a letter, no screen",
    "appbuilder/general/model/search.html": "no view of the framework draws it",
    "appbuilder/general/widgets/group_form_list.html": "no view of the framework draws it",
    "core/preview.html": "an answer to what is sent: seen in one part of the screens",
    "core/reason.html": "an answer to what is sent: seen in one part of the screens",
    "core/told.html": "an answer to what is sent: seen in one part of the screens",
    "dashboard/reminded.html": "an answer to a reminder: tests/reminders",
    "errors/plain.html": "drawn when drawing fails: tests/core/test_errors.py",
    "rollup/lacking.html": "an answer to what is sent: tests/rollup/test_pages.py",
    "search/found.html": "a part of the search page: tests/search/test_pages.py",
}


def test_every_route_is_a_stop_or_shows_no_screen(face_app: Flask, routes: Routes) -> None:
    given = {stop.endpoint for stop in (*places.stops(face_app), *routes.stops)}
    left = [f"{rule} ({name})" for rule, name in routes.unopened if name not in given]
    assert left == []
    assert set(LEFT_ALONE) <= {rule.endpoint for rule in face_app.url_map.iter_rules()}


@pytest.mark.parametrize("username", ROLES)
def test_every_entry_of_the_menu_is_a_stop(face_app: Flask, routes: Routes, username: str) -> None:
    known = {stop.endpoint for stop in (*places.stops(face_app), *routes.stops)}
    known |= {*routes.answers, *LEFT_ALONE, "static"}
    entries = menu(face_app, username)
    assert len(entries) > 2
    assert [path for path in entries if endpoint(face_app, path) not in known] == []


def test_every_page_says_where_it_stands_and_the_menu_marks_it_once(
    face_app: Flask, routes: Routes
) -> None:
    astray, marked_twice = [], []
    for stop in (*places.stops(face_app), *routes.stops):
        if stop.deeds or not stop.username or stop.endpoint in (LANDING, OFFLINE):
            continue
        if stop.address.startswith("/specimens/"):
            continue
        answer = browser(face_app, stop.username).get(stop.address)
        if answer.status_code == 200 and '<ol class="crumbs">' not in answer.text:
            astray.append(str(stop))
        aside = answer.text.partition('<aside class="side')[2].partition("</aside>")[0]
        if aside.count('aria-current="page"') > 1:
            marked_twice.append(str(stop))
    assert (astray, marked_twice) == ([], [])


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("/monthly-reports/list/", "/monthly-report/"),
        ("/criteria/list/", "/criteria-sets/list/"),
        ("/spells/end/2", "/spells/list/"),
    ],
)
def test_a_page_without_a_line_stands_below_that_of_its_screen(
    face_app: Flask, page: str, line: str
) -> None:
    shown = browser(face_app, "clerk_north").get(page).text
    aside, crumbs = shown.partition("</aside>")[::2]
    assert f'href="{line}" aria-current="page"' in aside
    assert f'href="{line}"' in crumbs.partition("</ol>")[0]


def test_every_template_was_drawn(face_app: Flask, routes: Routes) -> None:
    assert routes.stops
    for stop in places.stops(face_app):
        if not stop.deeds:
            client = browser(face_app, stop.username) if stop.username else face_app.test_client()
            client.get(stop.address)
    ours = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    drawn = {name for _loader, name in face_app.jinja_env.cache.keys()}  # noqa: SIM118
    assert ours - drawn - set(UNDRAWN) == set()
    assert set(UNDRAWN) - ours == set()
