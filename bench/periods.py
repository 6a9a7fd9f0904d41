"""How long a month of the whole nation takes to open, and to open again.

Uses the demo of NEP_INSTANCE, best one of a nation:

    NEP_INSTANCE=/somewhere flask --app run demo --size nation
    NEP_INSTANCE=/somewhere python bench/periods.py [--month 10/2026] [--keep]

Opening may take 180 s for 300,000 cells with their obligations. Opened again, nothing may be
touched; a cell that sends something may wait 20 ms for its obligations.
"""

import argparse
import statistics
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from flask import current_app  # noqa: E402 - after the path is set
from sqlalchemy import create_engine, text  # noqa: E402

from app import create_app  # noqa: E402
from app.core import cli, clock, months, scope  # noqa: E402
from app.core.db import db  # noqa: E402
from app.periods import commands, queries  # noqa: E402

MOST_SECONDS, MOST_MS = 180, 20
TIMES = 15
WHOLE = text(
    "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
)
# In the writer's own scope, as a secretary sends it; nothing stays.
TOUCH = text("UPDATE meeting SET registered_at = registered_at + interval '1 second' WHERE id = :m")


def main() -> None:
    """Measure and print; ends with 1 when something takes longer than it may."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--month", default="", help="MM/yyyy, else this month")
    reader.add_argument("--keep", action="store_true", help="leave the month open")
    given = reader.parse_args()
    month = months.parse(given.month) if given.month else months.first_of(clock.today())
    app = create_app()
    with cli.database(app), app.app_context():
        cli.setup(app)
        sys.exit(not measured(month, keep=given.keep))


def measured(month: date, *, keep: bool) -> bool:
    """Print how long each took, and whether all of it is quick enough."""
    with scope.system():
        root = queries.roots()[0]
        before, _ = one_write(month)
        preview = timed(lambda: queries.differing(month, root.path))[0]
        opening, done = timed(lambda: commands.open_month(root, month, by=None))
        commit, _ = timed(db.session.commit)
        db.session.execute(text("ANALYZE obligation"))
        db.session.commit()
        again, more = timed(lambda: commands.open_month(root, month, by=None))
        db.session.commit()
        after, _ = one_write(month)
        size = db.session.scalar(text("SELECT pg_total_relation_size('obligation')")) or 0
    total = opening + commit
    print(f"{month:%m/%Y}: {done.total.added:,} obligations opened in {total:.1f} s")
    print(f"asked before, with no days: {preview:.1f} s; all on disk {size / 2**20:,.0f} MB")
    print(f"opened again: {again:.1f} s, {more.total.changed + more.total.added} rows touched")
    print(f"a cell's write: {before:.1f} ms before the month is open, {after:.1f} ms after")
    if not keep:
        close(month)
    quick = total <= MOST_SECONDS and after <= MOST_MS
    return quick and not more.total.any


def timed(work: Any) -> tuple[float, Any]:
    """Seconds and what came out."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def one_write(month: date) -> tuple[float, int]:
    """Milliseconds of a change of one meeting under its cell's own scope, the median."""
    row = db.session.execute(
        text("SELECT id, unit_path FROM meeting WHERE month = :m ORDER BY id LIMIT 1"),
        {"m": month},
    ).one()
    took = []
    for _ in range(TIMES):
        with scope.entered(scope.branch(row.unit_path)):
            db.session.execute(text("SELECT 1"))
            seconds, _done = timed(lambda: db.session.execute(TOUCH, {"m": row.id}))
            db.session.rollback()
            took.append(seconds * 1000)
    return statistics.median(took), row.id


def close(month: date) -> None:
    """Take the month back, as the owner: the demo is as it was."""
    with create_engine(current_app.config["DATABASE_OWNER_URL"]).begin() as connection:
        connection.execute(WHOLE)
        for table in ("obligation", "due_day", "period"):
            connection.execute(text(f"DELETE FROM {table} WHERE month = :m"), {"m": month})


if __name__ == "__main__":
    main()
