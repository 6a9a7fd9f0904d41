"""What was typed in a form whose session had ended is not lost."""

import re

import pytest
from sqlalchemy import func, select

from app.core import scope
from app.core.db import db
from app.people.models import Member
from tests import factories

HOST = "http://localhost"
ADD = "/members/add"


@pytest.fixture
def guarded(app, monkeypatch):
    """The application with tokens on its forms, as it is outside of tests."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app


def fields_of(page):
    return dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))


def typed(app, name="Nguyễn Thị Hạnh"):
    with app.app_context(), scope.system():
        unit = factories.unit("N1").id
    return {
        "full_name": name,
        "unit": str(unit),
        "standing": "OFFICIAL",
        "position": "MEMBER",
        "joined_on": "01/02/2020",
    }


def opened_by(app, name="secretary_north"):
    """The token of a form that an account has opened in a session that is over now."""
    client = app.test_client()
    door = fields_of(client.get("/login/").text)
    client.post("/login/", data=door | {"username": name, "password": factories.PASSWORD})
    return fields_of(client.get(ADD).text)["csrf_token"]


def door_of(app, client):
    """What the page in front of the door holds when a secretary's session has ended."""
    return fields_of(send(client, typed(app) | {"csrf_token": opened_by(app)}).text)


def enter(client, door, name, referrer=""):
    """Log in on a page that keeps a form."""
    sent = {"username": name, "csrf_token": door["csrf_token"], "password": factories.PASSWORD}
    sent["kept"] = unescaped(door["kept"])
    return client.post("/login/", data=sent, headers={"Referer": referrer} if referrer else {})


def members(app, name="Nguyễn Thị Hạnh"):
    with app.app_context(), scope.system():
        return db.session.scalar(select(func.count()).where(Member.full_name == name))


def send(client, data, referrer=HOST + ADD):
    return client.post(ADD, data=data, headers={"Referer": referrer} if referrer else {})


def unescaped(text):
    return text.replace("&#34;", '"').replace("&amp;", "&")


def test_a_form_without_its_session_is_kept_through_the_login_and_sent_once(guarded):
    client = guarded.test_client()
    answer = send(client, typed(guarded))
    assert answer.status_code == 401
    assert "Nguyễn Thị Hạnh" in answer.text
    door = fields_of(answer.text)
    sent = {"username": "secretary_north", "csrf_token": door["csrf_token"]}
    sent["kept"] = unescaped(door["kept"])
    wrong = client.post("/login/", data=sent | {"password": "wrong"})
    assert "Nguyễn Thị Hạnh" in wrong.text
    entered = client.post("/login/", data=sent | {"password": factories.PASSWORD})
    assert entered.status_code == 200
    assert f'action="{ADD}"' in entered.text
    assert members(guarded) == 0
    again = send(client, fields_of(entered.text))
    assert again.status_code == 302
    assert members(guarded) == 1


def test_who_has_logged_in_elsewhere_meanwhile_has_only_to_send(guarded, login):
    client = login("secretary_north")
    answer = send(client, typed(guarded) | {"csrf_token": "of the session before"})
    assert answer.status_code == 400
    again = send(client, fields_of(answer.text))
    assert again.status_code == 302
    assert members(guarded) == 1


def test_who_had_opened_the_form_goes_on_with_it(guarded):
    client = guarded.test_client()
    door = door_of(guarded, client)
    entered = enter(client, door, "secretary_north")
    assert send(client, fields_of(entered.text)).status_code == 302
    assert members(guarded) == 1


def test_somebody_else_who_logs_in_does_not_get_the_form(guarded):
    client = guarded.test_client()
    door = door_of(guarded, client)
    entered = enter(client, door, "clerk_north")
    assert entered.status_code == 302
    told = client.get(entered.location, follow_redirects=True).text
    assert "Hạnh" not in told
    assert "biểu mẫu đó do người khác" in told.casefold()


def test_somebody_else_who_has_logged_in_elsewhere_does_not_get_the_form(guarded, login):
    token = opened_by(guarded)
    answer = send(login("clerk_north"), typed(guarded) | {"csrf_token": token})
    assert answer.status_code == 400
    assert "Hạnh" not in answer.text
    assert "biểu mẫu đó do người khác" in answer.text.casefold()


def test_the_page_of_the_form_may_be_reloaded(guarded):
    client = guarded.test_client()
    door = door_of(guarded, client)
    enter(client, door, "secretary_north")
    again = enter(client, door, "secretary_north", referrer=HOST + ADD)
    assert send(client, fields_of(again.text)).status_code == 302
    assert members(guarded) == 1


def test_a_door_that_was_open_too_long_still_keeps_the_form(guarded):
    client = guarded.test_client()
    door = fields_of(send(client, typed(guarded)).text) | {"csrf_token": "of long ago"}
    again = fields_of(enter(client, door, "secretary_north", referrer=HOST + ADD).text)
    assert 'action="/members/add"' in enter(client, again, "secretary_north").text


def test_a_foreign_page_gets_nothing_kept_through_an_old_door(guarded, login):
    client, door = login("secretary_north"), {"csrf_token": "none"}
    door["kept"] = '["/members/add", [["full_name", "Nguyễn Thị Hạnh"]], null]'
    for referrer in ("", "https://evil.example/"):
        assert "Hạnh" not in enter(client, door, "secretary_north", referrer=referrer).text


def test_of_an_ended_session_its_own_account_alone_gets_the_form(app, login):
    client = login("secretary_north")
    with client.session_transaction() as session:
        session["epoch"] = -1
    door = fields_of(send(client, typed(app)).text)
    sent = {
        "username": "clerk_north",
        "password": factories.PASSWORD,
        "kept": unescaped(door["kept"]),
    }
    assert client.post("/login/", data=sent).status_code == 302


def test_a_session_that_a_new_password_ended_keeps_the_form_too(app, login):
    client = login("secretary_north")
    with client.session_transaction() as session:
        session["epoch"] = -1
    answer = send(client, typed(app))
    assert answer.status_code == 401
    assert "Nguyễn Thị Hạnh" in answer.text


@pytest.mark.parametrize("referrer", ["", "https://evil.example/members/add"])
def test_the_form_of_a_foreign_page_is_not_kept(guarded, referrer):
    answer = send(guarded.test_client(), typed(guarded), referrer)
    assert answer.status_code == 400
    assert "Nguyễn Thị Hạnh" not in answer.text


def test_a_password_is_never_kept(guarded):
    sent = {"old": "cũ-và-dài-lắm-rồi", "password": "mới-và-dài-hơn-hẳn", "again": "x"}
    answer = guarded.test_client().post(
        "/profile/password", data=sent, headers={"Referer": f"{HOST}/profile/"}
    )
    assert answer.status_code == 400
    assert "cũ-và-dài" not in answer.text


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", "[1, 2]", '["https://evil.example/", [], 1]', "null"]
)
def test_what_no_page_of_ours_has_packed_is_passed_over(app, kept):
    sent = {"username": "admin", "password": factories.PASSWORD, "kept": kept}
    assert app.test_client().post("/login/", data=sent).status_code == 302
