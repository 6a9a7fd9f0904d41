"""Every generated list: few statements, whatever the number of rows."""

from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.people.models import Member
from tests import factories

READERS = ("admin", "analyst", "clerk_north", "secretary_north")
MOST = 12


def lists(app):
    return [
        view
        for view in app.extensions["appbuilder"].baseviews
        if hasattr(view, "list_columns") and hasattr(view, "list")
    ]


def more_rows():
    """A committee more with forty cells, each with members and a finished month."""
    policy, criteria_set = factories.rules_in_force()
    parent = factories.new_unit("MORE", "Đảng bộ thêm", "GRASSROOTS_PC", factories.unit("ROOT"))
    for number in range(40):
        cell = factories.new_unit(f"M{number}", f"Chi bộ thêm {number}", "SUB_CELL", parent)
        factories.fill_cell(cell, policy, criteria_set)


def test_every_list_takes_at_most_twelve_statements_before_and_after_growth(app, login, statements):
    def asked():
        counts = {}
        for username in READERS:
            client = login(username)
            for view in lists(app):
                address = f"{view.route_base}/list/"
                client.get(address)
                statements.clear()
                if client.get(address).status_code == 200:
                    counts[(username, address)] = len(statements)
        return counts

    before = asked()
    assert len(before) >= 30
    with app.app_context(), scope.system():
        more_rows()
        db.session.commit()
        assert len(db.session.scalars(select(Member.id)).all()) > 200
    after = asked()
    assert {where: count for where, count in after.items() if count > MOST} == {}
    assert {
        where: (before[where], count) for where, count in after.items() if count > before[where]
    } == {}
