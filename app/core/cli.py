"""The commands that set the application up and serve it."""

import ctypes
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import click
import psycopg
from alembic import command
from alembic.config import Config
from flask import Flask, current_app
from flask.cli import with_appcontext
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer
from sqlalchemy import text
from werkzeug.utils import import_string

from app.core import cluster, postgres, scope
from app.core.db import db

TARGET = "run:app"
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

# Named, not imported: core stands under every feature and knows none.
SYNC_ROLES = "app.security.setup:sync"
LOAD_DEMO = "app.demo:load"
DEMO_ACCOUNTS = "app.demo:accounts"

# One request each; with the pool's size in mind, every thread finds a connection.
THREADS_PER_WORKER = 8
SECONDS_TO_FINISH_REQUESTS = 3
SECONDS_TO_ANSWER = 60
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    for each in (setup_command, serve_command, database_command):
        app.cli.add_command(each)


@contextmanager
def database(app: Flask) -> Iterator[None]:
    """Keep the embedded server running for the block; a DATABASE_URL needs nothing.

    A SIGTERM or a closed terminal ends the block like Ctrl-C, so that the server stops too.
    Raises ClickException when the database cannot be reached.
    """
    # SIGINT too: a shell hands it down deaf to what it starts in the background.
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        if not app.config["EMBEDDED"]:
            yield
            return
        with postgres.embedded(Path(app.config["INSTANCE"]) / "postgres"):
            try:
                yield
            finally:
                # A second Ctrl-C must not interrupt the stopping of the server.
                for number in SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
    except cluster.StartError as error:
        raise click.ClickException(str(error)) from error
    except psycopg.OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error}") from error


def setup(app: Flask) -> None:
    """Bring the database up to date: login role, schema, roles and permissions. Repeatable."""
    owner, login = (
        app.config["DATABASE_OWNER_URL"],
        app.config["SQLALCHEMY_DATABASE_URI"],
    )
    try:
        postgres.ensure_app_role(owner, login)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    migrations = Config()
    migrations.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(migrations, "head")
    _call(SYNC_ROLES, app)


@click.command("setup")
@with_appcontext
def setup_command() -> None:
    """Migrate the database and write roles and permissions; safe to repeat."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    with database(app):
        setup(app)
    click.echo("The database is up to date.")


@click.command("database")
@with_appcontext
def database_command() -> None:
    """Keep the embedded database running until Ctrl-C, for psql and other commands."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    try:
        with database(app):
            click.echo(f"{app.config['DATABASE_OWNER_URL']} (stop with Ctrl-C)")
            signal.pause()
    except KeyboardInterrupt:
        click.echo("Stopped.")


@click.command("serve")
@with_appcontext
def serve_command() -> None:
    """Set up, load the demo into an empty database, and serve until Ctrl-C."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    address = _free_address(app.config["HOST"], app.config["PORT"])
    try:
        with database(app):
            setup(app)
            if not app.config["PRODUCTION"] and _empty():
                _call(LOAD_DEMO, "bloc")
            # The workers are forked: a connection must not be shared with them.
            db.session.remove()
            db.engine.dispose()
            loader = partial(load_worker, TARGET, os.getpid())
            _granian(app, address).serve(target_loader=loader, wrap_loader=False)
    except KeyboardInterrupt:
        pass
    click.echo("Stopped.")


def _empty() -> bool:
    with scope.system():
        return not db.session.execute(text("SELECT EXISTS (SELECT 1 FROM unit)")).scalar()


def _free_address(host: str, port: int) -> str:
    """The numeric address to listen on. Raises ClickException when it cannot be had."""
    try:
        family, _, _, _, found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # The server shares its port among processes, so it would not notice another one.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "the port is taken" if taken else error.strerror or "unknown address"
        message = f"Cannot listen on {host}:{port}: {reason}. Set another HOST or PORT."
        raise click.ClickException(message) from error
    return str(found[0])


def _granian(app: Flask, address: str) -> "_Server":
    server = _Server(
        TARGET,
        address=address,
        port=app.config["PORT"],
        interface=Interfaces.WSGI,
        workers=app.config["WEB_WORKERS"],
        blocking_threads=THREADS_PER_WORKER,
        workers_kill_timeout=SECONDS_TO_FINISH_REQUESTS,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    )
    server.welcome = [f"{app.config['APP_NAME']}  {_link(app)}  (stop with Ctrl-C)"]
    server.welcome += ["", *(_call(DEMO_ACCOUNTS) or ())]
    return server


def _link(app: Flask) -> str:
    host = app.config["HOST"]
    return (
        f"http://[{host}]:{app.config['PORT']}"
        if ":" in host
        else f"http://{host}:{app.config['PORT']}"
    )


class _Server(MPServer):
    """Granian that says where it is once it answers, and stops when its terminal is closed."""

    welcome: list[str]

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call] # untyped there
        # Granian would reload.
        signal.signal(signal.SIGHUP, self.signal_handler_interrupt)
        # After the workers are forked: they must not inherit a thread's locks.
        Thread(target=self._greet, daemon=True).start()

    def _greet(self) -> None:
        """The workers listen, each by itself, so only a try tells that one does."""
        for _ in range(SECONDS_TO_ANSWER * 10):
            with suppress(OSError), socket.create_connection((self.bind_addr, self.bind_port)):
                click.echo("\n" + "".join(f"  {line}\n" for line in self.welcome))
                return
            time.sleep(0.1)


def load_worker(target: str, parent: int) -> Any:
    """The application, in a worker process of its own."""
    # The terminal's Ctrl-C goes to the main process alone, which stops its workers.
    os.setsid()
    if sys.platform == "linux":
        # Workers of a killed main process would keep the port and the database.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
    return import_string(target)


def _call(name: str, *arguments: Any) -> Any:
    """Call a function of a feature by its name, if this installation has it."""
    module, _, _ = name.partition(":")
    return import_string(name)(*arguments) if find_spec(module) else None
