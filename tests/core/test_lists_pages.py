"""Long lists go on from row to row: page 5,000 costs what page 1 costs."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import text

from app.core import paging, scope
from app.core.db import db
from app.people.models import Member
from tests import factories
from tests.core.test_lists_chips import rows

MANY = 130


@pytest.fixture
def many(app, monkeypatch) -> None:
    """A cell with more members than a list counts; some of them have no phone."""
    for module in ("paging", "pager", "interface"):
        monkeypatch.setattr(f"app.core.{module}.COUNT_CAP", 40)
    with app.app_context(), scope.system():
        cell = factories.unit("N1")
        for number in range(MANY):
            db.session.add(
                Member(
                    unit_id=cell.id,
                    unit_path=cell.path,
                    full_name=f"Nguyễn Văn {chr(97 + number % 5)}",
                    joined_on=date(2020, 1, 1 + number % 3),
                    left_on=date(2031, 1, 1 + number % 7) if number % 3 else None,
                    left_reason="TRANSFERRED" if number % 3 else None,
                )
            )
        db.session.commit()


def link(page: str, label: str) -> str:
    found = re.search(rf'<a class="page-number" href="([^"]*)" aria-label="{label}"', page)
    return html.unescape(found[1]) if found else ""


def keys(page: str) -> list[str]:
    return re.findall(r'name="rowid" value="(\d+)"', page) or re.findall(
        r'<td class="cell-first[^>]*>\s*<a href="/members/show/(\d+)', page
    )


ORDERS = [
    ("full_name", "asc"),
    ("full_name", "desc"),
    ("joined_on", "desc"),
    ("left_on", "asc"),
    ("left_on", "desc"),
    ("standing", "asc"),
    ("unit", "asc"),
    ("unit", "desc"),
]


@pytest.mark.parametrize(("column", "direction"), ORDERS)
def test_going_on_and_back_again_shows_every_row_once(login, many, column, direction):
    client = login("secretary_north")
    address = (
        f"/members/list/?quick=everybody&psize_MemberView=25"
        f"&_oc_MemberView={column}&_od_MemberView={direction}"
    )
    pages, seen = [], []
    while address:
        page = client.get(address).text
        pages.append(keys(page))
        seen.extend(pages[-1])
        last, address = page, link(page, "Trang sau")
        assert len(pages) < 10
    assert len(seen) == len(set(seen)) == MANY + 5
    back, address = [], link(last, "Trang trước")
    while address:
        page = client.get(address).text
        back.append(keys(page))
        address = link(page, "Trang trước")
        assert len(back) < 10
    assert back == pages[-2::-1]


def test_deep_pages_skip_nothing_by_counting(login, many, statements):
    client = login("secretary_north")
    address = "/members/list/?quick=everybody"
    for _page in range(4):
        page = client.get(address).text
        address = link(page, "Trang sau")
        assert "after_MemberView=" in address
        statements.clear()
        assert client.get(address).status_code == 200
        asked = [one for one in statements if "FROM member" in one and "LIMIT" in one]
        assert asked
        assert not [one for one in asked if "OFFSET" in one]
        assert any("(member.name_key, member.id) >" in one for one in asked)
        assert len(statements) <= 12


def test_the_foot_of_a_long_list_says_so_and_jumps_nowhere(login, many):
    client = login("secretary_north")
    page = client.get("/members/list/?quick=everybody").text
    foot = " ".join(re.search(r'class="list-foot">(.*?)</nav>', page, re.S)[1].split())
    assert "hơn 40" in foot
    assert 'aria-current="page"' not in foot
    second = client.get(link(page, "Trang sau")).text
    assert "<strong>26–50</strong>" in second
    assert link(second, "Trang đầu").endswith("/members/list/?quick=everybody")


def test_page_numbers_work_on_short_lists_and_within_what_is_counted(login, many):
    client = login("secretary_north")
    short = client.get("/members/list/?quick=everybody&q=nguyen van b&page_MemberView=1").text
    assert "<strong>26–26</strong>" in short
    assert client.get("/members/list/?quick=everybody&page_MemberView=1").status_code == 200
    assert client.get("/members/list/?quick=everybody&page_MemberView=4000").status_code == 400
    beyond = client.get("/members/list/?quick=everybody&q=nguyen van b&page_MemberView=7").text
    assert rows(beyond) == rows(short)


def test_the_number_of_a_page_reached_row_by_row_may_be_any(login, many):
    client = login("secretary_north")
    onward = link(client.get("/members/list/?quick=everybody").text, "Trang sau")
    far = re.sub(r"page_MemberView=\d+", "page_MemberView=7999", onward)
    assert "<strong>199.976–200.000</strong>" in client.get(far).text


def test_a_filter_begins_the_list_anew(login, many):
    client = login("secretary_north")
    page = client.get(link(client.get("/members/list/?quick=everybody").text, "Trang sau")).text
    chip = re.search(r'<a class="chip" href="([^"]*quick=[^"]*probationary[^"]*)"', page)
    assert chip
    assert "after_" not in chip[1]
    assert "page_" not in chip[1]
    assert "after_" not in re.search(r'class="sort" href="([^"]*)"', page)[1]


def test_a_place_of_another_order_is_refused_in_words(login, many):
    client = login("secretary_north")
    onward = link(client.get("/members/list/?quick=everybody").text, "Trang sau")
    other = f"{onward}&_oc_MemberView=joined_on&_od_MemberView=asc"
    assert client.get(other).status_code == 400


def test_the_plan_of_a_deep_page_begins_at_its_row(app, many):
    """The index on (unit, name) answers from the anchor on, nothing before it is read."""
    with app.app_context(), scope.system():
        cell = factories.unit("N1").id
        row = db.session.query(Member).filter(Member.unit_id == cell).order_by(Member.id).first()
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("SET LOCAL enable_bitmapscan = off"))
        plan = db.session.execute(
            text(
                "EXPLAIN SELECT * FROM member WHERE unit_id = :cell"
                " AND (name_key, id) > (:name, :id) ORDER BY name_key, id LIMIT 26"
            ),
            {"cell": cell, "name": row.name_key, "id": row.id},
        ).scalars()
        assert "name_key >=" in "\n".join(plan)


def test_numbers_and_marks_come_from_one_place():
    assert paging.COUNT_CAP == 1_000


def test_a_list_is_sorted_by_unit_in_the_order_of_the_tree(login):
    client = login("clerk_north")
    up = rows(client.get("/members/list/?_oc_MemberView=unit&_od_MemberView=asc").text)
    down = rows(client.get("/members/list/?_oc_MemberView=unit&_od_MemberView=desc").text)
    assert len(set(up)) > 1
    assert up == down[::-1]
