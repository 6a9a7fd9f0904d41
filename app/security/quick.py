"""Quick filters of the lists of accounts, assignments and the audit log."""

from datetime import datetime, time, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, not_

from app.core import clock
from app.core.chips import Quick, over_today, valid_today
from app.security.models import Account, Assignment, AuditEntry


def _days_ago(days: int) -> datetime:
    """The beginning of the day so long ago, today for 0."""
    day = clock.today() - timedelta(days=days)
    return datetime.combine(day, time.min, tzinfo=clock.OFFICE)


ACCOUNTS = (
    Quick("never", _l("Never logged in"), lambda: Account.last_login.is_(None), group="login"),
    Quick(
        "idle",
        _l("Not for 90 days"),
        lambda: Account.last_login < clock.now().replace(tzinfo=None) - timedelta(days=90),
        group="login",
    ),
    Quick("active", _l("Active"), lambda: Account.active, group="state"),
    Quick("closed", _l("Deactivated"), lambda: not_(Account.active), group="state"),
    Quick(
        "idle_hands",
        _l("Without a role"),
        lambda: not_(exists().where(Assignment.account_id == Account.id, valid_today(Assignment))),
    ),
)
ASSIGNMENTS = (
    Quick("valid", _l("In force"), lambda: valid_today(Assignment), group="validity"),
    Quick(
        "coming",
        _l("Not yet begun"),
        lambda: Assignment.valid_from > clock.today(),
        group="validity",
    ),
    Quick("ended", _l("Ended"), lambda: over_today(Assignment), group="validity"),
)
AUDIT = (
    Quick("today", _l("Today"), lambda: AuditEntry.at >= _days_ago(0), group="time"),
    Quick("week", _l("The last seven days"), lambda: AuditEntry.at >= _days_ago(6), group="time"),
)
