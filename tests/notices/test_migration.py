"""The step that widens what is told goes both ways, and keeps what was told before."""

from alembic import command
from sqlalchemy import select, text

from app.core import scope
from app.core.db import db
from app.deadlines.rules import Stage
from app.notices.models import Notice
from app.notices.rules import NoticeKind, Told
from app.security.models import AuditEntry
from tests.factories import account, unit
from tests.meetings import NOW
from tests.periods import OCTOBER
from tests.test_migrations import owner, settings

NEW = {
    NoticeKind.SUBMITTED: Stage.SUBMISSION,
    NoticeKind.ACCEPTED: Stage.ROLL_UP,
    NoticeKind.LEAVE_ASKED: Stage.MEETING,
    NoticeKind.LEAVE_GIVEN: Stage.SCHEDULE,
    NoticeKind.LEAVE_REFUSED: Stage.OFFICIAL,
}


def _told(entry: AuditEntry, kind: NoticeKind, stage: Stage) -> Notice:
    return Notice(
        account_id=account("secretary_north").id,
        unit_id=entry.unit_id,
        unit_path=entry.unit_path,
        kind=kind,
        month=OCTOBER,
        stage=stage,
        event=f"audit:{entry.id}",
        told=Told.DOER,
        by_mail=False,
        created_at=NOW,
        entry_id=entry.id,
    )


def test_what_was_told_before_stays_and_learns_its_entry_again(app):
    with app.app_context():
        with scope.system():
            cell = unit("N1")
            keys = {"unit_id": cell.id, "unit_path": cell.path, "username": "x", "at": NOW}
            entry = AuditEntry(subject="meeting", subject_id=1, action="return", **keys)
            db.session.add(entry)
            db.session.flush()
            db.session.add(_told(entry, NoticeKind.RETURNED, Stage.RESULT))
            db.session.add_all(_told(entry, kind, stage) for kind, stage in NEW.items())
            db.session.commit()
            key = entry.id
        db.session.remove()
        db.engine.dispose()
        command.downgrade(settings(), "obligation_due")
        with owner(app).begin() as connection:
            connection.execute(
                text(
                    "SELECT set_config('nep.scope_from', '/', true),"
                    " set_config('nep.scope_to', '0', true)"
                )
            )
            left = connection.execute(text("SELECT kind, event FROM notice")).all()
            assert left == [("RETURNED", f"audit:{key}")]
        command.upgrade(settings(), "head")
        with scope.system():
            found = db.session.execute(select(Notice.kind, Notice.entry_id)).all()
            assert found == [(NoticeKind.RETURNED, key)]
