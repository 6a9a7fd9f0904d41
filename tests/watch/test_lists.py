"""Who is on which list, read from the database."""

from datetime import date, datetime, timedelta

import pytest

from app.core import months
from app.core.db import db
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.people.rules import ActivityState, LeaveReason
from app.watch import queries
from app.watch.lists import Entry, watch_lists
from app.watch.models import WatchRule
from app.watch.rules import WatchKind
from tests.factories import FOUNDED, new_meeting, unit
from tests.watch.cast import OCTOBER, SEPTEMBER, TODAY, meeting, member, more_cells, roll, spell

pytestmark = pytest.mark.usefixtures("system")


def on(kind: WatchKind, path: str = "/", month: date = OCTOBER) -> list[Entry]:
    return list(watch_lists(path, month, TODAY, kinds=[kind])[0].entries)


def names(kind: WatchKind, path: str = "/", month: date = OCTOBER) -> list[str]:
    return [one.name for one in on(kind, path, month)]


def set_rule(code: str, kind: WatchKind, number: int, **more: object) -> None:
    owner = unit(code)
    values = {"unit_id": owner.id, "unit_path": owner.path, "valid_from": FOUNDED} | more
    db.session.add(WatchRule(kind=kind, number=number, **values))
    db.session.flush()


class TestAbsences:
    def test_two_of_the_last_three_months_with_the_marks_that_say_so(self):
        roll("N1", member("N1"), "✗✓✗")
        [entry] = on(WatchKind.UNEXCUSED_RECENT)
        assert entry.name == "Trần Thị Bình N1"
        assert [f"{month:%m}{mark.name[0]}" for month, mark in entry.marks if mark] == [
            "08U",
            "09P",
            "10U",
        ]
        assert entry.since == date(2026, 8, 1)
        assert entry.meeting_id == meeting("N1", OCTOBER).id
        assert entry.cell.name == "Chi bộ Bắc Một"
        assert entry.cell.parent_name == "Đảng bộ Phía Bắc"

    def test_names_stand_by_given_name(self):
        for given, name in (("Đức", "Hồ Đức"), ("An", "Trần Thị An"), ("Cường", "Bùi Cường")):
            who = member("N1", given)
            who.full_name = name
            roll("N1", who, "✗✗")
        expected = ["Trần Thị An", "Bùi Cường", "Hồ Đức"]
        assert names(WatchKind.UNEXCUSED_RUNNING) == expected

    def test_a_month_without_a_meeting_is_no_absence_and_ends_no_run(self):
        roll("N1", member("N1"), "✗ ✗ ")
        [entry] = on(WatchKind.UNEXCUSED_RUNNING)
        assert [mark and mark.name for _month, mark in entry.marks] == [
            "UNEXCUSED",
            None,
            "UNEXCUSED",
            None,
        ]

    @pytest.mark.parametrize("state", [ResultState.NONE, ResultState.DRAFT, ResultState.RETURNED])
    def test_what_is_not_with_the_superior_does_not_count(self, state):
        roll("N1", member("N1"), "✗✓✗")
        meeting("N1", OCTOBER).result_state = state
        db.session.flush()
        assert names(WatchKind.UNEXCUSED_RECENT) == []

    def test_thematic_meetings_of_their_own_are_no_months(self):
        who = member("N1")
        roll("N1", who, "✗")
        other = new_meeting(
            unit("N1"),
            OCTOBER,
            type=MeetingType.THEMATIC,
            state=ScheduleState.HELD,
            result_state=ResultState.APPROVED,
        )
        other.month = SEPTEMBER
        db.session.flush()
        assert names(WatchKind.UNEXCUSED_RECENT) == []

    def test_who_has_left_is_watched_no_longer_but_was_then(self):
        who = member("N1")
        roll("N1", who, "✗✗✓")
        who.left_on, who.left_reason = date(2026, 10, 10), LeaveReason.TRANSFERRED
        db.session.flush()
        assert names(WatchKind.UNEXCUSED_RECENT) == []
        assert names(WatchKind.UNEXCUSED_RECENT, month=SEPTEMBER) == ["Trần Thị Bình N1"]

    def test_who_joined_in_between_has_no_mark_of_the_time_before(self):
        who = member("N1")
        who.joined_on = date(2026, 9, 20)
        roll("N1", who, " ✓✗")
        db.session.flush()
        set_rule("ROOT", WatchKind.UNEXCUSED_RUNNING, 1)
        [entry] = on(WatchKind.UNEXCUSED_RUNNING)
        assert entry.since == OCTOBER
        set_rule("ROOT", WatchKind.UNEXCUSED_RECENT, 1, within=3)
        [entry] = on(WatchKind.UNEXCUSED_RECENT)
        assert [mark and mark.name for _month, mark in entry.marks] == [None, None, "UNEXCUSED"]

    def test_exempt_in_between_neither_counts_nor_ends_a_run(self):
        roll("N1", member("N1"), "✗M✗")
        [entry] = on(WatchKind.UNEXCUSED_RUNNING)
        assert [month.month for month in entry.counted] == [8, 10]

    def test_a_transfer_begins_anew_in_the_new_cell(self):
        old = member("N1")
        roll("N1", old, "✗✗✓")
        old.left_on, old.left_reason = date(2026, 10, 1), LeaveReason.TRANSFERRED
        new = member("N2", "Cường")
        new.joined_on = date(2026, 10, 1)
        db.session.flush()
        roll("N2", new, "✗")
        assert names(WatchKind.UNEXCUSED_RECENT) == []

    def test_excused_more_than_three_times_running_in_the_year(self):
        roll("N1", member("N1"), "PPPP✓")
        roll("N1", member("N1", "Dung"), "PPP✓P")
        [entry] = on(WatchKind.EXCUSED_RUNNING)
        assert entry.name == "Trần Thị Bình N1"
        assert entry.marks[0][0] == date(2026, 1, 1)

    def test_three_months_of_the_year_need_not_run(self):
        roll("N1", member("N1"), "✗✓✗✓✗✓✓✓")
        assert names(WatchKind.UNEXCUSED_YEAR) == ["Trần Thị Bình N1"]
        assert names(WatchKind.UNEXCUSED_RECENT) == []

    def test_the_nearest_rule_decides(self):
        for code in ("N1", "S1"):
            roll(code, member(code), "✗✓✗")
        set_rule("SOUTH", WatchKind.UNEXCUSED_RECENT, 3, within=3)
        assert names(WatchKind.UNEXCUSED_RECENT) == ["Trần Thị Bình N1"]

    def test_a_rule_that_has_ended_decides_nothing(self):
        roll("N1", member("N1"), "✗✓✗")
        set_rule("NORTH", WatchKind.UNEXCUSED_RECENT, 3, within=3, valid_to=date(2026, 1, 1))
        assert names(WatchKind.UNEXCUSED_RECENT) == ["Trần Thị Bình N1"]

    def test_a_branch_is_read_alone(self):
        for code in ("N1", "S1"):
            roll(code, member(code), "✗✓✗")
        assert names(WatchKind.UNEXCUSED_RECENT, unit("SOUTH").path) == ["Trần Thị Bình S1"]
        assert names(WatchKind.UNEXCUSED_RECENT, unit("N2").path) == []

    def test_practice_and_ceased_cells_are_left_out(self):
        for code in ("N1", "S1"):
            roll(code, member(code), "✗✓✗")
        unit("N1").is_practice = True
        unit("S1").valid_to = date(2026, 10, 15)
        db.session.flush()
        assert names(WatchKind.UNEXCUSED_RECENT) == []


class TestSpells:
    @pytest.mark.parametrize(
        ("days", "listed"), [(0, True), (1, True), (30, True), (31, False), (-1, False)]
    )
    def test_an_exemption_about_to_end(self, days, listed):
        spell(member("N1"), ActivityState.EXEMPT, date(2026, 1, 1), TODAY + timedelta(days=days))
        assert bool(on(WatchKind.EXEMPTION_ENDING)) is listed

    def test_one_that_is_prolonged_already_or_open_is_not(self):
        ends = date(2026, 11, 10)
        who = member("N1")
        spell(who, ActivityState.EXEMPT, date(2026, 1, 1), ends)
        spell(who, ActivityState.EXEMPT, ends + timedelta(days=1), None)
        spell(member("N1", "Dung"), ActivityState.EXEMPT, date(2026, 1, 1), None)
        assert on(WatchKind.EXEMPTION_ENDING) == []

    @pytest.mark.parametrize("state", [ActivityState.TEMP_OUT, ActivityState.TEMP_IN])
    @pytest.mark.parametrize(
        ("from_on", "listed"), [(date(2025, 10, 31), True), (date(2025, 11, 1), False)]
    )
    def test_temporary_activity_of_a_year_or_more(self, state, from_on, listed):
        spell(member("N1"), state, from_on, None)
        assert bool(on(WatchKind.TEMPORARY_OVERDUE)) is listed

    def test_back_but_not_seen_and_seen_again(self):
        gone, back = member("N1"), member("N1", "Dung")
        for who in (gone, back):
            spell(who, ActivityState.TEMP_OUT, date(2026, 3, 1), date(2026, 8, 31))
        roll("N1", gone, "P✗")
        assert names(WatchKind.TEMPORARY_OVERDUE) == ["Trần Thị Bình N1"]

    def test_a_guest_whose_time_is_over_and_who_is_still_on_the_roll(self):
        spell(member("N1"), ActivityState.TEMP_IN, date(2026, 3, 1), date(2026, 8, 31))
        [entry] = on(WatchKind.TEMPORARY_OVERDUE)
        assert (entry.state, entry.until) == (ActivityState.TEMP_IN, date(2026, 8, 31))

    def test_one_that_another_spell_follows_is_over(self):
        who = member("N1")
        spell(who, ActivityState.TEMP_OUT, date(2026, 3, 1), date(2026, 8, 31))
        spell(who, ActivityState.EXEMPT, date(2026, 9, 1), None)
        assert on(WatchKind.TEMPORARY_OVERDUE) == []

    def test_the_day_that_is_asked_about_decides(self):
        spell(member("N1"), ActivityState.EXEMPT, date(2026, 1, 1), date(2026, 9, 15))
        assert on(WatchKind.EXEMPTION_ENDING) == []
        assert names(WatchKind.EXEMPTION_ENDING, month=date(2026, 8, 1)) == ["Trần Thị Bình N1"]


class TestThematic:
    NOVEMBER = date(2026, 11, 1)

    def idle(self, month: date = NOVEMBER) -> list[str]:
        lists = watch_lists("/", month, months.last_of(month), kinds=[WatchKind.NO_THEMATIC])
        return [one.cell.name for one in lists[0].entries]

    def test_only_from_the_second_month_of_the_quarter_on(self):
        assert self.idle(OCTOBER) == []
        assert self.idle() == [
            "Chi bộ Bắc Một",
            "Chi bộ Bắc Hai",
            "Chi bộ Nam Một",
            "Chi bộ Nam Hai",
        ]

    @pytest.mark.parametrize("kind", [MeetingType.THEMATIC, MeetingType.COMBINED])
    def test_a_thematic_or_combined_meeting_held_settles_it(self, kind):
        new_meeting(unit("N1"), OCTOBER, type=kind, state=ScheduleState.HELD)
        assert "Chi bộ Bắc Một" not in self.idle()

    @pytest.mark.parametrize(
        ("kind", "state", "month"),
        [
            (MeetingType.REGULAR, ScheduleState.HELD, OCTOBER),
            (MeetingType.THEMATIC, ScheduleState.NOT_HELD, OCTOBER),
            (MeetingType.THEMATIC, ScheduleState.HELD, SEPTEMBER),
            (MeetingType.THEMATIC, ScheduleState.HELD, date(2026, 12, 1)),
        ],
    )
    def test_others_do_not(self, kind, state, month):
        new_meeting(unit("N1"), month, type=kind, state=state)
        assert "Chi bộ Bắc Một" in self.idle()

    def test_what_is_planned_is_told(self):
        planned = new_meeting(unit("N1"), date(2026, 12, 1), type=MeetingType.THEMATIC)
        lists = watch_lists(
            unit("N1").path, self.NOVEMBER, date(2026, 11, 20), kinds=[WatchKind.NO_THEMATIC]
        )
        [entry] = lists[0].entries
        assert (entry.until, entry.meeting_id) == (datetime(2026, 12, 4).date(), planned.id)

    def test_a_cell_younger_than_the_quarter_is_left_in_peace(self):
        unit("N1").valid_from = date(2026, 10, 5)
        db.session.flush()
        assert "Chi bộ Bắc Một" not in self.idle()


def test_five_statements_however_many_cells(statements):
    roll("N1", member("N1"), "✗✗✗")
    watch_lists("/", OCTOBER, TODAY)
    statements.clear()
    watch_lists("/", OCTOBER, TODAY)
    assert len(statements) == 5 - 1, statements  # October opens a quarter: nobody is asked
    for cell in more_cells(6):
        roll(cell.code, member(cell.code), "✗✗✗")
    statements.clear()
    lists = watch_lists("/", date(2026, 11, 1), TODAY)
    assert len(statements) == 5
    assert len(lists[1].entries) == 7


def test_each_query_is_one_statement(statements):
    db.session.connection()
    statements.clear()
    queries.thresholds(TODAY)
    queries.absent("/", (SEPTEMBER, OCTOBER), TODAY, unexcused=1, excused=1)
    assert len(statements) == 2
