"""The page and the box: groups within the scope, rights, empty states, few statements."""

import re
from html import unescape

import pytest

from app.core import scope
from app.core.db import db
from app.security.manager import SecurityManager
from tests import factories

MOST = 18
"""Statements of the longest way: mistyped, nothing found at first, every group filled."""


def said(answer):
    """The text of a page without its marks of hits."""
    assert answer.status_code == 200
    bare = re.sub(r"</?(mark|span)[^>]*>", "", answer.get_data(as_text=True))
    return " ".join(unescape(bare).split())


@pytest.mark.parametrize("address", ["/search/", "/search/found"])
def test_groups_have_their_hits_with_place_and_state(login, address):
    page = said(login("clerk_north").get(address, query_string={"q": "bac mot"}))
    assert "Chi bộ Bắc Một" in page
    assert "· N1" in page
    assert "09/2026" in page
    assert "Chi bộ Nam" not in page


def test_hits_are_marked_in_their_own_writing(login):
    page = login("clerk_north").get("/search/found?q=bac m").get_data(as_text=True)
    assert "Chi bộ <mark>Bắc</mark> <mark>M</mark>ột" in page


def test_a_unit_of_a_committee_is_shown_with_the_committee(login):
    page = said(login("analyst").get("/search/found?q=bac mot"))
    assert re.search(r"· N1 · Đảng bộ Phía Bắc(?! ,)", page)
    assert "Đảng ủy Khối, " not in page


@pytest.mark.parametrize("address", ["/search/", "/search/found"])
@pytest.mark.parametrize("typed", ["bac", "bắc một", "N1", "an n1", "bac 9/2026", "9/2026", "bca"])
def test_a_stranger_is_shown_nothing_of_the_north(login, address, typed):
    for username in ("admin_south", "clerk_south", "secretary_south"):
        page = login(username).get(address, query_string={"q": typed})
        # What was typed stands in the field.
        assert not re.search(r"Phía Bắc|Bắc (Một|Hai)|\bN[12]\b(?!\W*(\"|”|&))", said(page))


def test_screens_and_actions_are_found_in_both_languages(login):
    client = login("secretary_north")
    for typed in ("dang vien", "Members", "membrs", "đảng viên"):
        assert 'href="/members/list/"' in client.get(
            "/search/found", query_string={"q": typed}
        ).get_data(as_text=True)
    for typed in ("dang ky", "register a meeting"):
        page = client.get("/search/found", query_string={"q": typed}).get_data(as_text=True)
        assert 'href="/schedules/add"' in page


def test_only_screens_one_may_open_are_found(login):
    for typed in ("nhat ky", "audit log", "accounts", "establish a unit"):
        page = said(login("secretary_north").get("/search/found", query_string={"q": typed}))
        assert "/audit" not in page
        assert "/units/add" not in page
        assert "/accounts" not in page


def test_people_and_meetings_need_their_rights(login, monkeypatch):
    client = login("clerk_north")
    assert "Nguyễn Văn An" in said(client.get("/search/found?q=van an"))
    plain = SecurityManager.has_access

    def narrow(self, permission, screen):
        return screen not in {"Members", "Results"} and plain(self, permission, screen)

    monkeypatch.setattr(SecurityManager, "has_access", narrow)
    assert "Nguyễn Văn An" not in said(client.get("/search/found?q=van an"))
    assert "/schedules/show/" not in said(client.get("/search/found?q=9/2026"))
    assert "/results/show/" not in said(client.get("/search/found?q=9/2026"))


def test_mended_words_say_so_and_lists_are_asked_for_the_mended_ones(app, login):
    with app.app_context(), scope.system():
        for number in range(30):
            factories.new_unit(f"K{number}", f"Chi bộ Kho {number}", "SUB_CELL", unit("NORTH"))
        db.session.commit()
    page = login("clerk_north").get("/search/?q=chi bo khoo").get_data(as_text=True)
    assert "chi bo kho”" in unescape(page)
    more = re.search(r'href="(/units/list/\?q=[^"]*)"', page)
    assert more
    listed = login("clerk_north").get(unescape(more[1]))
    assert "Chi bộ Kho 1" in listed.get_data(as_text=True)


def unit(code):
    return factories.unit(code)


@pytest.mark.parametrize("address", ["/search/", "/search/found"])
@pytest.mark.parametrize(
    "typed",
    [
        *(
            "%",
            "_",
            "'",
            '"><script>alert(1)</script>',
            "\\",
            "&|!:*()",
            "a" * 3000,
            "\r\n\t",
            "\x01",
        ),
        *("zzzz", "{{ 7*1001 }}", "😀", "٣٣", "9" * 200, "13/2026", "tháng 0", "0000-00"),
    ],
)
def test_nothing_that_can_be_typed_breaks_the_page(login, address, typed):
    answer = login("clerk_north").get(address, query_string={"q": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.get_data(as_text=True)
    assert "7007" not in said(answer)


def test_a_character_no_text_may_hold_is_refused_plainly(login):
    assert login("clerk_north").get("/search/?q=a%00b").status_code == 400


def test_nothing_found_says_what_to_do(login):
    page = said(login("clerk_north").get("/search/?q=zzzz"))
    assert "“zzzz”" in page
    assert "Đảng bộ Phía Bắc" in page
    assert page.count("<li>") >= 3


def test_before_typing_the_screens_and_actions_of_the_role_are_offered(login):
    page = said(login("secretary_north").get("/search/found"))
    assert "/schedules/add" in page
    assert 'href="/desk/"' in page


@pytest.mark.parametrize(
    "typed", ["chi bo", "bac mot", "bac mto", "zzzz yyyy", "9/2026", "bac mto 9/2026", "an"]
)
def test_a_search_takes_few_statements_whatever_there_is(app, login, statements, typed):
    client = login("clerk_north")

    def asked():
        client.get("/search/found", query_string={"q": typed})
        statements.clear()
        assert client.get("/search/found", query_string={"q": typed}).status_code == 200
        return len(statements)

    before = asked()
    with app.app_context(), scope.system():
        policy, criteria_set = factories.rules_in_force()
        for number in range(15):
            cell = factories.new_unit(f"M{number}", f"Chi bộ Bắc {number}", "SUB_CELL", unit("N1"))
            factories.fill_cell(cell, policy, criteria_set)
        db.session.commit()
    assert before <= MOST
    assert asked() <= MOST


def test_every_page_has_the_box_for_those_who_may_search(login):
    page = login("secretary_north").get("/desk/").get_data(as_text=True)
    assert "data-search-open" in page
    assert 'role="combobox"' in page
    assert "data-search-open" not in login("nobody").get("/profile/").get_data(as_text=True)


@pytest.mark.parametrize("typed", ["bac mto", "bacs mootj", "phia bca"])
def test_fields_that_look_up_units_forgive_mistyping(login, typed):
    found = login("clerk_north").get("/lookup/unit", query_string={"q": typed}).json["results"]
    assert found
    assert all("Bắc" in one["text"] for one in found)
    strangers = login("clerk_south").get("/lookup/unit", query_string={"q": typed}).json
    assert strangers == {"results": []}


def test_fields_that_look_up_people_forgive_mistyping(login):
    found = login("clerk_north").get("/lookup/member?q=cuogn").json["results"]
    assert {one["text"] for one in found} == {"Lê Quang Cường N1", "Lê Quang Cường N2"}
    assert login("clerk_north").get("/lookup/member?q=zzzz").json == {"results": []}


def test_the_unit_of_a_code_comes_before_people_and_screens(login):
    page = login("clerk_north").get("/search/found?q=n2").get_data(as_text=True)
    assert re.search(r'id="hit-(\w+)-1"', page)[1] == "units"


@pytest.mark.parametrize(
    ("typed", "first"),
    [("an", "people"), ("bac mot 9/2026", "meetings"), ("members", "screens"), ("chi bo", "units")],
)
def test_the_group_with_the_best_fit_comes_first(login, typed, first):
    page = login("clerk_north").get("/search/found", query_string={"q": typed})
    assert re.search(r'id="hit-(\w+)-1"', page.get_data(as_text=True))[1] == first
