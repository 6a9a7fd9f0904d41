"""Work done after the commit: written down within the transaction, done by the runner.

A job put here exists if, and only if, the transaction it was put in commits.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import procrastinate
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import text

from app.core.db import db

MOST_ATTEMPTS = 6
PERIOD = timedelta(minutes=15)

Work = Callable[..., None]

registry = procrastinate.App(
    connector=procrastinate.PsycopgConnector(),
    # A runner that was away for a while does at once what it missed last.
    periodic_defaults={"max_delay": PERIOD.total_seconds()},
)
"""All that the runner can do: features add their tasks when they are imported."""

_PUT_EACH = text(
    "SELECT count(jobs.put(:task, jsonb_build_object(CAST(:name AS text), one.key),"
    " :task || ':' || one.key, one.at)::text)"
    " FROM unnest(CAST(:keys AS bigint[]), CAST(:moments AS timestamptz[])) AS one (key, at)"
)


class Hopeless(Exception):
    """Trying again would not help: the job has failed, and somebody has to look."""


class _Growing(BaseRetryStrategy):
    """Again after 4 s, 16 s, 64 s, 4 min, 17 min and 68 min, unless it is hopeless."""

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision | None:
        """When to try again; ``None`` fails the job."""
        if isinstance(exception, Hopeless) or job.attempts >= MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": 4 ** (job.attempts + 1)})


def task(name: str) -> Callable[[Work], Work]:
    """A function that the runner calls as ``name``, and again after an error."""

    def declare(function: Work) -> Work:
        registry.task(name=name, retry=_Growing())(function)
        return function

    return declare


def regularly(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A function that the runner calls four times an hour; it must be safe to repeat."""

    def declare(function: Callable[[], None]) -> Callable[[], None]:
        def work(timestamp: int) -> None:
            function()

        made = registry.task(name=name, lock=name, queueing_lock=name, retry=_Growing())(work)
        registry.periodic(cron="*/15 * * * *")(made)
        return function

    return declare


def put_each(name: str, argument: str, when: Iterable[tuple[int, datetime]]) -> None:
    """Have ``name`` done for each key at its moment; a key that waits already stays as it is."""
    pairs = list(when)
    if pairs:
        keys, moments = zip(*pairs, strict=True)
        given = {"task": name, "name": argument, "keys": list(keys), "moments": list(moments)}
        db.session.execute(_PUT_EACH, given)


_FAILED = text(
    "SELECT j.id, j.task_name, j.args, j.attempts, max(e.at) AS at FROM jobs.procrastinate_jobs j"
    " LEFT JOIN jobs.procrastinate_events e ON e.job_id = j.id"
    " WHERE j.status = 'failed' GROUP BY j.id ORDER BY max(e.at) DESC LIMIT :most"
)
_WAITING = text("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing')")
_AGAIN = text(
    "SELECT count(jobs.procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)::text)"
    " FROM jobs.procrastinate_jobs WHERE id = :key AND status = 'failed'"
)


def failed(most: int) -> Sequence[Any]:
    """The jobs that failed for good, the latest first: id, task_name, args, attempts, at."""
    return db.session.execute(_FAILED, {"most": most}).all()


def waiting() -> int:
    """How many jobs are to be done or being done."""
    return int(db.session.scalar(_WAITING) or 0)


def again(key: int) -> bool:
    """Have a failed job tried once more; ``False`` when there is none with this key."""
    return bool(db.session.scalar(_AGAIN, {"key": key}))
