"""One server per run, one template database, a fresh clone of it after every test that wrote."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as laws
from playwright.sync_api import Browser, Playwright, sync_playwright
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url

from app import create_app
from app.core import cli, memory, postgres, scope
from app.core.db import db
from tests import factories, sharing
from tests.meetings import at_the_desk

CHROMIUM = (
    "/usr/bin/chromium-headless-shell",
    *("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"),
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page lives for a second or two: making its scripts fast takes longer than they run.
    "--js-flags=--no-opt --no-maglev",
]


# A busy machine is no defect.
laws.register_profile("unhurried", deadline=None)
laws.load_profile("unhurried")

MEMORY = Path("/dev/shm")
ROOM = 3 * 2**30


def _home(template: str) -> Path:
    """Where the server keeps its files: in memory, where a clone takes a fifteenth of the time.

    Where there is no such room, where temporary files are.
    """
    if (MEMORY / template).exists():
        return MEMORY / template
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return (MEMORY if roomy else Path(tempfile.gettempdir())) / template


def _admin(server: URL) -> psycopg.Connection[Any]:
    plain = server.set(drivername="postgresql", database="postgres")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


def _settings(server: URL, database: str) -> dict[str, Any]:
    owner = server.set(database=database)
    login = owner.set(username="nep_app", password=owner.password and "nep_app")
    return {
        "TESTING": True,
        "EMBEDDED": False,
        "DATABASE_OWNER_URL": owner.render_as_string(hide_password=False),
        "SQLALCHEMY_DATABASE_URI": login.render_as_string(hide_password=False),
        "WTF_CSRF_ENABLED": False,
        "RATELIMIT_ENABLED": False,
        # An error that no handler expects must fail the test, not become a page.
        "PROPAGATE_EXCEPTIONS": False,
    }


@pytest.fixture(scope="session")
def template(testrun_uid: str) -> str:
    """The name of this run's template database."""
    return f"nep_template_{testrun_uid[:12]}"


@pytest.fixture(scope="session")
def server(template: str) -> Iterator[URL]:
    """The database server of this run, shared by all test processes."""
    with ExitStack() as stack:
        given, home = os.environ.get("DATABASE_URL"), _home(template)
        address = given or stack.enter_context(postgres.embedded(home, durable=False))
        url = make_url(address).set(drivername="postgresql+psycopg")
        with _admin(url) as admin:
            _make_template(admin, url, template)
            # Every test process holds the template; the last to let go drops it.
            admin.execute("SELECT pg_advisory_lock_shared(1, hashtext(%s))", [template])
            yield url
            admin.execute("SELECT pg_advisory_unlock_shared(1, hashtext(%s))", [template])
            last = admin.execute("SELECT pg_try_advisory_lock(1, hashtext(%s))", [template])
            is_last = last.fetchone() == (True,)
            if is_last:
                admin.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(template))
                )
    if is_last and not given:
        shutil.rmtree(home, ignore_errors=True)


def _make_template(admin: psycopg.Connection[Any], server: URL, name: str) -> None:
    """Build the small world once per run: the first process builds, the others wait."""
    admin.execute("SELECT pg_advisory_lock(2, hashtext(%s))", [name])
    try:
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            _fill(server, name)
    finally:
        admin.execute("SELECT pg_advisory_unlock(2, hashtext(%s))", [name])


def _fill(server: URL, name: str) -> None:
    app = create_app(**_settings(server, name))
    with app.app_context():
        cli.setup(app)
        with scope.system():
            factories.build()
            db.session.commit()
        db.engine.dispose()


@pytest.fixture(scope="session")
def _app(server: URL, worker_id: str, template: str) -> Flask:
    return create_app(**_settings(server, f"{template}_{worker_id}"))


@contextmanager
def cloned(server: URL, template: str, name: str) -> Iterator[None]:
    """A fresh clone of the world under ``name``, dropped afterwards."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with _admin(server) as admin:
        admin.execute(drop)
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        yield
        admin.execute(drop)


class World:
    """A clone of the template for the tests of one process, made again when one wrote into it."""

    def __init__(self, server: URL, template: str, name: str) -> None:
        self.server, self.template, self.name = server, template, name
        self._open: ExitStack | None = None

    def open(self) -> None:
        """See that there is a clone and that it is as the template."""
        if self._open is None:
            self._open = ExitStack()
            self._open.enter_context(cloned(self.server, self.template, self.name))

    def close(self) -> None:
        """Drop the clone."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def close_if_written(self) -> None:
        """Drop the clone unless nothing at all was written into it, rolled back or not."""
        with _admin(self.server) as admin:
            # What a session did is counted when it has ended.
            for _ in range(50):
                busy = admin.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [self.name]
                ).fetchone()
                if busy == (0,):
                    break
                time.sleep(0.01)
            written = admin.execute(
                "SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database"
                " WHERE datname = %s",
                [self.name],
            ).fetchone()
        if busy != (0,) or written != (0,):
            self.close()


@pytest.fixture(scope="session")
def world_of_tests(server: URL, worker_id: str, template: str) -> Iterator[World]:
    world = World(server, template, f"{template}_{worker_id}")
    yield world
    world.close()


@pytest.fixture
def app(_app: Flask, world_of_tests: World) -> Iterator[Flask]:
    """The application on a world that no test has written into."""
    world_of_tests.open()
    yield _app
    with _app.app_context():
        db.engine.dispose()
    world_of_tests.close_if_written()


@pytest.fixture
def system(app: Flask) -> Iterator[None]:
    """A block in the system's scope: every row."""
    with app.app_context(), scope.system():
        yield


@pytest.fixture
def in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the fifth of October 2026, ten in the morning."""
    at_the_desk(monkeypatch)


@pytest.fixture
def login(app: Flask) -> Callable[[str], FlaskClient]:
    """``login("secretary_north")``: a browser in which that account is logged in, in Vietnamese."""

    def enter(username: str) -> FlaskClient:
        client = app.test_client()
        with app.app_context(), scope.system():
            account = factories.account(username)
            key, epoch = account.id, account.password_epoch
        with client.session_transaction() as session:
            session.update(_user_id=str(key), _fresh=True, epoch=epoch, locale="vi")
        return client

    return enter


@pytest.fixture
def token(app: Flask) -> Callable[[str], dict[str, str]]:
    """``token("clerk_north")``: the headers with which that account calls the REST API."""

    def enter(username: str) -> dict[str, str]:
        answer = app.test_client().post(
            "/api/v1/security/login",
            json={"username": username, "password": factories.PASSWORD, "provider": "db"},
        )
        return {"Authorization": f"Bearer {answer.json['access_token']}"}  # type: ignore[index]

    return enter


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements sent while the test runs; clear it before what you count."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(_playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, one per test process; its windows have no service worker unless asked."""
    path = next((name for name in CHROMIUM if Path(name).exists()), None)
    assert path, "Chromium is missing: install Debian's package chromium"
    running = _playwright.chromium.launch(executable_path=path, args=QUIET)
    # Copies that a worker keeps belong to the tests of the worker alone.
    running.new_context = partial(running.new_context, service_workers="block")  # type: ignore[method-assign] # a default of ours
    yield running
    running.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: nobody waits for them at the end."""
    items.sort(key=lambda item: sharing.rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.InParts | None:
    """Share the tests as they are built up."""
    return sharing.InParts(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """As the server does: thousands of requests follow."""
    memory.keep_what_is_there()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which screens the walk of the face visited, and as whom, and what was measured."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", []):
            if name in {"walked", "measured"} and report.when == "call":
                for line in value:
                    terminalreporter.write_line(line)
