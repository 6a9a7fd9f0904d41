"""Help stands on every screen, and whoever comes first is shown around once."""

import pytest

from app.guides.texts import GUIDES
from app.guides.tours import TOURS
from app.security.roles import LANDING, ROLES
from app.security.rules import RoleName
from tests import factories

DESKS = {
    "admin": "/care/",
    "analyst": "/analysis/",
    "clerk_north": "/chase/",
    "secretary_north": "/desk/",
}


def menu(app) -> set[str]:
    tops = app.extensions["appbuilder"].menu.menu
    return {item.name for top in tops for item in (top.childs or [top]) if item.baseview}


def test_every_screen_of_the_menu_has_its_help(app):
    assert menu(app) - set(GUIDES) == set()


def test_every_help_belongs_to_a_screen_of_the_table_of_roles():
    assert set(GUIDES) - {screen for table in ROLES.values() for screen in table} == set()


def test_every_help_says_what_for_three_things_and_a_rule_with_its_source():
    thin = [
        name
        for name, guide in GUIDES.items()
        if not guide.purpose
        or len(guide.steps) != 3
        or not guide.rules
        or not all(text and source for text, source in guide.rules)
    ]
    assert thin == []


def test_every_role_has_a_tour_of_three_to_five_stops():
    assert set(TOURS) == {role.name for role in RoleName} == {role.name for role in LANDING}
    assert {name: len(stops) for name, stops in TOURS.items() if not 3 <= len(stops) <= 5} == {}


@pytest.mark.parametrize(("username", "address"), DESKS.items())
def test_every_page_has_a_question_mark_that_leads_to_its_help(login, username, address):
    client = login(username)
    page = client.get(address).text
    assert page.count("data-guide ") == 1
    link = page.split("data-guide ")[0].rsplit('href="', 1)[1].split('"')[0]
    assert client.get(link).status_code == 200


def test_help_is_a_page_without_scripts_and_a_part_with_them(login):
    client = login("secretary_north")
    whole, part = client.get("/guides/Schedules").text, client.get("/guides/Schedules?part=1").text
    assert "<html" in whole
    assert "<html" not in part
    assert "HD 42-HD/BTCTW" in part
    assert client.get("/guides/Nothing").status_code == 404


def test_a_role_reads_the_help_of_its_own_screens(login):
    page = login("secretary_north").get("/guides/").text
    assert "/guides/SecretaryDesk" in page
    assert "/guides/Accounts" not in page


def test_the_tour_is_shown_until_it_is_closed_and_again_when_asked_for(login):
    client = login("secretary_north")
    assert "data-tour " not in client.get("/desk/").text
    assert client.post("/guides/tour/again").location == "/"
    assert "data-tour " in client.get("/desk/").text
    assert "data-tour " not in client.get("/schedules/list/").text
    assert client.post("/guides/tour/seen").location == "/"
    assert "data-tour " not in client.get("/desk/").text
    # Another browser of the same account knows of it.
    assert "data-tour " not in login("secretary_north").get("/desk/").text


def test_tours_are_remembered_for_each_account_and_role(app, login):
    client = login("secretary_north")
    client.post("/guides/tour/again")
    assert "data-tour " not in login("secretary_south").get("/desk/").text
    assert "data-tour " not in login("minutes_north").get("/desk/").text


def test_a_tour_costs_a_desk_one_statement_and_only_once(login, statements):
    client = login("secretary_north")
    client.get("/desk/")
    statements.clear()
    client.get("/desk/")
    assert [one for one in statements if "FROM tour" in one] == []


def test_an_account_without_a_role_gets_no_help_button(login):
    assert "data-guide " not in login("nobody").get("/profile/").text


def test_the_cast_is_there():
    assert {name for name, *_ in factories.CAST} >= set(DESKS)
