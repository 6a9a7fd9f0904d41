"""What an old committee had locked before the cell moved to one whose month is still open."""

from datetime import date

import pytest
from sqlalchemy import select

from app.core.db import db
from app.meetings import results
from app.meetings.models import Meeting
from app.meetings.rules import ResultState
from app.rollup import commands
from app.units import commands as units
from app.units.rules import Decision
from tests.factories import unit
from tests.meetings import NOW, at_the_desk, who
from tests.periods import SEPTEMBER
from tests.rollup.test_commands import report, submit

MOVES = [date(2026, 9, 10), date(2026, 10, 2)]
"""In the month that was locked, and after it."""


@pytest.fixture(autouse=True)
def _in_october(monkeypatch) -> None:
    at_the_desk(monkeypatch)


def meeting(code: str = "N1") -> Meeting:
    return db.session.scalars(
        select(Meeting).where(Meeting.unit_id == unit(code).id, Meeting.month == SEPTEMBER)
    ).one()


def move(day: date, code: str = "N1", to: str = "SOUTH") -> None:
    db.session.flush()
    units.move(unit(code), unit(to), Decision(day, "907-QĐ/TU"), by=who("admin"))
    db.session.flush()


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("day", MOVES)
class TestReopening:
    def test_what_a_closing_had_locked_is_free_again_wherever_it_hangs(self, day) -> None:
        submit()
        move(day)
        assert meeting().result_state is ResultState.LOCKED
        commands.return_(report(), by=who("analyst"), reason="Thiếu mục 6", at=NOW)
        assert meeting().result_state is ResultState.APPROVED
        # Nothing is in the way of its new committee.
        results.return_result(meeting(), by=who("clerk_south"), reason="Đếm lại", at=NOW)

    def test_what_its_new_committee_has_closed_meanwhile_stays_locked(self, day) -> None:
        submit()
        move(day)
        submit("SOUTH", incomplete=True)
        commands.return_(report(), by=who("analyst"), reason="Thiếu mục 6", at=NOW)
        assert meeting().result_state is ResultState.LOCKED
        assert meeting("S1").result_state is ResultState.LOCKED
        assert meeting("N2").result_state is ResultState.APPROVED
