"""How long it takes until a month has gone up through all committees of a province.

Uses the demo of NEP_INSTANCE, best one of a province, and keeps nothing of it:

    NEP_INSTANCE=/somewhere flask --app run demo --size province
    NEP_INSTANCE=/somewhere python bench/rollup.py

Every committee submits and is accepted, the lowest first, through the commands of the screens; the
whole may take a minute.
"""

import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select  # noqa: E402 - after the path is set

from app import create_app  # noqa: E402
from app.core import cli, clock, months, scope  # noqa: E402
from app.core.acting import Acting  # noqa: E402
from app.core.db import db  # noqa: E402
from app.rollup import commands, page, queries  # noqa: E402
from app.units.models import Unit  # noqa: E402

MOST_SECONDS = 60


def acting(unit: Unit) -> Acting:
    """A clerk of the unit."""
    return Acting(0, "bench", "bench", 0, "DutyClerk", unit.id, unit.path, unit.name)


def go_up(units: list[Unit], month: Any) -> int:
    """Hand the month up from level to level; the key of what the root concluded."""
    root = acting(units[-1])
    for unit in units:
        report = commands.report_for(unit, month, by=acting(unit))
        key = commands.submit(report, by=acting(unit), incomplete=True)
        if unit is not units[-1]:
            commands.accept(report, by=root)
    db.session.flush()
    return key


def main() -> int:
    """Measure, say it, undo it; 1 when it took too long or a total is wrong."""
    app = create_app()
    with cli.database(app), app.app_context(), scope.system():
        lowest_first = select(Unit).where(~Unit.is_cell, ~Unit.is_practice)
        found = lowest_first.order_by(func.length(Unit.path).desc(), Unit.path)
        units = list(db.session.scalars(found))
        month = months.add(months.first_of(clock.today()), -1)
        known = queries.report_of(units[-1].id, month)
        if known is not None:
            print(f"{month:%m/%Y} has been reported already.")
            return 0
        start = time.perf_counter()
        key = go_up(units, month)
        took = time.perf_counter() - start
        wrong = queries.differing(month)
        start = time.perf_counter()
        with app.test_request_context():
            whole = page.shown(units[-1], month, whole=True)
        shown = time.perf_counter() - start
        figures = whole.whole
        print(
            f"{len(units)} committees, {figures.cells} cells: {took:.1f} s;"
            f" the report of the root with all its cells {shown:.1f} s;"
            f" {figures.handed} submitted, {len(wrong)} totals wrong, snapshot {key}"
        )
        db.session.rollback()
    return int(took > MOST_SECONDS or bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
