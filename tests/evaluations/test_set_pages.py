"""Screens of criteria sets: drafting, putting in force, and what is refused in plain words."""

import pytest
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.evaluations import commands
from app.evaluations.models import CriteriaSet, Criterion, Rating
from app.evaluations.rules import SetStatus
from tests import factories


@pytest.fixture
def keys(app) -> dict[str, int]:
    """The ids of NORTH's published sets by code."""
    with app.app_context(), scope.system():
        made = commands.load_published(factories.unit("NORTH"))
        found = {row.code: row.id for row in made}
        db.session.commit()
        return found


def one(app, key):
    with app.app_context(), scope.system():
        row = db.session.get(CriteriaSet, key)
        db.session.expunge_all()
        return row


def newest(app):
    with app.app_context(), scope.system():
        row = db.session.scalars(select(CriteriaSet).order_by(CriteriaSet.id.desc())).first()
        db.session.expunge_all()
        return row


def test_a_new_regulation_is_cloned_changed_and_put_in_force(app, login, keys):
    client = login("admin_north")
    old = keys["HD42-2025-NATIONAL"]
    answer = client.post(f"/criteria-sets/action/clone/{old}")
    draft = newest(app)
    assert answer.location.endswith(f"/criteria-sets/show/{draft.id}")
    form = {
        "name": draft.name,
        "meeting_types": ["REGULAR", "THEMATIC", "COMBINED"],
        "total": "100",
        "valid_from": "01/11/2026",
    }
    assert client.post(f"/criteria-sets/edit/{draft.id}", data=form).status_code == 302
    client.post(f"/criteria-sets/action/activate/{draft.id}")
    assert one(app, draft.id).status is SetStatus.ACTIVE
    assert str(one(app, old).valid_to) == "2026-11-01"


def test_a_draft_that_does_not_add_up_says_so(app, login, keys):
    client = login("admin_north")
    page = client.post(
        f"/criteria-sets/action/activate/{keys['HATINH-17-2023']}", follow_redirects=True
    )
    assert one(app, keys["HATINH-17-2023"]).status is SetStatus.DRAFT
    assert "alert" in page.text or "toast" in page.text


def test_a_set_in_force_is_led_back_from_its_form(login, keys):
    answer = login("admin_north").get(f"/criteria-sets/edit/{keys['HD42-2025-NATIONAL']}")
    assert answer.status_code == 302


def test_a_set_shows_its_criteria_and_bands(login, keys):
    page = login("secretary_north").get(f"/criteria-sets/show/{keys['ANPHU-2025']}")
    assert page.status_code == 200
    assert "Tiêu chí 5.1 (tên chưa rõ)" in page.text
    assert "Trung bình" in page.text


def test_an_empty_draft_is_filled_in(app, login, keys):
    client = login("admin_north")
    key = keys["HATINH-17-2023"]
    form = {
        "criteria_set": str(key),
        "parent": "",
        "position": "1",
        "code": "I",
        "name": "Tỷ lệ dự",
        "max_points": "20",
        "kind": "MANUAL",
        "choices": "20 = >=90%\n12,5 = 75-<90%",
    }
    answer = client.post("/criteria/add", data=form)
    assert answer.status_code == 302, answer.text
    with app.app_context(), scope.system():
        row = db.session.scalars(select(Criterion).where(Criterion.criteria_set_id == key)).one()
        assert row.choices == [
            {"points": 20, "label": ">=90%", "lower": 90},
            {"points": 12.5, "label": "75-<90%", "lower": 75, "upper": 90},
        ]
    page = client.post("/criteria/add", data=form | {"code": "II", "choices": "nhiều điểm"})
    assert page.status_code == 200
    assert "nhiều điểm" in page.text
    page = client.post("/criteria/add", data=form | {"code": "II", "choices": "30 = quá nhiều"})
    assert page.status_code == 200
    band = {"criteria_set": str(key), "rating": "TOT", "min_points": "90"}
    assert client.post("/rating-bands/add", data=band).status_code == 302


def test_a_set_of_a_superior_is_read_but_not_written(app, login, keys):
    with app.app_context(), scope.system():
        key = db.session.scalars(select(CriteriaSet.id).where(CriteriaSet.code == "TEST")).one()
        criterion = db.session.scalars(
            select(Criterion.id).where(Criterion.criteria_set_id == key)
        ).first()
    client = login("admin_north")
    assert client.get(f"/criteria-sets/show/{key}").status_code == 200
    client.post(f"/criteria-sets/action/retire/{key}")
    client.post(f"/criteria/edit/{criterion}", data={"name": "Đổi", "code": "1", "position": "1"})
    assert one(app, key).valid_to is None
    with app.app_context(), scope.system():
        assert db.session.get(Criterion, criterion).name == "Nhóm 1"


def test_a_neighbours_set_is_not_found(login, keys):
    client = login("admin_south")
    key = keys["HD42-2025-NATIONAL"]
    assert client.get(f"/criteria-sets/show/{key}").status_code == 404
    assert client.post(f"/criteria-sets/action/clone/{key}").status_code == 404
    assert "HD42" not in client.get("/criteria-sets/list/").text


@pytest.mark.parametrize("name", ["activate", "retire", "clone"])
def test_only_administrators_write_sets(login, keys, name):
    key = keys["HD42-2025-NATIONAL"]
    for username in ("clerk_north", "secretary_north", "analyst"):
        answer = login(username).post(f"/criteria-sets/action/{name}/{key}")
        assert answer.status_code == 403


def test_the_scale_is_changed_by_the_uppermost_unit_only(app, login):
    form = {"code": "XUAT_SAC", "name": "Xuất sắc", "name_en": "Excellent", "letter": "XS"}
    form |= {"rank": "5"}
    assert login("admin_north").post("/ratings/add", data=form).status_code == 200
    assert login("admin").post("/ratings/add", data=form).status_code == 302
    with app.app_context(), scope.system():
        assert db.session.get(Rating, "XUAT_SAC").letter == "XS"


def test_sets_are_found_without_accents(login, keys):
    page = login("admin_north").get("/criteria-sets/list/?q=quy+dinh+17").text
    assert "Quy định 17-QĐ/TU Hà Tĩnh" in page
    assert "An Phú" not in page
    found = login("admin_north").get("/lookup/criteria_set?q=ha+tinh").json["results"]
    assert [row["hint"] for row in found] == ["HATINH-17-2023"]


def test_the_pages_take_few_statements(login, keys, statements):
    client = login("admin_north")
    shown = f"/criteria-sets/show/{keys['ANPHU-2025']}"
    for address, most in (("/criteria-sets/list/", 8), (shown, 14)):
        client.get(address)
        statements.clear()
        assert client.get(address).status_code == 200
        assert len(statements) <= most, "\n".join(one[:150] for one in statements)
