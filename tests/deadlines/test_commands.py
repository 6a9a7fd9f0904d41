"""Setting deadlines and days off: who may, what is refused, what a branch goes by then."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.core import scope
from app.core.db import db
from app.deadlines import commands, queries
from app.deadlines.models import DeadlineRule, Holiday
from app.deadlines.rules import Rule, Shift, Stage
from app.deadlines.setup import load_calendar
from app.units import branches
from tests.factories import FOUNDED, MONTH, unit
from tests.meetings import refused, who

OCTOBER = date(2026, 10, 1)
pytestmark = pytest.mark.usefixtures("system")


def deadline(code: str = "NORTH", **values: object) -> DeadlineRule:
    kept = {"stage": Stage.RESULT, "offset_days": 5, "valid_from": FOUNDED} | values
    return DeadlineRule(unit=unit(code), **kept)


def test_the_nearest_rule_holds() -> None:
    commands.add_deadline(deadline(), by=who("admin_north"))
    db.session.flush()
    north = queries.timetable(unit("N1").path, MONTH)
    south = queries.timetable(unit("S1").path, MONTH)
    assert north.rule(Stage.RESULT).offset_days == 5
    # A stage that follows another follows the nearest word on it.
    assert north.rule(Stage.SELF_SCORE).offset_days == 5
    assert south.rule(Stage.RESULT).offset_days == 2


def test_a_rule_ends() -> None:
    commands.add_deadline(deadline(valid_to=OCTOBER), by=who("admin_north"))
    db.session.flush()
    found = [queries.timetable(unit("N1").path, day) for day in (MONTH, OCTOBER)]
    assert [one.rule(Stage.RESULT).offset_days for one in found] == [5, 2]


def test_without_any_rule_the_usual_ones_hold() -> None:
    found = queries.timetable(unit("N1").path, date(2019, 12, 1))
    assert found.rules == {}
    assert found.rule(Stage.RESULT) == Rule(offset_days=2)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"valid_to": FOUNDED}, "valid_to"),
        ({"offset_days": 61}, "offset_days"),
        ({"day_of_month": 32}, "day_of_month"),
        ({"day_of_month": 5}, "day_of_month"),
        ({"offset_days": None}, "day_of_month"),
        ({"month_offset": 13}, "month_offset"),
        ({"month_offset": 1}, "month_offset"),
        ({"grace_days": -1}, "grace_days"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(values, field) -> None:
    made = deadline(**values)
    refused(lambda: commands.add_deadline(made, by=who("admin_north")), field)


def test_a_branch_sets_nothing_above_itself() -> None:
    made, day = deadline("ROOT"), Holiday(unit=unit("ROOT"), day=OCTOBER, name="Nghỉ")
    refused(lambda: commands.add_deadline(made, by=who("admin_north")), "unit")
    refused(lambda: commands.add_holiday(day, by=who("admin_north")), "unit")
    above = db.session.scalars(select(DeadlineRule).where(DeadlineRule.unit_id == unit("ROOT").id))
    rule = above.first()
    assert rule is not None
    refused(lambda: branches.amend(rule, by=who("admin_north")))


def test_a_day_is_said_once_by_a_unit() -> None:
    commands.add_holiday(
        Holiday(unit=unit("NORTH"), day=OCTOBER, name="Nghỉ"), by=who("admin_north")
    )
    again = Holiday(unit=unit("NORTH"), day=OCTOBER, name="Lần nữa")
    refused(lambda: commands.add_holiday(again, by=who("admin_north")), "day")


def test_a_branch_may_take_a_day_off_back() -> None:
    load_calendar()
    off = Holiday(unit=unit("NORTH"), day=date(2026, 2, 18), name="Làm việc", works=True)
    commands.add_holiday(off, by=who("admin_north"))
    db.session.flush()
    days = [queries.timetable(unit(code).path, MONTH).calendar for code in ("N1", "S1")]
    assert [one.works(date(2026, 2, 18)) for one in days] == [True, False]


def test_public_holidays_are_loaded_once_and_what_an_office_changed_stays() -> None:
    def count() -> int:
        return db.session.scalar(select(func.count()).select_from(Holiday)) or 0

    load_calendar()
    before = count()
    assert before >= 40
    tet = db.session.scalars(select(Holiday).where(Holiday.day == date(2026, 2, 17))).one()
    tet.name, tet.works = "Khác", True
    db.session.commit()
    load_calendar()
    assert count() == before
    db.session.refresh(tet)
    assert (tet.name, tet.works) == ("Khác", True)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 1, 29), False),
        (date(2026, 2, 16), False),
        (date(2026, 2, 20), False),
        (date(2026, 2, 23), True),
        (date(2026, 4, 27), False),
        (date(2026, 8, 22), True),
        (date(2026, 8, 31), False),
        (date(2027, 2, 11), False),
        (date(2026, 11, 28), False),
    ],
)
def test_the_calendar_knows_tet_and_the_exchanged_days(day, works) -> None:
    load_calendar()
    calendar = queries.timetable(unit("N1").path, MONTH).calendar
    assert calendar.works(day) is works


def test_a_cell_reads_what_its_superiors_set(app) -> None:
    shifted = deadline("ROOT", shift=Shift.NEXT, valid_from=OCTOBER)
    commands.add_deadline(shifted, by=who("admin"))
    db.session.commit()
    path = unit("N1").path
    with scope.entered(scope.branch(path)):
        assert queries.timetable(path, OCTOBER).rule(Stage.RESULT).shift is Shift.NEXT
