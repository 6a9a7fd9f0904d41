"""The demo's accounts: who they are, their password, and how they are taken away."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from flask import Flask, current_app
from sqlalchemy import select

from app.core import scope
from app.core.db import db, transaction
from app.core.errors import RuleBroken
from app.demo.tree import Node
from app.security.commands import set_password
from app.security.models import Account, Assignment
from app.security.passwords import make
from app.security.rules import RoleName


@dataclass(frozen=True)
class Login:
    """An account: its name, and what it is where, the first being its home."""

    username: str
    last_name: str
    first_name: str
    posts: tuple[tuple[RoleName, str], ...]


CAST = (
    Login("quantri", "Nguyễn Khắc", "Thạch", ((RoleName.Administrator, "root"),)),
    Login("chuyenvien", "Lê Thị Diệu", "Nhàn", ((RoleName.Analyst, "root"),)),
    Login(
        "trucdang",
        "Trần Viết",
        "Thao",
        ((RoleName.DutyClerk, "committee"), (RoleName.Secretary, "second cell")),
    ),
    Login("bithu", "Phan Sỹ", "Cảnh", ((RoleName.Secretary, "cell"),)),
    Login(
        "bithu2",
        "Võ Thị Hoài",
        "Sen",
        ((RoleName.Secretary, "foreign cell"), (RoleName.Supervisor, "foreign committee")),
    ),
    Login("lanhdao", "Đinh Bá", "Uy", ((RoleName.Leader, "root"),)),
    Login("kiemtra", "Thân Thị Mỹ", "Cúc", ((RoleName.Inspector, "root"),)),
)


def open_all(nodes: list[Node], since: date) -> None:
    """Add the accounts with their assignments to the session, and keep the password.

    Raises ``ClickException`` for a DEMO_PASSWORD that the rules for passwords refuse.
    """
    password = current_app.config["DEMO_PASSWORD"] or make()
    posts = _posts(nodes)
    hashed = _hashed(password)
    for login in CAST:
        home = posts[login.posts[0][1]]
        account = Account(
            username=login.username,
            last_name=login.last_name,
            first_name=login.first_name,
            email=f"{login.username}@nep.example",
            active=True,
            is_demo=True,
            password=hashed,
            password_epoch=1,
            unit_id=home.id,
            unit_path=home.path,
        )
        db.session.add(account)
        db.session.flush()
        for role, where in login.posts:
            node = posts[where]
            db.session.add(
                Assignment(
                    account_id=account.id,
                    role=role,
                    unit_id=node.id,
                    unit_path=node.path,
                    valid_from=since,
                )
            )
    _keep(password)


def _hashed(password: str) -> str:
    """The same hash for all: each takes a tenth of a second."""
    account = Account(username="demo")
    try:
        set_password(account, password)
    except RuleBroken as error:
        raise click.ClickException(f"DEMO_PASSWORD: {error.message}") from error
    return str(account.password)


def _posts(nodes: list[Node]) -> dict[str, Node]:
    """The units of the cast: the first two committees that have cells, and some of those."""
    cells: dict[int, list[Node]] = {}
    for node in nodes:
        if node.kind == "SUB_CELL" and node.parent_id is not None:
            cells.setdefault(node.parent_id, []).append(node)
    first, second = [key for key, below in cells.items() if len(below) > 1][:2]
    by_id = {node.id: node for node in nodes}
    return {
        "root": nodes[0],
        "committee": by_id[first],
        "cell": cells[first][0],
        "second cell": cells[first][1],
        "foreign committee": by_id[second],
        "foreign cell": cells[second][0],
    }


def lines() -> list[str]:
    """User name, password and role of every demo account that may log in, ready to print."""
    with scope.system():
        found = db.session.scalars(
            select(Account).where(Account.is_demo, Account.active).order_by(Account.id)
        ).all()
        # The first password makes epoch 1, every later one adds to it.
        accounts = [(one.username, one.password_epoch == 1) for one in found]
    # The server forks: a pooled connection must not be shared with its workers.
    db.engine.dispose()
    known = _password_file()
    password = known.read_text().strip() if known.exists() else "(DEMO_PASSWORD)"
    titles = {login.username: login.posts[0][0].name for login in CAST}
    return [
        f"{name:<12} {password if unchanged else '(changed)':<16} {titles.get(name, '')}"
        for name, unchanged in accounts
    ]


def remove() -> int:
    """Close every demo account, ending its sessions; how many there were."""
    with scope.system(), transaction():
        found = db.session.scalars(select(Account).where(Account.is_demo, Account.active)).all()
        for account in found:
            account.active = False
            account.password_epoch += 1
        _password_file().unlink(missing_ok=True)
        return len(found)


def refuse_demo_accounts(app: Flask) -> None:
    """Stop a production start while demo accounts can log in: their password is printed.

    Raises ``ClickException`` that says how to close them.
    """
    if not app.config["PRODUCTION"]:
        return
    with scope.system():
        names = db.session.scalars(
            select(Account.username).where(Account.is_demo, Account.active).order_by(Account.id)
        ).all()
    if names:
        raise click.ClickException(
            f"This database has demo accounts ({', '.join(names)}), which a production"
            " installation must not have. Close them with:"
            " flask --app run demo --remove-accounts"
        )


def _password_file() -> Path:
    return Path(current_app.config["INSTANCE"]) / "demo_password"


def _keep(password: str) -> None:
    """For later starts to print again; nobody else on the machine may read it."""
    file = _password_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as written:
        written.write(password + "\n")
