"""Login, lock-out, sessions, tokens, and acting under one assignment at a time."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.security import commands
from app.security.manager import LOCK_AFTER
from app.security.models import Account, Assignment
from app.security.rules import RoleName
from tests import factories

PASSWORD = factories.PASSWORD


def enter(client, username, password=PASSWORD, **kwargs):
    return client.post("/login/", data={"username": username, "password": password}, **kwargs)


def test_the_right_password_leads_to_the_desk(app):
    answer = enter(app.test_client(), "admin")
    assert answer.status_code == 302
    assert answer.location == "/"


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("admin", "wrong"),
        ("nobody-at-all", PASSWORD),
        ("", ""),
        ("admin", "\0"),
        ("\0", "x"),
        ("admin", "x" * 5000),
        ("a" * 5000, "x"),
    ],
)
def test_a_wrong_name_or_password_is_told_beside_the_field(app, username, password):
    answer = enter(app.test_client(), username, password)
    assert answer.status_code == 200
    assert 'name="password"' in answer.text


def test_many_wrong_tries_lock_the_account_for_a_while(app):
    client = app.test_client()
    for _ in range(LOCK_AFTER):
        enter(client, "admin", "wrong")
    assert enter(client, "admin").status_code == 200
    with app.app_context(), scope.system():
        assert factories.account("admin").locked_until is not None


def test_a_closed_account_cannot_enter_and_its_session_ends(app, login):
    client = login("secretary_north")
    assert client.get("/profile/").status_code == 200
    with app.app_context(), scope.system():
        factories.account("secretary_north").active = False
        db.session.commit()
    assert client.get("/profile/").status_code == 302
    assert enter(app.test_client(), "secretary_north").status_code == 200


def test_a_new_password_ends_all_other_sessions_and_tokens(app, login, token):
    here, elsewhere, headers = login("clerk_north"), login("clerk_north"), token("clerk_north")
    sent = {"old": PASSWORD, "password": "mới-và-dài-hơn-hẳn", "again": "mới-và-dài-hơn-hẳn"}
    assert here.post("/profile/password", data=sent).status_code == 302
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302
    assert app.test_client().get("/api/v1/menu/", headers=headers).status_code == 401


@pytest.mark.parametrize("bad", ["short", "aaaaaaaaaaaaaaa", "clerk_north-2026"])
def test_a_weak_password_is_refused_beside_the_field(login, bad):
    client = login("clerk_north")
    sent = {"old": PASSWORD, "password": bad, "again": bad}
    answer = client.post("/profile/password", data=sent)
    assert answer.status_code == 200
    assert "field-error" in answer.text


def test_login_does_not_send_people_to_another_host(app):
    client = app.test_client()
    answer = client.post(
        "/login/?next=https://evil.example/", data={"username": "admin", "password": PASSWORD}
    )
    assert "evil" not in answer.location


def test_logout_needs_a_post(login):
    client = login("admin")
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/profile/").status_code == 302


def test_forms_without_a_token_are_refused(app, login):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client = login("admin")
        assert client.post("/profile/switch", data={"assignment_id": "1"}).status_code == 400
        assert enter(app.test_client(), "admin").status_code != 302
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_an_account_without_assignment_sees_nothing_but_itself(login):
    client = login("nobody")
    assert client.get("/profile/").status_code == 200
    assert client.get("/accounts/list/").status_code == 403


@pytest.fixture
def second(app):
    """The key of a second assignment of the clerk: secretary in the south."""
    with app.app_context(), scope.system():
        south = factories.unit("S1")
        row = Assignment(
            account_id=factories.account("clerk_north").id,
            role=RoleName.Secretary,
            unit_id=south.id,
            unit_path=south.path,
            valid_from=factories.FOUNDED,
        )
        db.session.add(row)
        db.session.commit()
        return row.id


def test_two_assignments_never_act_together(login, second):
    client = login("clerk_north")
    seen = client.get("/lookup/ab_user?q=secretary").json["results"]
    assert [row["text"] for row in seen] == ["Đồng chí secretary_north (secretary_north)"]
    assert client.post("/profile/switch", data={"assignment_id": str(second)}).status_code == 302
    seen = client.get("/lookup/ab_user?q=secretary").json["results"]
    assert [row["text"] for row in seen] == ["Đồng chí secretary_south (secretary_south)"]


def _enter(client, name="clerk_north"):
    return client.post("/login/", data={"username": name, "password": factories.PASSWORD})


def _assignment(client):
    return int(client.get("/profile/").headers["Nep-Owner"].partition(".")[2])


def test_who_signs_in_again_goes_on_under_what_was_chosen(app, second):
    client = app.test_client()
    _enter(client)
    first = _assignment(client)
    client.post("/profile/switch", data={"assignment_id": str(second)})
    client.delete_cookie("session")
    _enter(client)
    assert _assignment(client) == second
    client.delete_cookie("session")
    _enter(client, "secretary_north")
    assert _assignment(client) not in {first, second}
    client.post("/logout/")
    _enter(client)
    assert _assignment(client) == first


@pytest.mark.parametrize("said", ["x", "1", ".", "0.0", f"{'9' * 40}.1", "1.-1"])
def test_a_made_up_choice_chooses_nothing(app, said):
    client = app.test_client()
    client.set_cookie("nep-acting", said)
    assert _enter(client).status_code == 302
    assert client.get("/profile/").status_code == 200


def test_one_cannot_switch_to_what_one_does_not_hold(app, login):
    with app.app_context(), scope.system():
        foreign = db.session.scalars(
            select(Assignment).join(Account).where(Account.username == "admin")
        ).one()
        key = foreign.id
    client = login("clerk_south")
    for wanted in (str(key), "0", "-1", "x", "", "9" * 40):
        assert client.post("/profile/switch", data={"assignment_id": wanted}).status_code == 404


def test_an_assignment_that_has_ended_gives_nothing(app, login):
    with app.app_context(), scope.system():
        found = db.session.scalars(
            select(Assignment).join(Account).where(Account.username == "admin_south")
        ).one()
        found.valid_to = found.valid_from.replace(year=2021)
        db.session.commit()
    assert login("admin_south").get("/accounts/list/").status_code == 403


def test_login_over_rest_answers_plainly(app):
    client = app.test_client()
    address = "/api/v1/security/login"
    assert client.post(address, json={"username": "admin", "password": "x"}).status_code == 401
    for body in ([], "x", 1, None, {"username": 1, "password": []}, {}):
        assert client.post(address, json=body).status_code == 400
    assert client.post(address, data="{", content_type="application/json").status_code == 400


def test_passwords_stay_out_of_every_answer(login, token, app):
    page = login("admin").get("/accounts/list/").text
    assert "pbkdf2" not in page
    assert "scrypt" not in page


def test_set_password_wants_a_long_one(app, system):
    with pytest.raises(Exception, match="10"):
        commands.set_password(factories.account("admin"), "short")


def test_a_stranger_is_asked_to_log_in_not_told_that_he_may_not(app):
    answer = app.test_client().get("/members/list/", follow_redirects=True)
    assert "alert-danger" not in answer.text
    assert "Hãy đăng nhập" in answer.text


def test_an_error_page_shows_a_stranger_no_menu(app):
    assert 'id="side"' not in app.test_client().get("/there-is-no-such-page").text


def test_the_last_login_stands_in_the_time_of_the_office(app, login):
    with app.app_context(), scope.system():
        factories.account("clerk_north").last_login = datetime(2026, 11, 2, 22, 30)
        db.session.commit()
    page = login("admin").get("/accounts/list/?q=clerk_north").text
    assert "03/11/2026 05:30" in page


def test_over_rest_the_last_login_names_its_zone(app, token):
    with app.app_context(), scope.system():
        factories.account("secretary_north").last_login = datetime(2026, 11, 2, 22, 30)
        db.session.commit()
    rows = app.test_client().get("/api/v1/accounts/", headers=token("admin_north")).json["result"]
    at = {row["username"]: row["last_login"] for row in rows}
    assert at["secretary_north"] == "2026-11-02T22:30:00+00:00"
    assert at["clerk_north"] is None
