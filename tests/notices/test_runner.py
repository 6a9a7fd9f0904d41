"""The runner: it does what is due, tries again what failed, and takes up what a killed one left."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
from sqlalchemy import text

from app.core import jobs, mail, runner, scope
from app.core.db import db
from app.notices.models import Notice
from tests.meetings import at_the_desk, who
from tests.notices import opened
from tests.notices.test_planning import sent_result

SCHEMA = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"
"""The fingerprint of the library's tables as the migrations have made them."""
ASKED = "SELECT task_name, status::text, attempts FROM jobs.procrastinate_jobs ORDER BY id"


@pytest.fixture
def standing(app, monkeypatch):
    """The jobs as they stand."""
    at_the_desk(monkeypatch)
    monkeypatch.setattr(jobs.registry.periodic_registry, "periodic_tasks", {})

    def ask() -> list[tuple[str, str, int]]:
        with app.app_context(), scope.system():
            return [tuple(row) for row in db.session.execute(text(ASKED))]

    return ask


def done(app) -> None:
    """The runner does all that is due, and goes."""

    def work() -> None:
        with app.app_context(), runner.alone(runner._address(app)):
            runner.work(app, wait=False)

    # A browser of other tests may keep a loop running in this thread.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(work).result()


def put(app, task: str, arguments: str = "{}", status: str = "todo", attempts: int = 0) -> None:
    with app.app_context(), scope.system():
        db.session.execute(
            text(
                "INSERT INTO jobs.procrastinate_jobs"
                " (queue_name, task_name, args, status, attempts)"
                " VALUES ('default', :task, CAST(:arguments AS jsonb),"
                " CAST(:status AS jobs.procrastinate_job_status), :attempts)"
            ),
            {"task": task, "arguments": arguments, "status": status, "attempts": attempts},
        )
        db.session.commit()


def test_what_a_committed_transaction_put_is_done(app, standing):
    from app.meetings import results

    with app.app_context(), scope.system():
        opened()
        results.return_result(sent_result(), by=who("clerk_north"), reason="Thiếu")
        db.session.commit()
    assert [row[:2] for row in standing()] == [("notices.tell", "todo")]
    done(app)
    assert standing() == []
    with app.app_context(), scope.system():
        assert db.session.query(Notice).count() == 2


def test_an_error_is_tried_again_later_and_not_for_ever(app, standing, monkeypatch):
    def broken(**_given) -> None:
        raise mail.NotSent("away")

    monkeypatch.setattr(jobs.registry.tasks["notices.digest"], "func", broken)
    put(app, "notices.digest", '{"account_id": 1}')
    put(app, "notices.digest", '{"account_id": 2}', attempts=jobs.MOST_ATTEMPTS)
    done(app)
    assert standing() == [("notices.digest", "todo", 1), ("notices.digest", "failed", 7)]


def test_what_is_hopeless_is_not_tried_again(app, standing, monkeypatch):
    def refused(**_given) -> None:
        raise mail.Refused("550")

    monkeypatch.setattr(jobs.registry.tasks["notices.digest"], "func", refused)
    put(app, "notices.digest", '{"account_id": 1}')
    done(app)
    assert standing() == [("notices.digest", "failed", 1)]


def test_what_a_killed_runner_was_at_is_done_again(app, standing):
    put(app, "notices.digest", '{"account_id": 1}', status="doing")
    done(app)
    assert standing() == []


def test_what_kills_each_runner_is_given_up(app, standing):
    put(app, "notices.digest", '{"account_id": 1}', "doing", jobs.MOST_ATTEMPTS)
    done(app)
    assert standing()[0][1] == "failed"


def test_a_second_runner_waits_for_the_first(app, standing, monkeypatch):
    class Waits(Exception):
        pass

    def sleep(_seconds: float) -> None:
        raise Waits

    monkeypatch.setattr("app.core.runner.time.sleep", sleep)
    address = runner._address(app)
    with runner.alone(address), pytest.raises(Waits), runner.alone(address):
        pytest.fail("two at once")


def test_the_tables_of_the_library_are_those_we_migrated_to():
    """A newer library that changes its tables needs a migration of its own."""
    shipped = files("procrastinate.sql").joinpath("schema.sql").read_bytes()
    assert hashlib.sha256(shipped).hexdigest() == SCHEMA
