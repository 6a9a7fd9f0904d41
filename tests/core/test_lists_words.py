"""The search box of every list: accents and case do not matter, nor the order of the words."""

from datetime import date

import pytest

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting, Task
from app.units.models import Unit, UnitVersion
from app.units.rules import UnitEvent
from tests import factories
from tests.core.test_lists_chips import lists, rows

NONSENSE = "khôngcógì"


@pytest.fixture
def world(app):
    """A task, an account with accents, and a cell that had another name."""
    with app.app_context(), scope.system():
        meeting = db.session.query(Meeting).filter_by(unit_id=factories.unit("N1").id).first()
        db.session.add(
            Task(
                meeting_id=meeting.id,
                unit_id=meeting.unit_id,
                unit_path=meeting.unit_path,
                title="Rà soát sổ sách",
                assignee="Đỗ Thị Thuỷ",
            )
        )
        account = factories.account("analyst")
        account.last_name, account.first_name = "Nguyễn Đức", "Thắng"
        _renamed(factories.unit("S1"))
        db.session.commit()


def _renamed(cell: Unit) -> None:
    now = db.session.query(UnitVersion).filter_by(unit_id=cell.id).one()
    then = UnitVersion(
        unit_id=cell.id,
        unit_path=cell.path,
        parent_id=now.parent_id,
        name="Chi bộ Ủy ban cũ",
        short_name="CB cũ",
        kind_code=now.kind_code,
        event=UnitEvent.ESTABLISH,
        valid_from=now.valid_from,
        valid_to=date(2022, 1, 1),
    )
    now.valid_from = date(2022, 1, 1)
    db.session.flush()
    db.session.add(then)


def test_every_list_has_the_box_and_finds_nothing_by_nonsense(world, app, login):
    client = login("admin")
    asked = 0
    for view in lists(app):
        assert hasattr(view.datamodel.obj, "found_by"), view
        answer = client.get(f"{view.route_base}/list/?q={NONSENSE}")
        if answer.status_code == 200:
            asked += 1
            assert 'class="list-search"' in answer.text, view
            assert rows(answer.text) == [], view
    assert asked >= 18


@pytest.mark.parametrize(
    ("address", "words", "first"),
    [
        ("/tasks/list/", "SO SACH ra soat", "Rà soát sổ sách"),
        ("/tasks/list/", "do thi thuy", "Rà soát sổ sách"),
        ("/accounts/list/", "thang nguyen", "analyst"),
        ("/accounts/list/", "Nguyễn Đức", "analyst"),
        ("/assignments/list/", "duc thang", "Nguyễn Đức Thắng (analyst)"),
        ("/unit-versions/list/", "uy ban cu", "Chi bộ Ủy ban cũ"),
        ("/unit-kinds/list/", "dang bo co so", "Đảng bộ cơ sở"),
        ("/ratings/list/", "tot", "Tốt"),
    ],
)
def test_words_find_rows_without_accents_in_any_order(world, login, address, words, first):
    page = login("admin").get(f"{address}?q={words}").text
    assert first in rows(page)


def test_what_belongs_to_units_is_found_by_the_unit(world, app, login):
    with app.app_context(), scope.system():
        name = factories.unit("N1").name
    client = login("admin")
    for address in ("/tasks/list/", "/unit-versions/list/", "/results/list/"):
        assert rows(client.get(f"{address}?q={name}").text), address
