"""The commands that set the application up and serve it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import psycopg
from alembic import command
from alembic.config import Config
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from werkzeug.utils import import_string

from app.core import cluster, postgres, scope, server
from app.core.db import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

# Named, not imported: core stands under every feature and knows none.
SYNC_ROLES = "app.security.setup:sync"
LOAD_CALENDAR = "app.deadlines.setup:load_calendar"
LOAD_DEMO = "app.demo:load"
RUNNER = "app.core.runner:Companion"
DEMO_ACCOUNTS = "app.demo:accounts"
REFUSE_DEMO = "app.demo:refuse_accounts"

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
    try:
        if not app.config["EMBEDDED"]:
            yield
            return
        with signals(), postgres.embedded(Path(app.config["INSTANCE"]) / "postgres"):
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


@contextmanager
def signals() -> Iterator[None]:
    """Every request to end raises KeyboardInterrupt in the block."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        # SIGINT too: a shell hands it down deaf to what it starts in the background.
        for number in SIGNALS:
            signal.signal(number, signal.default_int_handler)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def setup(app: Flask) -> None:
    """Bring the database up to date: login role, schema, roles and permissions. Repeatable."""
    owner, login = app.config["DATABASE_OWNER_URL"], app.config["SQLALCHEMY_DATABASE_URI"]
    try:
        postgres.ensure_app_role(owner, login)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    migrations = Config()
    migrations.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(migrations, "head")
    try:
        postgres.check_app_role(owner, login)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    _call(SYNC_ROLES, app)
    _call(LOAD_CALENDAR)


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
            if app.config["EMBEDDED"]:
                click.echo(f"Programs: {cluster.programs()}")
            click.echo(f"{postgres.for_tools(app.config['DATABASE_OWNER_URL'])} (stop with Ctrl-C)")
            signal.pause()
    except KeyboardInterrupt:
        click.echo("Stopped.")


@click.command("serve")
@with_appcontext
def serve_command() -> None:
    """Set up, load the demo into an empty database, and serve until Ctrl-C."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    address = server.free_address(app.config["HOST"], app.config["PORT"])
    try:
        with signals(), database(app):
            setup(app)
            _call(REFUSE_DEMO, app)
            if not app.config["PRODUCTION"] and _empty():
                _call(LOAD_DEMO, "bloc")
            notes = _call(DEMO_ACCOUNTS) or ()
            # The workers are forked: a connection must not be shared with them.
            db.session.remove()
            db.engine.dispose()
            beside = _call(RUNNER) if app.config["JOBS"] else None
            server.serve(app, address, notes=notes, beside=beside)
    except KeyboardInterrupt:
        pass
    click.echo("Stopped.")


def _empty() -> bool:
    with scope.system():
        return not db.session.execute(text("SELECT EXISTS (SELECT 1 FROM unit)")).scalar()


def _call(name: str, *arguments: Any) -> Any:
    """Call a function of a feature by its name, if this installation has it."""
    module, _, _ = name.partition(":")
    return import_string(name)(*arguments) if find_spec(module) else None
