"""The demo's accounts: printed, limited to their branch, refused in production."""

import stat

import click
import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from app import demo
from app.core import scope
from app.core.db import db, transaction
from app.demo import loading, logins
from app.security.commands import set_password
from app.security.models import Account, Assignment
from app.security.rules import RoleName

from .conftest import PASSWORD, TODAY


@pytest.fixture
def loaded(empty):
    loading.load("bloc", today=TODAY, cells=2)
    return empty


def accounts():
    return {one.username: one for one in db.session.scalars(select(Account))}


def test_the_accounts_stand_where_they_should(loaded):
    with scope.system():
        posts = {
            (account.username, post.role, post.unit.code)
            for account in accounts().values()
            for post in account.assignments
        }
        assert {
            ("quantri", RoleName.Administrator, "DUK"),
            ("chuyenvien", RoleName.Analyst, "DUK"),
            ("trucdang", RoleName.DutyClerk, "DB001"),
            ("bithu", RoleName.Secretary, "DB001-01"),
            ("bithu2", RoleName.Secretary, "DB002-01"),
        } <= posts
        doubles = [post for post in posts if post[0] in ("trucdang", "bithu2")]
        assert len(doubles) == 4
        assert all(account.is_demo for account in accounts().values())


def test_the_password_given_opens_them_and_is_printed(loaded):
    with scope.system():
        assert check_password_hash(accounts()["bithu"].password, PASSWORD)
    lines = demo.accounts()
    assert len(lines) == len(logins.CAST)
    assert lines[0].split()[:2] == ["quantri", PASSWORD]


def test_the_password_is_kept_for_later_starts_and_from_others(loaded):
    file = loaded.config["INSTANCE"] / "demo_password"
    assert file.read_text() == PASSWORD + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_a_password_given_a_random_one_is_made(empty, monkeypatch):
    monkeypatch.setitem(empty.config, "DEMO_PASSWORD", "")
    loading.load("bloc", today=TODAY, cells=2)
    shown = demo.accounts()[0].split()[1]
    assert len(shown) == 14
    with scope.system():
        assert check_password_hash(accounts()["quantri"].password, shown)


def test_a_password_that_is_too_short_is_refused_and_nothing_loaded(empty, monkeypatch):
    monkeypatch.setitem(empty.config, "DEMO_PASSWORD", "ngắn")
    with pytest.raises(click.ClickException, match="DEMO_PASSWORD"):
        loading.load("bloc", today=TODAY, cells=2)
    with scope.system():
        assert accounts() == {}


def test_a_changed_password_is_not_printed(loaded):
    with scope.system(), transaction():
        set_password(accounts()["bithu"], "một-mật-khẩu-khác")
    shown = {line.split()[0]: line.split()[1] for line in demo.accounts()}
    assert shown["bithu"] == "(changed)"
    assert shown["bithu2"] == PASSWORD


def test_production_refuses_to_start_until_they_are_removed(loaded, monkeypatch):
    demo.refuse_accounts(loaded)
    monkeypatch.setitem(loaded.config, "PRODUCTION", True)
    with pytest.raises(click.ClickException, match="--remove-accounts"):
        demo.refuse_accounts(loaded)
    assert logins.remove() == len(logins.CAST)
    demo.refuse_accounts(loaded)
    assert demo.accounts() == []
    with scope.system():
        assert not any(one.active for one in accounts().values())
        assert db.session.scalars(select(Assignment)).first() is not None


def test_an_empty_database_has_no_lines_to_print(empty):
    assert demo.accounts() == []
