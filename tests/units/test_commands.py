from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.core import clock, scope
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings.models import Meeting
from app.people.models import Member
from app.security.models import AuditEntry
from app.units import commands, queries
from app.units.models import CellType, Unit, UnitVersion
from app.units.rules import UnitEvent
from tests import factories
from tests.units.cast import acting, blank, decided, kind

pytestmark = pytest.mark.usefixtures("system")
SPRING = date(2026, 3, 7)


def spans(unit: Unit) -> list[tuple[UnitEvent, date, date | None]]:
    db.session.flush()
    return [
        (version.event, version.valid_from, version.valid_to)
        for version in reversed(queries.versions(unit.id))
    ]


def test_a_new_unit_gets_its_path_and_its_first_version():
    unit = blank("NORTH", "N3")
    commands.establish(unit, by=acting("admin_north"))
    db.session.commit()
    assert unit.path == f"{factories.unit('NORTH').path}{unit.id}/"
    assert unit.is_cell
    assert spans(unit) == [(UnitEvent.ESTABLISH, date(2026, 1, 1), None)]
    assert "n3" in unit.search_text


def test_a_new_unit_counts_heads_where_its_superior_does():
    commands.set_names_kept(factories.unit("NORTH"), False, by=acting("admin"))
    unit = blank("NORTH", "N3")
    commands.establish(unit, by=acting("admin_north"))
    assert not unit.names_kept


@pytest.mark.parametrize(
    ("parent", "values", "field"),
    [
        (None, {}, "parent"),
        ("SOUTH", {}, "parent"),
        ("N1", {}, "kind"),
        ("NORTH", {"code": "N2"}, "code"),
        ("NORTH", {"valid_from": date(2199, 1, 1)}, "valid_from"),
        ("NORTH", {"valid_from": date(2001, 1, 1)}, "valid_from"),
        ("NORTH", {"member_count": -1}, "member_count"),
    ],
)
def test_a_unit_that_breaks_a_rule_is_refused_beside_its_field(parent, values, field):
    with pytest.raises(RuleBroken) as refused:
        commands.establish(blank(parent, **({"code": "N3"} | values)), by=acting("admin_north"))
    assert refused.value.field == field


def test_a_kind_that_is_not_yet_in_use_is_refused():
    unit = blank("NORTH", "N3", kind=kind("CELL"), valid_from=date(2026, 7, 25))
    with pytest.raises(RuleBroken) as refused:
        commands.establish(unit, by=acting("admin_north"))
    assert refused.value.field == "kind"
    unit.valid_from = date(2026, 7, 26)
    commands.establish(unit, by=acting("admin_north"))


def test_a_group_may_stand_under_a_cell_and_no_cell_may():
    group = blank("N1", "TO1", kind=kind("GROUP"))
    commands.establish(group, by=acting("admin_north"))
    assert group.path.startswith(factories.unit("N1").path)


def test_only_a_cell_has_a_cell_type():
    unit = blank("ROOT", "X", kind=kind("GRASSROOTS_PC"))
    unit.cell_type = db.session.get(CellType, "STUDENT")
    with pytest.raises(RuleBroken) as refused:
        commands.establish(unit, by=acting("admin"))
    assert refused.value.field == "cell_type"


def test_a_new_name_closes_one_version_and_opens_the_next():
    unit = factories.unit("N1")
    commands.rename(unit, "Chi bộ Mới", "CB Mới", decided(SPRING), by=acting("admin_north"))
    assert spans(unit) == [
        (UnitEvent.ESTABLISH, factories.FOUNDED, SPRING),
        (UnitEvent.RENAME, SPRING, None),
    ]
    before, after = (queries.version_at(unit.id, day) for day in (date(2026, 3, 6), SPRING))
    assert before is not None
    assert after is not None
    assert (before.name, after.name) == ("Chi bộ Bắc Một", "Chi bộ Mới")
    assert after.decision_no == "12-QĐ/ĐU"
    assert "chi bo moi" in unit.search_text


def test_two_changes_of_one_day_leave_one_version_with_both():
    unit, by = factories.unit("N1"), acting("admin")
    commands.rename(unit, "Chi bộ Mới", "CB Mới", decided(SPRING), by=by)
    commands.move(unit, factories.unit("SOUTH"), decided(SPRING, "13-QĐ/ĐU"), by=by)
    assert len(spans(unit)) == 2
    last = queries.last_version(unit.id)
    assert (last.name, last.parent_id) == ("Chi bộ Mới", factories.unit("SOUTH").id)
    assert (last.event, last.decision_no) == (UnitEvent.REPARENT, "13-QĐ/ĐU")


def test_a_name_typed_wrongly_is_corrected_without_a_decision():
    unit = factories.unit("N1")
    commands.rename(
        unit, "Chi bộ Bắc 1", "CB B1", decided(factories.FOUNDED, None), by=acting("admin")
    )
    assert spans(unit) == [(UnitEvent.ESTABLISH, factories.FOUNDED, None)]
    assert queries.last_version(unit.id).name == "Chi bộ Bắc 1"


@pytest.mark.parametrize(
    ("day", "no", "field"),
    [
        (date(2019, 12, 31), "1", "effective_on"),
        (clock.today() + timedelta(days=1), "1", "effective_on"),
        (SPRING, None, "decision_no"),
    ],
)
def test_a_change_needs_a_possible_day_and_a_decision(day, no, field):
    with pytest.raises(RuleBroken) as refused:
        commands.rename(factories.unit("N1"), "A", "A", decided(day, no), by=acting("admin"))
    assert refused.value.field == field


def test_the_same_name_is_no_change():
    unit = factories.unit("N1")
    with pytest.raises(RuleBroken):
        commands.rename(unit, unit.name, unit.short_name, decided(SPRING), by=acting("admin"))


def test_a_cell_that_becomes_a_committee_is_promoted():
    unit = factories.unit("N1")
    commands.reclassify(unit, kind("GRASSROOTS_PC"), None, decided(SPRING), by=acting("admin"))
    assert queries.last_version(unit.id).event is UnitEvent.PROMOTE
    assert not unit.is_cell


def test_another_type_of_cell_is_a_change_of_its_own():
    unit, students = factories.unit("N1"), db.session.get(CellType, "STUDENT")
    commands.reclassify(unit, unit.kind, students, decided(SPRING), by=acting("admin"))
    assert queries.last_version(unit.id).event is UnitEvent.RECLASSIFY
    assert unit.cell_type_code == "STUDENT"


def test_a_committee_with_cells_cannot_become_a_cell():
    with pytest.raises(RuleBroken) as refused:
        commands.reclassify(
            factories.unit("NORTH"), kind("BASE_CELL"), None, decided(SPRING), by=acting("admin")
        )
    assert refused.value.field == "kind"


def test_a_kind_out_of_use_on_the_day_is_refused():
    with pytest.raises(RuleBroken) as refused:
        commands.reclassify(
            factories.unit("N1"), kind("CELL"), None, decided(SPRING), by=acting("admin")
        )
    assert refused.value.field == "kind"


def test_a_moved_branch_takes_all_its_rows_along():
    north, south = factories.unit("NORTH"), factories.unit("SOUTH")
    commands.reclassify(north, kind("SECTION_PC"), None, decided(SPRING), by=acting("admin"))
    commands.move(north, south, decided(date(2026, 4, 1)), by=acting("admin"))
    db.session.commit()
    cell = factories.unit("N1")
    assert cell.path == f"{south.path}{north.id}/{cell.id}/"
    for model in (Member, Meeting, UnitVersion):
        paths = set(db.session.scalars(select(model.unit_path).where(model.unit_id == cell.id)))
        assert paths == {cell.path}
    assert factories.account("secretary_north").unit_path == cell.path


def test_after_a_move_the_old_superior_sees_nothing_and_the_new_one_all(app):
    cell, old = factories.unit("N1"), factories.unit("NORTH")
    key, old_path, new_path = cell.id, old.path, factories.unit("SOUTH").path
    commands.move(cell, factories.unit("SOUTH"), decided(SPRING), by=acting("admin"))
    db.session.commit()
    counted = {}
    for path in (old_path, new_path):
        with scope.entered(scope.branch(path)):
            counted[path] = [
                db.session.execute(
                    text(f"SELECT count(*) FROM {table} WHERE unit_id = :key"), {"key": key}
                ).scalar()
                for table in ("member", "meeting", "unit_version", "score")
            ]
    assert counted[old_path] == [0, 0, 0, 0]
    assert all(counted[new_path])


def test_an_old_meeting_still_belongs_to_the_old_version():
    cell, meeting = (
        factories.unit("N1"),
        db.session.scalars(select(Meeting).where(Meeting.unit_id == factories.unit("N1").id)).one(),
    )
    commands.rename(cell, "Chi bộ Mới", "Mới", decided(date(2026, 10, 1)), by=acting("admin"))
    db.session.commit()
    version = db.session.get(UnitVersion, meeting.unit_version_id)
    assert version is not None
    assert (version.name, version.valid_to) == ("Chi bộ Bắc Một", date(2026, 10, 1))


def test_the_line_of_an_old_day_is_the_old_line():
    cell, by = factories.unit("N1"), acting("admin")
    commands.move(cell, factories.unit("SOUTH"), decided(SPRING), by=by)
    commands.rename(factories.unit("NORTH"), "Đảng bộ Khác", "Khác", decided(SPRING), by=by)
    db.session.flush()
    names = {
        day: [version.name for version in queries.line_at(cell.id, day)]
        for day in (date(2026, 3, 6), SPRING)
    }
    assert names[date(2026, 3, 6)] == ["Đảng ủy Khối", "Đảng bộ Phía Bắc", "Chi bộ Bắc Một"]
    assert names[SPRING] == ["Đảng ủy Khối", "Đảng bộ Phía Nam", "Chi bộ Bắc Một"]


@pytest.mark.parametrize(
    ("who", "unit", "parent"),
    [
        ("admin", "NORTH", "N1"),  # under itself
        ("admin", "NORTH", "NORTH"),
        ("admin", "N1", "N2"),  # under a cell
        ("admin", "N1", "NORTH"),  # where it stands
        ("admin_north", "N1", "SOUTH"),  # outside the branch
        ("admin_north", "N1", "ROOT"),
        ("admin_north", "NORTH", "ROOT"),
    ],
)
def test_a_move_that_cannot_be_is_refused(who, unit, parent):
    with pytest.raises(RuleBroken) as refused:
        commands.move(factories.unit(unit), factories.unit(parent), decided(SPRING), by=acting(who))
    assert refused.value.field == "parent"


def test_a_move_to_where_the_code_is_taken_is_refused():
    commands.establish(blank("SOUTH", "N1"), by=acting("admin"))
    north_cell = db.session.scalars(
        select(Unit).where(Unit.code == "N1", Unit.parent_id == factories.unit("NORTH").id)
    ).one()
    with pytest.raises(RuleBroken):
        commands.move(north_cell, factories.unit("SOUTH"), decided(SPRING), by=acting("admin"))


def test_a_unit_that_ceased_stays_and_changes_no_more():
    unit, by = factories.unit("N1"), acting("admin")
    unit.member_count = 0
    commands.cease(unit, decided(SPRING), by=by)
    db.session.flush()
    assert unit.valid_to == SPRING
    assert spans(unit)[-1] == (UnitEvent.CEASE, SPRING, None)
    assert unit.id not in {node.id for node in queries.children(factories.unit("NORTH").id)}
    for again in (
        lambda: commands.rename(unit, "A", "A", decided(SPRING), by=by),
        lambda: commands.change(unit, by=by),
        lambda: commands.cease(unit, decided(SPRING), by=by),
        lambda: commands.establish(blank("N1", "TO1", kind=kind("GROUP")), by=by),
    ):
        with pytest.raises(RuleBroken):
            again()


@pytest.mark.parametrize(
    ("who", "unit", "day"),
    [
        ("admin", "NORTH", SPRING),  # units below
        ("admin_north", "NORTH", SPRING),  # his own
        ("admin", "N1", factories.FOUNDED),  # its first day
        ("admin", "N1", SPRING),  # members on the roll
    ],
)
def test_a_unit_that_is_needed_does_not_cease(who, unit, day):
    with pytest.raises(RuleBroken):
        commands.cease(factories.unit(unit), decided(day), by=acting(who))


def test_head_count_mode_goes_for_the_whole_branch_and_only_for_it():
    assert commands.set_names_kept(factories.unit("NORTH"), False, by=acting("admin")) == 3
    assert not factories.unit("N2").names_kept
    assert factories.unit("S1").names_kept


def test_every_change_stands_in_the_audit_log():
    unit, by = factories.unit("N1"), acting("admin_north")
    commands.rename(unit, "A", "A", decided(SPRING), by=by)
    db.session.flush()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == "unit", AuditEntry.subject_id == unit.id)
    ).one()
    assert (entry.action, entry.username, entry.unit_path) == ("rename", "admin_north", unit.path)
