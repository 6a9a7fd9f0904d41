"""Reads of meetings."""

from datetime import date, datetime, timedelta

import pytest

from app.core import clock, scope
from app.core.db import db
from app.meetings import queries
from app.meetings.models import AttendancePolicy, ClosedMonth
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from tests import factories
from tests.factories import FOUNDED, MONTH, new_meeting, unit

NEXT = date(2026, 10, 1)


def owned(code: str) -> dict[str, object]:
    owner = unit(code)
    return {"unit_id": owner.id, "unit_path": owner.path}


@pytest.mark.usefixtures("system")
class TestCellsOfMonth:
    def test_each_cell_stands_once_with_its_finished_meeting(self) -> None:
        rows = queries.cells_of_month(MONTH)
        assert [row.code for row in rows] == ["N1", "N2", "S1", "S2"]
        first = rows[0]
        assert (first.parent_code, first.parent_name) == ("NORTH", "Đảng bộ Phía Bắc")
        assert first.result_state is ResultState.APPROVED
        assert (first.attended, first.due, first.excused) == (4, 5, 1)
        assert first.reported
        assert first.share is not None

    def test_a_cell_without_meeting_is_missing_not_zero(self) -> None:
        row = queries.cells_of_month(NEXT)[0]
        assert (row.meeting_id, row.state, row.share, row.attended) == (None, None, None, None)
        assert row.schedule_due == date(2026, 9, 25)
        assert row.result_due == date(2026, 11, 2)
        assert not row.schedule_late(date(2026, 9, 25))
        assert row.schedule_late(date(2026, 9, 26))

    def test_thematic_meetings_do_not_double_a_cell(self) -> None:
        new_meeting(unit("N1"), MONTH, type=MeetingType.THEMATIC)
        assert len(queries.cells_of_month(MONTH)) == 4

    def test_a_meeting_not_held_has_no_result_due(self) -> None:
        new_meeting(unit("N1"), NEXT, state=ScheduleState.NOT_HELD)
        row = queries.cells_of_month(NEXT)[0]
        assert row.result_due is None
        assert not row.result_late(date(2027, 1, 1))

    def test_ceased_practice_and_later_cells_are_left_out(self) -> None:
        unit("N1").valid_to = NEXT
        unit("N2").is_practice = True
        unit("S1").valid_from = date(2026, 11, 1)
        db.session.flush()
        assert [row.code for row in queries.cells_of_month(NEXT)] == ["S2"]
        assert [row.code for row in queries.cells_of_month(MONTH)] == ["N1", "S2"]

    def test_it_takes_two_statements(self, statements: list[str]) -> None:
        db.session.rollback()
        db.session.connection()
        statements.clear()
        queries.cells_of_month(MONTH)
        assert len(statements) == 2


@pytest.mark.parametrize(("code", "seen"), [("NORTH", ["N1", "N2"]), ("N1", ["N1"])])
def test_a_branch_sees_its_cells_and_the_name_above(app, code: str, seen: list[str]) -> None:
    with app.app_context():
        with scope.system():
            path = unit(code).path
        with scope.entered(scope.branch(path)):
            rows = queries.cells_of_month(MONTH)
            assert [row.code for row in rows] == seen
            assert {row.parent_name for row in rows} == {"Đảng bộ Phía Bắc"}


@pytest.mark.usefixtures("system")
class TestRulesInForce:
    def test_the_latest_revision_of_the_nearest_owner_counts(self) -> None:
        path = unit("N1").path
        old = queries.policy_on(path, MONTH)
        assert old is not None
        assert old.code == "HD42"
        for revision in (1, 2):
            db.session.add(
                AttendancePolicy(
                    code="N",
                    name="Bắc",
                    revision=revision,
                    valid_from=date(2026, 10, 1),
                    **owned("NORTH"),
                )
            )
        db.session.flush()
        found = queries.policy_on(path, NEXT)
        assert found is not None
        assert (found.code, found.revision) == ("N", 2)
        assert queries.policy_on(path, MONTH) is old
        assert queries.policy_on(unit("S1").path, NEXT) is old
        assert queries.policy_on(path, FOUNDED - timedelta(days=1)) is None

    def test_a_month_closed_above_is_closed_below(self) -> None:
        db.session.add(
            ClosedMonth(month=MONTH, closed_at=clock.now(), closed_by="x", **owned("NORTH"))
        )
        db.session.flush()
        assert queries.is_closed(unit("N1").path, MONTH)
        assert not queries.is_closed(unit("N1").path, NEXT)
        assert not queries.is_closed(unit("S1").path, MONTH)

    def test_a_unit_has_no_version_before_it_was_founded(self) -> None:
        cell = unit("N1")
        assert queries.version_on(cell.id, FOUNDED) is not None
        assert queries.version_on(cell.id, FOUNDED - timedelta(days=1)) is None

    def test_the_other_meeting_of_a_month_is_found(self) -> None:
        cell = unit("N1")
        key = queries.monthly_meeting(cell.id, MONTH)
        assert key is not None
        assert queries.monthly_meeting(cell.id, MONTH, but=key) is None

    def test_the_last_meeting_is_the_latest_month(self) -> None:
        cell = unit("N1")
        made = new_meeting(cell, NEXT, planned_at=datetime.fromisoformat("2026-10-03 19:30"))
        assert queries.last_meeting(cell.id) is made
        assert queries.last_meeting(factories.unit("ROOT").id) is None
