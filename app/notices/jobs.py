"""What the runner does: the notices of each day, those of events, and the e-mails."""

from datetime import datetime

from flask import current_app

from app.core import clock, jobs, mail, scope
from app.core.db import transaction
from app.notices import digests, letters, planning, queries
from app.notices.rules import DigestState
from app.periods.queries import roots
from app.units.models import Unit

TASKS = ("notices.plan", "notices.tell", planning.DIGEST)


@jobs.regularly("notices.plan")
def plan() -> None:
    """Make today's notices for every root that has none yet, and see that e-mails get on."""
    now = clock.now()
    today = now.astimezone(clock.OFFICE).date()
    with scope.system():
        waiting = [unit.id for unit in roots() if not queries.planned(unit.id, today)]
    for key in waiting:
        # Each root by itself: what one of them breaks is told to the others all the same.
        with scope.system(), transaction() as session:
            planning.plan(session.get_one(Unit, key), today, at=now)
    _queue(now)


@jobs.task("notices.tell")
def tell(entries: list[int]) -> None:
    """Make the notices of what was written in the audit log."""
    now = clock.now()
    with scope.system(), transaction():
        planning.tell(entries, at=now)
    _queue(now)


def _queue(now: datetime) -> None:
    if current_app.config["MAIL_URL"]:
        with scope.system(), transaction():
            planning.queue_digests(now)


@jobs.task(planning.DIGEST)
def digest(account_id: int) -> None:
    """Send one person what is new, unless it is not the time or an e-mail went out today."""
    address = current_app.config["MAIL_URL"]
    if not address:
        return
    with scope.system(), transaction():
        letter = digests.claim(account_id, at=clock.now())
        if letter is None:
            return
        key, message = letter.digest.id, letters.written(letter)
    try:
        mail.hand_over(message, address, begin=lambda: _begin(key))
    except mail.NotSent as error:
        _end(key, DigestState.WAITING, str(error))
        raise
    except mail.Refused as error:
        _end(key, DigestState.FAILED, str(error))
        raise
    except mail.Unsure as error:
        _end(key, DigestState.UNSURE, str(error))
    else:
        _end(key, DigestState.SENT)


def _begin(key: int) -> None:
    """From here on the e-mail counts as gone: better one too few than one twice."""
    with scope.system(), transaction():
        if not digests.begin(key):
            raise mail.NotSent("another runner is at it")


def _end(key: int, state: DigestState, error: str | None = None) -> None:
    with scope.system(), transaction():
        digests.end(key, state, at=clock.now(), error=error)
