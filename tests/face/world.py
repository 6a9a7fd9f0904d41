"""What the walk finds: a committee with lists of several pages, long names, a month under way."""

from datetime import date, datetime

from sqlalchemy import select, update

from app.core import clock, months
from app.core.db import db
from app.deadlines.rules import Stage
from app.meetings.deferrals import Deferral, DeferralState
from app.meetings.models import ClosedMonth, Meeting, Task
from app.meetings.remarks import Remark
from app.meetings.rules import ResultState, ScheduleState
from app.notices.models import Notice
from app.notices.rules import OF_REPORTS, NoticeKind, Told
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState, Position
from app.security.models import AuditEntry
from tests import factories

CELLS = 8
PAGE = 6
"""Rows on a page of a list: lists have several, and axe is slow where rows are many."""
LONG_NAME = (
    "Chi bộ Trung tâm Nghiên cứu, Tư vấn và Chuyển giao công nghệ xử lý nước thải sinh hoạt"
    " và nuôi trồng thủy sản"
)

BROKEN_VIEW = "cols=gone"
"""What a view holds of a list that has lost a column since."""


def build() -> None:
    """Add to the small world; run it in the system's scope and commit afterwards."""
    factories.build_rest("N2", "NORTH")
    policy, criteria_set = factories.rules_in_force()
    for number in range(CELLS):
        name = LONG_NAME if number == 0 else f"Chi bộ Bắc {number + 2}"
        cell = factories.new_unit(f"N{number + 3}", name, "SUB_CELL", factories.unit("NORTH"))
        factories.fill_cell(cell, policy, criteria_set)
    _members_of_all_kinds()
    _audited()
    _locked("N5")
    tell()
    # The walk looks at one cell, the keyboard works in the other.
    for code in ("N1", "S1"):
        _months_under_way(code)


def _locked(code: str) -> None:
    """A cell whose finished month is closed: what is wrong in it has to be amended."""
    cell = factories.unit(code)
    owner = {"unit_id": cell.id, "unit_path": cell.path}
    db.session.add(
        ClosedMonth(month=factories.MONTH, closed_at=clock.now(), closed_by="x", **owner)
    )
    db.session.execute(
        update(Meeting)
        .where(Meeting.unit_id == cell.id, Meeting.month == factories.MONTH)
        .values(result_state=ResultState.LOCKED)
    )


def build_views() -> None:
    """Views that people saved; committed."""
    factories.keep_view("admin", "Members", BROKEN_VIEW, "Cột đã bỏ")
    factories.keep_view("secretary_north", "Members", "q=an", "Tên có An")


def _audited() -> None:
    cell = factories.unit("N1")
    db.session.add(
        AuditEntry(
            unit_id=cell.id,
            unit_path=cell.path,
            at=clock.now(),
            username="clerk_north",
            role="DutyClerk",
            subject="meeting",
            subject_id=1,
            action="return",
            detail={"reason": "Chưa ghi kết luận của chủ trì."},
        )
    )


def tell() -> None:
    """The secretary's notices of all kinds, a read one among them."""
    cell, this = factories.unit("N1"), months.first_of(clock.today())
    for number, kind in enumerate(NoticeKind):
        db.session.add(
            Notice(
                account_id=factories.account("secretary_north").id,
                unit_id=cell.id,
                unit_path=cell.path,
                kind=kind,
                month=this,
                stage=Stage.SUBMISSION
                if kind in OF_REPORTS - {NoticeKind.RETURNED}
                else Stage.RESULT,
                event=f"face:{number}",
                told=Told.DOER,
                due_on=clock.today(),
                said="Chưa ghi kết luận của chủ trì." if kind is NoticeKind.RETURNED else None,
                by_mail=False,
                created_at=clock.now(),
                read_at=clock.now() if kind is NoticeKind.SOON else None,
            )
        )
    db.session.flush()


def _members_of_all_kinds() -> None:
    cell = factories.unit("N1")
    for number in range(10):
        db.session.add(
            Member(
                unit_id=cell.id,
                unit_path=cell.path,
                full_name=f"Nguyễn Phúc Hoàng Anh Thư {number}",
                position=Position.MEMBER,
                joined_on=factories.FOUNDED,
                phone="0912 345 678",
            )
        )
    db.session.flush()
    member = db.session.scalars(select(Member).where(Member.unit_id == cell.id)).first()
    assert member is not None
    db.session.add(
        ActivitySpell(
            member_id=member.id,
            unit_id=cell.id,
            unit_path=cell.path,
            state=ActivityState.EXEMPT,
            from_on=date(2026, 1, 1),
        )
    )
    db.session.flush()


def _months_under_way(code: str) -> None:
    """Of a cell: this month held and to be reported, the last returned, the next registered."""
    cell = factories.unit(code)
    this = months.first_of(clock.today())
    held = factories.lately()
    now = factories.new_meeting(
        cell,
        this,
        state=ScheduleState.HELD,
        result_state=ResultState.DRAFT,
        planned_at=held.replace(tzinfo=None, microsecond=0),
        started_at=held.replace(tzinfo=None, microsecond=0),
    )
    before = months.add(this, -1)
    returned = factories.new_meeting(
        cell,
        before,
        state=ScheduleState.HELD,
        result_state=ResultState.RETURNED,
        return_reason="Chưa ghi kết luận của chủ trì.",
        started_at=datetime(before.year, before.month, 4, 14, 0),
        ended_at=datetime(before.year, before.month, 4, 15, 30),
    )
    ahead = factories.new_meeting(cell, months.add(this, 1))
    mine = {"unit_id": cell.id, "unit_path": cell.path}
    said = {"given_at": clock.now(), "given_by": "clerk_north"} | mine
    for field in ("attendance", "content", "times"):
        db.session.add(Remark(meeting_id=returned.id, field=field, text="Ghi rõ hơn giúp", **said))
    db.session.add(
        Deferral(
            meeting_id=ahead.id,
            wanted=ScheduleState.POSTPONED,
            reason="Trùng hội nghị của cấp trên",
            state=DeferralState.ASKED,
            asked_at=clock.now(),
            asked_by="secretary",
            **mine,
        )
    )
    db.session.add(Task(meeting_id=now.id, title="Rà soát", unit_id=cell.id, unit_path=cell.path))
    db.session.flush()
