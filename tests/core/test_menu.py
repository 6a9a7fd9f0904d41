"""The menu at the side: its order, what it marks, and where its lines lead."""

import re

import pytest


def aside(page: str) -> str:
    return re.search(r'<aside class="side .*?</aside>', page, re.DOTALL)[0]


def lines(page: str) -> list[str]:
    return re.findall(r'<a class="side-link[^>]*href="([^"]+)"', aside(page))


def here(page: str) -> list[str]:
    return re.findall(r'href="([^"]+)" aria-current="page"', aside(page))


def test_groups_are_unfolded_and_administration_stands_last(login):
    page = aside(login("admin").get("/members/list/").text)
    names = re.findall(r'data-keep="menu-(\w+)" open', page)
    assert len(names) == page.count("<details") > 3
    assert names[-1] == "Administration"


@pytest.mark.parametrize("page", ["/members/list/", "/members/add", "/members/show/1"])
def test_a_line_is_marked_on_its_list_and_on_the_pages_of_its_rows(login, page):
    assert here(login("admin").get(page).text) == ["/members/list/"]


def test_everybody_sees_what_he_may_open_and_no_more(login):
    admin, analyst = (lines(login(name).get("/profile/").text) for name in ("admin", "analyst"))
    assert "/accounts/list/" in admin
    assert "/accounts/list/" not in analyst
    assert len(set(analyst)) == len(analyst) > 5


def test_below_another_address_every_line_leads_there(login):
    client = login("clerk_north")
    plain = lines(client.get("/members/list/").text)
    below = lines(client.get("/members/list/", environ_overrides={"SCRIPT_NAME": "/nep"}).text)
    assert below == [f"/nep{address}" for address in plain]
    assert lines(client.get("/members/list/").text) == plain


def test_no_template_writes_into_what_all_share(app):
    template = app.jinja_env.get_template("errors/plain.html")
    assert template.globals["side_menu"]
    with pytest.raises(AttributeError):
        app.jinja_env.get_template("errors/plain.html", globals={"side_menu": None})
    own = app.jinja_env.from_string("{{ side_menu }}", globals={"side_menu": "mine"})
    assert own.render() == "mine"
