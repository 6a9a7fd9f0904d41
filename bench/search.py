"""How long the search takes on the database at hand, whole requests and against a plain read.

    NEP_INSTANCE=… python -m bench.search [repeats]

Meant for the demo of a nation (`flask --app run demo --size nation`). Milliseconds depend on the
machine and on what else it does; the ratios to the floor, one row by its key under the same
policies, depend less.
"""

import sys
from collections.abc import Callable
from statistics import quantiles
from time import perf_counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from app.core import cli, scope
from app.core.db import db
from app.people.models import Member
from app.search.models import Word
from app.security.models import Account, Assignment
from app.units.models import Unit

LIMIT = 50
"""Milliseconds that a search may take."""
QUERIES = (
    # complete, common, rare
    *("chi bo", "chi bộ văn phòng", "van phong", "truong mam non so 2", "đảng bộ xã", "thon"),
    # while typing
    *("c", "ch", "chi bo t", "van ph", "ngu"),
    # codes
    *("TQ", "11-D0772", "11-d0772-02"),
    # mistyped
    *("chi bo van phogn", "bnh vien", "chibo vanphong", "ddangr booj", "trung tam dihc vu"),
    *("truogn tieu hco", "nguyne van an"),
    # people and months
    *("nguyen van an", "an", "10/2026", "chi bo to dan pho 3 thang 10"),
    # nothing
    *("zzzz qqqq", "khong co gi o day dau", "%_'"),
)


def main(repeats: int) -> None:
    """Measure and print; the database must hold data."""
    app = create_app()
    with cli.database(app):
        with app.app_context(), scope.system():
            accounts = _accounts()
            for name, model in (("units", Unit), ("members", Member), ("known words", Word)):
                print(f"{db.session.scalar(select(func.count()).select_from(model)):>10,} {name}")
        for title, (key, epoch, path) in accounts.items():
            _measure(app, title, _client(app, key, epoch), path, repeats)


def _accounts() -> dict[str, tuple[int, int, str]]:
    """The account with the widest scope and one with a committee's: key, epoch, path."""
    held = select(Account.id, Account.password_epoch, Assignment.unit_path)
    held = held.join(Assignment, Assignment.account_id == Account.id).where(Account.active)
    widest = db.session.execute(held.order_by(func.length(Assignment.unit_path))).first()
    small = held.where(Assignment.role.in_(["DutyClerk", "Supervisor"])).order_by(Assignment.id)
    found = {"the widest scope": widest, "a committee": db.session.execute(small).first()}
    return {title: tuple(row) for title, row in found.items() if row}


def _client(app: Flask, key: int, epoch: int) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=str(key), _fresh=True, epoch=epoch, locale="vi")
    return client


def _measure(app: Flask, title: str, client: FlaskClient, path: str, repeats: int) -> None:
    key = int(path.strip("/").rsplit("/", 1)[-1])

    def read() -> None:
        db.session.execute(select(Unit.id, Unit.name).where(Unit.id == key)).one()

    with app.app_context(), scope.entered(scope.branch(path)):
        units = db.session.scalar(select(func.count()).select_from(Unit))
        floor, _worst = _timed(read, 10 * repeats)
    print(f"\n{title}: {path}, {units:,} units\n")
    print(f"{'':36}{'p50 ms':>8}{'p95 ms':>8}{'× floor':>9}")
    print(f"{'floor: one row by its key':36}{floor:8.2f}")
    every: list[float] = []
    for query in QUERIES:

        def ask(query: str = query) -> None:
            answer = client.get("/search/found", query_string={"q": query})
            assert answer.status_code == 200, answer.status

        taken = _times(ask, repeats)
        every += taken
        middle, late = _middle_and_late(taken)
        over = "  over" if late > LIMIT else ""
        print(f"{query:36}{middle:8.1f}{late:8.1f}{middle / floor:9.0f}{over}")
    middle, late = _middle_and_late(every)
    print(f"{'all of them':36}{middle:8.1f}{late:8.1f}{middle / floor:9.0f}")


def _timed(act: Callable[[], Any], repeats: int) -> tuple[float, float]:
    return _middle_and_late(_times(act, repeats))


def _times(act: Callable[[], Any], repeats: int) -> list[float]:
    act()
    taken = []
    for _ in range(repeats):
        began = perf_counter()
        act()
        taken.append((perf_counter() - began) * 1000)
    return taken


def _middle_and_late(taken: list[float]) -> tuple[float, float]:
    cuts = quantiles(taken, n=20, method="inclusive")
    return cuts[9], cuts[18]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
