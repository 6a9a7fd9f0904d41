from datetime import date

import pytest
from sqlalchemy import select, text

from app.core import scope
from app.core.db import db
from app.people.models import ActivitySpell, Member
from tests import factories

NEW = {
    "full_name": "Võ Thị Én",
    "standing": "PROBATIONARY",
    "position": "MEMBER",
    "phone": "0912 345 678",
    "joined_on": "02/03/2026",
}


@pytest.fixture
def key(app):
    """``key("N1")``: the id of a unit; ``key("N1", "Trần Thị Bình")``: of a member of it."""

    def find(code: str, name: str = "") -> int:
        with app.app_context(), scope.system():
            if not name:
                return factories.unit(code).id
            found = select(Member.id).where(Member.full_name == f"{name} {code}")
            return db.session.scalars(found).one()

    return find


@pytest.fixture
def stored(app):
    """``stored("count(*)", "member")``: a value as it stands in the database."""

    def read(what: str, table: str, where: str = "true", **values):
        with app.app_context(), scope.system():
            asked = text(f"SELECT {what} FROM {table} WHERE {where}")
            return db.session.execute(asked, values).scalar()

    return read


@pytest.fixture
def spell(app, key):
    """An open spell of a member of N1."""
    with app.app_context(), scope.system():
        member = db.session.get(Member, key("N1", "Trần Thị Bình"))
        row = ActivitySpell(
            member=member,
            unit_id=member.unit_id,
            unit_path=member.unit_path,
            state="EXEMPT",
            from_on=date(2026, 3, 2),
        )
        db.session.add(row)
        db.session.commit()
        return row.id


@pytest.mark.parametrize("page", ["show", "edit", "leave", "transfer"])
def test_a_stranger_finds_no_page_of_the_member(login, key, page):
    client, member = login("secretary_south"), key("N1", "Trần Thị Bình")
    assert client.get(f"/members/{page}/{member}").status_code == 404


@pytest.mark.parametrize("page", ["edit", "leave", "transfer"])
def test_a_stranger_changes_no_member(login, key, stored, page):
    member = key("N1", "Trần Thị Bình")
    sent = NEW | {"reason": "LEFT", "on": "01/04/2026", "unit": str(key("S1"))}
    answer = login("secretary_south").post(f"/members/{page}/{member}", data=sent)
    assert answer.status_code == 404
    assert stored("count(*)", "member", "left_on IS NOT NULL") == 0


@pytest.mark.parametrize("page", ["show", "edit", "end"])
def test_a_stranger_finds_no_page_of_the_spell(login, spell, page):
    assert login("secretary_south").get(f"/spells/{page}/{spell}").status_code == 404


def test_the_list_has_only_rows_of_the_cell_and_few_statements(login, statements):
    client = login("secretary_south")
    statements.clear()
    page = client.get("/members/list/").get_data(as_text=True)
    assert len(statements) <= 12
    assert "Trần Thị Bình S1" in page
    assert "Trần Thị Bình N1" not in page
    assert "Trần Thị Bình S2" not in page


def test_a_secretary_adds_to_his_own_cell_which_stands_there_already(login, key, stored):
    client = login("secretary_north")
    form = client.get("/members/add")
    assert f'value="{key("N1")}"' in form.get_data(as_text=True)
    assert len(form.data) < 100_000
    assert client.post("/members/add", data=NEW | {"unit": str(key("N1"))}).status_code == 302
    assert stored("unit_id", "member", "full_name = 'Võ Thị Én'") == key("N1")


def test_a_refused_member_stays_in_the_form(login, key, stored):
    client = login("secretary_north")
    for wrong in (
        {"unit": str(key("S1"))},
        {"unit": str(key("N2"))},
        {"phone": "gọi sau"},
        {"full_name": "Trần Thị Bình N1"},
        {"joined_on": "31/02/2026"},
        {"standing": "KING"},
    ):
        page = client.post("/members/add", data=NEW | {"unit": str(key("N1"))} | wrong)
        assert page.status_code == 200, wrong
        assert "field-error" in page.get_data(as_text=True), wrong
    assert stored("count(*)", "member") == 20


def test_a_member_leaves_and_is_found_among_those_who_left(login, key):
    client, member = login("secretary_north"), key("N1", "Trần Thị Bình")
    assert client.get(f"/members/leave/{member}").status_code == 200
    sent = {"reason": "DECEASED", "on": "01/04/2026"}
    early = client.post(f"/members/leave/{member}", data=sent | {"on": "01/04/1999"})
    assert "field-error" in early.get_data(as_text=True)
    assert client.post(f"/members/leave/{member}", data=sent).status_code == 302
    assert "Trần Thị Bình" not in client.get("/members/list/").get_data(as_text=True)
    assert 'class="count"' not in client.get("/members/list/").get_data(as_text=True)
    assert "Trần Thị Bình" in client.get("/members/list/?left=1").get_data(as_text=True)
    page = client.get(f"/members/show/{member}").get_data(as_text=True)
    assert "01/04/2026" in page


def test_a_clerk_transfers_within_the_branch_only(login, key, stored):
    client, member = login("clerk_north"), key("N1", "Trần Thị Bình")
    sent = {"on": "01/04/2026", "unit": str(key("S1"))}
    refused = client.post(f"/members/transfer/{member}", data=sent)
    assert "field-error" in refused.get_data(as_text=True)
    sent["unit"] = str(key("N2"))
    assert client.post(f"/members/transfer/{member}", data=sent).status_code == 302
    where = "full_name = 'Trần Thị Bình N1' AND left_on IS NULL"
    assert stored("unit_id", "member", where) == key("N2")


def test_spells_stand_on_the_page_of_the_member_and_begin_there(login, key, spell):
    client, member = login("secretary_north"), key("N1", "Trần Thị Bình")
    page = client.get(f"/members/show/{member}").get_data(as_text=True)
    assert "02/03/2026" in page
    other = key("N1", "Lê Quang Cường")
    sent = {"state": "TEMP_OUT", "from_on": "01/04/2026", "to_on": "30/04/2026"}
    address = f"/spells/add?_flt_0_member={other}"
    assert client.get(address).status_code == 200
    assert client.post(address, data=sent).status_code == 302
    assert "30/04/2026" in client.get(f"/members/show/{other}").get_data(as_text=True)
    again = client.post("/spells/add", data=sent | {"member": str(other)})
    assert "field-error" in again.get_data(as_text=True)


def test_a_spell_of_a_foreign_member_does_not_begin(login, key, stored):
    client, foreign = login("secretary_south"), key("N1", "Trần Thị Bình")
    sent = {"state": "EXEMPT", "from_on": "01/04/2026", "member": str(foreign)}
    for address in ("/spells/add", f"/spells/add?_flt_0_member={foreign}"):
        assert client.post(address, data=sent).status_code in (200, 404)
    assert stored("count(*)", "activity_spell") == 0


def test_a_spell_ends_by_its_page(login, spell, stored):
    client = login("secretary_north")
    refused = client.post(f"/spells/end/{spell}", data={"on": "01/03/2026"})
    assert refused.status_code == 200
    assert client.post(f"/spells/end/{spell}", data={"on": "31/03/2026"}).status_code == 302
    assert stored("to_on", "activity_spell") == date(2026, 3, 31)


@pytest.mark.parametrize("who", ["minutes_north", "inspector", "supervisor_north", "chief"])
def test_who_only_reads_changes_nothing(login, key, stored, who):
    client, member = login(who), key("N1", "Trần Thị Bình")
    assert client.get(f"/members/show/{member}").status_code == 200
    for page in ("edit", "leave", "transfer"):
        sent = NEW | {"reason": "LEFT", "on": "01/04/2026", "unit": str(key("N2"))}
        assert client.post(f"/members/{page}/{member}", data=sent).status_code in (302, 403)
    assert stored("count(*)", "member", "left_on IS NOT NULL OR full_name = 'Võ Thị Én'") == 0


def test_members_are_looked_up_with_their_cell_in_few_statements(login, statements):
    client = login("clerk_north")
    client.get("/lookup/member?q=binh")
    statements.clear()
    found = client.get("/lookup/member?q=binh").json["results"]
    assert {(row["text"], row["hint"]) for row in found} == {
        ("Trần Thị Bình N1", "Chi bộ Bắc Một"),
        ("Trần Thị Bình N2", "Chi bộ Bắc Hai"),
    }
    assert len(statements) <= 6


def test_members_over_rest(app, token, key, stored):
    client, headers = app.test_client(), token("clerk_north")
    listed = client.get("/api/v1/members/", headers=headers).json
    assert listed["count"] == 10
    assert not {"name_key", "search_text", "unit_path"} & set(listed["result"][0])
    member = key("N1", "Trần Thị Bình")
    one = client.get(f"/api/v1/members/{member}", headers=headers).json["result"]
    assert (one["unit"], one["standing"]) == (key("N1"), "OFFICIAL")
    assert (
        client.get(f"/api/v1/members/{key('S1', 'Trần Thị Bình')}", headers=headers).status_code
        == 404
    )
    body = {"unit": key("N1"), "full_name": "Võ Thị Én", "joined_on": "2026-03-02"}
    assert client.post("/api/v1/members/", headers=headers, json=body).status_code == 201
    for wrong in (
        {"unit": key("S1")},
        {"phone": "x"},
        {"left_on": "2026-04-01"},
        {"standing": "X"},
    ):
        answer = client.post(
            "/api/v1/members/", headers=headers, json=body | {"full_name": "Võ B"} | wrong
        )
        assert answer.status_code in (400, 422), wrong
    address, body = f"/api/v1/members/{member}", {"phone": "0239 385 5555"}
    blind = client.put(address, headers=headers, json=body)
    assert (blind.status_code, list(blind.json["message"])) == (428, ["version"])
    put = client.put(address, headers=headers, json=body | {"version": one["version"]})
    assert put.status_code == 200
    assert stored("phone", "member", "id = :id", id=member) == "0239 385 5555"


def test_the_list_is_sorted_by_given_name(login, key):
    client = login("secretary_north")
    for name in ("Võ Thị Én", "Ôn Văn Ấm"):
        client.post("/members/add", data=NEW | {"full_name": name, "unit": str(key("N1"))})
    for address in ("/members/list/", "/members/list/?_oc_MemberView=full_name&_od_MemberView=asc"):
        page = client.get(address).get_data(as_text=True)
        assert page.index("Ôn Văn Ấm") < page.index("Võ Thị Én") < page.index("Hoàng Minh Đức")
