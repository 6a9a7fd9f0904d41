"""What an old committee had locked before the cell moved to one whose month is still open."""

from datetime import date

import pytest

from app.core import scope
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import policies, results
from app.meetings.models import ClosedMonth
from app.meetings.rules import ResultState
from app.rollup import commands, queries
from app.rollup.models import Amendment
from app.rollup.rules import add_up
from app.units import commands as units
from app.units.rules import Decision
from tests.factories import unit
from tests.meetings import NOW, who
from tests.periods import SEPTEMBER
from tests.rollup import meeting, report, submit

MOVES = [date(2026, 9, 10), date(2026, 10, 2)]
"""In the month that was locked, and after it."""


pytestmark = pytest.mark.usefixtures("in_october")


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


def amend(by: str, code: str = "N1", speakers: int = 1) -> Amendment:
    [made] = commands.amend(
        meeting(code), {"speakers": speakers}, by=who(by), reason="Đếm nhầm", at=NOW
    )
    db.session.flush()
    return made


def refused(by: str, code: str = "N1") -> str:
    with pytest.raises(RuleBroken) as told, db.session.begin_nested():
        amend(by, code)
    return told.value.message


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("day", MOVES)
class TestAmending:
    def test_what_another_committee_has_reported_is_amended_above_both_at_once(self, day) -> None:
        taken = submit()
        move(day)
        assert refused("clerk_north")
        assert "đã báo cáo tháng này" in refused("clerk_south")
        made = amend("analyst")
        assert (made.snapshot_id, made.unit_path) == (taken.id, unit("N1").path)
        # What was frozen stays, and what comes later counts the cell no second time.
        assert add_up(queries.rows_of([taken.id])) == queries.figures_of(taken)
        assert meeting().result_state is ResultState.LOCKED
        whole = submit("ROOT", incomplete=True)
        assert whole.cells == 4

    def test_its_new_committee_does_not_amend_it_after_closing_either(self, day) -> None:
        submit()
        commands.accept(report(), by=who("analyst"))
        move(day)
        submit("SOUTH", incomplete=True)
        assert "đã báo cáo tháng này" in refused("clerk_south")
        amend("analyst")
        amend("clerk_south", "S1")

    def test_what_was_closed_without_a_report_is_amended_by_the_new_committee(self, day) -> None:
        closed = ClosedMonth(unit=unit("NORTH"), month=SEPTEMBER)
        policies.close_month(closed, by=who("analyst"), at=NOW)
        move(day)
        made = amend("clerk_south")
        assert (made.snapshot_id, made.new_value) == (None, "1")

    def test_within_ones_own_branch_the_old_report_is_not_for_the_new_committee(
        self, app, day
    ) -> None:
        """As the database shows it to who acts there: the old committee's rows are out of sight."""
        submit()
        move(day)
        db.session.commit()
        clerk = who("clerk_south")
        with app.app_context(), scope.entered(scope.branch(clerk.unit_path)):
            assert "đã báo cáo tháng này" in refused_to(clerk)
        chief = who("analyst")
        with app.app_context(), scope.entered(scope.branch(chief.unit_path)):
            [made] = commands.amend(meeting(), {"speakers": 1}, by=chief, reason="Đếm nhầm", at=NOW)
            assert made.snapshot_id


def refused_to(by) -> str:
    with pytest.raises(RuleBroken) as told, db.session.begin_nested():
        commands.amend(meeting(), {"speakers": 1}, by=by, reason="Đếm nhầm", at=NOW)
    return told.value.message


@pytest.mark.usefixtures("system")
def test_what_was_locked_by_hand_in_an_open_month_is_amended_above_the_cell() -> None:
    results.lock(meeting(), by=who("clerk_north"), at=NOW)
    assert amend("clerk_north").new_value == "1"
    assert "còn mở" in refused("clerk_north", "N2")
