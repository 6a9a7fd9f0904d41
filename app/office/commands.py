"""Writes of the first day: root unit, rules in force, first administrator."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select, text

from app.core import clock
from app.core.db import db
from app.core.errors import RuleBroken
from app.deadlines import commands as deadlines
from app.evaluations.loading import load_published
from app.meetings.models import AttendancePolicy
from app.notices import commands as notices
from app.review import commands as review
from app.security import commands as security
from app.security import passwords
from app.security.models import Account, Assignment
from app.security.rules import RoleName
from app.units.models import Unit, UnitKind, UnitVersion
from app.units.rules import UnitEvent, child_path
from app.watch import commands as watch

HD12 = date(2018, 7, 6)
HD42 = date(2025, 10, 28)
POLICIES = (
    ("HD12-2018", "Theo Hướng dẫn 12-HD/BTCTW", "HD 12-HD/BTCTW ngày 06/7/2018", HD12, HD42),
    ("HD42-2025", "Theo Hướng dẫn 42-HD/BTCTW", "HD 42-HD/BTCTW ngày 28/10/2025", HD42, None),
)
DEADLINES = "Lịch: ngày 25 tháng trước; kết quả: 2 ngày sau buổi sinh hoạt (HD 42)"


def found(code: str, name: str, kind_code: str, *, on: date) -> Unit:
    """Make the root unit of an empty installation, with its rules.

    Raises ``RuleBroken`` when there are units already or the kind is unknown or a cell's.
    """
    if db.session.scalar(select(func.count()).select_from(Unit)):
        raise RuleBroken(_("There are units already: an installation is founded once."))
    kind = db.session.get(UnitKind, kind_code)
    if kind is None or kind.is_cell:
        raise RuleBroken(_("A root is a committee: choose the code of such a kind."))
    key = int(db.session.scalar(text("SELECT nextval(pg_get_serial_sequence('unit', 'id'))")))
    root = Unit(
        id=key,
        path=child_path(None, key),
        code=code,
        name=name,
        short_name=name[:120],
        kind_code=kind.code,
        is_cell=False,
        valid_from=on,
    )
    db.session.add(root)
    db.session.flush()
    db.session.add(
        UnitVersion(
            unit_id=root.id,
            unit_path=root.path,
            name=root.name,
            short_name=root.short_name,
            kind_code=kind.code,
            event=UnitEvent.ESTABLISH,
            valid_from=on,
        )
    )
    give_rules(root)
    return root


def give_rules(root: Unit) -> None:
    """Write the rules that the regulations publish.

    Criteria sets, attendance, deadlines, days off, watch lists, review.

    Source of the deadlines: HD 42-HD/BTCTW for the result, the offices' custom for the schedule.
    """
    owner = {"unit_id": root.id, "unit_path": root.path}
    load_published(root, sample=False)
    for code, name, basis, first, end in POLICIES:
        db.session.add(
            AttendancePolicy(
                code=code, name=name, legal_basis=basis, valid_from=first, valid_to=end, **owner
            )
        )
    deadlines.usual(root, HD12, DEADLINES)
    deadlines.load_public_days(root)
    db.session.flush()
    watch.give_shipped(root, since=HD12)
    notices.give_shipped(root, since=HD12)
    review.give_shipped(root, since=HD12)


def first_administrator(root: Unit, username: str, full_name: str, email: str) -> str:
    """Open the account that opens all others. Returns its password, to be shown once."""
    words = full_name.split() or [username]
    account = Account(
        username=username,
        last_name=" ".join(words[:-1]),
        first_name=words[-1],
        email=email,
        active=True,
        password_epoch=0,
        unit_id=root.id,
        unit_path=root.path,
    )
    password = passwords.make()
    security.set_password(account, password)
    db.session.add(account)
    db.session.flush()
    db.session.add(
        Assignment(
            account_id=account.id,
            role=RoleName.Administrator,
            unit_id=root.id,
            unit_path=root.path,
            valid_from=clock.today(),
        )
    )
    db.session.flush()
    return password
