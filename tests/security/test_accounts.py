"""Administrators manage the accounts of their branch and grant nothing they may not."""

import pytest
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.security.models import Account, Assignment, AuditEntry
from app.security.roles import GRANTS, ROLES, rights
from app.security.rules import RoleName
from tests import factories


@pytest.fixture
def ids(app):
    with app.app_context(), scope.system():
        return {
            **{code: factories.unit(code).id for code, *_ in factories.TREE},
            **{name: factories.account(name).id for name, *_ in factories.CAST},
        }


def held(username):
    found = select(Assignment).join(Account).where(Account.username == username)
    return list(db.session.scalars(found))


def assignment(account, unit, role="Secretary", **more):
    return {"account": account, "unit": unit, "role": role, "valid_from": "01/01/2026"} | more


def test_the_list_holds_only_the_branchs_accounts(login):
    page = login("admin_north").get("/accounts/list/").text
    assert "secretary_north" in page
    assert "south" not in page
    assert "inspector" not in page


def test_an_account_is_opened_in_ones_own_branch_only(app, login, ids):
    sent = {"username": "new.one", "last_name": "Lê", "first_name": "Mới", "email": "n@x.example"}
    client = login("admin_north")
    assert client.post("/accounts/add", data=sent | {"unit": ids["N2"]}).status_code == 302
    again = sent | {"username": "new.two", "email": "m@x.example"}
    for foreign in (ids["S1"], ids["ROOT"], 999999, "x", ""):
        answer = client.post("/accounts/add", data=again | {"unit": foreign})
        assert answer.status_code == 200
        assert "new.two" in answer.text
    with app.app_context(), scope.system():
        assert factories.account("new.one").unit.code == "N2"
        assert factories.account("new.one").password is None


def test_a_user_name_that_is_taken_elsewhere_is_refused_alike(app, login, ids):
    sent = {"last_name": "Lê", "first_name": "Mới", "email": "n@x.example", "unit": ids["N2"]}
    answer = login("admin_north").post("/accounts/add", data=sent | {"username": "clerk_south"})
    assert answer.status_code == 200
    assert "Nam" not in answer.text
    assert "INSERT" not in answer.text


def test_a_role_is_given_in_ones_own_branch_only(app, login, ids):
    client = login("admin_north")
    good = assignment(ids["nobody"], ids["N2"])
    assert client.post("/assignments/add", data=good).status_code == 302
    for bad in (
        assignment(ids["nobody"], ids["S1"]),
        assignment(ids["nobody"], ids["ROOT"]),
        assignment(ids["secretary_south"], ids["N1"]),
        assignment(ids["admin_north"], ids["N1"]),
        assignment(ids["nobody"], ids["N1"], role="Nonsense"),
        assignment(ids["nobody"], ids["N1"], valid_to="01/01/2020"),
    ):
        assert client.post("/assignments/add", data=bad).status_code == 200
    with app.app_context(), scope.system():
        assert [(row.role, row.unit_id) for row in held("nobody")] == [
            (RoleName.Secretary, ids["N2"])
        ]
        assert len(held("admin_north")) == 1
        assert len(held("secretary_south")) == 1


def test_nobody_but_an_administrator_grants():
    assert [role for role in RoleName if GRANTS.get(role)] == [RoleName.Administrator]
    for role in ROLES:
        writes = {("Accounts", "can_add"), ("Assignments", "can_add"), ("Accounts", "can_edit")}
        assert bool(rights(role) & writes) == (role is RoleName.Administrator)


def test_a_new_password_is_shown_once_and_written_in_the_log(app, login, ids):
    client = login("admin_north")
    key = ids["secretary_north"]
    answer = client.post(f"/accounts/action/reset_password/{key}", follow_redirects=True)
    assert "secretary_north:" in answer.text
    with app.app_context(), scope.system():
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject, entry.subject_id) == ("reset_password", "ab_user", key)
        assert factories.account("secretary_north").password_epoch == 2


def test_accounts_that_hold_a_role_outside_the_branch_cannot_be_taken_over(app, login, ids):
    with app.app_context(), scope.system():
        root = factories.unit("ROOT")
        db.session.add(
            Assignment(
                account_id=ids["supervisor_north"],
                role=RoleName.Administrator,
                unit_id=root.id,
                unit_path=root.path,
                valid_from=factories.FOUNDED,
            )
        )
        db.session.commit()
    client = login("admin_north")
    key = ids["supervisor_north"]
    for action in ("reset_password", "deactivate", "activate"):
        client.post(f"/accounts/action/{action}/{key}")
    changed = {"last_name": "X", "first_name": "Y", "email": "taken@over.example"}
    client.post(f"/accounts/edit/{key}", data=changed)
    with app.app_context(), scope.system():
        account = factories.account("supervisor_north")
        assert (account.password_epoch, account.active) == (1, True)
        assert account.email == "supervisor_north@nep.example"


def test_foreign_accounts_and_assignments_answer_not_found(app, login, ids):
    client = login("admin_north")
    with app.app_context(), scope.system():
        foreign = held("secretary_south")[0].id
    for address in (f"/accounts/{{}}/{ids['secretary_south']}", f"/assignments/{{}}/{foreign}"):
        assert client.get(address.format("show")).status_code == 404
        assert client.get(address.format("edit")).status_code == 404
    for action in ("reset_password", "deactivate"):
        where = f"/accounts/action/{action}/{ids['secretary_south']}"
        assert client.post(where).status_code == 404
    assert client.post(f"/assignments/action/end/{foreign}").status_code == 404
    sent = {"action": "deactivate", "rowid": [ids["nobody"], ids["secretary_south"]]}
    assert client.post("/accounts/action_post", data=sent).status_code == 404
    with app.app_context(), scope.system():
        assert factories.account("nobody").active


def test_nobody_closes_himself_or_ends_his_own_assignment(app, login, ids):
    client = login("admin_north")
    with app.app_context(), scope.system():
        own = held("admin_north")[0].id
    client.post(f"/accounts/action/deactivate/{ids['admin_north']}")
    client.post(f"/assignments/action/end/{own}")
    with app.app_context(), scope.system():
        assert factories.account("admin_north").active
        assert held("admin_north")[0].valid_to is None


def test_ending_an_assignment_takes_the_role_away(app, login, ids):
    with app.app_context(), scope.system():
        key = held("clerk_north")[0].id
    clerk = login("clerk_north")
    assert login("admin_north").post(f"/assignments/action/end/{key}").status_code == 302
    assert clerk.get("/lookup/unit?q=").status_code == 403


def test_the_same_role_at_the_same_unit_is_not_given_twice(app, login, ids):
    client = login("admin_north")
    sent = assignment(ids["clerk_north"], ids["N2"], valid_to="01/06/2026")
    assert client.post("/assignments/add", data=sent).status_code == 302
    again = client.post("/assignments/add", data=sent | {"valid_from": "01/05/2026"})
    assert "đã giữ vai trò này" in again.text
    later = sent | {"valid_from": "01/06/2026", "valid_to": ""}
    assert client.post("/assignments/add", data=later).status_code == 302
    with app.app_context(), scope.system():
        assert len([one for one in held("clerk_north") if one.unit_id == ids["N2"]]) == 2


def test_the_matrix_names_every_role_in_the_readers_language(login):
    page = login("admin").get("/roles/")
    assert page.status_code == 200
    assert "can_" not in page.text


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("username", "'; DROP TABLE unit;--"),
        ("username", "a b"),
        ("username", "đồng.chí"),
        ("email", "no address"),
        ("email", "'; DROP TABLE unit;--"),
    ],
)
def test_an_odd_user_name_or_address_is_refused_beside_its_field(login, ids, field, bad):
    sent = {"username": "new.one", "last_name": "Lê", "first_name": "Mới", "email": "n@x.example"}
    answer = login("admin_north").post("/accounts/add", data=sent | {"unit": ids["N2"], field: bad})
    assert answer.status_code == 200
    assert "field-error" in answer.text


def test_accounts_are_read_over_rest_within_the_branch_and_without_passwords(app, token):
    answer = app.test_client().get("/api/v1/accounts/", headers=token("admin_north"))
    names = {row["username"] for row in answer.json["result"]}
    assert "secretary_north" in names
    assert not {name for name in names if "south" in name}
    assert "password" not in answer.text
    refused = app.test_client().post("/api/v1/accounts/", json={}, headers=token("admin_north"))
    assert refused.status_code == 405
