"""The first day of an office on an empty database."""

import pytest
from psycopg import sql
from sqlalchemy import func, select

from app import create_app
from app.core import cli, scope
from app.core.db import db
from app.deadlines.models import DeadlineRule, Holiday
from app.evaluations.models import CriteriaSet
from app.meetings.models import AttendancePolicy
from app.units.models import Unit
from tests.conftest import _admin, _settings


@pytest.fixture
def empty(server, template, worker_id):
    """An application whose database has tables and code tables, and nothing else."""
    name = f"{template}_{worker_id}_empty"
    with _admin(server) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made = create_app(**_settings(server, name))
        with made.app_context():
            cli.setup(made)
        yield made
        with made.app_context():
            db.engine.dispose()
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def found_office(app):
    return app.test_cli_runner().invoke(
        args=[
            *("office", "--code", "DUK", "--name", "Đảng ủy Khối", "--admin", "chief.admin"),
            *("--full-name", "Nguyễn Văn Đầu", "--email", "chief@nep.example"),
        ]
    )


def test_an_office_is_founded_with_rules_and_an_administrator_who_can_enter(empty):
    answer = found_office(empty)
    assert answer.exit_code == 0, answer.output
    password = answer.output.strip().splitlines()[-1].split(" / ")[1]
    with empty.app_context(), scope.system():
        assert db.session.scalars(select(Unit.code)).all() == ["DUK"]
        for model, least in (
            (CriteriaSet, 2),
            (AttendancePolicy, 2),
            (DeadlineRule, 3),
            (Holiday, 40),
        ):
            assert db.session.scalar(select(func.count()).select_from(model)) >= least
    client = empty.test_client()
    sent = {"username": "chief.admin", "password": password}
    assert client.post("/login/", data=sent).status_code == 302
    assert client.get("/accounts/list/").status_code == 200


def test_an_office_is_founded_once(empty):
    assert found_office(empty).exit_code == 0
    again = found_office(empty)
    assert again.exit_code != 0
    assert "Traceback" not in again.output


def test_with_no_data_every_page_opens(empty):
    """An empty installation greets with what to do next, never with an error."""
    password = found_office(empty).output.strip().splitlines()[-1].split(" / ")[1]
    client = empty.test_client()
    client.post("/login/", data={"username": "chief.admin", "password": password})
    wrong = []
    for rule in empty.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments and rule.endpoint != "LoginView.login":
            status = client.get(str(rule)).status_code
            if status not in {200, 302, 401, 403, 404}:
                wrong.append((str(rule), status))
    assert wrong == []
