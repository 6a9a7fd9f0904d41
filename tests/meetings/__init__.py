"""Tests of meetings: the day they play on, and who acts."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.security.models import Assignment
from tests.factories import account

OCTOBER = date(2026, 10, 1)
NOW = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
"""The fifth of October 2026, ten in the morning on the office's wall."""


def who(username: str) -> Acting:
    """The member of the cast acting under the first assignment."""
    person = account(username)
    found = select(Assignment).where(Assignment.account_id == person.id)
    held = db.session.scalars(found).first()
    assert held is not None
    return Acting(
        account_id=person.id,
        username=username,
        name=username,
        assignment_id=held.id,
        role=held.role.name,
        unit_id=held.unit_id,
        unit_path=held.unit_path,
        unit_name="",
    )


def refused(step: Callable[[], object], field: str | None = None) -> str:
    """What ``step`` is refused with, beside ``field`` if one is named."""
    with pytest.raises(RuleBroken) as caught:
        step()
    if field:
        assert caught.value.field == field
    return caught.value.message


def at_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be ``NOW`` for everything that asks the clock."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", NOW.date)
