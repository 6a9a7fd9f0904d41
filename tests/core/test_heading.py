"""Pages of one row: headed by the row, and cheap."""

import pytest

from app.core import scope
from app.core.db import db
from app.evaluations.models import CriteriaSet
from app.people.models import Member
from tests import factories

MOST = 12


@pytest.fixture
def keys(app):
    with app.app_context(), scope.system():
        cell = factories.unit("N1").id
        member = db.session.query(Member.id).filter_by(unit_id=cell).order_by(Member.id).first()
        account = factories.account("secretary_north").id
        return {
            "/members/show": (member[0], "Nguyễn Văn An N1"),
            "/criteria-sets/show": (db.session.query(CriteriaSet.id).scalar(), "Bộ tiêu chí thử"),
            "/accounts/show": (account, "Đồng chí secretary_north"),
        }


@pytest.mark.parametrize("page", ["/members/show", "/criteria-sets/show", "/accounts/show"])
def test_a_page_of_one_row_is_headed_by_it(login, keys, page):
    key, name = keys[page]
    shown = login("admin").get(f"{page}/{key}").text
    assert f"<h1>{name}" in shown


@pytest.mark.parametrize("page", ["/members/show", "/criteria-sets/show", "/accounts/show"])
def test_a_page_of_one_row_takes_few_statements(login, keys, statements, page):
    client, (key, _name) = login("admin"), keys[page]
    client.get(f"{page}/{key}")
    statements.clear()
    client.get(f"{page}/{key}")
    assert len(statements) <= MOST


@pytest.mark.parametrize("page", ["/accounts/list/", "/accounts/add", "/assignments/list/"])
def test_a_page_says_where_it_is_and_the_menu_too(login, page):
    shown = login("admin").get(page).text
    assert '<ol class="crumbs">' in shown
    name = page.split("/")[1]
    entry = shown.split(f'href="/{name}/list/"')
    assert any(one.startswith(' aria-current="page"') for one in entry)
