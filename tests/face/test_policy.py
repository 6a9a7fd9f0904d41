"""A strict policy on every answer; what the browser says of it: test_screens.py."""

import re

import pytest
from flask import Flask

from app.core.face import CONTENT_SECURITY_POLICY
from tests import factories
from tests.face import specimens

NONCE = re.compile(r"'nonce-[\w-]{20,}'")


def policy_of(answer) -> dict[str, str]:
    said = answer.headers.get("Content-Security-Policy", "")
    parts = (part.strip().partition(" ") for part in said.split(";") if part.strip())
    return {name: rest for name, _, rest in parts}


def is_strict(policy: dict[str, str]) -> bool:
    """Nothing from elsewhere, nothing inline, no code from text, in no frame."""
    words = " ".join(policy.values())
    return (
        not re.search(r"unsafe|https?:|\*", words)
        and policy.get("default-src") in {"'self'", "'none'"}
        and policy.get("frame-ancestors") == "'none'"
        and policy.get("base-uri") in {"'self'", "'none'"}
    )


def test_the_declared_policy_allows_nothing_inline_and_nobody_else() -> None:
    declared = str(CONTENT_SECURITY_POLICY)
    assert "unsafe" not in declared
    assert "http" not in declared
    assert CONTENT_SECURITY_POLICY["object-src"] == "'none'"


def get_rules(app: Flask) -> list[str]:
    """An address for every rule that answers GET: parameters get values that find nothing."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            found.append(re.sub(r"<[^>]+>", "1", str(rule)))
    return found


@pytest.mark.parametrize("username", ["", "admin", "clerk_north", "secretary_north"])
def test_every_answer_carries_the_policy(app: Flask, login, username: str) -> None:
    client = login(username) if username else app.test_client()
    lax = []
    for address in get_rules(app):
        answer = client.get(address)
        good = (
            is_strict(policy_of(answer)) and answer.headers["X-Content-Type-Options"] == "nosniff"
        )
        if answer.mimetype == "text/html" and answer.status_code == 200:
            good = good and len(NONCE.findall(answer.headers["Content-Security-Policy"])) == 2
        if not good:
            lax.append(f"{address} {answer.status_code}: {policy_of(answer)}")
    assert lax == []


def test_files_carry_a_policy_of_their_own(app: Flask) -> None:
    client = app.test_client()
    for name in ("css/nep.css", "js/app.js", "img/logo.svg", "vendor/icons.svg"):
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert is_strict(policy_of(answer))
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_errors_carry_the_policy_and_a_fresh_nonce(face_app: Flask) -> None:
    client = face_app.test_client()
    nonces = []
    for status in specimens.ERRORS:
        answer = client.get(f"/specimens/error/{status}")
        assert answer.status_code == status
        assert is_strict(policy_of(answer))
        nonces += NONCE.findall(answer.headers["Content-Security-Policy"])
    assert len(set(nonces)) == len(specimens.ERRORS)


def test_what_is_sent_and_refused_carries_the_policy(face_app: Flask) -> None:
    client = face_app.test_client()
    sent = {"username": "nobody", "password": factories.PASSWORD}
    assert is_strict(policy_of(client.post("/login/", data=sent)))
    assert is_strict(policy_of(client.post("/there-is-no-such-page")))
    assert is_strict(policy_of(client.post("/login/", data=b"x" * 9_000_000)))
