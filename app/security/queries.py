"""Reads of accounts and assignments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select, text

from app.core.db import db
from app.security.models import Account, Assignment, AuditEntry


def assignments_from(account_id: int, day: date) -> Sequence[Any]:
    """The account's assignments on ``day`` and to come, oldest first, wherever they are.

    Rows of id, role, unit_id, unit_path, unit_name, valid_from. Asked through a function of the
    database that reads beyond the scope: at login there is none, and an administrator must not
    touch an account that holds a role elsewhere.
    """
    found = text("SELECT * FROM assignments_from(:account, :day)")
    return db.session.execute(found, {"account": account_id, "day": day}).all()


def practice_of(account_id: int, day: date) -> Any:
    """The account's open practice cell and its superior on ``day``, or ``None``.

    A row of unit_id, unit_path, unit_name, superior_id, superior_path, superior_name, valid_to;
    asked beyond the scope, as ``assignments_from`` is. The database answers practice trees only.
    """
    found = text("SELECT * FROM practice_of(:account, :day)")
    return db.session.execute(found, {"account": account_id, "day": day}).first()


def held_already(new: Assignment) -> bool:
    """Whether the account has the same role at the same unit on a day of the new assignment."""
    same = (
        Assignment.account_id == new.account.id,
        Assignment.role == new.role,
        Assignment.unit_id == new.unit.id,
        or_(Assignment.valid_to.is_(None), Assignment.valid_to > new.valid_from),
    )
    found = select(Assignment.id).where(*same)
    if new.valid_to is not None:
        found = found.where(Assignment.valid_from < new.valid_to)
    return db.session.scalar(found.limit(1)) is not None


def account_by_name(name: str) -> Account | None:
    """The account with this user name, or this address, whatever the case."""
    wanted = name.lower()
    by_name = or_(func.lower(Account.username) == wanted, func.lower(Account.email) == wanted)
    found = select(Account).where(by_name).order_by(func.lower(Account.username) != wanted).limit(1)
    return db.session.scalars(found).first()


def last_deed(row: Any) -> AuditEntry | None:
    """The last entry of the log about ``row``; rows of lists that have codes are not in it."""
    key = getattr(row, "id", None) or getattr(row, "meeting_id", None)
    if key is None:
        return None
    asked = select(AuditEntry).where(
        AuditEntry.subject == row.__tablename__, AuditEntry.subject_id == key
    )
    return db.session.scalars(asked.order_by(AuditEntry.id.desc()).limit(1)).first()
