"""What a server makes ready before its workers: a first page compiles nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from granian.server import MPServer
from time_machine import TimeMachineFixture

from app.core import ready, server


def test_a_server_has_compiled_every_template_before_its_workers_are_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing: list[str] = []

    def look(_self: Any, **_given: Any) -> None:
        kept = {name for _loader, name in app.jinja_env.cache or ()}
        missing.extend({*app.jinja_env.list_templates(extensions=["html"])} - kept)

    monkeypatch.setattr(MPServer, "serve", look)
    app.jinja_env.cache.clear()  # type: ignore[union-attr] # it has one
    server.serve(app, "127.0.0.1")

    assert missing == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_made_ready_compiles_nothing_and_is_the_same_page(
    app: Flask,
    login: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    time_machine: TimeMachineFixture,
    language: str,
) -> None:
    # A page says the minute at which it was made.
    time_machine.move_to(datetime(2026, 10, 20, 3, 0, tzinfo=UTC), tick=False)
    client = login("analyst")
    with client.session_transaction() as session:
        session["locale"] = language
    app.jinja_env.cache.clear()  # type: ignore[union-attr] # it has one
    before = client.get("/analysis/").text
    app.jinja_env.cache.clear()  # type: ignore[union-attr] # it has one
    ready.make(app)
    monkeypatch.setattr(app.jinja_env, "compile", None)

    assert _without_nonces(client.get("/analysis/").text) == _without_nonces(before)


def _without_nonces(page: str) -> str:
    return re.sub(r'(nonce=|csrf_token" value=|content=)"[^"]+"', "", page)
