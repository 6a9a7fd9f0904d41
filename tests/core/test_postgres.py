"""The embedded server: shared, stopped by the last one out, and started again after any crash."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from app.core import cluster, osuser, postgres

HOLDER = """
import sys
from pathlib import Path
from app.core import postgres

with postgres.embedded(Path(sys.argv[1]), durable=sys.argv[2] == "durable"):
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def outside() -> Iterator[Path]:
    """A folder only its owner may enter."""
    # Not pytest's folder: the next pytest to start would shut the server's user out of it.
    with TemporaryDirectory(prefix="nep-test-") as folder:
        yield Path(folder)


@pytest.fixture
def home(outside: Path) -> Iterator[Path]:
    """A data folder of its own; whatever still runs in it afterwards is stopped."""
    yield outside / "pg"
    if (outside / "pg/data").exists():
        cluster.stop(outside / "pg")


@contextmanager
def another_process(home: Path, keep: str = "fast") -> Iterator[subprocess.Popen[str]]:
    """A second process inside `embedded`; it leaves when the block ends."""
    command = [sys.executable, "-c", HOLDER, str(home), keep]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout
        assert it.stdout.readline() == "ready\n"
        yield it


def server(home: Path) -> psutil.Process:
    """The running server's process."""
    return psutil.Process(int((home / "data/postmaster.pid").read_text().split()[0]))


def ask(address: str, question: str) -> object:
    """The first value that the database answers."""
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def gone(process: psutil.Process) -> bool:
    """Whether a process ended; init may not have buried it yet."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_two_processes_share_one_server_and_the_last_one_stops_it(home: Path) -> None:
    with another_process(home):
        first = server(home)
        with postgres.embedded(home):
            assert server(home) == first
        assert not gone(first)
    assert gone(first)
    assert not (home / "data/postmaster.pid").exists()


def test_the_one_who_started_the_server_may_leave_first(home: Path) -> None:
    with postgres.embedded(home, durable=False) as address:
        started = server(home)
        later = another_process(home)
        holder = later.__enter__()
    assert ask(address, "SELECT 1") == 1
    later.__exit__(None, None, None)
    assert holder.returncode == 0
    assert gone(started)


def test_a_server_whose_holder_was_killed_is_taken_over_and_stopped(home: Path) -> None:
    with another_process(home) as holder:
        holder.kill()
    orphan = server(home)
    with postgres.embedded(home, durable=False) as address:
        assert server(home) == orphan
        assert ask(address, "SELECT 1") == 1
    assert gone(orphan)


def test_a_start_works_after_everything_was_killed(home: Path) -> None:
    with another_process(home) as holder:
        killed = server(home)
        killed.kill()
        holder.kill()
    with postgres.embedded(home, durable=False) as address:
        assert server(home) != killed
        assert ask(address, "SELECT 1") == 1


def test_a_killed_server_keeps_what_was_committed(home: Path) -> None:
    with another_process(home, "durable") as holder:
        with psycopg.connect(postgres.url(home).replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        server(home).kill()
        holder.kill()
    with postgres.embedded(home, durable=False) as address:
        assert ask(address, "SELECT answer FROM kept") == 42


def own_process(home: Path) -> None:
    """The server's number now belongs to a process that lives."""
    lines = [str(os.getpid()), str(home / "data"), "1", "5432", "", "", "", "ready"]
    (home / "data/postmaster.pid").write_text("\n".join(lines))
    (cluster.socket_dir(home) / ".s.PGSQL.5432.lock").write_text("\n".join(lines))


def empty_files(home: Path) -> None:
    """The disk was full."""
    (home / "data/postmaster.pid").touch()
    (home / "data/nep.conf").write_text("")


def half_made(home: Path) -> None:
    """The very first start was interrupted."""
    (home / "data").rename(home / "data.new")


@pytest.mark.parametrize("leave", [own_process, empty_files, half_made])
def test_left_over_files_do_not_hinder_a_start(home: Path, leave: Callable[[Path], None]) -> None:
    with postgres.embedded(home, durable=False):
        pass
    cluster.socket_dir(home).mkdir(mode=0o700, exist_ok=True)
    osuser.give(cluster.socket_dir(home), osuser.owner(home / "data"))
    leave(home)
    with postgres.embedded(home, durable=False) as address:
        assert ask(address, "SELECT 1") == 1


def test_data_of_another_version_is_refused(home: Path) -> None:
    with postgres.embedded(home, durable=False):
        pass
    (home / "data/PG_VERSION").write_text("9\n")
    with (
        pytest.raises(cluster.StartError, match="written by PostgreSQL 9"),
        postgres.embedded(home),
    ):
        pass


def test_a_server_that_fails_shows_its_log(home: Path) -> None:
    with postgres.embedded(home, durable=False):
        pass
    (home / "data/postgresql.auto.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(cluster.StartError, match="no_such_setting"), postgres.embedded(home):
        pass


def test_the_address_is_known_before_the_server_runs(home: Path) -> None:
    before = postgres.url(home, user="nep_app", database="other")
    assert before.startswith("postgresql+psycopg://nep_app@/other?host=/")
    assert not home.exists()


def test_a_long_path_has_its_socket_elsewhere(home: Path) -> None:
    deep = home / ("đ" * 100)
    with postgres.embedded(deep, durable=False) as address:
        assert ask(address, "SELECT 1") == 1
        elsewhere = cluster.socket_dir(deep)
        assert not elsewhere.is_relative_to(home)
    assert not elsewhere.exists()


def test_only_the_owner_reaches_the_server(home: Path) -> None:
    with postgres.embedded(home, durable=False) as address:
        assert home.stat().st_mode & 0o077 == 0
        assert cluster.socket_dir(home).stat().st_mode & 0o077 == 0
        assert ask(address, "SHOW listen_addresses") == ""
        assert not [it for it in server(home).net_connections("inet") if it.status == "LISTEN"]


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="belongs to another user"):
        osuser.private_folder(planted, osuser.owner(tmp_path))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_a_folder_only_root_may_enter_stays_closed_to_others(outside: Path, home: Path) -> None:
    with postgres.embedded(home, durable=False) as address:
        assert ask(address, "SELECT 1") == 1
    assert not outside.stat().st_mode & 0o007


def test_a_folder_that_is_closed_meanwhile_does_not_hinder_a_clean_stop(
    outside: Path, home: Path
) -> None:
    with postgres.embedded(home, durable=False) as address:
        outside.chmod(0o700)
        assert ask(address, "SELECT 1") == 1
    assert "database system is shut down" in (home / "log").read_text()


def test_the_text_is_unicode_and_the_time_is_utc(home: Path) -> None:
    with postgres.embedded(home, durable=False) as address:
        assert ask(address, "SELECT lower('ĐẢNG BỘ')") == "đảng bộ"
        assert ask(address, "SHOW server_encoding") == "UTF8"
        assert ask(address, "SHOW timezone") == "UTC"


def test_the_application_role_can_connect_but_not_bypass_policies(home: Path) -> None:
    with postgres.embedded(home, durable=False) as owner:
        login = postgres.url(home, user="nep_app").replace("nep_app@", "nep_app:secret@")
        for _ in range(2):
            postgres.ensure_app_role(owner, login)
        assert ask(login, "SELECT current_user") == "nep_app"
        rights = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles"
        assert ask(owner, f"{rights} WHERE rolname = 'nep_app'") is False
        assert ask(owner, "SELECT rolpassword <> '' FROM pg_authid WHERE rolname = 'nep_app'")


def test_the_owner_is_refused_as_the_application_role(home: Path) -> None:
    with (
        postgres.embedded(home, durable=False) as owner,
        pytest.raises(ValueError, match="bypasses row-level security"),
    ):
        postgres.ensure_app_role(owner, owner)


def test_an_interrupted_block_stops_the_server(home: Path) -> None:
    with another_process(home) as holder:
        started = server(home)
        holder.send_signal(signal.SIGINT)
    assert gone(started)
