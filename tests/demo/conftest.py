"""A small bloc on a pinned day, loaded once; and an empty database to load into."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy.engine import URL

from app import create_app
from app.core.db import db
from app.demo import loading
from tests.conftest import _admin, _settings

TODAY = date(2026, 11, 18)
CELLS = 6
PASSWORD = "đủ-dài-để-thử"


@pytest.fixture(scope="module")
def small_app(
    server: URL, template: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    name = template.replace("template", f"demo_{worker_id}")
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with _admin(server) as admin:
        admin.execute(drop)
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        folder = tmp_path_factory.mktemp("instance")
        settings = {"INSTANCE": folder, "DEMO_PASSWORD": PASSWORD}
        app = create_app(**_settings(server, name) | settings)
        yield app
        with app.app_context():
            db.engine.dispose()
        admin.execute(drop)


def owner(app: Flask) -> psycopg.Connection[Any]:
    """A connection as the owner, with every row in sight."""
    url = app.config["DATABASE_OWNER_URL"].replace("+psycopg", "")
    connection = psycopg.connect(url)
    connection.execute(
        "SELECT set_config('nep.scope_from', '/', false), set_config('nep.scope_to', '0', false)"
    )
    return connection


def wipe(app: Flask) -> None:
    """Take everything but the code tables out of the database."""
    with owner(app) as connection:
        connection.execute("TRUNCATE unit, ab_user RESTART IDENTITY CASCADE")


@pytest.fixture
def empty(small_app: Flask) -> Iterator[Flask]:
    """The application on an empty database, in a context of it."""
    wipe(small_app)
    with small_app.app_context():
        yield small_app


@pytest.fixture(scope="module")
def bloc(small_app: Flask) -> Iterator[Flask]:
    """The small bloc, loaded once for the module's tests that only read."""
    wipe(small_app)
    with small_app.app_context():
        loading.load("bloc", today=TODAY, cells=CELLS)
        yield small_app


@pytest.fixture
def rows(bloc: Flask) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """``rows("SELECT …")``: what the owner reads."""
    with owner(bloc) as connection:
        yield lambda query, *values: connection.execute(query, values).fetchall()


@pytest.fixture
def recompute(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The independent recomputation."""
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2] / "tools")
    import recompute

    return recompute
