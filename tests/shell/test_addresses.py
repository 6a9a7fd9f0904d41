"""What browsers ask for by themselves: the manifest, the worker, the page without a network."""

import json
import re

import pytest
from flask import Flask

from app.core import scope
from app.core.db import db
from app.shell import rules
from tests import factories


def settings(script: str) -> dict:
    return json.loads(re.match(r"const NEP = (.*);\n", script)[1])


@pytest.mark.parametrize(("locale", "desk"), [("vi", "Bàn làm việc"), ("en", "Desk")])
def test_the_manifest_speaks_the_language_of_its_address(app: Flask, locale: str, desk: str):
    answer = app.test_client().get(f"/manifest/{locale}.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    found = json.loads(answer.text)
    assert found["lang"] == locale
    assert found["short_name"] == "Nếp"
    assert found["start_url"] == found["scope"] == found["id"] == "/"
    assert [one["name"] for one in found["shortcuts"]][1] == desk
    client = app.test_client()
    for icon in found["icons"] + [one for each in found["shortcuts"] for one in each["icons"]]:
        assert client.get(icon["src"]).status_code == 200
    kinds = {(one["sizes"], one["purpose"]) for one in found["icons"]}
    assert {("192x192", "maskable"), ("512x512", "any"), ("any", "any")} <= kinds


def test_the_worker_is_checked_each_time_and_knows_what_to_keep(app: Flask):
    answer = app.test_client().get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    told = settings(answer.text)
    assert told["logout"] == "/logout/"
    assert not [one for one in told["files"] if not re.search(r"\?v=[0-9a-f]{10}$", one)]
    names = {one.partition("?")[0] for one in told["files"]}
    assert {"/static/css/nep.css", "/static/js/app.js", "/static/vendor/icons.svg"} <= names
    assert not [name for name in names if "plotly" in name or "/sw" in name]
    again = app.test_client().get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_switch_puts_a_worker_in_its_place_that_leaves(app: Flask, monkeypatch):
    monkeypatch.setitem(app.config, "OFFLINE", False)
    assert "unregister()" in app.test_client().get("/sw.js").text
    assert "data-worker" not in app.test_client().get("/login/").text


def test_the_page_without_a_network_knows_nobody(app: Flask, login):
    vi, en = (login("secretary_north").get(f"/offline/{code}") for code in ("vi", "en"))
    assert "Nguyễn" not in vi.text
    assert "secretary_north" not in vi.text
    assert 'lang="vi"' in vi.text
    assert 'lang="en"' in en.text


@pytest.mark.parametrize(
    ("path", "query", "keep"),
    [
        ("/desk/", "", True),
        ("/filing/12/", "", True),
        ("/desk/", "a=1", False),
        ("/filing/12/draft", "", False),
        ("/filing/", "", False),
        ("/members/list/", "", False),
        ("/api/v1/results/", "", False),
    ],
)
def test_only_the_desk_and_the_result_may_be_kept(path, query, keep):
    assert rules.may_keep(path, query) is keep


def test_pages_say_whose_they_are_and_only_the_desk_asks_to_be_kept(login):
    client = login("secretary_north")
    desk, members = client.get("/desk/"), client.get("/members/list/")
    assert desk.headers["Nep-Keep"] == "1"
    assert desk.headers["Nep-Owner"] == members.headers["Nep-Owner"] != "none"
    assert desk.headers["Content-Language"] == "vi"
    assert "Nep-Keep" not in members.headers
    # Nothing else may keep any of it.
    assert "no-store" in desk.headers["Cache-Control"]
    assert "Nep-Keep" not in login("clerk_north").get("/desk/?x=1").headers


def test_a_refused_page_is_not_kept(login):
    answer = login("inspector").get("/desk/")
    assert answer.status_code != 200
    assert "Nep-Keep" not in answer.headers


def test_an_account_that_may_not_come_in_any_more_ends_the_copies(app, login):
    client = login("secretary_north")
    client.get("/desk/")
    with app.app_context(), scope.system():
        factories.account("secretary_north").active = False
        db.session.commit()
    client.get("/desk/")
    assert client.get("/login/").headers["Nep-Owner"] == "none"
    assert "Nep-Owner" not in app.test_client().get("/login/").headers


def test_the_shortcut_leads_to_the_roll_call_or_home(login):
    assert login("secretary_north").get("/roll-call/").status_code == 302
    assert login("analyst").get("/roll-call/").location == "/"
