"""Reports of the small world: compiled, submitted, returned, accepted; figures freeze."""

from datetime import date
from fractions import Fraction

import pytest
from alembic import command
from sqlalchemy import text, update

from app.core import scope
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import policies, results
from app.meetings.models import ClosedMonth, Meeting
from app.meetings.queries import is_closed
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.rollup import commands, queries
from app.rollup.rules import ReportState, Standing, add_up
from tests.factories import fill_cell, new_meeting, new_unit, rules_in_force, unit
from tests.meetings import NOW, who
from tests.periods import SEPTEMBER, open_, states
from tests.rollup import report, submit
from tests.test_migrations import settings

MOST = 40


pytestmark = pytest.mark.usefixtures("in_october", "system")


def test_a_month_compiles_from_what_is_approved() -> None:
    rows = queries.rows_now(unit("NORTH"), SEPTEMBER)
    assert [row.code for row in rows] == ["NORTH", "N1", "N2"]
    whole = add_up(rows)
    assert (whole.cells, whole.counted, whole.missing) == (2, 2, 0)
    assert (whole.attended, whole.due, whole.members) == (8, 10, 10)
    assert whole.weighted == whole.mean == Fraction(4, 5)
    assert (whole.official_mean, whole.official_ratings) == (92, {"TOT": 2})


def test_submitting_freezes_closes_and_locks() -> None:
    taken = submit()
    assert (taken.revision, taken.cells, taken.attended, taken.due) == (1, 2, 8, 10)
    assert (taken.unit_name, taken.superior_name) == ("Đảng bộ Phía Bắc", "Đảng ủy Khối")
    assert [one["name"] for one in taken.policies] == ["Theo HD 42-HD/BTCTW (v1)"]
    assert [one["name"] for one in taken.criteria] == ["Bộ tiêu chí thử (v1)"]
    assert [one["code"] for one in taken.scale] == ["TOT", "KHA", "TRUNG_BINH", "KEM"]
    assert report().state is ReportState.SUBMITTED
    assert is_closed(unit("N1").path, SEPTEMBER)
    assert not is_closed(unit("S1").path, SEPTEMBER)
    rows = queries.rows_of([taken.id])
    assert add_up(rows) == queries.figures_of(taken)
    assert db.session.query(Meeting).filter_by(result_state=ResultState.LOCKED).count() == 2


def test_what_is_submitted_cannot_be_changed_even_by_plain_sql(app) -> None:
    taken = submit()
    for statement in (
        "UPDATE snapshot SET attended = 9",
        "UPDATE snapshot_row SET name = 'x'",
        "DELETE FROM snapshot_row",
        "DELETE FROM snapshot_part",
        "DELETE FROM snapshot",
        "DELETE FROM amendment",
    ):
        with pytest.raises(Exception, match="permission denied"), db.session.begin_nested():
            db.session.execute(text(statement))
    more = text(
        "INSERT INTO snapshot_row (snapshot_id, unit_id, unit_path, of_unit_id, code, name,"
        " kind_code, is_cell, place, standing, cells) SELECT snapshot_id, unit_id, unit_path,"
        " :of, code, name, kind_code, is_cell, place, standing, 1 FROM snapshot_row LIMIT 1"
    )
    with pytest.raises(Exception, match="add up"), db.session.begin_nested():
        db.session.execute(more, {"of": unit("S1").id})
    assert add_up(queries.rows_of([taken.id])) == queries.figures_of(taken)
    assert queries.differing(SEPTEMBER) == []


def test_a_report_that_lacks_something_names_it_and_can_be_submitted_all_the_same() -> None:
    late = db.session.query(Meeting).filter_by(unit_id=unit("N2").id).one()
    late.result_state = ResultState.SUBMITTED
    with pytest.raises(commands.Incomplete) as told:
        submit()
    assert [name.split(" (")[0] for name in told.value.names] == ["Chi bộ Bắc Hai"]
    assert report().state is ReportState.DRAFT
    assert not is_closed(unit("N1").path, SEPTEMBER)
    taken = submit(incomplete=True)
    assert (taken.cells, taken.counted, taken.waiting, taken.due) == (2, 1, 1, 5)


def test_not_held_with_permission_is_neither_missing_nor_nought() -> None:
    row = db.session.query(Meeting).filter_by(unit_id=unit("N2").id).one()
    row.state, row.result_state, row.state_reason = (
        ScheduleState.NOT_HELD,
        ResultState.NONE,
        "Bão",
    )
    taken = submit()
    assert (taken.not_held, taken.missing, taken.counted) == (1, 0, 1)
    figures = queries.figures_of(taken)
    assert (figures.to_meet, figures.weighted) == (1, Fraction(4, 5))
    [kept] = [one for one in queries.rows_of([taken.id]) if one.code == "N2"]
    assert (kept.standing, kept.state_reason, kept.due) == (Standing.NOT_HELD, "Bão", 0)


def test_the_committees_own_meetings_count_too() -> None:
    new_meeting(unit("NORTH"), SEPTEMBER, type=MeetingType.BOARD, state=ScheduleState.HELD)
    new_meeting(unit("NORTH"), SEPTEMBER, type=MeetingType.BOARD)
    taken = submit()
    assert (taken.boards, taken.boards_held, taken.cells) == (2, 1, 2)


def test_the_level_above_returns_and_accepts() -> None:
    submit()
    with pytest.raises(RuleBroken, match="cấp trên"):
        commands.accept(report(), by=who("clerk_north"))
    with pytest.raises(RuleBroken):
        commands.accept(report(by="analyst"), by=who("clerk_south"))
    commands.return_(report(), by=who("analyst"), reason="Thiếu mục 6", at=NOW)
    assert (report().state, report().return_reason) == (ReportState.RETURNED, "Thiếu mục 6")
    assert not is_closed(unit("N1").path, SEPTEMBER)
    assert {one.result_state for one in db.session.query(Meeting)} == {ResultState.APPROVED}
    commands.write(report(), comments="Không", tasks_next="Như cũ", by=who("clerk_north"))
    again = submit()
    assert (again.revision, again.comments) == (2, "Không")
    commands.accept(report(), by=who("analyst"))
    assert report().state is ReportState.ACCEPTED
    with pytest.raises(RuleBroken):
        submit()
    first = queries.snapshots_of(report().id)[-1]
    assert (first.revision, first.comments) == (1, None)
    assert db.session.query(ClosedMonth).count() == 2


def test_the_level_above_builds_on_what_was_submitted() -> None:
    with pytest.raises(commands.Incomplete) as told:
        submit("ROOT")
    assert [name.split(" (")[0] for name in told.value.names] == [
        "Đảng bộ Phía Bắc",
        "Đảng bộ Phía Nam",
    ]
    north, south = submit("NORTH"), submit("SOUTH")
    whole = submit("ROOT")
    assert set(queries.parts_of([whole.id])) == {north.id, south.id}
    rows = queries.rows_of([whole.id])
    assert [row.standing for row in rows] == [Standing.COMMITTEE, Standing.HANDED, Standing.HANDED]
    assert (whole.committees, whole.handed, whole.cells, whole.attended) == (2, 2, 4, 16)
    assert whole.official_ratings == {"TOT": 4}
    assert report("ROOT").state is ReportState.ACCEPTED
    with pytest.raises(RuleBroken):
        commands.return_(report("NORTH"), by=who("analyst"), reason="Muộn rồi")


def test_what_below_has_not_submitted_is_counted_cell_by_cell() -> None:
    submit("NORTH")
    whole = submit("ROOT", incomplete=True)
    codes = [row.code for row in queries.rows_of([whole.id])]
    assert codes == ["ROOT", "NORTH", "SOUTH", "S1", "S2"]
    assert (whole.committees, whole.handed, whole.cells, whole.attended) == (2, 1, 4, 16)
    with pytest.raises(RuleBroken):
        submit("SOUTH")


def test_obligations_follow_the_report() -> None:
    open_(SEPTEMBER)
    assert states("NORTH", SEPTEMBER) == {"ROLL_UP": "OPEN", "SUBMISSION": "OPEN"}
    commands.compile(report(), by=who("clerk_north"), at=NOW)
    db.session.flush()
    assert states("NORTH", SEPTEMBER) == {"ROLL_UP": "DONE", "SUBMISSION": "OPEN"}
    submit()
    assert states("NORTH", SEPTEMBER) == {"ROLL_UP": "DONE", "SUBMISSION": "DONE"}
    commands.return_(report(), by=who("analyst"), reason="Thiếu", at=NOW)
    assert states("NORTH", SEPTEMBER) == {"ROLL_UP": "DONE", "SUBMISSION": "RETURNED"}
    submit("ROOT", incomplete=True)
    assert states("NORTH", SEPTEMBER) == {"ROLL_UP": "DONE", "SUBMISSION": "WAIVED"}
    assert states("SOUTH", SEPTEMBER) == {"ROLL_UP": "WAIVED", "SUBMISSION": "WAIVED"}
    assert states("ROOT", SEPTEMBER) == {"ROLL_UP": "DONE"}


def test_only_committees_report_and_only_a_month_that_is_over() -> None:
    with pytest.raises(RuleBroken):
        commands.report_for(unit("N1"), SEPTEMBER, by=who("clerk_north"))
    with pytest.raises(RuleBroken):
        commands.report_for(unit("SOUTH"), SEPTEMBER, by=who("clerk_north"))
    early = report(month=date(2026, 10, 1))
    with pytest.raises(RuleBroken):
        commands.compile(early, by=who("clerk_north"), at=NOW)


def test_a_submission_costs_the_same_statements_whatever_is_below(statements) -> None:
    policy, criteria_set = rules_in_force()
    for number in range(20):
        cell = new_unit(f"M{number}", f"Chi bộ {number}", "SUB_CELL", unit("SOUTH"))
        fill_cell(cell, policy, criteria_set)
    counts = {}
    for code in ("NORTH", "SOUTH"):
        report(code)
        db.session.flush()
        statements.clear()
        taken = submit(code)
        db.session.flush()
        counts[code] = len(statements)
    assert taken.cells == 22
    assert counts["NORTH"] == counts["SOUTH"] <= MOST


def test_months_closed_before_there_were_reports_count_as_reported(app) -> None:
    with scope.system():
        keys = {"unit_id": unit("NORTH").id, "unit_path": unit("NORTH").path}
        db.session.add(ClosedMonth(month=SEPTEMBER, closed_at=NOW, closed_by="clerk", **keys))
        db.session.commit()
    db.session.remove()
    db.engine.dispose()
    command.downgrade(settings(), "task_states")
    command.upgrade(settings(), "head")
    with scope.system():
        old = report()
        assert (old.state, old.submitted_at, old.submitted_by) == (
            ReportState.ACCEPTED,
            NOW,
            "clerk",
        )
        assert is_closed(unit("N1").path, SEPTEMBER)
        assert queries.snapshots_of(old.id) == []


def test_the_chain_has_as_many_levels_as_the_tree() -> None:
    section = new_unit("SEC", "Đảng bộ bộ phận", "SECTION_PC", unit("NORTH"))
    policy, criteria_set = rules_in_force()
    fill_cell(new_unit("SEC1", "Chi bộ Bộ phận", "SUB_CELL", section), policy, criteria_set)
    by = who("clerk_north")
    lowest = commands.submit(commands.report_for(section, SEPTEMBER, by=by), by=by, at=NOW)
    north, south = submit("NORTH"), submit("SOUTH")
    whole = submit("ROOT")
    assert (north.cells, north.committees, north.handed) == (3, 1, 1)
    assert (whole.cells, whole.committees, whole.handed, whole.attended) == (5, 3, 3, 20)
    assert set(queries.parts_of([whole.id])) == {lowest, north.id, south.id}
    every = queries.rows_of([whole.id, *queries.parts_of([whole.id])])
    cells = [row for row in every if row.is_cell]
    assert sorted(row.code for row in cells) == ["N1", "N2", "S1", "S2", "SEC1"]
    assert add_up(cells).attended == whole.attended
    assert {one.unit_id for one in queries.below(unit("NORTH"), SEPTEMBER)} == {section.id}


def test_what_is_closed_above_is_not_returned_even_when_the_report_above_is_not_seen() -> None:
    submit("NORTH")
    keys = {"unit_id": unit("ROOT").id, "unit_path": unit("ROOT").path}
    db.session.add(ClosedMonth(month=SEPTEMBER, closed_at=NOW, closed_by="x", **keys))
    db.session.flush()
    with pytest.raises(RuleBroken, match="đính chính"):
        commands.return_(report(), by=who("analyst"), reason="Xem lại")


def test_nothing_is_approved_in_a_month_that_has_been_submitted() -> None:
    late = db.session.query(Meeting).filter_by(unit_id=unit("N2").id).one()
    late.result_state = ResultState.SUBMITTED
    submit(incomplete=True)
    with pytest.raises(RuleBroken):
        results.approve(late, by=who("clerk_north"))


def test_months_before_the_committee_was_founded_are_not_reported() -> None:
    for month in (date(1950, 1, 1), date(2019, 12, 1)):
        with pytest.raises(RuleBroken, match="01/2020") as told:
            report(month=month)
        assert told.value.field == "month"
    assert report(month=date(2020, 1, 1)).state is ReportState.DRAFT
    # One that was begun before there was a bound goes no further.
    old = report(month=date(2020, 2, 1))
    unit("NORTH").valid_from = date(2020, 3, 9)
    db.session.flush()
    for deed in (commands.compile, commands.submit):
        with pytest.raises(RuleBroken, match="03/2020"):
            deed(old, by=who("clerk_north"), at=NOW)


def test_months_before_the_committee_was_founded_are_not_closed() -> None:
    closed = ClosedMonth(unit=unit("NORTH"), month=date(1950, 1, 1))
    with pytest.raises(RuleBroken, match="01/2020"), db.session.no_autoflush:
        policies.close_month(closed, by=who("clerk_north"), at=NOW)


def test_months_after_the_committee_ceased_are_not_reported() -> None:
    south = unit("SOUTH")
    old = report("SOUTH")
    south.valid_to = SEPTEMBER
    db.session.flush()
    assert queries.rows_now(south, SEPTEMBER) == []
    for deed in (commands.compile, commands.submit):
        with pytest.raises(RuleBroken, match="08/2026") as told:
            deed(old, by=who("clerk_south"), at=NOW)
        assert told.value.field == "month"
    closed = ClosedMonth(unit=south, month=SEPTEMBER)
    with pytest.raises(RuleBroken, match="08/2026"), db.session.no_autoflush:
        policies.close_month(closed, by=who("clerk_south"), at=NOW)


def test_the_month_in_which_the_committee_ceased_is_still_reported() -> None:
    unit("SOUTH").valid_to = date(2026, 9, 2)
    db.session.flush()
    assert submit("SOUTH", incomplete=True).cells == 2


def test_what_is_marked_secret_is_not_written_into_a_report() -> None:
    for field in ("comments", "tasks_next"):
        words = {"comments": "Tốt", "tasks_next": "Như cũ"} | {field: "Theo công văn TỐI MẬT"}
        with pytest.raises(RuleBroken, match="TỐI MẬT") as told:
            commands.write(report(), **words, by=who("clerk_north"))
        assert told.value.field == field
    submit()
    with pytest.raises(RuleBroken, match="MẬT"):
        commands.return_(report(), by=who("analyst"), reason="Xem lại (MẬT)", at=NOW)


def test_of_a_month_that_nobody_had_opened_the_late_are_counted_too() -> None:
    db.session.execute(update(Meeting).values(submitted_at=NOW))
    taken = submit()
    assert (taken.late, taken.cells) == (2, 2)
    assert states("N1", SEPTEMBER)["RESULT"] == "DONE"
