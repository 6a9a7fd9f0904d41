"""What is said when even the pages of errors cannot be drawn."""

import pytest
from flask import Flask

from app import create_app

NOWHERE = "postgresql+psycopg://nobody@/nothing?host=/there/is/no/server"


@pytest.fixture(scope="module")
def cut_off() -> Flask:
    """An application whose database is out of reach."""
    return create_app(
        EMBEDDED=False,
        DATABASE_OWNER_URL=NOWHERE,
        SQLALCHEMY_DATABASE_URI=NOWHERE,
        RATELIMIT_ENABLED=False,
    )


@pytest.fixture
def browser_of_somebody(cut_off):
    client = cut_off.test_client()
    with client.session_transaction() as session:
        session.update(_user_id="1", _fresh=True, epoch=1, locale="vi")
    return client


def test_a_page_that_is_not_there_is_still_said_to_be_missing(browser_of_somebody):
    answer = browser_of_somebody.get("/there-is-no-such-page")
    assert answer.status_code == 404
    assert "plain.css" in answer.text


@pytest.mark.parametrize("address", ["/", "/results/list/"])
def test_without_a_database_a_plain_page_says_so(browser_of_somebody, address):
    answer = browser_of_somebody.get(address)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "plain.css" in answer.text
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]


def test_without_a_database_rest_says_so(browser_of_somebody):
    answer = browser_of_somebody.get("/", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.json["message"]


def test_the_plain_page_speaks_the_language_of_the_session(browser_of_somebody):
    with browser_of_somebody.session_transaction() as session:
        session["locale"] = "en"
    assert '<html lang="en">' in browser_of_somebody.get("/").text
