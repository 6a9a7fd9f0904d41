"""Tests of notices: their rules, their pages, their e-mails and the runner."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from app.core.db import db
from app.notices import commands, planning
from app.notices.models import Notice
from app.security.models import Account
from tests.factories import FOUNDED, unit
from tests.periods import open_

MORNING = datetime(2026, 10, 5, 3, tzinfo=UTC)
"""Ten o'clock of the office, outside the quiet time."""


def opened() -> None:
    """October is open and the shipped rules are in force."""
    commands.give_shipped(unit("ROOT"), since=FOUNDED)
    open_()


def plan(day: date, at: datetime = MORNING) -> int:
    """The notices of a day are made for the root; how many are new."""
    return planning.plan(unit("ROOT"), day, at=at)


def told(*more: str) -> list[tuple[str, ...]]:
    """Who was told what of which unit: account, unit, stage, kind, and more columns."""
    asked = select(Notice, Account.username).join(Account, Account.id == Notice.account_id)
    return sorted(
        (name, one.unit.code, one.stage.name, one.kind.name, *(str(getattr(one, k)) for k in more))
        for one, name in db.session.execute(asked)
    )
