"""Two at once: who writes a month and who closes it wait for each other."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import results
from app.meetings.models import Meeting
from app.meetings.queries import is_closed
from app.meetings.rules import ResultState
from app.rollup import commands, queries
from tests.factories import unit
from tests.meetings import NOW, who
from tests.periods import SEPTEMBER

pytestmark = pytest.mark.usefixtures("in_october", "app")


def sent() -> Meeting:
    """The September of the first cell."""
    asked = select(Meeting).where(Meeting.unit_id == unit("N1").id, Meeting.month == SEPTEMBER)
    return db.session.scalars(asked).one()


def beside(app: Flask, act: Callable[[], Any], said: list[str]) -> Thread:
    """Run ``act`` in a transaction of its own; ``said`` gets what it was refused with."""

    def run() -> None:
        with app.app_context(), scope.system():
            try:
                act()
                db.session.commit()
                said.append("done")
            except RuleBroken as refused:
                said.append(refused.message)

    thread = Thread(target=run)
    thread.start()
    thread.join(0.5)
    return thread


def submit() -> None:
    report = commands.report_for(unit("NORTH"), SEPTEMBER, by=who("clerk_north"))
    commands.submit(report, by=who("clerk_north"), at=NOW, incomplete=True)


def send_back() -> None:
    results.return_result(sent(), by=who("clerk_north"), reason="Ghi lại", at=NOW)


def waiting(app: Flask) -> None:
    with app.app_context(), scope.system():
        sent().result_state = ResultState.SUBMITTED
        db.session.commit()


def test_who_writes_while_the_month_is_submitted_finds_it_closed(app: Flask) -> None:
    waiting(app)
    said: list[str] = []
    with app.app_context(), scope.system():
        submit()
        writer = beside(app, send_back, said)
        assert writer.is_alive()
        db.session.commit()
    writer.join(30)
    assert said == ["Tháng 09/2026 đã khóa, không sửa được nữa."]
    with app.app_context(), scope.system():
        assert sent().result_state is not ResultState.RETURNED


def test_who_submits_waits_for_a_writer_and_freezes_what_was_written(app: Flask) -> None:
    waiting(app)
    said: list[str] = []
    with app.app_context(), scope.system():
        send_back()
        submitter = beside(app, submit, said)
        assert submitter.is_alive()
        db.session.commit()
    submitter.join(30)
    assert said == ["done"]
    with app.app_context(), scope.system():
        frozen = queries.snapshots_of(queries.report_of(unit("NORTH").id, SEPTEMBER).id)[0]
        assert (frozen.counted, frozen.missing) == (1, 1)
        assert is_closed(unit("N1").path, SEPTEMBER)
