import pytest
from sqlalchemy import text

from app.core import scope
from app.core.db import db
from app.units import commands, queries
from tests import factories, rest
from tests.units.cast import acting, blank, kind

DECIDED = {"effective_on": "07/03/2026", "decision_no": "12-QĐ/ĐU", "decision_on": "01/03/2026"}


@pytest.fixture
def key(app):
    """``key("N1")``: the id of a unit."""

    def find(code: str) -> int:
        with app.app_context(), scope.system():
            return factories.unit(code).id

    return find


@pytest.fixture
def now(app):
    """``now("N1", "name")``: a column of a unit as it stands in the database."""

    def read(code: str, column: str):
        with app.app_context(), scope.system():
            return db.session.execute(
                text(f"SELECT {column} FROM unit WHERE code = :code"), {"code": code}
            ).scalar()

    return read


@pytest.fixture
def p9(app) -> None:
    """P9, a committee of the north without any unit below."""
    with app.app_context(), scope.system():
        empty = blank("NORTH", "P9", kind=kind("SECTION_PC"))
        commands.establish(empty, by=acting("admin"))
        db.session.commit()


PAGES = ["show", "edit", "rename", "reclassify", "move", "cease", "names"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("code", ["NORTH", "N1", "ROOT"])
def test_a_stranger_finds_no_page_of_the_unit(login, key, page, code):
    assert login("admin_south").get(f"/units/{page}/{key(code)}").status_code == 404


@pytest.mark.parametrize("page", ["rename", "reclassify", "move", "cease", "names"])
def test_a_stranger_changes_nothing(login, key, now, page):
    sent = DECIDED | {"name": "X", "short_name": "X", "kind": "GROUP", "parent": str(key("SOUTH"))}
    assert login("admin_south").post(f"/units/{page}/{key('N1')}", data=sent).status_code == 404
    assert now("N1", "name") == "Chi bộ Bắc Một"


@pytest.mark.parametrize("page", [page for page in PAGES if page != "show"])
def test_a_secretary_reads_the_unit_and_changes_nothing(login, key, page):
    client = login("secretary_north")
    assert client.get(f"/units/show/{key('N1')}").status_code == 200
    answer = client.get(f"/units/{page}/{key('N1')}")
    assert answer.status_code in (302, 403)


def test_the_list_has_only_rows_of_the_branch_and_few_statements(login, statements):
    client = login("secretary_south")
    statements.clear()
    page = client.get("/units/list/").get_data(as_text=True)
    assert len(statements) <= 12
    assert "Chi bộ Nam Một" in page
    assert "Bắc" not in page
    assert "Chi bộ Nam Hai" not in page


def test_the_list_is_searched_without_accents_and_filtered(login, key):
    client = login("admin")
    found = client.get("/units/list/?q=chi+bo+bac").get_data(as_text=True)
    assert "Chi bộ Bắc Hai" in found
    assert "Chi bộ Nam Hai" not in found
    below = client.get(f"/units/list/?_flt_0_parent={key('SOUTH')}").get_data(as_text=True)
    assert "Chi bộ Nam Hai" in below
    assert "Chi bộ Bắc Hai" not in below
    kinds = client.get("/units/list/?_flt_0_kind=GRASSROOTS_PC").get_data(as_text=True)
    assert "Đảng bộ Phía Nam" in kinds
    assert "Chi bộ Nam Hai" not in kinds


def test_a_unit_page_shows_line_history_and_units_below_in_few_statements(login, key, statements):
    client = login("clerk_north")
    client.get(f"/units/show/{key('NORTH')}")
    statements.clear()
    page = client.get(f"/units/show/{key('NORTH')}").get_data(as_text=True)
    assert len(statements) <= 13
    assert "Đảng ủy Khối" in page  # above the scope: named, not linked
    assert f"/units/show/{key('ROOT')}" not in page
    assert f"/units/show/{key('N1')}" in page
    assert "01/01/2020" in page


def test_a_unit_is_established_by_its_form(login, key, now):
    client = login("admin_north")
    sent = {
        "parent": str(key("NORTH")),
        "kind": "SUB_CELL",
        "cell_type": "STUDENT",
        "code": "N3",
        "name": "Chi bộ Bắc Ba",
        "short_name": "CB Bắc Ba",
        "member_count": "0",
        "valid_from": "01/02/2026",
        "decision_no": "3-QĐ/ĐU",
        "decision_on": "30/01/2026",
    }
    refused = client.post("/units/add", data=sent | {"code": "N1"}).get_data(as_text=True)
    assert "Chi bộ Bắc Ba" in refused
    assert now("N3", "id") is None
    assert client.post("/units/add", data=sent).status_code == 302
    assert now("N3", "path") == f"{now('NORTH', 'path')}{now('N3', 'id')}/"
    page = client.get(f"/units/show/{key('N3')}").get_data(as_text=True)
    assert "3-QĐ/ĐU" in page
    stranger = client.post("/units/add", data=sent | {"code": "N4", "parent": str(key("SOUTH"))})
    assert stranger.status_code == 200
    assert now("N4", "id") is None


def test_the_form_with_a_unit_field_stays_small(login, app):
    with app.app_context(), scope.system():
        for number in range(300):
            commands.establish(blank("SOUTH", f"X{number}"), by=acting("admin"))
        db.session.commit()
    page = login("admin").get("/units/add")
    assert page.status_code == 200
    assert len(page.data) < 100_000


def test_a_unit_gets_another_name_by_its_page(login, key, now):
    client = login("admin_north")
    address = f"/units/rename/{key('N1')}"
    assert "Chi bộ Bắc Một" in client.get(address).get_data(as_text=True)
    typed = {"name": "Chi bộ Mới", "short_name": "CB Mới"}
    refused = client.post(address, data=typed | DECIDED | {"decision_no": ""})
    assert refused.status_code == 200
    assert 'value="Chi bộ Mới"' in refused.get_data(as_text=True)
    assert "field-error" in refused.get_data(as_text=True)
    assert client.post(address, data=typed | DECIDED).status_code == 302
    assert now("N1", "name") == "Chi bộ Mới"


def test_a_branch_is_handed_over_by_its_page(login, key, now):
    client, address = login("admin"), f"/units/move/{key('N1')}"
    refused = client.post(address, data=DECIDED | {"parent": str(key("S1"))})
    assert "field-error" in refused.get_data(as_text=True)
    assert client.post(address, data=DECIDED | {"parent": str(key("SOUTH"))}).status_code == 302
    assert now("N1", "path").startswith(now("SOUTH", "path"))
    assert login("clerk_north").get(f"/units/show/{key('N1')}").status_code == 404
    assert login("clerk_south").get(f"/units/show/{key('N1')}").status_code == 200


def test_a_unit_changes_kind_ceases_and_counts_heads_by_its_pages(login, key, now):
    client = login("admin")
    kinds = {"kind": "BASE_CELL", "cell_type": ""}
    address = f"/units/reclassify/{key('N1')}"
    assert "field-error" not in client.post(address, data=DECIDED | kinds).get_data(as_text=True)
    assert now("N1", "kind_code") == "BASE_CELL"
    assert client.post(f"/units/names/{key('NORTH')}", data={"sent": "1"}).status_code == 302
    assert now("N2", "names_kept") is False
    refused = client.post(f"/units/cease/{key('NORTH')}", data=DECIDED).get_data(as_text=True)
    assert 'role="alert"' in refused
    assert client.post(f"/units/cease/{key('N2')}", data=DECIDED).status_code == 302
    assert now("N2", "valid_to") is not None
    assert client.get(f"/units/show/{key('N2')}").status_code == 200


def test_two_people_do_not_overwrite_each_other(login, key, now):
    client = login("admin_north")
    address = f"/units/edit/{key('N1')}"
    old = {"code": "N1", "member_count": "7", "version": str(now("N1", "version"))}
    assert client.post(address, data=old).status_code == 302
    assert client.post(address, data=old | {"member_count": "9"}).status_code == 200
    assert now("N1", "member_count") == 7


# The tree


def test_the_tree_starts_at_the_acting_unit(login):
    page = login("clerk_north").get("/unit-tree/").get_data(as_text=True)
    assert "Đảng bộ Phía Bắc" in page
    assert "Chi bộ Bắc Một" in page
    assert "Phía Nam" not in page


def test_the_tree_opens_down_to_a_unit_in_few_statements(login, key, statements):
    client, address = login("admin"), f"/unit-tree/?open={key('N1')}"
    statements.clear()
    page = client.get(address).get_data(as_text=True)
    assert len(statements) <= 9
    assert "Chi bộ Bắc Hai" in page
    assert "Chi bộ Nam Hai" not in page


def test_the_tree_marks_an_opened_unit_that_has_ceased(login, key, p9):
    client, opened = login("admin"), f"/unit-tree/?open={key('P9')}"
    mark = "Kết thúc ngày 07/03/2026"
    assert mark not in client.get(opened).text
    assert client.post(f"/units/cease/{key('P9')}", data=DECIDED).status_code == 302
    page = client.get(opened).text
    assert mark in page.split(f'id="unit-{key("P9")}"')[1].split("</li>")[0]
    assert page.count(mark) == 1


def test_the_tree_opens_down_to_a_cell_whose_committee_has_ceased_with_it(app, login, key, p9):
    with app.app_context(), scope.system():
        commands.establish(blank("P9", "P91"), by=acting("admin"))
        db.session.commit()
    client = login("admin")
    for code in ("P91", "P9"):
        assert client.post(f"/units/cease/{key(code)}", data=DECIDED).status_code == 302
    page = client.get(f"/unit-tree/?open={key('P91')}").text
    assert f'id="unit-{key("P91")}"' in page
    assert page.count("Kết thúc ngày 07/03/2026") == 2


def test_a_branch_of_the_tree_is_one_statement(login, key, statements):
    client = login("admin")
    client.get("/units/list/")
    address = f"/unit-tree/below/{key('NORTH')}"
    statements.clear()
    page = client.get(address).get_data(as_text=True)
    asked = [statement for statement in statements if "FROM unit" in statement]
    assert len(asked) == 1
    assert "Chi bộ Bắc Một" in page
    assert "<html" not in page


@pytest.mark.parametrize("address", ["/unit-tree/?open={}", "/unit-tree/below/{}"])
def test_the_tree_does_not_show_a_stranger_s_branch(login, key, address):
    answer = login("secretary_south").get(address.format(key("NORTH")))
    assert answer.status_code == 404
    assert "Bắc" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "99999999999", "%00"])
def test_the_tree_bears_nonsense(login, value):
    client = login("admin")
    for address in (f"/unit-tree/?open={value}", f"/unit-tree/below/{value}?after=zz"):
        assert client.get(address).status_code in (200, 400, 404)


def test_a_long_branch_comes_in_pages_and_keeps_the_asked_unit_in_sight(login, app, key):
    with app.app_context(), scope.system():
        for number in range(230):
            commands.establish(blank("SOUTH", f"X{number:03}"), by=acting("admin"))
        db.session.commit()
        first = queries.children(factories.unit("SOUTH").id)
        assert len(first) == queries.BRANCH_PAGE + 1
    client = login("admin")
    page = client.get(f"/unit-tree/?open={key('X229')}").get_data(as_text=True)
    assert f"unit-{key('X229')}" in page
    assert f"unit-{key('X220')}" not in page
    last = first[queries.BRANCH_PAGE - 1].code
    rest = client.get(f"/unit-tree/below/{key('SOUTH')}?after={last}").get_data(as_text=True)
    assert f"unit-{key('X220')}" in rest
    assert "data-more" not in rest


def test_the_tree_is_searched_and_names_the_line_above(login):
    page = login("admin").get("/unit-tree/?q=nam+hai").get_data(as_text=True)
    assert "Chi bộ Nam Hai" in page
    assert "Đảng ủy Khối › Đảng bộ Phía Nam" in page
    assert "Chi bộ Bắc Hai" not in page
    assert "Nam Hai" not in login("clerk_north").get("/unit-tree/?q=nam").get_data(as_text=True)


# Versions and code tables


def test_changes_of_units_are_listed_for_the_branch_only(login):
    page = login("inspector").get("/unit-versions/list/").get_data(as_text=True)
    assert "Chi bộ Bắc Một" in page
    page = login("secretary_south").get("/unit-versions/list/").get_data(as_text=True)
    assert "Chi bộ Nam Một" in page
    assert "Bắc" not in page


NEW_KIND = {"code": "CLUB", "name": "Câu lạc bộ", "name_en": "Club", "level": "6"}


def test_only_the_uppermost_unit_changes_the_code_tables(login):
    refused = login("admin_north").post("/unit-kinds/add", data=NEW_KIND)
    assert refused.status_code == 200
    client = login("admin")
    assert client.post("/unit-kinds/add", data=NEW_KIND).status_code == 302
    assert "Câu lạc bộ" in client.get("/unit-kinds/list/").get_data(as_text=True)
    edit = {"name": "Hội quán", "name_en": "Club", "valid_from": "02/01/2026"}
    assert client.post("/unit-kinds/edit/CLUB", data=edit).status_code == 302
    backwards = edit | {"valid_to": "01/01/2026"}
    assert client.post("/unit-kinds/edit/CLUB", data=backwards).status_code == 200
    again = client.post("/unit-kinds/add", data=NEW_KIND)
    assert again.status_code == 200
    small = client.post("/cell-types/add", data={"code": "x y", "name": "X", "name_en": "X"})
    assert small.status_code == 200


def test_names_of_kinds_follow_the_language(login):
    page = login("admin").get("/unit-kinds/list/?_l_=en").get_data(as_text=True)
    assert "Sub-cell" in page


# Look-ups and REST


def test_units_are_looked_up_in_the_branch(login):
    found = login("clerk_north").get("/lookup/unit?q=chi bo").json["results"]
    assert {row["text"] for row in found} == {"Chi bộ Bắc Một", "Chi bộ Bắc Hai"}
    assert {row["hint"] for row in found} == {"N1", "N2"}


def test_units_over_rest_are_of_the_branch_only(app, token, key):
    client, headers = app.test_client(), token("admin_north")
    listed = client.get("/api/v1/units/", headers=headers).json
    assert {row["code"] for row in listed["result"]} == {"NORTH", "N1", "N2"}
    one = client.get(f"/api/v1/units/{key('N1')}", headers=headers).json["result"]
    assert (one["kind"], one["parent"]) == ("SUB_CELL", key("NORTH"))
    assert client.get(f"/api/v1/units/{key('S1')}", headers=headers).status_code == 404
    put = client.put(f"/api/v1/units/{key('S1')}", headers=headers, json={"member_count": 1})
    assert put.status_code == 404
    filtered = client.get(
        "/api/v1/units/?q=(filters:!((col:is_cell,opr:eq,value:!t)))", headers=headers
    )
    assert {row["code"] for row in filtered.json["result"]} == {"N1", "N2"}


def test_units_are_established_and_changed_over_rest(app, token, key, now):
    client, headers = app.test_client(), token("admin_north")
    body = {
        "parent": key("NORTH"),
        "kind": "SUB_CELL",
        "code": "N3",
        "name": "Chi bộ Bắc Ba",
        "short_name": "CB 3",
        "valid_from": "2026-02-01",
    }
    made = client.post("/api/v1/units/", headers=headers, json=body)
    assert made.status_code == 201
    assert now("N3", "path").startswith(now("NORTH", "path"))
    for wrong in ({"parent": key("SOUTH")}, {"kind": "NONE"}, {"code": "N1"}, {"path": "/1/"}):
        answer = client.post("/api/v1/units/", headers=headers, json=body | {"code": "N4"} | wrong)
        assert answer.status_code in (400, 422), wrong
    assert now("N4", "id") is None
    address = f"/api/v1/units/{key('N3')}"
    body = rest.seen(client, headers, address) | {"member_count": 12}
    put = client.put(address, headers=headers, json=body)
    assert put.status_code == 200
    assert now("N3", "member_count") == 12
    denied = app.test_client().post("/api/v1/units/", headers=token("secretary_north"), json=body)
    assert denied.status_code == 403


def test_the_page_of_a_committee_that_has_ceased_counts_nothing_below_it(login, key, p9):
    client, page = login("admin_north"), f"/units/show/{key('P9')}"
    assert "0 · 0 chi bộ" in client.get(page).text
    assert client.post(f"/units/cease/{key('P9')}", data=DECIDED).status_code == 302
    shown = client.get(page).text
    assert "đã kết thúc hoạt động" in shown
    assert "-1" not in shown.split("<dl")[1].split("</dl>")[0]
    assert "Tổ chức trực thuộc" not in shown
