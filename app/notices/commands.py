"""Writes of what people do with their notices, and of the rules behind them."""

from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import update

from app.core import clock
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.notices.models import Notice, NoticePreference, NoticeRule
from app.notices.rules import FURTHEST, QUIET_FROM, QUIET_TO, SHIPPED
from app.units import branches
from app.units.models import Unit


def read(notice: Notice, *, by: Acting, at: datetime | None = None) -> None:
    """Note that who it is for has seen it; raises ``RuleBroken`` for anybody else."""
    if notice.account_id != by.account_id:
        raise RuleBroken(_("There is no such page or record in your area."))
    if notice.read_at is None:
        notice.read_at = at or clock.now()


def read_all(*, by: Acting, at: datetime | None = None) -> int:
    """Note that all that is there was seen; how many were new."""
    mine = (Notice.account_id == by.account_id, Notice.read_at.is_(None))
    done = update(Notice).where(*mine).values(read_at=at or clock.now()).returning(Notice.id)
    return len(db.session.scalars(done).all())


def wish(account_id: int, *, by_mail: bool, quiet_from: time, quiet_to: time) -> None:
    """Keep what the account wants of e-mails."""
    kept = db.session.get(NoticePreference, account_id) or NoticePreference(account_id=account_id)
    kept.by_mail, kept.quiet_from, kept.quiet_to = by_mail, quiet_from, quiet_to
    kept.changed_at = clock.now()
    db.session.add(kept)


def no_more(account_id: int) -> None:
    """Send the account no more e-mails; its notices stay in the application."""
    kept = db.session.get(NoticePreference, account_id)
    quiet = (kept.quiet_from, kept.quiet_to) if kept else (QUIET_FROM, QUIET_TO)
    wish(account_id, by_mail=False, quiet_from=quiet[0], quiet_to=quiet[1])
    db.session.flush()


def add(rule: NoticeRule, *, by: Acting) -> None:
    """Set when who is told in a branch. Raises ``RuleBroken`` beside the field that does not fit.

    A unit's rules of a stage stand in the place of those of its superiors for that stage.
    """
    branches.own(rule, by=by)
    if rule.offset_days is None or not -FURTHEST <= rule.offset_days <= FURTHEST:
        raise RuleBroken(
            _("A number from %(least)s to %(most)s is needed.", least=-FURTHEST, most=FURTHEST),
            "offset_days",
        )
    branches.publish(rule, by=by)


def give_shipped(root: Unit, *, since: date) -> None:
    """Write what is shipped as the rules of ``root``, for its office to confirm or replace."""
    for line in SHIPPED:
        db.session.add(
            NoticeRule(
                unit_id=root.id,
                unit_path=root.path,
                stage=line.stage,
                told=line.told,
                offset_days=line.offset_days,
                by_mail=line.by_mail,
                active=line.active,
                valid_from=since,
            )
        )
    db.session.flush()
