"""The embedded PostgreSQL: one server per data folder, shared by every process that needs it.

Nothing else knows how the server is started: to start it another way, keep `url` and `embedded`.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from app.core import cluster, osuser

OWNER = cluster.OWNER
DATABASE = "nep"


def url(home: Path, *, user: str = OWNER, database: str = DATABASE) -> str:
    """SQLAlchemy's address of a database of the server in `home`, whether it runs or not."""
    return f"postgresql+psycopg://{user}@/{database}?host={quote(str(cluster.socket_dir(home)))}"


@contextmanager
def embedded(home: Path, *, durable: bool = True) -> Iterator[str]:
    """Keep the server in `home` running for the block; yields the owner's address.

    The first to enter starts it, the last to leave stops it, across threads and processes.
    `durable=False` trades the safety of the data for speed. Raises StartError.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    with _lock_file(home, "holders") as holders:
        try:
            with _alone(home):
                # The kernel drops this lock when the process dies, however it dies.
                fcntl.flock(holders, fcntl.LOCK_SH)
                if not cluster.running(home):
                    cluster.start(home, durable=durable)
            ensure_database(url(home))
            yield url(home)
        finally:
            _leave(home, holders)


def ensure_database(owner_url: str) -> None:
    """Create the database that the address names, unless it is there."""
    name = make_url(owner_url).database or DATABASE
    with psycopg.connect(_libpq(owner_url, database="postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            # Two set-ups at the same time: the second finds it there.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def ensure_app_role(owner_url: str, app_url: str) -> None:
    """Create the login role of `app_url`, let it connect, and set its password if it has one.

    Raises ValueError if that role could bypass row-level security.
    """
    target = make_url(app_url)
    role = sql.Identifier(target.username or "")
    with psycopg.connect(_libpq(owner_url)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('ensure_app_role'))")
        privileged = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s",
            [target.username],
        ).fetchone()
        if privileged is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        elif privileged[0]:
            raise ValueError(f"role {target.username} bypasses row-level security: use another")
        if target.password:
            password = sql.Literal(target.password)
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))


def check_app_role(owner_url: str, app_url: str) -> None:
    """Raises ValueError when the login role may read nothing: a restore went by without it."""
    role = make_url(app_url).username
    with psycopg.connect(_libpq(owner_url)) as connection:
        found = connection.execute(
            "SELECT bool_or(has_table_privilege(%s, oid, 'SELECT')) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
            [role],
        ).fetchone()
    if found != (True,):
        raise ValueError(
            f"role {role} may read no table: the database was restored before the role was there."
            f" CREATE ROLE {role} LOGIN, then restore into an empty database"
        )


def for_tools(owner_url: str) -> str:
    """The owner's address as psql, pg_dump and pg_restore read it."""
    return _libpq(owner_url)


def _libpq(address: str, *, database: str | None = None) -> str:
    parts = make_url(address).set(drivername="postgresql")
    parts = parts.set(database=database) if database else parts
    return parts.render_as_string(hide_password=False)


@contextmanager
def _lock_file(home: Path, name: str) -> Iterator[IO[str]]:
    try:
        file = (home / name).open("a")
    except PermissionError as error:
        raise cluster.StartError(f"{home} belongs to another user: run as that user") from error
    with file:
        osuser.give(home / name, osuser.owner(home / "data"))
        yield file


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with _lock_file(home, "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _leave(home: Path, holders: IO[str]) -> None:
    with _alone(home):
        # Forked children share the lock: closing the file alone would not free it.
        fcntl.flock(holders, fcntl.LOCK_UN)
        try:
            fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        cluster.stop(home)
