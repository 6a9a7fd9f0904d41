"""What happens to reports and requests is told once, to those concerned, while it is so."""

from datetime import datetime

import pytest
from sqlalchemy import select, text, update

from app.core.db import db
from app.evaluations import commands as evaluations
from app.evaluations.models import Criterion, Evaluation
from app.evaluations.rules import EvaluationState
from app.meetings import commands as schedules
from app.meetings import deferrals, remarks, results, rollcall
from app.meetings.deferrals import Deferral
from app.meetings.models import Meeting
from app.meetings.rules import ResultState
from app.notices import digests, events, letters, planning, queries, wording
from app.notices.models import Notice
from app.notices.rules import NoticeKind
from app.review import commands as review
from app.rollup import commands as rollup
from app.rollup.models import MonthlyReport
from app.security.models import Account, Assignment, AuditEntry
from app.security.rules import RoleName
from app.units.models import Unit
from tests.factories import FOUNDED, account, new_meeting, unit
from tests.meetings import NOW, who
from tests.notices import MORNING, told
from tests.periods import OCTOBER, SEPTEMBER
from tests.review.test_pages import clean

pytestmark = pytest.mark.usefixtures("in_october", "system")
WAITING = "SELECT args -> 'entries' FROM jobs.procrastinate_jobs WHERE task_name = 'notices.tell'"


def waiting() -> list[list[int]]:
    db.session.flush()
    return list(db.session.scalars(text(f"{WAITING} ORDER BY id")))


def worked() -> None:
    """The runner does all that was ever put, what it has done included."""
    for entries in waiting():
        planning.tell(entries, at=MORNING)


def submitted(by: str = "clerk_north", code: str = "NORTH") -> MonthlyReport:
    report = rollup.report_for(unit(code), SEPTEMBER, by=who(by))
    rollup.submit(report, by=who(by), at=NOW, incomplete=True)
    return report


def returned(report: MonthlyReport, reason: str) -> None:
    rollup.return_(report, by=who("analyst"), reason=reason, at=NOW)


@pytest.fixture
def planned() -> Meeting:
    return new_meeting(unit("N1"), OCTOBER)


def asked(meeting: Meeting) -> Deferral:
    schedules.postpone(meeting, by=who("secretary_north"), reason="Bão số 5")
    return deferrals.waiting([meeting.id])[meeting.id]


def notice(kind: NoticeKind) -> Notice:
    return db.session.scalars(select(Notice).where(Notice.kind == kind)).one()


def new(username: str) -> int:
    return queries.unread(account(username).id)


def shown(username: str) -> list[tuple[str, str]]:
    rows = queries.page(account(username).id, 0, only_new=False)
    return [(wording.title(one), wording.line(one, done=done)) for one, _new, done in rows]


def test_a_report_is_told_to_whoever_accepts_it_in_the_committee_above() -> None:
    submitted()
    worked()
    worked()
    assert told("month") == [("analyst", "NORTH", "SUBMISSION", "SUBMITTED", "2026-09-01")]
    assert shown("analyst") == [
        ("Báo cáo tháng, Tháng 09/2026", "Cấp dưới đã gửi; cần tiếp nhận hoặc trả lại.")
    ]


def test_nobody_is_above_the_root_to_be_told() -> None:
    submitted("analyst", "ROOT")
    worked()
    assert told() == []


def test_a_report_sent_back_twice_is_told_twice_each_with_its_reason() -> None:
    report = submitted()
    returned(report, "Thiếu mục 6")
    worked()
    submitted()
    worked()
    returned(report, "Vẫn thiếu mục 6")
    worked()
    worked()
    back = [row for row in told("said") if row[3] == "RETURNED"]
    assert back == [
        ("clerk_north", "NORTH", "SUBMISSION", "RETURNED", "Thiếu mục 6"),
        ("clerk_north", "NORTH", "SUBMISSION", "RETURNED", "Vẫn thiếu mục 6"),
    ]


def test_an_accepted_report_is_told_to_those_who_submit() -> None:
    rollup.accept(submitted(), by=who("analyst"), at=NOW)
    worked()
    assert told("said") == [("clerk_north", "NORTH", "SUBMISSION", "ACCEPTED", "None")]
    assert shown("clerk_north") == [("Báo cáo tháng, Tháng 09/2026", "Cấp trên đã tiếp nhận.")]


def test_of_steps_that_a_late_job_finds_together_the_last_alone_is_told() -> None:
    returned(submitted(), "Thiếu mục 6")
    submitted()
    worked()
    assert told() == [("analyst", "NORTH", "SUBMISSION", "SUBMITTED")]


def test_a_report_that_is_dealt_with_is_done_and_a_new_one_is_new() -> None:
    report = submitted()
    worked()
    assert new("analyst") == 1
    returned(report, "Thiếu mục 6")
    worked()
    assert (new("analyst"), new("clerk_north")) == (0, 1)
    assert shown("analyst")[0][1] == "Cấp dưới đã gửi; đã xử lý xong."
    submitted()
    worked()
    assert (new("analyst"), new("clerk_north")) == (1, 0)
    assert shown("clerk_north")[0][1] == "Đã bị trả lại và đã gửi lại."


def test_no_email_says_that_a_report_is_accepted_which_was_sent_back_since() -> None:
    report = submitted()
    rollup.accept(report, by=who("analyst"), at=NOW)
    worked()
    returned(report, "Sai số liệu")
    worked()
    letter = digests.claim(account("clerk_north").id, at=MORNING)
    assert [one.kind for one in letter.notices] == [NoticeKind.RETURNED]


def test_an_email_tells_of_it_without_what_the_superior_wrote(app, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_FROM", "Nếp <nep@office.example>")
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://nep.example")
    returned(submitted(), "Chuyện riêng")
    worked()
    letter = digests.claim(account("clerk_north").id, at=MORNING)
    words = str(letters.written(letter).get_content())
    assert "Đảng bộ Phía Bắc" in words
    assert "- Báo cáo tháng, Tháng 09/2026: Cấp trên đã trả lại; xem nội dung cần sửa." in words
    assert "Chuyện riêng" not in words


def test_leave_that_is_asked_is_told_to_whoever_gives_it_in_the_committee_above(planned) -> None:
    asked(planned)
    worked()
    worked()
    assert told("month", "said") == [
        ("clerk_north", "N1", "MEETING", "LEAVE_ASKED", "2026-10-01", "Bão số 5")
    ]
    assert shown("clerk_north") == [
        ("Hoãn sinh hoạt, Tháng 10/2026", "Đơn vị xin phép, đang chờ trả lời.")
    ]


def test_leave_that_is_given_is_told_to_the_secretary_who_asked(planned) -> None:
    deferrals.agree(asked(planned), by=who("clerk_north"))
    worked()
    assert told("said") == [("secretary_north", "N1", "MEETING", "LEAVE_GIVEN", "None")]
    assert shown("secretary_north")[0][1] == "Cấp trên đã đồng ý."


def test_leave_that_is_refused_is_told_with_the_reason(planned) -> None:
    schedules.not_held(planned, by=who("secretary_north"), reason="Bão")
    request = deferrals.waiting([planned.id])[planned.id]
    deferrals.refuse(request, by=who("clerk_north"), reason="Bão đã tan")
    worked()
    assert told("said") == [("secretary_north", "N1", "MEETING", "LEAVE_REFUSED", "Bão đã tan")]
    assert shown("secretary_north") == [
        (
            "Không tổ chức sinh hoạt, Tháng 10/2026",
            "Cấp trên không đồng ý: giữ nguyên lịch đã đăng ký.",
        )
    ]


def test_what_a_superior_decides_without_being_asked_is_told_with_his_reason(planned) -> None:
    schedules.not_held(planned, by=who("clerk_north"), reason="Cả chi bộ chống bão")
    worked()
    assert told("said") == [
        ("secretary_north", "N1", "MEETING", "LEAVE_GIVEN", "Cả chi bộ chống bão")
    ]
    assert shown("secretary_north")[0][1] == "Cấp trên tự quyết định, không do đơn vị xin."


def test_a_request_that_was_answered_before_it_was_told_is_not_told(planned) -> None:
    deferrals.refuse(asked(planned), by=who("clerk_north"), reason="Bão đã tan")
    worked()
    assert [row[3] for row in told()] == ["LEAVE_REFUSED"]


def test_a_request_that_was_withdrawn_before_it_was_told_is_not_told(planned) -> None:
    asked(planned)
    by = who("secretary_north")
    planned.planned_at = datetime(2026, 10, 20, 19, 30)
    schedules.change_schedule(planned, by=by, at=NOW)
    worked()
    assert told() == []


@pytest.mark.parametrize("answered", [True, False])
def test_a_request_that_waits_no_more_is_done_and_in_no_email(planned, answered) -> None:
    request = asked(planned)
    worked()
    assert new("clerk_north") == 1
    if answered:
        deferrals.agree(request, by=who("chief"))
    else:
        deferrals.withdraw(planned)
    db.session.flush()
    assert new("clerk_north") == 0
    assert shown("clerk_north")[0][1] == "Đơn vị đã xin phép; đã được trả lời hoặc đã rút."
    assert digests.claim(account("clerk_north").id, at=MORNING) is None


def test_asked_again_after_a_refusal_is_a_new_event(planned) -> None:
    deferrals.refuse(asked(planned), by=who("clerk_north"), reason="Bão đã tan")
    worked()
    asked(planned)
    worked()
    assert [row[0] for row in told() if row[3] == "LEAVE_ASKED"] == ["clerk_north"]
    assert new("secretary_north") == 1


def assigned(username: str, role: RoleName) -> None:
    """Let the account hold this role in the north, too."""
    db.session.add(
        Assignment(
            account_id=account(username).id,
            role=role,
            unit_id=unit("NORTH").id,
            unit_path=unit("NORTH").path,
            valid_from=FOUNDED,
        )
    )


@pytest.mark.parametrize(
    ("username", "role"),
    [("nobody", RoleName.Leader), ("secretary_north", RoleName.DutyClerk)],
    ids=["a leader beside a clerk", "whoever asks for himself"],
)
def test_a_request_is_told_to_the_clerk_and_not_to(planned, username, role) -> None:
    by = who("secretary_north")
    assigned(username, role)
    schedules.postpone(planned, by=by, reason="Bão số 5")
    worked()
    assert [row[0] for row in told()] == ["clerk_north"]


def test_a_leader_is_told_where_nobody_else_decides(planned) -> None:
    assigned("nobody", RoleName.Leader)
    clerk = update(Account).where(Account.username == "clerk_north")
    db.session.execute(clerk.values(active=False))
    asked(planned)
    worked()
    assert [row[0] for row in told() if row[3] == "LEAVE_ASKED"] == ["nobody"]


def returned_result() -> Meeting:
    meeting = db.session.scalars(select(Meeting).where(Meeting.unit_id == unit("N1").id)).one()
    meeting.result_state = ResultState.SUBMITTED
    results.return_result(meeting, by=who("clerk_north"), reason="Thiếu nghị quyết", at=NOW)
    return meeting


def sent_again(meeting: Meeting) -> None:
    rollcall.roll_call(meeting, [], by=who("secretary_north"))
    results.submit(meeting, by=who("secretary_north"), at=NOW)
    db.session.flush()


def test_a_result_that_was_sent_again_asks_for_nothing_any_more() -> None:
    meeting = returned_result()
    worked()
    assert new("secretary_north") == 1
    sent_again(meeting)
    assert new("secretary_north") == 0
    assert shown("secretary_north")[0][1] == "Đã bị trả lại và đã gửi lại."
    assert digests.claim(account("minutes_north").id, at=MORNING) is None


def test_a_result_sent_again_before_it_was_told_is_not_told_as_returned() -> None:
    sent_again(returned_result())
    worked()
    assert told() == []


def test_a_result_returned_with_its_score_is_told_once() -> None:
    meeting = clean("N1")
    beside = {f"{remarks.POINTS}{db.session.scalar(select(Criterion.id))}": "Chưa có căn cứ"}
    review.give_back(meeting, by=who("clerk_north"), reason="Xem lại", beside=beside, at=NOW)
    assert db.session.get(Evaluation, meeting.id).state is EvaluationState.DRAFT
    worked()
    assert told() == [
        (name, "N1", "RESULT", "RETURNED") for name in ("minutes_north", "secretary_north")
    ]


def test_a_score_reopened_alone_is_told() -> None:
    scored = db.session.get(Evaluation, clean("N1").id)
    evaluations.reopen(scored, by=who("clerk_north"), reason="Chưa có căn cứ")
    worked()
    assert told() == [("secretary_north", "N1", "SELF_SCORE", "RETURNED")]


def written(subject: str, action: str) -> AuditEntry:
    cell = unit("N1")
    row = AuditEntry(
        unit_id=cell.id,
        unit_path=cell.path,
        at=NOW,
        username="somebody",
        subject=subject,
        subject_id=1,
        action=action,
    )
    db.session.add(row)
    db.session.flush()
    return row


@pytest.mark.parametrize(("subject", "action"), events.MAKERS)
def test_the_log_puts_a_job_for_every_event_that_is_told(subject, action) -> None:
    before = len(waiting())
    row = written(subject, action)
    assert waiting()[before:] == [[row.id]]


def test_other_entries_of_the_log_put_no_job() -> None:
    before = len(waiting())
    for subject, action in (("meeting", "accept_report"), ("monthly_report", "edit")):
        written(subject, action)
    assert len(waiting()) == before


def test_an_entry_that_lacks_what_its_notice_needs_tells_nothing() -> None:
    for subject, action in events.MAKERS:
        if subject == "monthly_report" or "postpone" in action:
            assert planning.tell([written(subject, action).id], at=MORNING) == 0


def test_practice_units_tell_nobody(planned) -> None:
    db.session.execute(update(Unit).where(Unit.code == "N1").values(is_practice=True))
    before = len(waiting())
    deferrals.agree(asked(planned), by=who("clerk_north"))
    assert len(waiting()) == before
    planning.tell(list(db.session.scalars(select(AuditEntry.id))), at=MORNING)
    assert told() == []
