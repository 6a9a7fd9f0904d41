"""The system user PostgreSQL runs as: it refuses to run as root, so root lends it another."""

import os
import pwd
import shutil
import stat
import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

NAME = "nep_postgres"

# The kernel's form of an access list: a version, then (tag, permissions, id), sorted.
ACCESS_LIST = "system.posix_acl_access"
USER_OBJ, USER, GROUP_OBJ, MASK, OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
NOBODY = 0xFFFFFFFF
SEARCH = 1


class User(NamedTuple):
    """Whom files belong to and commands run as."""

    uid: int
    gid: int


def owner(folder: Path) -> User:
    """The user for the server in `folder`: oneself, or for root the owner or a user of its own."""
    if os.geteuid() != 0:
        return User(os.geteuid(), os.getegid())
    if folder.exists() and folder.stat().st_uid != 0:
        return User(folder.stat().st_uid, folder.stat().st_gid)
    return _service()


def give(path: Path, user: User) -> None:
    """Make the user the owner of a file or folder."""
    if os.geteuid() == 0:
        os.chown(path, *user)


def private_folder(folder: Path, user: User) -> None:
    """Create a folder only the user may enter.

    Raises PermissionError if somebody else already made it: whoever owns the folder of a socket
    can stand in for the server.
    """
    try:
        folder.mkdir(mode=0o700)
        give(folder, user)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid:
            raise PermissionError(f"{folder} belongs to another user: remove it") from None
        folder.chmod(0o700)


def let_in(path: Path, user: User) -> None:
    """Let the user reach `path` through folders that only root may enter."""
    if os.geteuid() != 0:
        return
    for folder in path.resolve().parents:
        found = folder.stat()
        if found.st_uid != user.uid and not found.st_mode & stat.S_IXOTH:
            _grant_search(folder, user)


def make_readable(folder: Path, user: User) -> None:
    """Let the user read a folder of programs that root installed under a strict umask."""
    if os.geteuid() != 0 or not folder.exists():
        return
    for path in (folder, *folder.rglob("*")):
        found = path.lstat()
        wanted = 0o555 if found.st_mode & stat.S_IXUSR else 0o444
        strict = found.st_mode & wanted != wanted
        if strict and found.st_uid != user.uid and not stat.S_ISLNK(found.st_mode):
            path.chmod(found.st_mode | wanted)


def _service() -> User:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        # Slim systems have no useradd; `nobody` is everywhere, and the data folder stays private.
        if useradd := shutil.which("useradd"):
            add = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
            subprocess.run(add, check=False, capture_output=True)  # noqa: S603 - fixed words
        known = {entry.pw_name for entry in pwd.getpwall()}
        entry = pwd.getpwnam(NAME if NAME in known else "nobody")
    return User(entry.pw_uid, entry.pw_gid)


def _grant_search(folder: Path, user: User) -> None:
    """Let this one user pass through; where access lists are unknown, everybody."""
    mode = folder.stat().st_mode
    try:
        entries = _access_list(folder, mode)
        entries[USER, user.uid] = entries.get((USER, user.uid), 0) | SEARCH
        entries[MASK, NOBODY] = entries.get((MASK, NOBODY), entries[GROUP_OBJ, NOBODY]) | SEARCH
        packed = (struct.pack("<HHI", tag, perm, id) for (tag, id), perm in sorted(entries.items()))
        os.setxattr(folder, ACCESS_LIST, struct.pack("<I", 2) + b"".join(packed))
    except (OSError, AttributeError):
        folder.chmod(mode | stat.S_IXOTH)


def _access_list(folder: Path, mode: int) -> dict[tuple[int, int], int]:
    try:
        packed = os.getxattr(folder, ACCESS_LIST)
    except OSError:
        owners = ((USER_OBJ, mode >> 6), (GROUP_OBJ, mode >> 3), (OTHER, mode))
        return {(tag, NOBODY): bits & 7 for tag, bits in owners}
    return {(tag, id): perm for tag, perm, id in struct.iter_unpack("<HHI", packed[4:])}
