"""After saving one lands on the row or the list it was opened from, never on an unrelated page."""

import re

import pytest

from app.core import scope
from app.core.db import db
from app.people.models import Member
from tests import factories


@pytest.fixture
def member(app) -> int:
    with app.app_context(), scope.system():
        return db.session.query(Member.id).filter(Member.full_name == "Trần Thị Bình N1").scalar()


def edited(client, key: int, address: str = "", **headers):
    page = client.get(f"/members/edit/{key}{address}", headers=headers).text
    hidden = dict(re.findall(r'type="hidden" name="(next|version)" value="([^"]*)"', page))
    hidden = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    sent = {
        "full_name": "Trần Thị Bình N1",
        "standing": "OFFICIAL",
        "position": "MEMBER",
        "joined_on": "01/01/2020",
        **hidden,
    }
    return client.post(f"/members/edit/{key}{address}", data=sent)


def test_an_edited_row_is_shown_whatever_was_visited_before(login, member):
    client = login("clerk_north")
    for address in ("/members/list/", "/units/list/", "/schedules/list/"):
        client.get(address)
    assert edited(client, member).location == f"/members/show/{member}"


def test_a_row_opened_from_its_list_leads_back_there_with_the_filters(login, member):
    client = login("clerk_north")
    came = "http://localhost/members/list/?q=binh&_flt_0_standing=OFFICIAL"
    answer = edited(client, member, Referer=came)
    assert answer.location == "/members/list/?q=binh&_flt_0_standing=OFFICIAL"


def test_a_page_may_name_where_to_go_next(login, member):
    client = login("clerk_north")
    answer = edited(client, member, "?next=/chase/%3Fmonth%3D10/2026")
    assert answer.location == "/chase/?month=10/2026"


@pytest.mark.parametrize(
    "outside",
    [
        "https://evil.example/x",
        "//evil.example/x",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/no-such-page",
        "/members/action_post",
        "/members/list/%0A",
    ],
)
def test_nobody_is_led_outside(login, member, outside):
    client = login("clerk_north")
    sent = edited(client, member, f"?next={outside}")
    assert sent.location == f"/members/show/{member}"
    assert edited(client, member, Referer=outside).location == f"/members/show/{member}"


def test_a_new_row_is_shown(app, login, caplog):
    with app.app_context(), scope.system():
        unit = factories.unit("N1").id
    client = login("clerk_north")
    client.get("/units/list/")
    sent = {
        "unit": unit,
        "full_name": "Đỗ Thị Mới",
        "standing": "OFFICIAL",
        "position": "MEMBER",
        "joined_on": "01/10/2026",
    }
    answer = client.post("/members/add", data=sent)
    page = client.get(answer.location).text
    assert "/members/show/" in answer.location
    assert "Đỗ Thị Mới" in page
    assert "Invalid redirect" not in caplog.text


def test_a_child_added_on_its_parents_page_leads_back_to_the_parent(login, member):
    client = login("clerk_north")
    parent = f"/members/show/{member}"
    address = f"/spells/add?_flt_0_member={member}"
    page = client.get(address, headers={"Referer": f"http://localhost{parent}"}).text
    assert f'name="next" value="{parent}"' in page
    sent = {"state": "EXEMPT", "from_on": "01/10/2026", "next": parent}
    assert client.post(address, data=sent).location == parent


def cancel(page: str) -> str:
    found = re.search(r'class="save-bar">\s*<a class="btn" href="([^"]*)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_cancel_leads_back_to_the_row_or_the_list(login, member):
    client = login("clerk_north")
    came = {"Referer": "http://localhost/members/list/?q=binh"}
    assert cancel(client.get(f"/members/edit/{member}").text) == f"/members/show/{member}"
    assert cancel(client.get(f"/members/edit/{member}", headers=came).text) == came["Referer"][16:]
    assert cancel(client.get("/members/add", headers=came).text) == "/members/list/?q=binh"


def test_cancel_remembers_the_list_as_it_was_last_seen(login):
    client = login("clerk_north")
    client.get("/members/list/?q=binh")
    assert cancel(client.get("/members/add").text) == "/members/list/?q=binh"
    client.get("/units/list/")
    assert cancel(client.get("/members/add").text) == "/members/list/"


def test_a_button_of_a_row_leads_back_to_the_row(app, login):
    with app.app_context(), scope.system():
        key = factories.account("nobody").id
    client = login("admin_north")
    came = {"Referer": f"http://localhost/accounts/show/{key}"}
    answer = client.post(f"/accounts/action/deactivate/{key}", headers=came)
    assert answer.location == f"/accounts/show/{key}"
