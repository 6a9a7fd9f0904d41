from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core import clock, scope
from app.core.db import db
from app.core.errors import RuleBroken
from app.people import commands, queries
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState, LeaveReason, Position, RollCount, Standing
from app.units import commands as unit_commands
from tests import factories
from tests.units.cast import acting, decided

pytestmark = pytest.mark.usefixtures("system")
MARCH = date(2026, 3, 2)


def newcomer(cell: str = "N1", **values) -> Member:
    given = {"full_name": "Võ Thị Én", "joined_on": MARCH, "unit": factories.unit(cell)}
    return Member(**(given | values))


def of(cell: str, name: str) -> Member:
    return db.session.scalars(select(Member).where(Member.full_name == f"{name} {cell}")).one()


def spell(member: Member, state: ActivityState, start: date, end: date | None = None):
    return ActivitySpell(member=member, state=state, from_on=start, to_on=end)


def test_who_joins_is_on_the_roll_from_that_day_and_counted():
    commands.join(newcomer(), by=acting("secretary_north"))
    cell = factories.unit("N1")
    assert len(queries.roster(cell.id, date(2026, 3, 1))) == 5
    assert len(queries.roster(cell.id, MARCH)) == 6
    assert cell.member_count == 6


@pytest.mark.parametrize(
    ("cell", "values", "field"),
    [
        ("NORTH", {}, "unit"),
        ("S1", {}, "unit"),
        ("N1", {"full_name": ""}, "full_name"),
        ("N1", {"full_name": "Nguyễn Văn An N1"}, "full_name"),
        ("N1", {"position": Position.SECRETARY}, "position"),
        ("N1", {"phone": "gọi sau"}, "phone"),
        ("N1", {"joined_on": date(2199, 1, 1)}, "joined_on"),
    ],
)
def test_a_member_who_breaks_a_rule_is_refused_beside_the_field(cell, values, field):
    with pytest.raises(RuleBroken) as refused:
        commands.join(newcomer(cell, **values), by=acting("clerk_north"))
    assert refused.value.field == field


def test_a_cell_that_counts_heads_takes_no_names():
    unit_commands.set_names_kept(factories.unit("N1"), False, by=acting("admin"))
    with pytest.raises(RuleBroken) as refused:
        commands.join(newcomer(), by=acting("clerk_north"))
    assert refused.value.field == "unit"


def test_a_cell_that_ceased_takes_no_members():
    factories.unit("N1").member_count = 0
    unit_commands.cease(factories.unit("N1"), decided(MARCH), by=acting("admin"))
    with pytest.raises(RuleBroken):
        commands.join(newcomer(), by=acting("clerk_north"))


def test_who_leaves_stays_on_the_rolls_of_the_days_before():
    member, cell = of("N1", "Trần Thị Bình"), factories.unit("N1")
    commands.begin_spell(spell(member, ActivityState.EXEMPT, MARCH), by=acting("clerk_north"))
    leave_on = date(2026, 5, 1)
    commands.leave(member, LeaveReason.DECEASED, leave_on, by=acting("clerk_north"))
    db.session.commit()
    assert member.spells[0].to_on == date(2026, 4, 30)
    assert len(queries.roster(cell.id, date(2026, 4, 30))) == 5
    assert len(queries.roster(cell.id, leave_on)) == 4
    assert cell.member_count == 4


@pytest.mark.parametrize("day", [date(2019, 12, 31), clock.today() + timedelta(days=1)])
def test_nobody_leaves_on_an_impossible_day(day):
    with pytest.raises(RuleBroken) as refused:
        commands.leave(of("N1", "Trần Thị Bình"), LeaveReason.LEFT, day, by=acting("clerk_north"))
    assert refused.value.field == "on"


def test_nobody_leaves_twice():
    member, by = of("N1", "Trần Thị Bình"), acting("clerk_north")
    commands.leave(member, LeaveReason.LEFT, MARCH, by=by)
    with pytest.raises(RuleBroken):
        commands.leave(member, LeaveReason.LEFT, MARCH, by=by)


def test_a_transfer_ends_one_membership_and_opens_another():
    member, there = of("N1", "Trần Thị Bình"), factories.unit("N2")
    after = commands.transfer(member, there, MARCH, by=acting("clerk_north"))
    db.session.commit()
    assert (member.left_on, member.left_reason) == (MARCH, LeaveReason.TRANSFERRED)
    assert (after.unit_id, after.joined_on, after.left_on) == (there.id, MARCH, None)
    assert (factories.unit("N1").member_count, there.member_count) == (4, 6)


@pytest.mark.parametrize("cell", ["S1", "N1", "NORTH"])
def test_a_transfer_goes_to_another_cell_of_the_branch_only(cell):
    with pytest.raises(RuleBroken) as refused:
        commands.transfer(
            of("N1", "Trần Thị Bình"), factories.unit(cell), MARCH, by=acting("clerk_north")
        )
    assert refused.value.field == "unit"


def test_the_secretary_hands_over_before_another_takes_over():
    by, old, new = acting("clerk_north"), of("N1", "Nguyễn Văn An"), of("N1", "Trần Thị Bình")
    new.position = Position.SECRETARY
    with pytest.raises(RuleBroken):
        commands.change(new, by=by)
    old.position = Position.MEMBER
    commands.change(old, by=by)
    commands.change(new, by=by)


def test_spells_of_one_member_may_not_overlap():
    member, by = of("N1", "Trần Thị Bình"), acting("clerk_north")
    first = spell(member, ActivityState.EXEMPT, MARCH, date(2026, 3, 31))
    commands.begin_spell(first, by=by)
    with pytest.raises(RuleBroken) as refused, db.session.no_autoflush:
        commands.begin_spell(spell(member, ActivityState.TEMP_OUT, date(2026, 3, 31)), by=by)
    assert refused.value.field == "from_on"
    db.session.rollback()


def test_a_spell_follows_another_and_ends():
    member, by = of("N1", "Trần Thị Bình"), acting("clerk_north")
    first = spell(member, ActivityState.EXEMPT, MARCH)
    commands.begin_spell(first, by=by)
    commands.end_spell(first, date(2026, 3, 31), by=by)
    commands.begin_spell(spell(member, ActivityState.TEMP_OUT, date(2026, 4, 1)), by=by)
    with pytest.raises(RuleBroken):
        commands.end_spell(first, date(2026, 4, 1), by=by)
    db.session.rollback()


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(date(2019, 1, 1), None, "from_on"), (MARCH, date(2026, 3, 1), "to_on")],
)
def test_a_spell_lies_within_the_membership_and_forward_in_time(start, end, field):
    with pytest.raises(RuleBroken) as refused:
        commands.begin_spell(
            spell(of("N1", "Trần Thị Bình"), ActivityState.EXEMPT, start, end),
            by=acting("clerk_north"),
        )
    assert refused.value.field == field


def test_a_guest_is_counted_apart_and_is_gone_when_the_stay_ends():
    guest, by, cell = newcomer(), acting("clerk_north"), factories.unit("N1")
    commands.join(guest, by=by)
    stay = spell(guest, ActivityState.TEMP_IN, MARCH)
    commands.begin_spell(stay, by=by)
    assert queries.head_counts(cell.id, MARCH) == RollCount(on_roll=5, temp_in=1, vote_base=6)
    assert cell.member_count == 5
    commands.end_spell(stay, date(2026, 3, 31), by=by)
    assert queries.head_counts(cell.id, date(2026, 4, 1)).temp_in == 0
    assert len(queries.roster(cell.id, date(2026, 4, 1))) == 5


def test_a_member_of_long_standing_is_no_guest():
    with pytest.raises(RuleBroken) as refused:
        commands.begin_spell(
            spell(of("N1", "Trần Thị Bình"), ActivityState.TEMP_IN, MARCH), by=acting("clerk_north")
        )
    assert refused.value.field == "from_on"


def test_the_roster_is_sorted_by_given_name_and_tells_the_state_of_the_day(statements):
    cell, by = factories.unit("N1"), acting("clerk_north")
    commands.begin_spell(
        spell(of("N1", "Trần Thị Bình"), ActivityState.EXEMPT, MARCH, date(2026, 3, 31)), by=by
    )
    for name in ("Vũ Thị Đào", "Cao Văn Dũng", "Bùi Văn Ăn"):
        commands.join(newcomer(full_name=name), by=by)
    key = cell.id
    statements.clear()
    roster = queries.roster(key, MARCH)
    assert len(statements) == 1
    assert [entry.name for entry in roster][:3] == ["Bùi Văn Ăn", "Cao Văn Dũng", "Vũ Thị Đào"]
    assert roster[-1] == queries.RollEntry(
        of("N1", "Trần Thị Bình").id,
        "Trần Thị Bình N1",
        Standing.OFFICIAL,
        Position.MEMBER,
        None,
        ActivityState.EXEMPT,
    )
    assert queries.roster(key, date(2026, 4, 1))[-1].state is None


def test_head_counts_of_a_branch_take_one_statement(statements):
    north, by = factories.unit("NORTH"), acting("clerk_north")
    member = of("N2", "Lê Quang Cường")
    member.standing = Standing.PROBATIONARY
    commands.begin_spell(spell(member, ActivityState.SPECIAL_DUTY, MARCH), by=by)
    unit_commands.set_names_kept(factories.unit("N1"), False, by=acting("admin"))
    path, keys = north.path, {code: factories.unit(code).id for code in ("N1", "N2")}
    statements.clear()
    counts = queries.head_counts_within(path, MARCH)
    assert len(statements) == 1
    assert counts == {
        keys["N1"]: RollCount(on_roll=5, vote_base=5),
        keys["N2"]: RollCount(on_roll=5, special_duty=1, vote_base=4),
    }


def test_the_secretaries_of_a_branch_take_one_statement(statements):
    of("N1", "Nguyễn Văn An").phone = "0912 345 678"
    north, cell = factories.unit("NORTH"), factories.unit("N1")
    db.session.flush()
    path, key = north.path, cell.id
    statements.clear()
    found = queries.secretaries(path, MARCH)
    assert len(statements) == 1
    assert len(found) == 2
    assert found[key].phone == "0912 345 678"
    assert set(queries.secretaries(path, MARCH, unit_ids=[key])) == {key}


def test_a_neighbours_rolls_are_out_of_sight():
    cell = factories.unit("S1")
    key, north = cell.id, factories.unit("NORTH").path
    with scope.entered(scope.branch(north)):
        assert queries.roster(key, MARCH) == []
        assert queries.head_counts(key, MARCH) == RollCount()
