"""Reads of accounts and assignments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select, text

from app.core.db import db
from app.security.models import Account


def assignments_from(account_id: int, day: date) -> Sequence[Any]:
    """The account's assignments on ``day`` and to come, oldest first, wherever they are.

    Rows of id, role, unit_id, unit_path, unit_name, valid_from. Asked through a function of the
    database that reads beyond the scope: at login there is none, and an administrator must not
    touch an account that holds a role elsewhere.
    """
    found = text("SELECT * FROM assignments_from(:account, :day)")
    return db.session.execute(found, {"account": account_id, "day": day}).all()


def account_by_name(name: str) -> Account | None:
    """The account with this user name, or this address, whatever the case."""
    wanted = name.lower()
    by_name = or_(func.lower(Account.username) == wanted, func.lower(Account.email) == wanted)
    found = select(Account).where(by_name).order_by(func.lower(Account.username) != wanted).limit(1)
    return db.session.scalars(found).first()
