"""The runner: one process that does the jobs, and how the server keeps one at its side."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click
import procrastinate
import psycopg
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.core import cli, jobs, postgres, server

ALONE = 0x4E6571
"""The advisory lock of the runner that is at work; any number that nobody else uses."""
SECONDS_TO_FINISH_JOBS = 10
SECONDS_TO_COME_BACK = 2

# What a killed runner left undone is done again, but not for ever: it may be what kills.
_AGAIN = (
    "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs"
    " WHERE status = 'doing' AND attempts < %(most)s"
)
_GIVEN_UP = (
    "SELECT procrastinate_finish_job_v1(id, 'failed', false) FROM procrastinate_jobs"
    " WHERE status = 'doing'"
)


def register(app: Flask) -> None:
    """Add the command to `flask`."""
    app.cli.add_command(work_command)


@click.command("work")
@click.option("--parent", type=int, hidden=True, help="End when this process ends.")
@with_appcontext
def work_command(parent: int | None) -> None:
    """Do the jobs until Ctrl-C; a second runner waits until the first is gone."""
    if parent is not None:
        server.end_with(parent, signal.SIGTERM)
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    try:
        with cli.signals(), cli.database(app), alone(_address(app)):
            click.echo("Doing the jobs (stop with Ctrl-C).")
            work(app)
    except KeyboardInterrupt:
        pass
    except psycopg.OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error}") from error


def work(app: Flask, *, wait: bool = True) -> None:
    """Do the jobs: until a signal, or with ``wait=False`` until none is due."""
    found = procrastinate.PsycopgConnector(conninfo=_address(app), min_size=1, max_size=4)
    with jobs.registry.replace_connector(found) as registry:
        # What was done is in the notices and the audit log: only what failed is kept.
        registry.run_worker(wait=wait, delete_jobs="successful", fetch_job_polling_interval=2)


@contextmanager
def alone(address: str) -> Iterator[None]:
    """Be the one runner for the block, first taking up what a killed one was at.

    Whoever holds the lock knows that nobody else is at work, so no heart has to miss a beat.
    """
    with psycopg.connect(address, autocommit=True) as connection:
        while True:
            got = connection.execute("SELECT pg_try_advisory_lock(%s)", [ALONE]).fetchone()
            if got == (True,):
                break
            time.sleep(1)
        connection.execute(_AGAIN, {"most": jobs.MOST_ATTEMPTS})
        connection.execute(_GIVEN_UP)
        yield


def _address(app: Flask) -> str:
    """The database as psycopg wants it, looking at the schema of the jobs."""
    return psycopg.conninfo.make_conninfo(
        postgres.for_tools(app.config["SQLALCHEMY_DATABASE_URI"]), options="-c search_path=jobs"
    )


class Companion:
    """A runner beside the server: started again when it ends, ended with the server."""

    def __init__(self) -> None:
        self._over = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start it, and a thread that looks after it."""
        self._keeper.start()

    def stop(self) -> None:
        """End it, after the job that it is at."""
        self._over.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(SECONDS_TO_FINISH_JOBS)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _keep(self) -> None:
        while not self._over.is_set():
            command: list[Any] = [sys.executable, "-m", "flask", "--app", "run", "work"]
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [*command, "--parent", str(os.getpid())],
                cwd=Path.cwd(),
                start_new_session=True,
                # Before Python is up: a start takes seconds, in which the parent may be killed.
                preexec_fn=partial(server.send_at_end_of_parent, signal.SIGTERM),  # noqa: PLW1509 - a single system call
                stdout=subprocess.DEVNULL,
            )
            self._process.wait()
            self._over.wait(SECONDS_TO_COME_BACK)
