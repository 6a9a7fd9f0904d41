"""Views that people saved for themselves: by name, seen by nobody else, never broken silently."""

import html
import re

import pytest
from sqlalchemy import select

from app.core import saved, scope
from app.core.db import db
from app.core.saved import SavedView
from tests import factories
from tests.core.test_lists_chips import rows

QUERY = "_flt_0_position=MEMBER&cols=full_name%2Cphone&quick=official"


def kept(app, username: str) -> list[SavedView]:
    with app.app_context(), scope.system():
        owner = factories.account(username).id
    with app.app_context(), scope.entered(scope.Scope("/", "0", owner)):
        return list(db.session.scalars(select(SavedView).order_by(SavedView.id)))


def save(client, name: str = "Đảng viên thường", query: str = QUERY, **more):
    sent = {"name": name, "screen": "Members", "query": query, **more}
    return client.post("/saved-views/add", data=sent)


@pytest.fixture
def view(app) -> int:
    with app.app_context(), scope.system():
        return factories.keep_view("clerk_north", "Members", QUERY, "Đảng viên thường")


def menu(page: str) -> str:
    found = re.search(r'<details class="menu menu-views.*?</details>', page, re.S)
    assert found
    return html.unescape(found[0])


def test_the_present_state_is_saved_under_a_name_and_opened_again(app, login):
    client = login("clerk_north")
    answer = save(client, "  Đảng   viên thường ")
    (row,) = kept(app, "clerk_north")
    assert (row.name, row.screen, row.query) == ("Đảng viên thường", "Members", QUERY)
    assert answer.location == f"/members/list/?{QUERY}&view={row.id}"
    page = client.get(answer.location).text
    assert len(rows(page)) == 8
    assert "Đảng viên thường" in menu(page)
    assert 'aria-current="true"' in menu(page)


def test_the_menu_offers_to_save_what_is_shown_and_only_that(login):
    client = login("clerk_north")
    assert 'name="query"' not in menu(client.get("/members/list/").text)
    page = menu(client.get("/members/list/?q=binh&page_MemberView=0&psize_MemberView=50").text)
    assert 'name="query" value="psize_MemberView=50&q=binh"' in page


def test_a_name_that_is_taken_is_told_beside_the_field(app, login, view):
    page = save(login("clerk_north"), "đảng viên THƯỜNG")
    assert page.status_code == 200
    assert re.search(r'id="name-error".*Bạn đã có|id="name-error"', page.text, re.S)
    assert 'value="đảng viên THƯỜNG"' in page.text
    assert len(kept(app, "clerk_north")) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\u200b"])
def test_a_name_must_be_one(app, login, name):
    page = save(login("clerk_north"), name)
    assert 'id="name-error"' in page.text
    assert kept(app, "clerk_north") == []


@pytest.mark.parametrize(
    "query",
    ["", "page_MemberView=3", "view=4", "_flt_0_nothing=1", "quick=nothing", "cols=password"],
)
def test_what_the_list_cannot_be_asked_is_not_kept(app, login, query):
    page = save(login("clerk_north"), query=query)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert kept(app, "clerk_north") == []


def test_thirty_views_of_a_list_are_enough(app, login, monkeypatch):
    monkeypatch.setattr(saved, "MOST", 2)
    client = login("clerk_north")
    save(client, "Một")
    save(client, "Hai")
    assert 'id="name-error"' in save(client, "Ba").text
    assert len(kept(app, "clerk_north")) == 2


def test_a_view_is_renamed(app, login, view):
    client = login("clerk_north")
    assert 'value="Đảng viên thường"' in client.get(f"/saved-views/rename/{view}").text
    client.post(f"/saved-views/rename/{view}", data={"name": "Thường"})
    assert [row.name for row in kept(app, "clerk_north")] == ["Thường"]


def test_a_view_can_open_the_list_and_the_whole_list_stays_one_click_away(app, login, view):
    client = login("clerk_north")
    client.post(f"/saved-views/default/{view}")
    opened = client.get("/members/list/")
    assert opened.location == f"/members/list/?{QUERY}&view={view}"
    page = client.get(opened.location).text
    assert "/members/list/?view=all" in page
    assert len(rows(client.get("/members/list/?view=all").text)) == 10
    assert client.get("/members/list/?q=binh").status_code == 200
    client.post(f"/saved-views/default/{view}")
    assert client.get("/members/list/").status_code == 200


def test_taking_the_last_filter_away_does_not_open_the_default_again(login, view):
    client = login("clerk_north")
    client.post(f"/saved-views/default/{view}")
    page = client.get("/members/list/?quick=official").text
    chip = re.search(r'<a class="chip" href="([^"]*)" aria-current="true"', page)
    assert chip
    assert chip[1] == "/members/list/?view=all"


def test_one_view_opens_a_list_at_a_time(app, login, view):
    client = login("clerk_north")
    client.post(f"/saved-views/default/{view}")
    save(client, "Hai", is_default="y")
    assert [row.is_default for row in kept(app, "clerk_north")] == [False, True]


def test_a_view_takes_over_what_is_shown_now(app, login, view):
    client = login("clerk_north")
    page = menu(client.get(f"/members/list/?quick=official&view={view}").text)
    assert f"/saved-views/change/{view}" in page
    client.post(f"/saved-views/change/{view}", data={"query": "quick=official"})
    assert [row.query for row in kept(app, "clerk_north")] == ["quick=official"]
    assert "/saved-views/change/" not in menu(
        client.get(f"/members/list/?quick=official&view={view}").text
    )


def test_deleting_can_be_undone(app, login, view):
    client = login("clerk_north")
    page = client.post(f"/saved-views/remove/{view}", follow_redirects=True).text
    undo = f'action="/saved-views/restore/{view}"'
    assert undo in page
    assert "Đảng viên thường" not in menu(page)
    assert undo not in client.get("/members/list/").text
    restored = client.post(f"/saved-views/restore/{view}", follow_redirects=True).text
    assert "Đảng viên thường" in menu(restored)


def test_what_took_the_name_meanwhile_stops_the_undo_in_words(app, login, view):
    client = login("clerk_north")
    client.post(f"/saved-views/remove/{view}")
    save(client)
    page = client.post(f"/saved-views/restore/{view}", follow_redirects=True)
    assert page.status_code == 200
    assert "alert-danger" in page.text
    assert len([row for row in kept(app, "clerk_north") if row.removed_at is None]) == 1


@pytest.mark.parametrize("stranger", ["secretary_north", "admin", "clerk_south"])
def test_nobody_else_finds_a_view(app, login, view, stranger):
    client = login(stranger)
    assert client.get(f"/saved-views/rename/{view}").status_code == 404
    for what in ("rename", "change", "default", "remove", "restore"):
        sent = {"name": "x", "query": "q=x"}
        assert client.post(f"/saved-views/{what}/{view}", data=sent).status_code == 404
    page = client.get(f"/members/list/?q=x&view={view}").text
    assert "Đảng viên thường" not in page
    (row,) = kept(app, "clerk_north")
    assert (row.name, row.query, row.is_default, row.removed_at) == (
        "Đảng viên thường",
        QUERY,
        False,
        None,
    )


def test_the_database_itself_hides_the_views_of_others(app, view):
    with app.app_context(), scope.system():
        other = factories.account("admin").id
        assert db.session.scalars(select(SavedView)).all() == []
    with app.app_context(), scope.entered(scope.Scope("/", "0", other)):
        assert db.session.scalars(select(SavedView)).all() == []


def test_a_list_that_one_may_not_read_keeps_no_views(login):
    sent = {"name": "x", "screen": "Accounts", "query": "q=x"}
    assert login("secretary_north").post("/saved-views/add", data=sent).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "_flt_0_gone=1",
        "quick=gone",
        "cols=full_name,gone",
        "_flt_0_joined_on=x",
        "_oc_MemberView=x&_od_MemberView=asc",
    ],
)
def test_a_view_that_no_longer_works_says_so_and_offers_to_go(app, login, query):
    with app.app_context(), scope.system():
        key = factories.keep_view("clerk_north", "Members", query, "Cũ", is_default=True)
    client = login("clerk_north")
    answer = client.get("/members/list/", follow_redirects=True)
    assert answer.status_code == 400
    assert f'action="/saved-views/remove/{key}"' in answer.text
    assert "/members/list/?view=all" in answer.text
    assert client.get("/members/list/?view=all").status_code == 200


def test_screens_name_one_list_each(app):
    screens = [
        view.screen for view in app.extensions["appbuilder"].baseviews if hasattr(view, "narrowed")
    ]
    assert len(screens) == len(set(screens))


def test_the_menu_costs_one_statement_whatever_is_saved(app, login, statements):
    client = login("clerk_north")
    client.get("/members/list/")
    statements.clear()
    client.get("/members/list/")
    few = len(statements)
    for number in range(10):
        save(client, f"Số {number}")
    statements.clear()
    client.get("/members/list/")
    assert len(statements) == few <= 12
