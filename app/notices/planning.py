"""The notices of a day and of an event, made once and for all."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, jobs
from app.core.db import db
from app.deadlines.rules import Stage
from app.notices import audience, events, queries
from app.notices.models import Notice, NoticePlan, NoticePreference
from app.notices.rules import CATCH_UP, Line, Wishes, chosen, event_of
from app.security.models import AuditEntry
from app.units.models import Unit
from app.units.rules import ids_of

AT_ONCE = 2_000
DIGEST = "notices.digest"


def plan(root: Unit, day: date, *, at: datetime) -> int:
    """Make the notices that the rules call for on ``day``, in a root's branch; how many are new.

    Safe to repeat: what was told stays told once.
    """
    lines, made = queries.lines(root.path, day), 0
    every = [line for several in lines.values() for line in several]
    if every:
        first = day - timedelta(days=max(0, *(line.offset_days for line in every)) + CATCH_UP)
        last = day - timedelta(days=min(0, *(line.offset_days for line in every)))
        for rows in queries.owed(root.path, first, last):
            made += _tell_some(rows, lines, day, at)
    db.session.add(
        NoticePlan(unit_id=root.id, unit_path=root.path, day=day, planned_at=at, made=made)
    )
    db.session.flush()
    return made


def _tell_some(rows: Sequence[Any], lines: queries.Lines, day: date, at: datetime) -> int:
    called = [
        (row, line)
        for row in rows
        for line in chosen(
            _nearest(row.unit_path, row.stage, lines), row.due_on, row.late_after, day
        )
    ]
    known = queries.holders(audience.units_asked(row.unit_path for row, _line in called), day)
    return _add(
        {
            "account_id": account_id,
            "unit_id": row.unit_id,
            "unit_path": row.unit_path,
            "kind": line.kind,
            "month": row.month,
            "stage": row.stage,
            "event": event_of(line, row.due_on),
            "told": line.told,
            "due_on": row.due_on,
            "said": None,
            "by_mail": line.by_mail,
            "created_at": at,
            "entry_id": None,
        }
        for row, line in called
        for account_id in audience.told(line.told, row.stage, row.unit_path, known)
    )


def _nearest(path: str, stage: Stage, lines: queries.Lines) -> Sequence[Line]:
    """The rules of the stage that the nearest owner has set, the unit itself included."""
    keys = ids_of(path)
    for length in range(len(keys), 0, -1):
        owner = "/" + "/".join(map(str, keys[:length])) + "/"
        if found := lines.get((owner, stage)):
            return found
    return ()


def tell(entries: Sequence[int], *, at: datetime) -> int:
    """Make the notices of what these entries of the audit log say; how many are new.

    Whoever did it is not told, nobody of what happens in a practice unit, and nothing that has
    been overtaken meanwhile.
    """
    asked = select(AuditEntry).join(Unit, Unit.id == AuditEntry.unit_id)
    found = db.session.scalars(
        asked.where(AuditEntry.id.in_(entries), ~Unit.is_practice).order_by(AuditEntry.id)
    ).all()
    known = queries.holders(
        audience.units_asked(row.unit_path for row in found), at.astimezone(clock.OFFICE).date()
    )
    happened = [(row, event) for row in found if (event := events.of(row))]
    return _add(
        {
            "account_id": account_id,
            "unit_id": row.unit_id,
            "unit_path": row.unit_path,
            "kind": event.kind,
            "month": event.month,
            "stage": event.stage,
            "event": f"audit:{row.id}",
            "told": event.told,
            "due_on": event.due_on,
            "said": event.said,
            "by_mail": True,
            "created_at": at,
            "entry_id": row.id,
        }
        for row, event in happened
        for account_id in event.whom(row.unit_path, known)
        if account_id != row.account_id
    )


def _add(rows: Iterable[dict[str, Any]]) -> int:
    """Add the notices that are not there yet; how many."""
    every, added = list(rows), 0
    for start in range(0, len(every), AT_ONCE):
        new = insert(Notice).values(every[start : start + AT_ONCE]).on_conflict_do_nothing()
        added += len(db.session.scalars(new.returning(Notice.id)).all())
    return added


def queue_digests(now: datetime) -> None:
    """Have an e-mail made for everybody whom one is to reach, each when he wants it.

    Whoever wants none is only told in the application.
    """
    moments = [
        (account_id, _wishes(kept).next_moment(now.astimezone(clock.OFFICE), last))
        for account_id, kept, last in queries.waiting()
        if _wishes(kept).by_mail
    ]
    jobs.put_each(DIGEST, "account_id", moments)


def _wishes(kept: NoticePreference | None) -> Wishes:
    return kept.wishes if kept else Wishes()
