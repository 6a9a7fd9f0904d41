"""The administrator's desk: what is missing or about to end in a branch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.core import jobs
from app.core.dated import holds_on
from app.core.db import db
from app.evaluations.models import CriteriaSet
from app.evaluations.rules import SetStatus
from app.notices.queries import last_plan
from app.people.models import Member
from app.people.queries import on_roll
from app.people.rules import Position
from app.security.models import Account, Assignment
from app.security.rules import RoleName
from app.units.models import Unit
from app.units.queries import at_work, below, counted
from app.units.rules import depth

SHOWN = 6
"""So many of each kind are named; the count says how many there are."""
SOON = timedelta(days=90)
JOBS_COUNTED = 100


@dataclass(frozen=True)
class Found:
    """Rows that need a hand, the first of them, and how many there are."""

    count: int
    rows: Sequence[Any]


def findings(path: str, today: date, now: datetime) -> dict[str, Any]:
    """All that the desk shows of the branch at ``path``."""
    return {
        "counts": counts(path, today),
        "without_account": cells_without_account(path, today),
        "without_secretary": cells_without_secretary(path, today),
        "never_used": accounts_never_used(),
        "locked": accounts_locked(now),
        "ending_sets": sets_ending(today),
        "sets_in_force": sets_in_force(today),
        "ending_assignments": assignments_ending(today),
        "failed_jobs": failed_jobs() if depth(path) == 1 else None,
        "last_plan": last_plan(),
    }


def counts(path: str, today: date) -> dict[str, int]:
    """How many units, cells, members and accounts at work the branch has."""
    units = select(func.count()).where(below(path), at_work(today), counted())
    members = select(func.count(Member.id)).where(
        or_(Member.left_on.is_(None), Member.left_on > today)
    )
    found = select(
        units.scalar_subquery(),
        units.where(Unit.is_cell).scalar_subquery(),
        members.scalar_subquery(),
        select(func.count(Account.id)).where(Account.active).scalar_subquery(),
    )
    return dict(
        zip(("units", "cells", "members", "accounts"), db.session.execute(found).one(), strict=True)
    )


def cells_without_account(path: str, today: date) -> Found:
    """Cells in which no active account holds the role of secretary."""
    held = exists().where(
        Assignment.unit_id == Unit.id,
        Assignment.role == RoleName.Secretary,
        holds_on(Assignment, today),
        Account.id == Assignment.account_id,
        Account.active,
    )
    return _found(
        select(Unit)
        .options(joinedload(Unit.parent))
        .where(below(path), Unit.is_cell, at_work(today), counted(), ~held)
        .order_by(Unit.path)
    )


def cells_without_secretary(path: str, today: date) -> Found:
    """Cells that keep their members by name, none of whom is their secretary today."""
    held = exists().where(
        Member.unit_id == Unit.id, Member.position == Position.SECRETARY, on_roll(today)
    )
    return _found(
        select(Unit)
        .options(joinedload(Unit.parent))
        .where(below(path), Unit.is_cell, Unit.names_kept, at_work(today), counted(), ~held)
        .order_by(Unit.path)
    )


def accounts_locked(now: datetime) -> Found:
    """Active accounts that are locked after too many wrong passwords."""
    return _found(
        select(Account)
        .where(Account.active, Account.locked_until > now)
        .order_by(Account.locked_until)
    )


def accounts_never_used() -> Found:
    """Active accounts with which nobody has logged in yet."""
    return _found(
        select(Account)
        .where(Account.active, Account.last_login.is_(None))
        .order_by(Account.username)
    )


def sets_ending(today: date) -> Found:
    """Criteria sets in force that end soon."""
    return _found(
        select(CriteriaSet)
        .where(CriteriaSet.status == SetStatus.ACTIVE)
        .where(CriteriaSet.valid_to > today, CriteriaSet.valid_to <= today + SOON)
        .order_by(CriteriaSet.valid_to)
    )


def sets_in_force(today: date) -> int:
    """How many criteria sets the branch may score by today."""
    return (
        db.session.scalar(
            select(func.count(CriteriaSet.id)).where(
                CriteriaSet.status == SetStatus.ACTIVE, holds_on(CriteriaSet, today)
            )
        )
        or 0
    )


def failed_jobs() -> Found:
    """Jobs that the runner has given up: those of a root look after them."""
    rows = jobs.failed(JOBS_COUNTED)
    return Found(len(rows), rows[:SHOWN])


def assignments_ending(today: date) -> Found:
    """Assignments in force that end soon."""
    return _found(
        select(Assignment)
        .options(joinedload(Assignment.account), joinedload(Assignment.unit))
        .where(holds_on(Assignment, today), Assignment.valid_to <= today + SOON)
        .order_by(Assignment.valid_to)
    )


def _found(query: Any) -> Found:
    """The first rows and how many there are, in one statement."""
    rows = db.session.execute(query.add_columns(func.count().over()).limit(SHOWN)).unique().all()
    return Found(rows[0][1] if rows else 0, [row[0] for row in rows])
