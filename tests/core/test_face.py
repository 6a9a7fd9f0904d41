"""The face: one look on every screen, no inline code, nothing that leaves the house."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_appbuilder
import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests import factories
from tools.frontend import ICONS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "app" / "templates"
THEIRS = Path(flask_appbuilder.__file__).parent / "templates"

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BROWSER = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}
CHECK = (
    "rules => axe.run(document, {runOnly: rules}).then(found => found.violations.flatMap("
    "one => one.nodes.map(node => one.id + ' ' + node.target.join(' '))))"
)


def ours() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_every_template_of_the_framework_has_ours_in_its_place() -> None:
    theirs = {path.relative_to(THEIRS) for path in THEIRS.rglob("*.html")}
    assert not theirs - {path.relative_to(TEMPLATES) for path in ours()}


@pytest.mark.parametrize("path", ours(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_holds_no_inline_code_and_stays_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.findall(r"<[^>]*\s(?:style|on[a-z]+)=", source)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", source)
    assert "fa fa-" not in source
    assert len(source.splitlines()) <= 110


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    named: set[str] = set()
    for path in ours():
        named |= set(re.findall(r"icon\(\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8")))
    for path in (ROOT / "app").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"icon=\"(?:fa-|ti-)?([a-z0-9-]+)\"", source))
    assert named <= set(ICONS), f"add to ICONS in tools/frontend.py: {named - set(ICONS)}"


def test_our_scripts_make_no_code_from_text_and_call_nobody_outside() -> None:
    for path in (ROOT / "app" / "static" / "js").glob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|document\.write|https?://", source)


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(**BROWSER)
        yield browser
        browser.close()


def enter(page: Any, site: str, username: str) -> None:
    page.goto(f"{site}/login/")
    page.fill("#username", username)
    page.fill("#password", factories.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()


def addresses(page: Any) -> list[str]:
    """Every menu entry, and for each list the form that adds to it."""
    menu = [link.get_attribute("href") for link in page.query_selector_all(".side-link")]
    found = dict.fromkeys(menu)
    for href in menu:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + href)
        for selector in (".list-tools > a.btn-primary", ".cell-first a", ".row-tools a"):
            link = page.query_selector(selector)
            if link:
                found[link.get_attribute("href")] = None
    return [*found, "/there-is-no-such-page"]


@pytest.mark.e2e
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
@pytest.mark.parametrize("username", ["admin", "clerk_north", "secretary_north"])
def test_every_page_of_a_role_is_accessible_and_stays_within_the_window(
    site: str, chromium: Any, username: str, theme: str, width: int
) -> None:
    context = chromium.new_context(
        service_workers="block",
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        is_mobile=width < 768,
    )
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: "Content Sec" not in said.text or refused.append(said.text))
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.on(
        "request",
        lambda sent: (
            None if sent.url.startswith((site, "data:", "blob:")) else refused.append(sent.url)
        ),
    )
    wrong: list[str] = []
    page.goto(f"{site}/login/")
    wrong += [f"/login/: {one}" for one in violations(page)]
    enter(page, site, username)
    visited = addresses(page)
    for address in visited:
        answer = page.goto(site + address)
        assert answer.status < 500, address
        wrong += [f"{address}: {one}" for one in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{address}: scrolls sideways")
    print(f"{username} {theme} {width}: visited {visited}")  # noqa: T201 - says what it visited
    assert not wrong + refused


def violations(page: Any) -> list[str]:
    session = page.context.new_cdp_session(page)
    # The page's own policy would refuse a script tag.
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    page.wait_for_timeout(150)
    found: list[str] = page.evaluate(CHECK, RULES)
    session.detach()
    return found
