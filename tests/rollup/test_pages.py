"""The screens of monthly reports and amendments: who sees and does what, the file, the costs."""

import pytest
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.rollup.models import MonthlyReport
from app.rollup.rules import ReportState
from tests.factories import unit
from tests.meetings import at_the_desk

PAGE = "/monthly-report/?month=09/2026"


@pytest.fixture(autouse=True)
def _in_october(monkeypatch) -> None:
    at_the_desk(monkeypatch)


def at(app, code: str = "NORTH") -> str:
    with app.app_context(), scope.system():
        return f"unit={unit(code).id}&month=09/2026"


def state(app, code: str = "NORTH") -> ReportState | None:
    with app.app_context(), scope.system():
        found = select(MonthlyReport.state).where(MonthlyReport.unit_id == unit(code).id)
        return db.session.scalar(found)


def test_the_clerk_compiles_writes_and_submits(app, login) -> None:
    clerk = login("clerk_north")
    page = clerk.get(PAGE).text
    assert "8/10" in page
    assert "2/2" in page
    assert "Chi bộ Bắc Một" in page
    where = at(app)
    sent = {"comments": "Còn ít ý kiến", "tasks_next": "Chuyên đề", "confirm": "1"}
    assert clerk.post(f"/monthly-report/write?{where}", data=sent).status_code == 302
    assert "Còn ít ý kiến" in clerk.get(PAGE).text
    clerk.post(f"/monthly-report/submit?{where}")
    assert state(app) is ReportState.SUBMITTED
    page = clerk.get(PAGE).text
    assert "Còn ít ý kiến" in page
    assert "<textarea" not in page
