"""Schedules: every step and every refusal."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.core.db import db
from app.meetings import commands, policies
from app.meetings.models import AttendancePolicy, ClosedMonth, Meeting
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.security.models import AuditEntry
from app.units import branches
from tests.factories import MONTH, new_meeting, unit
from tests.meetings import NOW, OCTOBER, refused, who

pytestmark = pytest.mark.usefixtures("system")


def planned(code: str = "N1", **values: object) -> Meeting:
    return Meeting(
        **{
            "unit": unit(code),
            "month": OCTOBER,
            "type": MeetingType.REGULAR,
            "planned_at": datetime.fromisoformat("2026-10-04 19:30"),
            "place": "Nhà văn hóa",
        }
        | values
    )


def verbs(meeting: Meeting) -> list[str]:
    found = select(AuditEntry).where(
        AuditEntry.subject == "meeting", AuditEntry.subject_id == meeting.id
    )
    return [entry.action for entry in db.session.scalars(found.order_by(AuditEntry.id))]


def test_a_registered_meeting_knows_its_unit_its_version_and_who() -> None:
    meeting = planned(month=date(2026, 10, 17))
    commands.register(meeting, by=who("secretary_north"), at=NOW)
    assert meeting.month == OCTOBER
    assert meeting.unit_path == unit("N1").path
    assert meeting.unit_version.name == "Chi bộ Bắc Một"
    assert (meeting.state, meeting.registered_by) == (ScheduleState.REGISTERED, "secretary_north")
    assert verbs(meeting) == ["register"]


def test_a_time_with_a_zone_is_kept_as_the_wall_shows_it() -> None:
    meeting = planned(planned_at=datetime(2026, 10, 4, 12, 30, tzinfo=UTC))
    commands.register(meeting, by=who("secretary_north"), at=NOW)
    assert meeting.planned_at == datetime.fromisoformat("2026-10-04 19:30")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"planned_at": datetime.fromisoformat("2026-09-30 19:30")}, "planned_at"),
        ({"planned_at": datetime.fromisoformat("2026-11-11 00:00")}, "planned_at"),
        ({"month": date(2027, 11, 1)}, "month"),
        ({"month": date(9999, 12, 1)}, "month"),
        ({"month": date(1, 1, 1)}, "planned_at"),
        ({"month": MONTH, "planned_at": datetime.fromisoformat("2026-09-20 19:30")}, "month"),
        (
            {
                "month": MONTH,
                "type": MeetingType.COMBINED,
                "planned_at": datetime.fromisoformat("2026-09-20 19:30"),
            },
            "month",
        ),
        ({"unit": None}, "unit"),
    ],
)
def test_a_wrong_registration_is_refused_beside_its_field(values: dict, field: str) -> None:
    refused(lambda: commands.register(planned(**values), by=who("secretary_north"), at=NOW), field)


def test_a_second_thematic_meeting_in_a_month_is_allowed() -> None:
    meeting = planned(
        month=MONTH,
        type=MeetingType.THEMATIC,
        planned_at=datetime.fromisoformat("2026-09-20 19:30"),
    )
    commands.register(meeting, by=who("secretary_north"), at=NOW)
    assert meeting.id


def test_a_foreign_unit_is_refused() -> None:
    refused(lambda: commands.register(planned("S1"), by=who("clerk_north"), at=NOW), "unit")


def test_the_clerk_enters_on_behalf_and_the_log_says_so() -> None:
    meeting = planned()
    commands.register(meeting, by=who("clerk_north"), at=NOW)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.detail == {"on_behalf": True}


def test_a_unit_that_ceased_or_was_not_founded_holds_no_meeting() -> None:
    cell = unit("N1")
    cell.valid_to = OCTOBER
    refused(lambda: commands.register(planned(), by=who("clerk_north"), at=NOW), "planned_at")
    early = planned(month=date(2019, 12, 1), planned_at=datetime.fromisoformat("2019-12-04 19:30"))
    refused(lambda: commands.register(early, by=who("clerk_north"), at=NOW), "planned_at")


def close(code: str, month: date) -> None:
    policies.close_month(
        ClosedMonth(unit=unit(code), month=month),
        by=who("analyst"),
        at=datetime(2026, 12, 1, tzinfo=UTC),
    )


def test_nothing_is_planned_in_or_moved_out_of_a_closed_month() -> None:
    by = who("secretary_north")
    meeting = new_meeting(unit("N1"), OCTOBER)
    close("NORTH", OCTOBER)
    other = planned(type=MeetingType.THEMATIC)
    refused(lambda: commands.register(other, by=by, at=NOW), "month")
    for step in (commands.confirm,):
        refused(lambda step=step: step(meeting, by=by), "month")
    refused(lambda: commands.postpone(meeting, by=by, reason="Bão"), "month")
    meeting.month = date(2026, 11, 1)
    meeting.planned_at = datetime.fromisoformat("2026-11-04 19:30")
    refused(lambda: commands.change_schedule(meeting, by=by, at=NOW), "month")


def test_a_confirmed_meeting_that_the_cell_changes_is_to_be_confirmed_again() -> None:
    meeting = new_meeting(unit("N1"), OCTOBER)
    clerk, secretary = who("clerk_north"), who("secretary_north")
    commands.confirm(meeting, by=clerk)
    assert meeting.state is ScheduleState.CONFIRMED
    meeting.topic = "Chuyển đổi số"
    commands.change_schedule(meeting, by=clerk, at=NOW)
    assert meeting.state is ScheduleState.CONFIRMED
    meeting.chair = None
    commands.change_schedule(meeting, by=secretary, at=NOW)
    assert meeting.state is ScheduleState.REGISTERED
    assert verbs(meeting) == ["confirm", "change_schedule", "change_schedule"]
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert last.detail == {"chair": "Nguyễn Văn An"}
    before_last = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "change_schedule").order_by(AuditEntry.id)
    ).first()
    assert before_last is not None
    assert before_last.detail == {"topic": None, "on_behalf": True}


def test_a_postponed_meeting_is_registered_again_at_a_new_time() -> None:
    by = who("secretary_north")
    meeting = new_meeting(unit("N1"), OCTOBER)
    commands.postpone(meeting, by=who("clerk_north"), reason="Bão số 5")
    assert (meeting.state, meeting.state_reason) == (ScheduleState.POSTPONED, "Bão số 5")
    refused(lambda: commands.change_schedule(meeting, by=by, at=NOW), "planned_at")
    later = datetime.fromisoformat("2026-10-20 19:30")
    commands.register_again(meeting, planned_at=later, by=by, at=NOW)
    assert (meeting.state, meeting.state_reason) == (ScheduleState.REGISTERED, None)
    refused(lambda: commands.register_again(meeting, planned_at=later, by=by, at=NOW))


def test_a_meeting_not_held_says_why() -> None:
    by = who("secretary_north")
    meeting = new_meeting(unit("N1"), OCTOBER)
    refused(lambda: commands.not_held(meeting, by=by, reason=" "), "reason")


def test_too_long_a_reason_is_refused_not_cut() -> None:
    meeting = new_meeting(unit("N1"), OCTOBER)
    refused(lambda: commands.postpone(meeting, by=who("clerk_north"), reason="x" * 251), "reason")


def test_not_held_keeps_its_reason_and_cannot_be_confirmed() -> None:
    by = who("clerk_north")
    meeting = new_meeting(unit("N1"), OCTOBER)
    commands.not_held(meeting, by=by, reason="Đảng viên đi công tác")
    assert meeting.state is ScheduleState.NOT_HELD
    assert "Không sinh hoạt" in refused(lambda: commands.confirm(meeting, by=by))


def test_a_held_meeting_keeps_its_schedule() -> None:
    meeting = db.session.scalars(select(Meeting).where(Meeting.unit_id == unit("N1").id)).one()
    meeting.place = "Chỗ khác"
    refused(lambda: commands.change_schedule(meeting, by=who("clerk_north"), at=NOW))
    refused(lambda: commands.postpone(meeting, by=who("clerk_north"), reason="Muộn"))


class TestBranchRules:
    def test_the_same_code_makes_the_next_revision(self) -> None:
        made = AttendancePolicy(unit=unit("ROOT"), code="HD42", name="Sửa", valid_from=OCTOBER)
        policies.add_policy(made, by=who("admin"))
        assert made.revision == 2

    def test_a_branch_publishes_nothing_above_itself(self) -> None:
        made = AttendancePolicy(unit=unit("ROOT"), code="X", name="X", valid_from=OCTOBER)
        refused(lambda: policies.add_policy(made, by=who("admin_north")), "unit")
        above = db.session.scalars(select(AttendancePolicy)).one()
        refused(lambda: branches.amend(above, by=who("admin_north")))

    def test_the_end_comes_after_the_start(self) -> None:
        made = AttendancePolicy(
            unit=unit("NORTH"), code="X", name="X", valid_from=OCTOBER, valid_to=OCTOBER
        )
        refused(lambda: policies.add_policy(made, by=who("admin_north")), "valid_to")

    def test_closing_a_month_locks_what_is_approved_in_the_branch(self) -> None:
        north = db.session.scalars(select(Meeting).where(Meeting.unit_id == unit("N1").id)).one()
        south = db.session.scalars(select(Meeting).where(Meeting.unit_id == unit("S1").id)).one()
        seen = north.version
        close("NORTH", MONTH)
        db.session.refresh(north)
        assert north.result_state is ResultState.LOCKED
        assert north.version == seen + 1
        assert south.result_state is ResultState.APPROVED

    def test_only_a_month_that_is_over_is_closed_and_only_once(self) -> None:
        row = ClosedMonth(unit=unit("NORTH"), month=MONTH)
        early = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)
        refused(lambda: policies.close_month(row, by=who("clerk_north"), at=early), "month")
        close("NORTH", MONTH)
        refused(lambda: close("NORTH", MONTH), "month")
        foreign = ClosedMonth(unit=unit("S1"), month=MONTH)
        refused(lambda: policies.close_month(foreign, by=who("clerk_north"), at=NOW), "unit")
