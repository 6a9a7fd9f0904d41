"""How long the search takes on the database at hand, whole requests and against a plain read.

    NEP_INSTANCE=… python -m bench.search [repeats [people]]

Meant for the demo of a nation (`flask --app run demo --size nation`). That has no people: name a
number of ``people`` and so many are invented first and stay in the database. Milliseconds depend
on the machine and on what else it does, those of the processor less than those of the clock; so do
the ratios to the floor, which is one row read by its key under the same policies.
"""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, literal, select, tablesample, text

from app import create_app
from app.core import cli, scope
from app.core.db import db
from app.people.models import Member
from app.search.models import Word
from app.security.models import Account, Assignment
from app.units.models import Unit
from bench._crowd import gather

LIMIT = 50
"""Milliseconds that a search may take."""
RANDOM = 200
"""So many queries are made of names at hand, besides those below."""
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


def main(repeats: int, people: int) -> None:
    """Measure and print; the database must hold data."""
    app = create_app()
    with cli.database(app):
        with app.app_context(), scope.system():
            gather(app, people)
            accounts = _accounts()
            typed = _typed(Random("typed"))
            for name, model in (("units", Unit), ("members", Member), ("known words", Word)):
                print(f"{db.session.scalar(select(func.count()).select_from(model)):>10,} {name}")
        for title, (key, epoch, path) in accounts.items():
            client = _client(app, key, epoch)
            _measure(app, title, client, path, repeats)
            _show_random(client, typed)


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
        pids = db.session.scalars(text("SELECT pid FROM pg_stat_activity WHERE state <> ''")).all()
        reads = Times(read, 10 * repeats, pids)
    print(f"\n{title}: {path}, {units:,} units\n")
    print(f"{'':34}{'CPU ms':>9}{'least':>9}{'p50':>9}{'p95':>9}{'p50 : floor':>13}")
    reads.show("floor: one row by its key", reads)
    every = []
    for query in QUERIES:

        def ask(query: str = query) -> None:
            answer = client.get("/search/found", query_string={"q": query})
            assert answer.status_code == 200, answer.status

        every.append(Times(ask, repeats, pids))
        every[-1].show(query, reads)
    Times.of(every).show("all of them", reads)


def _typed(rng: Random) -> list[str]:
    """Pieces of names as somebody may type them: most are begun, some swap letters or words."""
    names: list[str] = []
    for column in (Unit.name, Member.full_name):
        some = tablesample(column.table, func.bernoulli(0.2), seed=literal(1))
        names += db.session.scalars(select(some.c[column.key]).limit(1000)).all()
    made = []
    for name in rng.choices(names, k=RANDOM):
        words = name.split()
        first = rng.randrange(len(words))
        piece = words[first : first + rng.randint(1, 4)]
        if rng.random() < 0.6:
            piece[-1] = piece[-1][: rng.randint(1, len(piece[-1]))]
        if rng.random() < 0.2 and len(piece[0]) > 3:
            piece[0] = piece[0][0] + piece[0][2] + piece[0][1] + piece[0][3:]
        if rng.random() < 0.1:
            rng.shuffle(piece)
        made.append(" ".join(piece))
    return made


def _show_random(client: FlaskClient, typed: Sequence[str]) -> None:
    """The better of two tries at each, which leaves out what else the machine does."""
    taken = []
    for query in typed:
        asked = []
        for _time in range(2):
            began = perf_counter()
            assert client.get("/search/found", query_string={"q": query}).status_code == 200
            asked.append((perf_counter() - began) * 1000)
        taken.append((min(asked), query))
    taken.sort()
    late = sum(one > LIMIT for one, _query in taken)
    middle, last = (taken[len(taken) * share // 100][0] for share in (50, 95))
    print(f"\n{len(taken)} random: p50 {middle:.1f}, p95 {last:.1f}, {late} over {LIMIT}; slowest:")
    print("; ".join(f"{query} {one:.0f}" for one, query in taken[:-6:-1]))


class Times:
    """Milliseconds of ``act``, done ``repeats`` times, and the processor's per time.

    The processor's are those of this process and of the database's, while that runs here.
    """

    def __init__(self, act: Callable[[], Any], repeats: int, pids: Sequence[int]) -> None:
        act()
        self.taken = []
        busy = _busy(pids)
        for _ in range(repeats):
            began = perf_counter()
            act()
            self.taken.append((perf_counter() - began) * 1000)
        self.cpu = (_busy(pids) - busy) / repeats

    @classmethod
    def of(cls, several: Sequence["Times"]) -> "Times":
        """All of them as one."""
        made = cls.__new__(cls)
        made.taken = [one for times in several for one in times.taken]
        made.cpu = sum(times.cpu for times in several) / len(several)
        return made

    def show(self, title: str, floor: "Times") -> None:
        """Print them as a line."""
        middle, late = (quantiles(self.taken, n=20, method="inclusive")[at] for at in (9, 18))
        figures = "".join(f"{one:9.2f}" for one in (self.cpu, min(self.taken), middle, late))
        ratio = f"{middle / quantiles(floor.taken, n=2)[0]:13.0f}"
        print(f"{title:34}{figures}{ratio}{'  over' if late > LIMIT else ''}")


def _busy(pids: Sequence[int]) -> float:
    """Milliseconds that the processor has spent on this process and on local ``pids``."""
    spent = process_time()
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent * 1000


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    main(*given, *(20, 0)[len(given) :])
