"""Loads a demo into an empty database: one transaction, all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from random import Random
from typing import Any

import click
from flask import current_app
from sqlalchemy import create_engine, pool, select
from sqlalchemy.orm import Session

from app.core import clock, months, scope
from app.core.db import db
from app.demo import (
    ended,
    headcounts,
    logins,
    provinces,
    regulations,
    reporting,
    seasons,
    store,
    tree,
)
from app.demo.ledger import Ledger
from app.demo.regulations import Regulations
from app.demo.story import Cell, Story
from app.demo.tree import Node
from app.periods.commands import open_month
from app.units.models import Unit

SIZES = ("bloc", "province", "nation")
OPENED = 12
"""So many months before this one are opened, so that it can be told who is often late."""
LOCK = 0x44656D6F
"""Any number that only this uses: two loads at once must not both find the database empty."""


def load(size: str, *, seed: int = 1, today: date | None = None, cells: int | None = None) -> None:
    """Fill the empty database with a demo; the same seed and day give the same rows.

    ``cells`` makes a bloc of only so many cells in each of two committees, for tests. Raises
    ``ClickException`` when the database holds units or accounts already.
    """
    if size not in SIZES:
        raise click.ClickException(f"Unknown size {size!r}: use {', '.join(SIZES)}.")
    day = today or clock.today()
    with _owner() as connection:
        if size == "bloc":
            _load_bloc(connection, seed, day, cells)
        else:
            _load_heads(connection, size, seed, day)
        click.echo("Settling …")
        store.finish(connection)
        _open_months(connection, size, day)
        root = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()
        if size == "bloc":
            click.echo("Reports …")
            reporting.last(root, day)


@contextmanager
def _owner() -> Iterator[store.Connection]:
    """The owner's connection, in a transaction that the session of the block shares."""
    engine = create_engine(current_app.config["DATABASE_OWNER_URL"], poolclass=pool.NullPool)
    with scope.system(), engine.begin() as connection:
        session: Any = db.session
        session.registry.set(Session(connection, join_transaction_mode="rollback_only"))
        raw: store.Connection = connection.connection.driver_connection  # type: ignore[assignment] # psycopg's
        raw.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        with store.untold(raw), store.unguarded(raw):
            taken = raw.execute(
                "SELECT EXISTS (SELECT FROM unit) OR EXISTS (SELECT FROM ab_user)"
            ).fetchone()
            if taken and taken[0]:
                raise click.ClickException(
                    "The database is not empty: a demo is loaded only into a new one."
                    " Give another NEP_INSTANCE or DATABASE_URL."
                )
            yield raw
            session.flush()


def _open_months(connection: store.Connection, size: str, today: date) -> None:
    """Open the year behind us and the month to come; a nation's are left to the nightly job."""
    if size == "nation":
        return
    root = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()
    span = months.span(months.add(months.first_of(today), -OPENED), OPENED + 2)
    moment = datetime.combine(today, time(6), clock.OFFICE)
    with click.progressbar(span, label="Months opened") as bar:
        for month in bar:
            open_month(root, month, by=None, at=moment)
    db.session.flush()
    connection.execute("ANALYZE due_day, obligation, period")


def _load_bloc(connection: store.Connection, seed: int, today: date, cells: int | None) -> None:
    rng = Random(f"{seed}/tree")
    start = seasons.past(today)[0]
    nodes = tree.bloc(rng, cells)
    versions = tree.versions(rng, nodes, start, today)
    ended.wind_up(nodes, versions, today)
    _write_tree(connection, nodes, versions, names_kept=True)
    rules = _regulate(nodes[0], today)
    ledger = Ledger()
    by_id = {node.id: node for node in nodes}
    history: dict[int, list[tree.Version]] = {}
    for version in versions:
        history.setdefault(version.node.id, []).append(version)
    with click.progressbar([node for node in nodes if node.is_cell], label="Cells") as bar:
        for node in bar:
            cell = Cell(node, by_id[node.parent_id or 1], history[node.id], rules)
            story = Story(ledger, cell, seed, today)
            for month in seasons.past(today):
                if node.ceased is None or month < node.ceased:
                    story.tell(month)
            story.close()
    with click.progressbar(length=len(ledger.lines), label="Tables") as bar:
        ledger.write(connection, bar.update)
    logins.open_all(nodes, start)


def _load_heads(connection: store.Connection, size: str, seed: int, today: date) -> None:
    rng = Random(f"{seed}/tree")
    click.echo("Units …")
    if size == "nation":
        connection.execute(
            "INSERT INTO unit_kind (code, name, name_en, level, is_cell)"
            " VALUES ('CENTRAL', 'Trung ương', 'Central', 0, false) ON CONFLICT DO NOTHING"
        )
    nodes = provinces.nation(rng) if size == "nation" else provinces.province(rng)
    with store.bare(connection, "unit", "unit_version"):
        _write_tree(connection, nodes, tree.first_versions(nodes), names_kept=False)
    rules = _regulate(nodes[0], today)
    cells = [node for node in nodes if node.is_cell]
    heads = headcounts.HeadCounts(seed, today, rules, size)
    # Frozen rows need no vacuum, but a table truncated in the same transaction.
    connection.execute("TRUNCATE meeting CASCADE")
    with store.bare(connection, "meeting", "evaluation", "score"):
        with click.progressbar(length=len(cells) * seasons.LENGTH, label="Meetings") as bar:
            heads.write(connection, cells, bar.update)
        click.echo("Indexes …")
    logins.open_all(nodes, seasons.past(today)[0])


def _write_tree(
    connection: store.Connection,
    nodes: list[Node],
    versions: list[tree.Version],
    *,
    names_kept: bool,
) -> None:
    lines = (tree.unit_line(node, names_kept=names_kept) for node in nodes)
    store.copy(connection, "unit", tree.UNIT, lines)
    store.copy(connection, "unit_version", tree.VERSION, map(tree.version_line, versions))


def _regulate(root: Node, today: date) -> Regulations:
    """The root's rules, and the months it has closed."""
    unit = db.session.get_one(Unit, root.id)
    rules = regulations.write(unit)
    reporting.past(unit, today)
    db.session.flush()
    return rules
