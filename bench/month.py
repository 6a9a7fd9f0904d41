"""A month of a province from its opening to the table of the root, as its offices would do it.

Uses the demo of NEP_INSTANCE, best one of a province, and keeps nothing of it:

    NEP_INSTANCE=/somewhere flask --app run demo --size province
    NEP_INSTANCE=/somewhere python bench/month.py

A month is opened, the cells that owe something are reminded, what was sent is reviewed and
decided together, and every committee hands its report up, the lowest first: all through the
commands of the screens. The whole may take five minutes.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select, text  # noqa: E402 - after the path is set

from app import create_app  # noqa: E402
from app.core import cli, clock, months, scope  # noqa: E402
from app.core.db import db  # noqa: E402
from app.core.errors import RuleBroken  # noqa: E402
from app.dashboard import chase, lights  # noqa: E402
from app.meetings import results  # noqa: E402
from app.meetings.models import Meeting  # noqa: E402
from app.periods import commands as periods  # noqa: E402
from app.reminders import commands as reminders  # noqa: E402
from app.review import commands as reviewing  # noqa: E402
from app.review.cases import review  # noqa: E402
from app.rollup import queries as frozen  # noqa: E402
from app.units.models import Unit  # noqa: E402
from bench.rollup import acting, go_up  # noqa: E402

MOST_SECONDS = 300
FURTHER = 6
"""So many months later nobody has opened anything."""


def taken_back(month: Any) -> None:
    """Nothing of the month is decided yet: what was sent waits."""
    db.session.execute(
        text(
            "UPDATE meeting SET result_state = 'SUBMITTED' WHERE month = :month AND result_state"
            " IN ('APPROVED', 'LOCKED')"
        ),
        {"month": month},
    )
    layers = ", ".join(
        f"{layer}_{part} = NULL"
        for layer in ("verified", "official")
        for part in ("total", "rating_code", "at", "by")
    )
    db.session.execute(
        text(
            f"UPDATE evaluation SET state = 'SELF_SCORED', {layers} FROM meeting"
            " WHERE meeting.id = evaluation.meeting_id AND meeting.month = :month"
            " AND evaluation.state IN ('VERIFIED', 'OFFICIAL')"
        ),
        {"month": month},
    )


def opened(root: Unit, month: Any) -> str:
    """Open a month that nobody has opened, and once more the month that is worked on."""
    fresh = periods.open_month(root, months.add(month, FURTHER), by=None).total
    again = periods.open_month(root, month, by=None).total
    return f"{fresh.added:,} obligations added, {again.changed:,} changed"


def chased(root: Unit, month: Any) -> str:
    """Remind every cell that owes something, each with its own text."""
    rows = lights.pressing(chase.boards(month, clock.today()))
    now = clock.wall()
    said = {one.cell.unit_path: chase.reminder([one], month, now, "https://x/") for one in rows}
    return f"{len(reminders.note(said, month, by=acting(root))):,} cells reminded"


def decided(root: Unit, month: Any) -> str:
    """Decide what has no exceptions together, then the exceptions one by one."""
    by, found = acting(root), review(root.path, month, clock.today())
    told = [f"{len(found.exceptions):,} exceptions"]
    for deed in ("approve", "make_official"):
        done, refused = 0, Counter[str]()
        for meeting in _meetings(found.rest(deed)):
            try:
                with db.session.begin_nested():
                    reviewing.DEEDS[deed](meeting, by=by)
                done += 1
            except RuleBroken as error:
                refused[error.message] += 1
        told.append(f"{deed} {done:,}" + (f", refused {dict(refused)}" if refused else ""))
    waiting = [one for one in found.exceptions if one.held_back and one.waits_for("approve")]
    asked = [one.cell.meeting_id for one in waiting if one.cell.meeting_id]
    for meeting in _meetings(asked):
        with db.session.begin_nested():
            results.approve(meeting, by=by)
    return ", ".join([*told, f"{len(asked):,} exceptions approved"])


def _meetings(keys: Sequence[int]) -> Sequence[Meeting]:
    return db.session.scalars(select(Meeting).where(Meeting.id.in_(keys))).all()


def rolled_up(root: Unit, month: Any) -> str:
    """Every committee submits and is accepted, the lowest first."""
    lowest_first = select(Unit).where(~Unit.is_cell, ~Unit.is_practice)
    order = lowest_first.order_by(func.length(Unit.path).desc(), Unit.path)
    units = list(db.session.scalars(order))
    assert units[-1] is root
    key = go_up(units, month)
    wrong = frozen.differing(month)
    if wrong:
        raise SystemExit(f"totals differ from their rows: {wrong}")
    return f"{len(units):,} committees, frozen figures {key}, no total wrong"


STEPS: tuple[Callable[[Unit, Any], str], ...] = (opened, chased, decided, rolled_up)


def main() -> int:
    """Measure, say it, undo it; 1 when it took too long."""
    app = create_app()
    with cli.database(app), app.test_request_context(), scope.system():
        root = db.session.scalars(
            select(Unit).where(Unit.parent_id.is_(None), ~Unit.is_practice)
        ).one()
        month = months.add(months.first_of(clock.today()), -1)
        cells = db.session.scalar(select(func.count()).select_from(Unit).where(Unit.is_cell))
        print(f"{cells:,} cells, {month:%m/%Y}")
        if frozen.report_of(root.id, month) is not None:
            print("This month has been reported already.")
            return 0
        taken_back(month)
        whole = 0.0
        for step in STEPS:
            began, worked = time.perf_counter(), time.process_time()
            told = step(root, month)
            db.session.flush()
            took, own = time.perf_counter() - began, time.process_time() - worked
            whole += took
            print(f"{step.__name__:10} {took:6.1f} s (Python {own:.1f} s)  {told}")
        print(f"{'together':10} {whole:6.1f} s of {MOST_SECONDS}")
        db.session.rollback()
    return int(whole > MOST_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
