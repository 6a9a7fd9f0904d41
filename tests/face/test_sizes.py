"""How much goes over the wire, and whether what is drawn stays where it was drawn."""

import re
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from app.core.packing import PACKED, YEAR
from tests.face.walk import Walk

DESKS = {
    "secretary_north": "/desk/",
    "clerk_north": "/chase/",
    "analyst": "/analysis/",
    "admin": "/care/",
    "chief": "/leader/",
}
FURTHER = ("/results/list/", "/members/list/", "/units/list/", "/profile/")
KB = 1024
# The order asks for 400 and 150; what was reached is held.
FIRST_DESK = 190 * KB
FURTHER_PAGE = 20 * KB
CHARTS = 430 * KB
IN_BACKGROUND = 60 * KB


def bytes_of(page: Page, address: str) -> dict[str, int]:
    """What the browser received for a page, by path, as it came over the wire."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent",
        lambda one: names.update({one["requestId"]: one["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda one: sizes.update({names.get(one["requestId"], "?"): int(one["encodedDataLength"])}),
    )
    page.goto(address)
    page.evaluate("nepFace.rest()")
    page.evaluate("nepFace.drawn()")
    session.detach()
    return sizes


def cold(walk: Walk, browser: Browser, username: str) -> BrowserContext:
    """A browser that has seen nothing yet, in which that account is logged in."""
    known = walk.window(username)
    state = known.context.storage_state()
    known.context.close()
    context = browser.new_context(base_url=walk.site, storage_state=state, locale="vi-VN")
    context.add_init_script(path=walk.script)
    return context


@pytest.fixture
def walk(face_app: Flask, browser: Browser, site: str) -> Walk:
    return Walk(face_app, browser, site)


@pytest.mark.e2e
@pytest.mark.parametrize("username", DESKS)
def test_a_desk_and_what_follows_are_small(
    walk: Walk, browser: Browser, received: list[tuple[str, int]], username: str, record_property
) -> None:
    context = cold(walk, browser, username)
    page = context.new_page()
    received.clear()
    first = bytes_of(page, DESKS[username])
    page.wait_for_timeout(500)
    charts = sum(size for url, size in first.items() if "plotly" in url)
    desk = sum(first.values()) - charts
    everything = sum(size for path, size in received if "plotly" not in path)
    further = {address: sum(bytes_of(page, address).values()) for address in FURTHER}
    context.close()
    told = ", ".join(f"{where} {size // KB} KB" for where, size in further.items())
    line = f"{DESKS[username]} first {desk // KB} KB, charts {charts // KB} KB; then {told}"
    record_property("measured", [line])
    assert desk <= FIRST_DESK, first
    assert charts <= CHARTS
    assert everything <= FIRST_DESK + IN_BACKGROUND
    assert max(further.values()) <= FURTHER_PAGE, further


def asked(app: Flask, address: str, **headers: str) -> Any:
    return app.test_client().get(address, headers={"Accept-Encoding": "gzip, br", **headers})


def addresses_in(page: str) -> list[str]:
    return re.findall(r"(?:href|src)=\"(/static/[^\"#]+)", page)


def test_files_are_compressed_beforehand_and_kept_for_a_year(face_app: Flask) -> None:
    found = addresses_in(face_app.test_client().get("/login/").text)
    assert len(found) > 8
    for address in found:
        answer = asked(face_app, address)
        assert answer.headers["Cache-Control"] == f"max-age={YEAR}, public, immutable"
        assert re.search(r"\?v=[0-9a-f]{10}$", address)
        # Photographs are compressed by themselves; of the smallest drawings the plain form wins.
        packed = answer.headers.get("Content-Encoding") == "br"
        assert packed or ".png" in address or len(answer.data) < KB, address
        assert ".png" in address or (PACKED / f"{address[-10:]}.gz").is_file()


@pytest.mark.parametrize("query", ["", "?v=0123456789", "?v=&x=1"])
def test_without_the_right_fingerprint_a_file_is_asked_for_again(app: Flask, query: str) -> None:
    answer = asked(app, f"/static/css/nep.css{query}")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = asked(app, f"/static/css/nep.css{query}", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_an_edited_file_is_not_served_from_its_old_compressed_form(face_app: Flask) -> None:
    from app.core.packing import fingerprint

    for address in addresses_in(face_app.test_client().get("/login/").text):
        name, _, mark = address.partition("?v=")
        assert fingerprint(face_app.test_client().get(name).data) == mark


def test_pages_are_compressed_for_their_own_browser(app: Flask, login) -> None:
    client = login("clerk_north")
    plain = client.get("/results/list/")
    small = client.get("/results/list/", headers={"Accept-Encoding": "gzip, br"})
    assert plain.headers.get("Content-Encoding") is None
    assert small.headers["Content-Encoding"] == "br"
    assert len(small.data) < len(plain.data) / 4
    assert "Accept-Encoding" in small.headers["Vary"]
    zipped = client.get("/results/list/", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://elsewhere.example/page"},
    ],
)
def test_a_page_that_a_foreign_page_opens_is_not_compressed(app: Flask, login, headers) -> None:
    answer = login("clerk_north").get(
        "/results/list/?q=guess", headers={"Accept-Encoding": "br", **headers}
    )
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") is None


def test_errors_are_compressed_too(face_app: Flask) -> None:
    answer = asked(face_app, "/there-is-no-such-page")
    assert answer.status_code == 404
    assert answer.headers["Content-Encoding"] == "br"
