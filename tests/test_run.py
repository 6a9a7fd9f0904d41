"""Serving in a real process: what is started is stopped, and wrong settings are named."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from flask import Flask
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.core import cli, cluster, postgres

ROOT = Path(__file__).resolve().parent.parent
OURS = ("HOST", "PORT", "DATABASE_URL", "DATABASE_APP_URL", "WEB_WORKERS", "DEMO_PASSWORD")


class Run:
    """A `flask` command, in a process group of its own as in a terminal."""

    def __init__(self, command: str, settings: dict[str, str]) -> None:
        environment = {k: v for k, v in os.environ.items() if k not in OURS and k[:4] != "NEP_"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "run", command],
            cwd=ROOT,
            env=environment | settings | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""

    def until(self, sign: str) -> None:
        """Read on until a line contains the sign."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.output += line
            if sign in line:
                return
        pytest.fail(f"{sign!r} did not appear in:\n{self.output}")

    def end(self) -> int:
        """Read the rest and return the exit code."""
        assert self.process.stdout
        self.output += self.process.stdout.read()
        return self.process.wait()


@pytest.fixture(scope="module")
def instance() -> Iterator[Path]:
    """One instance folder for the module: its database is migrated once."""
    # Not pytest's folder: the next pytest to start would shut the server's user out of it.
    with TemporaryDirectory(prefix="nep-test-") as folder:
        yield Path(folder)
        if Path(folder, "postgres/data").exists():
            cluster.stop(Path(folder, "postgres"))


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """Another empty folder."""
    with TemporaryDirectory(prefix="nep-test-") as folder:
        yield Path(folder)


@pytest.fixture
def settings(instance: Path) -> dict[str, str]:
    """A production, which loads no demo, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "NEP_INSTANCE": str(instance),
        "NEP_PRODUCTION": "1",
        "SECRET_KEY": "a key for tests that is long enough for a production",
        "PORT": str(port),
    }


@contextmanager
def run(command: str, settings: dict[str, str]) -> Iterator[Run]:
    """Start a command; whatever is left of it afterwards is killed."""
    started = Run(command, settings)
    family = psutil.Process(started.process.pid)
    guard = threading.Timer(120, started.process.kill)
    guard.start()
    try:
        yield started
    finally:
        guard.cancel()
        left = [family, *family.children(recursive=True)] if family.is_running() else []
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        started.process.communicate()


def answers(settings: dict[str, str]) -> bool:
    """Whether HTTP is spoken at the address; any status will do."""
    with closing(HTTPConnection("127.0.0.1", int(settings["PORT"]), timeout=30)) as connection:
        connection.request("GET", "/")
        return connection.getresponse().status < 500


def processes(started: Run, instance: Path) -> list[psutil.Process]:
    """The command, its children, and the server that it started."""
    own = psutil.Process(started.process.pid)
    servers = cluster._processes(instance / "postgres")
    return [own, *own.children(recursive=True), *servers]


def wait_until_gone(started: list[psutil.Process]) -> list[psutil.Process]:
    """Those that are still there after a while; what only init has to bury is gone."""
    _, alive = psutil.wait_procs(started, timeout=10)
    return [it for it in alive if it.is_running() and it.status() != psutil.STATUS_ZOMBIE]


def by_terminal(started: Run) -> None:
    """Ctrl-C reaches every process of the terminal's group."""
    os.killpg(started.process.pid, signal.SIGINT)


def by_terminal_twice(started: Run) -> None:
    """An impatient Ctrl-C."""
    by_terminal(started)
    by_terminal(started)


def by_supervisor(started: Run) -> None:
    """SIGTERM reaches the main process alone."""
    started.process.terminate()


def by_closing(started: Run) -> None:
    """The terminal's window was closed."""
    os.killpg(started.process.pid, signal.SIGHUP)


@pytest.mark.parametrize("stop", [by_terminal, by_terminal_twice, by_supervisor, by_closing])
def test_stopping_ends_everything_that_was_started(
    settings: dict[str, str], instance: Path, stop: Callable[[Run], None]
) -> None:
    with run("serve", settings) as started:
        started.until(f"http://127.0.0.1:{settings['PORT']}")
        assert answers(settings)
        there = processes(started, instance)
        assert len(there) > 4
        stop(started)
        assert started.end() == 0
        assert wait_until_gone(there) == []
    assert "Traceback" not in started.output
    assert started.output.rstrip().endswith("Stopped.")


def test_stopping_while_it_is_still_starting_leaves_nothing(
    settings: dict[str, str], instance: Path
) -> None:
    log = instance / "postgres/log"
    log.unlink(missing_ok=True)
    with run("database", settings) as started:
        while started.process.poll() is None and not log.exists():
            pass
        by_terminal(started)
        assert started.end() == 0
    assert "Traceback" not in started.output
    assert cluster._processes(instance / "postgres") == []


def test_a_start_works_after_the_main_process_was_killed(
    settings: dict[str, str], instance: Path
) -> None:
    with run("serve", settings) as killed:
        killed.until("http://")
        assert answers(settings)
        workers = psutil.Process(killed.process.pid).children(recursive=True)
        killed.process.kill()
        killed.process.wait()
        assert wait_until_gone(workers) == []
    with run("serve", settings) as started:
        started.until("http://")
        assert answers(settings)
        there = processes(started, instance)
        by_supervisor(started)
        assert started.end() == 0
        assert wait_until_gone(there) == []


def test_a_second_command_shares_the_running_database(
    settings: dict[str, str], instance: Path
) -> None:
    with run("serve", settings) as started:
        started.until("http://")
        with run("setup", settings) as second:
            assert second.end() == 0, second.output
        assert answers(settings)
        assert cluster.running(instance / "postgres")
        by_supervisor(started)
        assert started.end() == 0


def test_a_taken_port_is_named_and_nothing_is_started(
    settings: dict[str, str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        wrong = {"PORT": port, "NEP_INSTANCE": str(tmp_path / "instance")}
        with run("serve", settings | wrong) as started:
            assert started.end() == 1
    assert f"127.0.0.1:{port}: the port is taken" in started.output
    assert not (tmp_path / "instance").exists()


def test_a_database_url_is_served_without_a_server_of_our_own(
    settings: dict[str, str], elsewhere: Path
) -> None:
    with postgres.embedded(elsewhere / "postgres", durable=False) as address:
        own = elsewhere / "instance"
        there = {"DATABASE_URL": address, "NEP_INSTANCE": str(own)}
        with run("serve", settings | there) as started:
            started.until("http://")
            assert answers(settings)
            by_terminal(started)
            assert started.end() == 0
        assert not (own / "postgres").exists()
        assert cluster.running(elsewhere / "postgres")


def test_a_database_that_does_not_answer_is_named(settings: dict[str, str], tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": f"postgresql://somebody@/nep?host={tmp_path}"}
    with run("serve", settings | nowhere) as started:
        assert started.end() == 1
    assert "The database does not answer" in started.output
    assert "Traceback" not in started.output


def test_a_finished_block_gives_the_signals_back(elsewhere: Path) -> None:
    app = Flask("empty")
    app.config.update(EMBEDDED=True, INSTANCE=elsewhere)
    before = [signal.getsignal(number) for number in cli.SIGNALS]
    with cli.database(app):
        assert cluster.running(elsewhere / "postgres")
    assert [signal.getsignal(number) for number in cli.SIGNALS] == before


def pins(*names: str) -> dict[str, str]:
    """Every pinned package and its version."""
    lines = "\n".join((ROOT / name).read_text() for name in names)
    found = re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", lines, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def needed(name: str, seen: set[str]) -> set[str]:
    """Everything that an installed package needs here, itself included."""
    if name not in seen:
        seen.add(name)
        for line in metadata.requires(name) or ():
            other = Requirement(line)
            if not other.marker or other.marker.evaluate({"extra": ""}):
                needed(canonicalize_name(other.name), seen)
    return seen


def test_every_package_is_pinned_with_all_that_it_needs() -> None:
    direct = pins("requirements.txt", "requirements-dev.txt")
    pinned = direct | pins("constraints.txt")
    wanted: set[str] = set()
    for name in direct:
        needed(name, wanted)
    assert wanted <= set(pinned)
    assert {name: metadata.version(name) for name in wanted} == {n: pinned[n] for n in wanted}


def test_no_file_names_a_package_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt", "Makefile"):
        text = (ROOT / name).read_text()
        assert not re.search(r"index-url|find-links|registry|https?://(?!127)", text)
