"""Kills the server and the runner of the jobs again and again, and looks at what is left.

While that goes on, many secretaries send their results, and many are reminded by e-mail. In the
end nothing acknowledged may be missing, no message may have come twice, no job may be stuck.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import drill_world  # noqa: E402
import mail_sink  # noqa: E402
from sqlalchemy import text  # noqa: E402 - after the path is set

from app.core import runner  # noqa: E402

SENDERS_AT_ONCE = 8
SECONDS_TO_SETTLE = 150
SECONDS_TO_START = 40
SECONDS_OF_LIFE = {"serve": (1.0, 5.0), "work": (0.3, 5.0)}
"""How long a process is at work before it is killed; one in five is killed while it starts."""
MOST_KILLS = 15
"""Then the last one may finish: a slow machine must come to an end, too."""


@dataclass
class Victim:
    """A process that is killed at random points and started again."""

    command: str
    chance: random.Random
    is_up: Callable[[], bool]
    kills: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Kill and start again until told that it is enough; the last one lives."""
        while True:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "run", self.command],
                cwd=ROOT,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
            )
            started, early = time.monotonic(), self.chance.random() < 0.2
            limit = self.chance.uniform(0, 5) if early else SECONDS_TO_START
            while not self.is_up() and time.monotonic() < started + limit:
                if self.over.wait(0.1):
                    return
            if not early and self.over.wait(self.chance.uniform(*SECONDS_OF_LIFE[self.command])):
                return
            if self.kills == MOST_KILLS:
                return
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.kills += 1

    def stop(self) -> None:
        """End the last one in order."""
        self.over.set()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            self.process.kill()


def listens(port: int) -> bool:
    """Whether somebody answers at the port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def at_work(app: Any) -> bool:
    """Whether a runner holds the lock of the one that is at work."""
    return bool(
        ask(
            app,
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            f" AND objid = {runner.ALONE} LIMIT 1",
        )
    )


@dataclass
class Office:
    """The secretaries, and what they were answered."""

    app: Any
    port: int
    chance: random.Random
    tries: int = 0
    acknowledged: set[int] = field(default_factory=set)
    known: set[int] = field(default_factory=set)
    """Sent, but the answer was lost: the next try was told that it is there already."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, one: drill_world.Sender) -> None:
        """Send a result as a person does: again, until an answer says that it is there."""
        time.sleep(self.chance.uniform(0, 1.5))
        until = time.monotonic() + SECONDS_TO_SETTLE
        while time.monotonic() < until:
            kinds = self._try(one)
            with self.lock:
                self.tries += 1
                if "success" in kinds:
                    self.acknowledged.add(one.meeting_id)
                elif kinds:
                    self.known.add(one.meeting_id)
            if kinds:
                return
            time.sleep(self.chance.uniform(0.2, 0.8))

    def _try(self, one: drill_world.Sender) -> list[str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=15)
        way = f"/results/action/submit/{one.meeting_id}"
        head = {
            "Cookie": f"session={one.cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "text/html",
        }
        try:
            connection.request("POST", way, f"csrf_token={one.csrf}", head)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 302:
                return []
            return drill_world.told(self.app, answer.getheader("Set-Cookie") or "")
        except (OSError, HTTPException):
            return []
        finally:
            connection.close()


def ask(app: Any, sql: str) -> list[Any]:
    """Rows of a statement, beyond all scopes."""
    from app.core import scope
    from app.core.db import db

    with app.app_context(), scope.system():
        return list(db.session.execute(text(sql)).all())


def settled(app: Any) -> Counter[str]:
    """Wait until no job waits or is being done, or too long; how many are in which state."""
    until = time.monotonic() + SECONDS_TO_SETTLE
    while True:
        found = ask(app, "SELECT status::text, count(*) FROM jobs.procrastinate_jobs GROUP BY 1")
        jobs = Counter({str(state): int(number) for state, number in found})
        if not jobs["todo"] + jobs["doing"] or time.monotonic() > until:
            return jobs
        time.sleep(0.5)


def faults(app: Any, office: Office, taken: list[Any], runner_kills: int) -> list[str]:
    """What is not as it must be."""
    sent = {
        key: (state, times)
        for key, state, times in ask(
            app,
            "SELECT m.id, m.result_state, (SELECT count(*) FROM audit_entry a WHERE a.subject ="
            " 'meeting' AND a.subject_id = m.id AND a.action = 'submit') FROM meeting m",
        )
    }
    lost = [key for key in office.acknowledged if sent[key] != ("SUBMITTED", 1)]
    wrong = [key for key, found in sent.items() if found != ("SUBMITTED", 1)]
    keys = Counter(str(message["Message-ID"]) for message in taken)
    people = Counter(str(message["To"]) for message in taken)
    digests = Counter(dict(ask(app, "SELECT state, count(*) FROM notice_digest GROUP BY 1")))
    untold = ask(
        app,
        "SELECT a.username FROM assignment s JOIN ab_user a ON a.id = s.account_id WHERE NOT"
        " EXISTS (SELECT FROM notice n WHERE n.account_id = a.id)",
    )
    unsent = ask(
        app,
        "SELECT n.id FROM notice n LEFT JOIN notice_digest d ON d.id = n.digest_id"
        " WHERE d.state IS NULL OR d.state NOT IN ('SENT', 'UNSURE')",
    )
    checks = {
        f"acknowledged results are missing: {lost}": lost,
        f"results are not there exactly once: {wrong}": wrong,
        f"messages came twice: {[key for key, times in keys.items() if times > 1]}": len(keys)
        != len(taken),
        "somebody got two messages": len(people) != len(taken),
        f"somebody was not told in the application: {untold}": untold,
        f"notices were not carried: {unsent}": unsent,
        f"e-mails are neither gone nor given up: {dict(digests)}": set(digests)
        - {"SENT", "UNSURE"},
        "an e-mail counts as sent that was not taken": digests["SENT"] > len(taken),
        "more e-mails are in doubt than runners were killed": digests["UNSURE"] > runner_kills,
    }
    print(
        f"e-mails: {len(taken)} taken, {digests['SENT']} marked as sent,"
        f" {digests['UNSURE']} in doubt and not sent again"
        f" ({len(taken) - digests['SENT']} of them had been taken)"
    )
    return [said for said, found in checks.items() if found]


def main() -> int:
    """Play it through; 1 when something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.cells} results and as many reminders", flush=True)
    wrong = play(given.cells, random.Random(given.seed))
    for said in wrong:
        print(f"WRONG: {said}")
    print("The drill has failed." if wrong else "Nothing is lost, nothing came twice.")
    return bool(wrong)


def play(cells: int, chance: random.Random) -> list[str]:
    """The drill; what was found wrong."""
    began = time.monotonic()

    def refuse(command: str, _recipient: str) -> str:
        """Slow, so that kills hit the middle of a message; busy now and then."""
        if command == "DATA":
            time.sleep(chance.uniform(0.02, 0.12))
        return mail_sink.NOW_AND_THEN if command == "RCPT" and chance.random() < 0.05 else ""

    with ExitStack() as stack:
        instance = stack.enter_context(tempfile.TemporaryDirectory(prefix="nep-drill-"))
        sink = stack.enter_context(mail_sink.running(refuse))
        sink.slow = 0.02
        app, port = _installed(stack, instance, sink.url)
        senders = drill_world.build(app, cells)
        server = Victim("serve", random.Random(chance.random()), lambda: listens(port))
        worker = Victim("work", random.Random(chance.random()), lambda: at_work(app))
        for victim in (server, worker):
            stack.callback(victim.stop)
            threading.Thread(target=victim.run).start()
        office = Office(app, port, random.Random(chance.random()))
        with ThreadPoolExecutor(SENDERS_AT_ONCE) as pool:
            list(pool.map(office.send, senders))
        server.over.set()
        _until_mailed(app)
        worker.over.set()
        jobs = settled(app)
        print(
            f"{time.monotonic() - began:.0f} s; kills: {server.kills} of the server,"
            f" {worker.kills} of the runner"
        )
        print(
            f"results: {office.tries} tries, {len(office.acknowledged)} acknowledged,"
            f" {len(office.known)} whose answer was lost"
        )
        stuck = {state: jobs[state] for state in ("todo", "doing", "failed") if jobs[state]}
        print(f"jobs: {stuck or 'all settled'}")
        wrong = faults(app, office, list(sink.taken), worker.kills)
    return [*wrong, f"jobs did not settle: {stuck}"] if stuck else wrong


def _until_mailed(app: Any) -> None:
    """The runner is killed until no notice waits for its e-mail any more."""
    until = time.monotonic() + SECONDS_TO_SETTLE
    while ask(app, "SELECT 1 FROM notice WHERE by_mail LIMIT 1") and time.monotonic() < until:
        time.sleep(0.5)


def _installed(stack: ExitStack, instance: str, mail_url: str) -> tuple[Any, int]:
    """The application on a database of its own that outlives server and runner."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for name in ("DATABASE_URL", "DATABASE_APP_URL", "NEP_PRODUCTION"):
        os.environ.pop(name, None)
    os.environ |= {
        "NEP_INSTANCE": instance,
        "NEP_JOBS": "0",
        "WEB_WORKERS": "1",
        "PORT": str(port),
        "SECRET_KEY": secrets.token_hex(32),
        "MAIL_URL": mail_url,
        "MAIL_FROM": "nep@drill.example",
    }
    from app import create_app
    from app.core import cli

    app = create_app()
    stack.enter_context(cli.database(app))
    with app.app_context():
        cli.setup(app)
    return app, port


if __name__ == "__main__":
    sys.exit(main())
