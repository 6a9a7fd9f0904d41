"""What the drill plays on: a committee of many cells, each with a result to send."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, text, update

from app.core import clock, months, scope
from app.core.db import db
from app.deadlines.models import DeadlineRule
from app.deadlines.rules import Stage
from app.meetings.models import AttendancePolicy, Meeting
from app.meetings.rules import HeadCounts, MeetingType, ResultState, ScheduleState
from app.notices.models import NoticePreference
from app.office import commands as office
from app.periods import commands as periods
from app.security.models import Account, Assignment
from app.security.rules import RoleName
from app.units.models import Unit, UnitVersion
from app.units.rules import UnitEvent

SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class Sender:
    """A secretary who has one result to send: the meeting, and the cookie of his session."""

    meeting_id: int
    cookie: str
    csrf: str


def build(app: Flask, cells: int) -> list[Sender]:
    """Write the world; the secretaries, who are told today to register the next month."""
    with app.app_context(), scope.system():
        root = office.found("DRILL", "Đảng ủy diễn tập", "UPPER", on=SINCE)
        committee = _unit("DB", "Đảng bộ", "GRASSROOTS_PC", root)
        policy = db.session.scalars(
            select(AttendancePolicy).where(AttendancePolicy.code == "HD42-2025")
        ).one()
        found = []
        for number in range(cells):
            cell = _unit(f"C{number:03}", f"Chi bộ {number}", "SUB_CELL", committee)
            account = _secretary(cell, number)
            found.append((account.id, _meeting(cell, policy).id))
        _due_today(root)
        db.session.commit()
        return [_sender(app, account_id, meeting_id) for account_id, meeting_id in found]


def _unit(code: str, name: str, kind: str, parent: Unit) -> Unit:
    key = db.session.scalar(text("SELECT nextval(pg_get_serial_sequence('unit', 'id'))"))
    is_cell = kind.endswith("CELL")
    row = Unit(
        id=key,
        path=f"{parent.path}{key}/",
        parent_id=parent.id,
        code=code,
        name=name,
        short_name=name,
        kind_code=kind,
        is_cell=is_cell,
        cell_type_code="PUBLIC_OFFICE" if is_cell else None,
        member_count=9 if is_cell else 0,
        names_kept=False,
        valid_from=SINCE,
    )
    db.session.add(row)
    db.session.flush()
    version = UnitVersion(
        unit_id=row.id,
        unit_path=row.path,
        parent_id=parent.id,
        name=name,
        short_name=name,
        kind_code=kind,
        event=UnitEvent.ESTABLISH,
        valid_from=SINCE,
    )
    db.session.add(version)
    db.session.flush()
    return row


def _secretary(cell: Unit, number: int) -> Account:
    where = {"unit_id": cell.id, "unit_path": cell.path}
    account = Account(
        username=f"secretary{number}",
        first_name=f"Số {number}",
        last_name="Đồng chí",
        email=f"secretary{number}@drill.example",
        active=True,
        password_epoch=1,
        **where,
    )
    db.session.add(account)
    db.session.flush()
    role = RoleName.Secretary
    db.session.add(Assignment(account_id=account.id, role=role, valid_from=SINCE, **where))
    # The drill may be held at night: no quiet time.
    db.session.add(
        NoticePreference(
            account_id=account.id,
            by_mail=True,
            quiet_from=time(0),
            quiet_to=time(0),
            changed_at=clock.now(),
        )
    )
    return account


def _meeting(cell: Unit, policy: AttendancePolicy) -> Meeting:
    """The last month's meeting: held, called, and not yet reported."""
    month = months.add(months.first_of(clock.today()), -1)
    begun = datetime.combine(month.replace(day=4), time(14))
    version = select(UnitVersion.id).where(UnitVersion.unit_id == cell.id)
    row = Meeting(
        unit_id=cell.id,
        unit_path=cell.path,
        unit_version_id=db.session.scalar(version),
        month=month,
        type=MeetingType.REGULAR,
        state=ScheduleState.CONFIRMED,
        result_state=ResultState.DRAFT,
        planned_at=begun,
        started_at=begun,
        ended_at=begun + timedelta(hours=2),
        place="Hội trường",
        chair="Nguyễn Văn An",
        speakers=3,
        registered_at=clock.now(),
        registered_by="drill",
    )
    row.count(HeadCounts(on_roll=9, present=8, excused=1), policy)
    db.session.add(row)
    db.session.flush()
    return row


def _due_today(root: Unit) -> None:
    """The next month's meeting is to be registered by today."""
    today = clock.today()
    asked = update(DeadlineRule).where(DeadlineRule.stage == Stage.SCHEDULE)
    db.session.execute(asked.values(day_of_month=today.day))
    periods.open_month(root, months.add(months.first_of(today), 1), by=None)


def _sender(app: Flask, account_id: int, meeting_id: int) -> Sender:
    """Signed as a login would sign it, without 200 slow password checks."""
    raw = secrets.token_hex(20)
    session = {
        "_user_id": str(account_id),
        "_fresh": True,
        "epoch": 1,
        "locale": "vi",
        "csrf_token": raw,
    }
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined] # Flask's own
    form = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    return Sender(meeting_id, str(signer.dumps(session)), str(form.dumps(raw)))


def told(app: Flask, cookie: str) -> list[str]:
    """The kinds of message that an answer's session carries, such as "success"."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined] # Flask's own
    found = re.search(r"session=([^;]+)", cookie)
    if not found:
        return []
    return [kind for kind, _message in signer.loads(found.group(1)).get("_flashes", [])]
