"""Granian serving the application: several processes, each with several threads."""

import ctypes
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, Protocol

import click
from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer
from werkzeug.utils import import_string

from app.core import memory, ready

TARGET = "run:app"

# One request each; with the pool's size in mind, every thread finds a connection.
THREADS_PER_WORKER = 8
SECONDS_TO_FINISH_REQUESTS = 3
SECONDS_TO_ANSWER = 60
PR_SET_PDEATHSIG = 1


def free_address(host: str, port: int) -> str:
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


class Beside(Protocol):
    """What runs beside the server from when it has started until it ends."""

    def start(self) -> None:
        """The workers are there."""

    def stop(self) -> None:
        """The workers are gone."""


def serve(
    app: Flask, address: str, *, notes: Iterable[str] = (), beside: Beside | None = None
) -> None:
    """Serve until a signal; says where, and the notes, as soon as it answers."""
    host, port = app.config["HOST"], app.config["PORT"]
    shown = f"[{host}]" if ":" in host else host
    server = _Server(
        TARGET,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=app.config["WEB_WORKERS"],
        blocking_threads=THREADS_PER_WORKER,
        workers_kill_timeout=SECONDS_TO_FINISH_REQUESTS,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    )
    server.welcome = [
        f"{app.config['APP_NAME']}  http://{shown}:{port}  (stop with Ctrl-C)",
        *notes,
    ]
    server.beside = beside
    ready.make(app)
    loader = partial(load_worker, TARGET, os.getpid())
    try:
        server.serve(target_loader=loader, wrap_loader=False)
    finally:
        if beside is not None:
            beside.stop()


class _Server(MPServer):
    """Granian that says where it is once it answers, and stops when its terminal is closed."""

    welcome: list[str]
    beside: Beside | None

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call] # untyped there
        # Granian would reload.
        signal.signal(signal.SIGHUP, self.signal_handler_interrupt)
        # After the workers are forked: they must not inherit a thread's locks.
        Thread(target=self._greet, daemon=True).start()
        if self.beside is not None:
            self.beside.start()

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
    # Workers of a killed main process would keep the port and the database.
    end_with(parent, signal.SIGKILL)
    application = import_string(target)
    memory.keep_what_is_there()
    return application


_LIBC = ctypes.CDLL(None)


def send_at_end_of_parent(by: signal.Signals) -> None:
    """Have the kernel send this process the signal when its parent ends, however it ends."""
    if sys.platform == "linux":
        _LIBC.prctl(PR_SET_PDEATHSIG, by)


def end_with(parent: int, by: signal.Signals) -> None:
    """The same, and end at once if the parent has ended already."""
    send_at_end_of_parent(by)
    if os.getppid() != parent:
        sys.exit(1)
