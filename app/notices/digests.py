"""One e-mail to one person: claimed, begun and ended, so that it leaves at most once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update

from app.core import clock, jobs
from app.core.db import db
from app.notices import queries, standing
from app.notices.models import Digest, Notice
from app.notices.planning import DIGEST
from app.notices.rules import DigestState
from app.security.models import Account


@dataclass(frozen=True)
class Letter:
    """What an e-mail is made of."""

    digest: Digest
    account: Account
    notices: tuple[Notice, ...]


def claim(account_id: int, *, at: datetime) -> Letter | None:
    """What is to be sent to the account now, or ``None``.

    An e-mail that was being sent when the runner was killed may have left: it counts as gone, and
    is never sent again. In the quiet time, and on the day of the last one, it waits.
    """
    today = at.astimezone(clock.OFFICE).date()
    account = db.session.get(Account, account_id)
    begun = _settle_broken(account_id)
    wishes = queries.wishes_of(account_id)
    _lay_aside(account_id, today, every=not wishes.by_mail)
    if account is None or not account.active or account.is_demo or not wishes.by_mail:
        return None
    last = queries.last_mail(account_id)
    moment = wishes.next_moment(at.astimezone(clock.OFFICE), last.day if last else None)
    notices = queries.to_mail(account_id)
    if not notices:
        return None
    if moment > at:
        jobs.put_each(DIGEST, "account_id", [(account_id, moment)])
        return None
    digest = begun or Digest(account_id=account_id, state=DigestState.WAITING, made_at=at)
    digest.day = today
    db.session.add(digest)
    db.session.flush()
    for notice in notices:
        notice.digest_id = digest.id
    return Letter(digest, account, tuple(notices))


def _settle_broken(account_id: int) -> Digest | None:
    """Give up the e-mails that were being sent; the one that waits, if one does."""
    waiting = None
    for digest in queries.unfinished(account_id):
        if digest.state is DigestState.SENDING:
            digest.state = DigestState.UNSURE
        else:
            waiting = digest
    db.session.flush()
    return waiting


def _lay_aside(account_id: int, today: date, *, every: bool) -> None:
    """No e-mail is to carry what is void, or anything to somebody who wants none."""
    mine = (Notice.account_id == account_id, Notice.by_mail)
    which = mine if every else (*mine, standing.void(account_id, today))
    db.session.execute(update(Notice).where(*which).values(by_mail=False))


def begin(digest_id: int) -> bool:
    """Mark the e-mail as on its way; ``False`` when it is already, or no longer wanted."""
    done = db.session.execute(
        update(Digest)
        .where(Digest.id == digest_id, Digest.state == DigestState.WAITING)
        .values(state=DigestState.SENDING)
        .returning(Digest.id)
    ).first()
    if done is None:
        return False
    _carried(digest_id)
    return True


def end(digest_id: int, state: DigestState, *, at: datetime, error: str | None = None) -> None:
    """Write down what became of it. One that waits again is to carry its notices again."""
    digest = db.session.get_one(Digest, digest_id)
    digest.state, digest.error = state, error
    digest.sent_at = at if state is DigestState.SENT else None
    if state is DigestState.WAITING:
        mine = Notice.digest_id == digest_id
        db.session.execute(update(Notice).where(mine).values(by_mail=True))
    else:
        _carried(digest_id)


def _carried(digest_id: int) -> None:
    db.session.execute(update(Notice).where(Notice.digest_id == digest_id).values(by_mail=False))
