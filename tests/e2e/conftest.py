"""A real browser against a real server on the small world."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests import factories
from tests.e2e import filing


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def enter(
    browser: Browser, address: str, login: Callable[[str], FlaskClient]
) -> Iterator[Callable[..., Page]]:
    """``enter("secretary_north", "/desk/", width=360)``: a window in which an account is logged in.

    It stands on that page, on the account's first page where none is named, and on none with
    ``None``. The form by which people log in is filled in where the worker is asked for, who keeps
    what follows it, and by the tests of the face.
    What the browser reports against the content policy, scripts that fail and requests to other
    hosts fail the test.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_window(
        username: str,
        path: str | None = "/",
        *,
        width: int = 1280,
        dark: bool = False,
        worker: bool = False,
    ) -> Page:
        context = browser.new_context(
            service_workers="allow" if worker else "block",
            viewport={"width": width, "height": 800},
            locale="vi-VN",
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
        )
        page.on(
            "request",
            lambda sent: (
                None
                if sent.url.startswith((address, "data:", "blob:"))
                else complaints.append(f"another host: {sent.url}")
            ),
        )
        if not worker:
            held = login(username).get_cookie("session")
            assert held is not None
            context.add_cookies([{"name": held.key, "value": held.value, "url": address}])
            if path is not None:
                page.goto(address + path)
            return page
        page.goto(f"{address}/login/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", factories.PASSWORD)
        page.click("form button[type=submit]")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def meeting(app: Flask) -> int:
    """A meeting of five members that began three hours ago and may be filed."""
    return filing.begun(app)
