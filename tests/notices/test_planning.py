"""Who is told what on which day and after which event, once."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from app.core import clock
from app.core.db import db
from app.deadlines.models import DeadlineRule
from app.deadlines.rules import Stage
from app.meetings import results
from app.meetings.models import Meeting
from app.meetings.rules import ResultState
from app.notices import commands, planning, queries
from app.notices.models import NoticePlan, NoticeRule
from app.notices.rules import Told
from app.periods import commands as periods
from app.periods.models import Extension
from app.security.models import Account, Assignment, AuditEntry
from app.security.rules import RoleName
from app.units import branches
from tests.factories import FOUNDED, account, new_meeting, unit
from tests.meetings import refused, who
from tests.notices import MORNING, opened, plan, told
from tests.periods import OCTOBER, owed

pytestmark = pytest.mark.usefixtures("in_october", "system")
DUE = date(2026, 9, 25)


def rule(code: str, days: int, told: Told = Told.DOER, **more) -> NoticeRule:
    made = NoticeRule(
        unit_id=unit(code).id,
        unit_path=unit(code).path,
        stage=Stage.SCHEDULE,
        told=told,
        offset_days=days,
        valid_from=FOUNDED,
        **more,
    )
    db.session.add(made)
    db.session.flush()
    return made


def test_secretary_and_minute_taker_are_told_before_the_last_day() -> None:
    opened()
    assert plan(DUE - timedelta(days=3)) == 3
    assert told("due_on") == [
        ("minutes_north", "N1", "SCHEDULE", "SOON", "2026-09-25"),
        ("secretary_north", "N1", "SCHEDULE", "SOON", "2026-09-25"),
        ("secretary_south", "S1", "SCHEDULE", "SOON", "2026-09-25"),
    ]


def test_whoever_follows_up_in_the_committee_above_is_told_of_what_is_late() -> None:
    opened()
    plan(DUE + timedelta(days=1))
    late = [row[:2] for row in told() if row[3] == "OVERDUE" and row[0][:6] not in {"secret"}]
    assert [row for row in late if row[0] != "minutes_north"] == [
        ("analyst_south", "S1"),
        ("analyst_south", "S2"),
        ("clerk_north", "N1"),
        ("clerk_north", "N2"),
        ("clerk_south", "S1"),
        ("clerk_south", "S2"),
        ("supervisor_north", "N1"),
        ("supervisor_north", "N2"),
    ]


def test_planning_the_same_day_again_tells_nobody_twice() -> None:
    opened()
    assert plan(DUE) == 3
    lines = queries.lines(unit("ROOT").path, DUE)
    rows = [owed("N1")["SCHEDULE"]]
    assert planning._tell_some(rows, lines, DUE, MORNING) == 0
    assert len(told()) == 3


def test_what_is_done_is_not_asked_for() -> None:
    opened()
    new_meeting(unit("N1"), OCTOBER)
    assert plan(DUE) == 1
    assert told() == [("secretary_south", "S1", "SCHEDULE", "TODAY")]


def test_more_time_brings_new_notices_of_the_new_last_day() -> None:
    opened()
    plan(DUE)
    until = DUE + timedelta(days=12)
    given = Extension(obligation=owed("N1")["SCHEDULE"], until=until, reason="Lũ lụt")
    periods.give_time(given, by=who("clerk_north"))
    db.session.flush()
    assert plan(until) == 2
    assert [row for row in told("due_on") if row[4] == str(until)] == [
        ("minutes_north", "N1", "SCHEDULE", "TODAY", str(until)),
        ("secretary_north", "N1", "SCHEDULE", "TODAY", str(until)),
    ]


def test_the_nearest_owner_of_rules_replaces_those_above() -> None:
    opened()
    rule("NORTH", -5)
    plan(DUE - timedelta(days=3))
    assert told("event") == [
        ("minutes_north", "N1", "SCHEDULE", "SOON", "DOER-5@2026-09-25"),
        ("secretary_north", "N1", "SCHEDULE", "SOON", "DOER-5@2026-09-25"),
        ("secretary_south", "S1", "SCHEDULE", "SOON", "DOER-3@2026-09-25"),
    ]


def test_a_unit_can_silence_what_its_superior_has_said() -> None:
    opened()
    rule("NORTH", 0, active=False)
    plan(DUE)
    assert told() == [("secretary_south", "S1", "SCHEDULE", "TODAY")]


def test_a_rule_that_has_ended_says_nothing() -> None:
    opened()
    db.session.execute(update(NoticeRule).values(valid_to=DUE))
    assert plan(DUE) == 0


def test_who_is_gone_is_not_told() -> None:
    opened()
    db.session.execute(
        update(Account).where(Account.username == "minutes_north").values(active=False)
    )
    gone = update(Assignment).where(Assignment.account_id == account("secretary_south").id)
    db.session.execute(gone.values(valid_to=DUE))
    plan(DUE)
    assert told() == [("secretary_north", "N1", "SCHEDULE", "TODAY")]


def test_a_committee_is_told_to_roll_up() -> None:
    opened()
    due = owed("NORTH")["ROLL_UP"].due_on
    plan(due - timedelta(days=2))
    assert [row[:3] for row in told() if row[1] == "NORTH"] == [("clerk_north", "NORTH", "ROLL_UP")]


def test_a_day_is_planned_with_one_statement_for_each_question(statements) -> None:
    opened()
    db.session.flush()
    statements.clear()
    plan(DUE)
    first = len(statements)
    assert first == 6
    rule("N2", 0)
    for code in ("N2", "S2"):
        db.session.add(
            Assignment(
                account_id=account("secretary_north").id,
                role=RoleName.Secretary,
                unit_id=unit(code).id,
                unit_path=unit(code).path,
                valid_from=FOUNDED,
            )
        )
    db.session.flush()
    statements.clear()
    assert plan(DUE + timedelta(days=1)) > 3
    assert len(statements) == first


def told_of(action: str) -> list[tuple[str, ...]]:
    """What the last entry of the audit log with that action tells."""
    db.session.flush()
    found = select(AuditEntry.id).where(AuditEntry.action == action).order_by(AuditEntry.id.desc())
    planning.tell([db.session.scalars(found).first() or 0], at=MORNING)
    return told("said")


def sent_result() -> Meeting:
    return (
        db.session.scalars(
            select(Meeting).where(
                Meeting.unit_id == unit("N1").id, Meeting.result_state == ResultState.SUBMITTED
            )
        ).first()
        or _submitted()
    )


def _submitted() -> Meeting:
    meeting = db.session.scalars(select(Meeting).where(Meeting.unit_id == unit("N1").id)).first()
    meeting.result_state = ResultState.SUBMITTED
    db.session.flush()
    return meeting


def test_a_result_sent_back_is_told_with_its_reason_to_the_cell() -> None:
    results.return_result(sent_result(), by=who("clerk_north"), reason="Thiếu nghị quyết")
    assert told_of("return") == [
        ("minutes_north", "N1", "RESULT", "RETURNED", "Thiếu nghị quyết"),
        ("secretary_north", "N1", "RESULT", "RETURNED", "Thiếu nghị quyết"),
    ]
    assert told_of("return") == told("said")


def test_whoever_did_it_is_not_told() -> None:
    himself = replace(who("clerk_north"), account_id=account("secretary_north").id)
    results.return_result(sent_result(), by=himself, reason="Thiếu")
    assert told_of("return") == [("minutes_north", "N1", "RESULT", "RETURNED", "Thiếu")]


def test_an_event_is_put_as_a_job_within_its_own_transaction() -> None:
    def waiting() -> int:
        asked = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'notices.tell'"
        return db.session.scalar(text(asked))

    before, tried = waiting(), db.session.begin_nested()
    results.return_result(sent_result(), by=who("clerk_north"), reason="Thiếu")
    db.session.flush()
    assert waiting() == before + 1
    tried.rollback()
    assert waiting() == before


def test_who_does_not_fit_is_told_beside_the_field() -> None:
    def given(code: str, days: int, end: date | None = None) -> NoticeRule:
        with db.session.no_autoflush:
            return NoticeRule(
                unit=unit(code),
                stage=Stage.SCHEDULE,
                told=Told.DOER,
                offset_days=days,
                valid_from=FOUNDED,
                valid_to=end,
            )

    north = who("admin_north")
    for made, field in (
        (given("SOUTH", 0), "unit"),
        (given("NORTH", 61), "offset_days"),
        (given("NORTH", 1, FOUNDED), "valid_to"),
    ):
        with db.session.no_autoflush:
            refused(lambda made=made: commands.add(made, by=north), field)
        db.session.expunge_all()
    superiors = rule("ROOT", 0)
    refused(lambda: branches.amend(superiors, by=north))


def test_the_runner_plans_each_root_once_a_day(monkeypatch) -> None:
    from app.notices import jobs

    opened()
    db.session.commit()
    at = datetime.combine(DUE, MORNING.timetz())
    monkeypatch.setattr(clock, "now", lambda: at)
    jobs.plan()
    jobs.plan()
    assert len(told()) == 3
    assert [row.made for row in db.session.scalars(select(NoticePlan))] == [3]


def test_what_is_due_long_after_its_month_is_told_too() -> None:
    root = unit("ROOT")
    branch = {"unit_id": root.id, "unit_path": root.path, "valid_from": FOUNDED}
    late = DeadlineRule(stage=Stage.ROLL_UP, day_of_month=5, month_offset=12, **branch)
    db.session.add_all(
        [late, NoticeRule(stage=Stage.ROLL_UP, told=Told.DOER, offset_days=0, **branch)]
    )
    opened()
    day = owed("NORTH")["ROLL_UP"].due_on
    assert day == date(2027, 10, 5)
    plan(day)
    assert ("clerk_north", "NORTH", "ROLL_UP", "TODAY") in told()
