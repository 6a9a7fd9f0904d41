"""A small world for tests: two committees, four cells, and a cast of accounts."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from werkzeug.security import generate_password_hash

from app.core import clock, scope
from app.core.acting import Acting
from app.core.db import db
from app.core.saved import SavedView
from app.deadlines.commands import usual
from app.deadlines.models import DeadlineRule, Holiday
from app.deadlines.rules import Stage
from app.evaluations.deciders import Decider
from app.evaluations.models import CriteriaSet, Criterion, Evaluation, RatingBand, Score
from app.evaluations.rules import EvaluationState, Layer, Level, SetStatus
from app.guides.models import Tour
from app.meetings.deferrals import Deferral, DeferralState
from app.meetings.models import (
    Absence,
    AttendancePolicy,
    ClosedMonth,
    Meeting,
    Task,
)
from app.meetings.remarks import Remark
from app.meetings.rules import Attendance, HeadCounts, MeetingType, ResultState, ScheduleState
from app.notices.models import NoticeRule
from app.notices.rules import Told
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState, Position
from app.periods.commands import open_month
from app.periods.models import Extension
from app.reminders.models import Reminder
from app.review.models import ReviewRule
from app.review.rules import ReviewKind
from app.rollup import commands as rollup
from app.rollup.models import Amendment
from app.rollup.snapshots import Snapshot, SnapshotPart
from app.security.models import Account, Assignment, AuditEntry
from app.security.rules import RoleName
from app.units.models import Unit, UnitVersion
from app.units.rules import UnitEvent
from app.watch.models import WatchRule
from app.watch.rules import WatchKind

PASSWORD = "một-mật-khẩu-đủ-dài"
FOUNDED = date(2020, 1, 1)
MONTH = date(2026, 9, 1)
"""The month of which every cell has a finished meeting."""

TREE = (
    # code, name, kind, parent
    ("ROOT", "Đảng ủy Khối", "UPPER", None),
    ("NORTH", "Đảng bộ Phía Bắc", "GRASSROOTS_PC", "ROOT"),
    ("N1", "Chi bộ Bắc Một", "SUB_CELL", "NORTH"),
    ("N2", "Chi bộ Bắc Hai", "SUB_CELL", "NORTH"),
    ("SOUTH", "Đảng bộ Phía Nam", "GRASSROOTS_PC", "ROOT"),
    ("S1", "Chi bộ Nam Một", "SUB_CELL", "SOUTH"),
    ("S2", "Chi bộ Nam Hai", "SUB_CELL", "SOUTH"),
)
CAST = (
    # user name, role, unit of the assignment, home
    ("admin", RoleName.Administrator, "ROOT", "ROOT"),
    ("analyst", RoleName.Analyst, "ROOT", "ROOT"),
    ("chief", RoleName.Leader, "ROOT", "ROOT"),
    ("inspector", RoleName.Inspector, "ROOT", "ROOT"),
    ("admin_north", RoleName.Administrator, "NORTH", "NORTH"),
    ("clerk_north", RoleName.DutyClerk, "NORTH", "NORTH"),
    ("supervisor_north", RoleName.Supervisor, "NORTH", "NORTH"),
    ("secretary_north", RoleName.Secretary, "N1", "N1"),
    ("minutes_north", RoleName.MinuteTaker, "N1", "N1"),
    ("admin_south", RoleName.Administrator, "SOUTH", "SOUTH"),
    ("analyst_south", RoleName.Analyst, "SOUTH", "SOUTH"),
    ("clerk_south", RoleName.DutyClerk, "SOUTH", "SOUTH"),
    ("secretary_south", RoleName.Secretary, "S1", "S1"),
    ("nobody", None, None, "N1"),
)
NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Quang Cường", "Phạm Thu Dung", "Hoàng Minh Đức")


def build() -> None:
    """Write the whole world; run it in the system's scope and commit afterwards."""
    units = _units()
    policy = _rules(units["ROOT"])
    criteria_set = _criteria(units["ROOT"])
    _cast(units)
    for code in ("N1", "N2", "S1", "S2"):
        _members(units[code])
        _finished_meeting(units[code], policy, criteria_set)


def unit(code: str) -> Unit:
    """The unit of the world with this code."""
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


def account(username: str) -> Account:
    """The account of the cast with this user name."""
    return db.session.scalars(select(Account).where(Account.username == username)).one()


def new_unit(code: str, name: str, kind: str, parent: Unit | None) -> Unit:
    """A unit with its first version, flushed."""
    key = db.session.scalar(text("SELECT nextval(pg_get_serial_sequence('unit', 'id'))"))
    row = Unit(
        id=key,
        path=f"{parent.path if parent else '/'}{key}/",
        parent_id=parent.id if parent else None,
        code=code,
        name=name,
        short_name=name,
        kind_code=kind,
        is_cell=kind.endswith("CELL"),
        cell_type_code="PUBLIC_OFFICE" if kind.endswith("CELL") else None,
        member_count=5 if kind.endswith("CELL") else 0,
        valid_from=FOUNDED,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(
        UnitVersion(
            unit_id=row.id,
            unit_path=row.path,
            parent_id=row.parent_id,
            name=name,
            short_name=name,
            kind_code=kind,
            event=UnitEvent.ESTABLISH,
            valid_from=FOUNDED,
        )
    )
    db.session.flush()
    return row


def lately() -> datetime:
    """When a meeting began that is over: three hours ago or, lest it last past midnight, at seven
    in the evening before."""
    ago = clock.wall() - timedelta(hours=3)
    return ago.replace(hour=min(ago.hour, 19))


def new_meeting(owner: Unit, month: date, **values: Any) -> Meeting:
    """A registered regular meeting of the cell in ``month``, flushed."""
    version = db.session.scalars(
        select(UnitVersion).where(UnitVersion.unit_id == owner.id).order_by(UnitVersion.id.desc())
    ).first()
    assert version is not None
    values = {
        "unit_id": owner.id,
        "unit_path": owner.path,
        "unit_version_id": version.id,
        "month": month,
        "type": MeetingType.REGULAR,
        "planned_at": datetime(month.year, month.month, 4, 14, 0),
        "place": "Hội trường",
        "chair": "Nguyễn Văn An",
        "registered_at": clock.now(),
        "registered_by": "factory",
    } | values
    row = Meeting(**values)
    db.session.add(row)
    db.session.flush()
    return row


def keep_view(username: str, screen: str, query: str, name: str = "Của tôi", **more: Any) -> int:
    """A saved view of that account, committed; its key."""
    owner = account(username).id
    with scope.entered(scope.Scope("/", "0", owner)):
        row = SavedView(account_id=owner, screen=screen, query=query, name=name, **more)
        db.session.add(row)
        db.session.commit()
        return row.id


def build_more_accounts(number: int) -> None:
    """``number`` more accounts at home in N2, each a minute-taker there."""
    cell = unit("N2")
    for index in range(number):
        row = Account(
            username=f"more{index}",
            first_name=f"Thêm {index}",
            last_name="Đồng chí",
            email=f"more{index}@nep.example",
            unit_id=cell.id,
            unit_path=cell.path,
        )
        db.session.add(row)
        db.session.flush()
        db.session.add(
            Assignment(
                account_id=row.id,
                role=RoleName.MinuteTaker,
                unit_id=cell.id,
                unit_path=cell.path,
                valid_from=FOUNDED,
            )
        )
    db.session.flush()


def _units() -> dict[str, Unit]:
    made: dict[str, Unit] = {}
    for code, name, kind, parent in TREE:
        made[code] = new_unit(code, name, kind, made[parent] if parent else None)
    return made


def _rules(root: Unit) -> AttendancePolicy:
    owner = {"unit_id": root.id, "unit_path": root.path, "valid_from": FOUNDED}
    policy = AttendancePolicy(code="HD42", name="Theo HD 42-HD/BTCTW", **owner)
    db.session.add(policy)
    usual(root, FOUNDED)
    db.session.flush()
    return policy


def _criteria(root: Unit) -> CriteriaSet:
    owner = {"unit_id": root.id, "unit_path": root.path}
    made = CriteriaSet(
        code="TEST",
        name="Bộ tiêu chí thử",
        status=SetStatus.ACTIVE,
        meeting_types=[kind.name for kind in MeetingType],
        total=100,
        valid_from=FOUNDED,
        **owner,
    )
    db.session.add(made)
    db.session.flush()
    for position, points in enumerate((60, 40), 1):
        db.session.add(
            Criterion(
                criteria_set_id=made.id,
                position=position,
                code=str(position),
                name=f"Nhóm {position}",
                max_points=points,
                **owner,
            )
        )
    for code, lowest in (("TOT", 90), ("KHA", 70), ("TRUNG_BINH", 50), ("KEM", 0)):
        db.session.add(
            RatingBand(criteria_set_id=made.id, rating_code=code, min_points=lowest, **owner)
        )
    db.session.flush()
    return made


def _cast(units: dict[str, Unit]) -> None:
    # One cheap hash for all: the cast logs in thousands of times.
    password = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
    for username, role, where, home in CAST:
        row = Account(
            username=username,
            first_name=username,
            last_name="Đồng chí",
            email=f"{username}@nep.example",
            password=password,
            active=True,
            password_epoch=1,
            unit_id=units[home].id,
            unit_path=units[home].path,
        )
        db.session.add(row)
        db.session.flush()
        if role and where:
            _shown_around(row.id, role)
            db.session.add(
                Assignment(
                    account_id=row.id,
                    role=role,
                    unit_id=units[where].id,
                    unit_path=units[where].path,
                    valid_from=FOUNDED,
                )
            )


def _shown_around(account_id: int, role: RoleName) -> None:
    """The cast knows its desks: no tour stands over what a test looks at."""
    tell = text("SELECT set_config('nep.account', :account, true)")
    db.session.execute(tell, {"account": str(account_id)})
    db.session.add(Tour(account_id=account_id, role=role.name, seen_at=clock.now()))
    db.session.flush()
    db.session.execute(tell, {"account": "0"})


def _members(cell: Unit) -> None:
    for position, name in enumerate(NAMES):
        db.session.add(
            Member(
                unit_id=cell.id,
                unit_path=cell.path,
                full_name=f"{name} {cell.code}",
                position=Position.SECRETARY if position == 0 else Position.MEMBER,
                joined_on=FOUNDED,
            )
        )


def _finished_meeting(cell: Unit, policy: AttendancePolicy, criteria_set: CriteriaSet) -> None:
    meeting = new_meeting(
        cell,
        MONTH,
        state=ScheduleState.HELD,
        result_state=ResultState.APPROVED,
        started_at=datetime(2026, 9, 4, 14, 0),
        ended_at=datetime(2026, 9, 4, 15, 45),
        speakers=3,
        minutes_present=True,
        submitted_at=clock.now(),
        submitted_by="factory",
    )
    meeting.count(HeadCounts(on_roll=5, present=4, excused=1), policy)
    keys = {"meeting_id": meeting.id, "unit_id": cell.id, "unit_path": cell.path}
    db.session.add(
        Evaluation(
            **keys,
            criteria_set_id=criteria_set.id,
            state=EvaluationState.OFFICIAL,
            self_total=95,
            self_rating_code="TOT",
            official_total=92,
            official_rating_code="TOT",
        )
    )
    db.session.flush()
    criteria = db.session.scalars(
        select(Criterion).where(Criterion.criteria_set_id == criteria_set.id)
    )
    for criterion in criteria:
        lost = 5 if criterion.max_points == 40 else 0
        db.session.add(
            Score(
                **keys,
                criteria_set_id=criteria_set.id,
                criterion_id=criterion.id,
                self_points=criterion.max_points - lost,
                official_points=criterion.max_points - (8 if lost else 0),
            )
        )
    db.session.flush()


def rules_in_force() -> tuple[AttendancePolicy, CriteriaSet]:
    """The policy and the criteria set of the root."""
    policy = db.session.scalars(select(AttendancePolicy).where(AttendancePolicy.code == "HD42"))
    criteria_set = db.session.scalars(select(CriteriaSet).where(CriteriaSet.code == "TEST"))
    return policy.one(), criteria_set.one()


def fill_cell(cell: Unit, policy: AttendancePolicy, criteria_set: CriteriaSet) -> None:
    """Give a new cell members and a finished month."""
    _members(cell)
    _finished_meeting(cell, policy, criteria_set)


def _handed_up(committee: Unit, username: str) -> None:
    """A month of which nobody has reported, submitted all the same."""
    by = Acting(0, username, username, 0, "DutyClerk", committee.id, committee.path, "")
    report = rollup.report_for(committee, date(2026, 8, 1), by=by)
    rollup.submit(report, by=by, incomplete=True)


def build_rest(code: str, committee_code: str) -> None:
    """Rows of every table that the small world leaves empty for this cell and its committee.

    The rules lie in the past, so that they change nothing today.
    """
    cell, committee = unit(code), unit(committee_code)
    owner = {"unit_id": committee.id, "unit_path": committee.path}
    past = {"valid_from": date(2010, 1, 1), "valid_to": date(2011, 1, 1)}
    own_set = CriteriaSet(code="OWN", name=f"Bộ của {committee.name}", meeting_types=[], **owner)
    meeting = new_meeting(cell, date(2027, 1, 1), result_state=ResultState.DRAFT)
    member = db.session.scalars(select(Member).where(Member.unit_id == cell.id)).first()
    assert member is not None
    db.session.add_all(
        [
            AttendancePolicy(code="OWN", name=f"Cách của {committee.name}", **owner, **past),
            DeadlineRule(
                stage=Stage.SCHEDULE,
                day_of_month=20,
                legal_basis=committee.name,
                **owner,
                **past,
            ),
            WatchRule(
                kind=WatchKind.EXEMPTION_ENDING,
                number=60,
                legal_basis=committee.name,
                **owner,
                **past,
            ),
            Decider(
                layer=Layer.OFFICIAL,
                level=Level.DIRECT,
                legal_basis=committee.name,
                **owner,
                **past,
            ),
            NoticeRule(stage=Stage.SCHEDULE, told=Told.DOER, offset_days=-5, **owner, **past),
            ReviewRule(kind=ReviewKind.GAP, number=9, legal_basis=committee.name, **owner, **past),
            Holiday(day=date(2010, 1, 1), name=committee.name, **owner),
            ClosedMonth(month=date(2010, 1, 1), closed_at=clock.now(), closed_by="x", **owner),
            own_set,
        ]
    )
    db.session.flush()
    db.session.add_all(
        [
            Criterion(
                criteria_set_id=own_set.id,
                position=1,
                code="1",
                name=f"Tiêu chí của {committee.name}",
                max_points=100,
                **owner,
            ),
            RatingBand(criteria_set_id=own_set.id, rating_code="TOT", min_points=90, **owner),
        ]
    )
    mine = {"unit_id": cell.id, "unit_path": cell.path}
    open_month(committee, meeting.month, by=None)
    _handed_up(committee, f"someone_{code}")
    # Somebody above used these figures.
    taken = db.session.scalars(select(Snapshot).order_by(Snapshot.id.desc())).first()
    assert taken is not None
    db.session.add(SnapshotPart(snapshot_id=taken.id, part_id=taken.id, **owner))
    db.session.add(
        Amendment(
            month=meeting.month,
            meeting_id=meeting.id,
            subject="meeting",
            subject_id=meeting.id,
            field="present",
            old_value="4",
            new_value="5",
            reason=cell.name,
            amended_at=clock.now(),
            amended_by=f"someone_{code}",
            **mine,
        )
    )
    db.session.add(
        Extension(
            month=meeting.month,
            stage=Stage.RESULT,
            until=date(2027, 3, 1),
            reason=cell.name,
            granted_at=clock.now(),
            granted_by=f"someone_{code}",
            due_before=date(2027, 1, 6),
            **mine,
        )
    )
    db.session.add(
        Reminder(
            month=meeting.month,
            reminded_at=clock.now(),
            reminded_by=f"someone_{code}",
            said=cell.name,
            **mine,
        )
    )
    db.session.add_all(
        [
            ActivitySpell(
                member_id=member.id,
                state=ActivityState.EXEMPT,
                from_on=date(2027, 2, 1),
                note=cell.name,
                **mine,
            ),
            Absence(
                meeting_id=meeting.id,
                member_id=member.id,
                status=Attendance.EXCUSED,
                reason=cell.name,
                **mine,
            ),
            Task(meeting_id=meeting.id, title=f"Việc của {cell.name}", **mine),
            Deferral(
                meeting_id=meeting.id,
                wanted=ScheduleState.POSTPONED,
                reason=f"Bão ở {cell.name}",
                state=DeferralState.ASKED,
                asked_at=clock.now(),
                asked_by=f"someone_{code}",
                **mine,
            ),
            Remark(
                meeting_id=meeting.id,
                field="content",
                text=f"Nhận xét cho {cell.name}",
                given_at=clock.now(),
                given_by=f"someone_{code}",
                **mine,
            ),
            AuditEntry(
                at=clock.now(),
                username=f"someone_{code}",
                subject="meeting",
                subject_id=meeting.id,
                action="add",
                **mine,
            ),
        ]
    )
    db.session.flush()
