"""How long pages take: every list on the server, every desk in a slowed browser.

Uses the demo of NEP_INSTANCE, best one of a province:

    NEP_INSTANCE=/somewhere flask --app run demo --size province
    NEP_INSTANCE=/somewhere python bench/pages.py [--lists | --desks]

A list may take 60 ms on the server. A desk may take 2 s from the click until it can be used, with
the processor slowed four times: its scripts have run and no long task is left but those of the
figures, which are drawn one by one afterwards, each when nobody presses or types; when the last of
them is there, and how long the longest task among them held the page, is printed beside. Whatever
else the machine is at is in these figures: see the last line.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import select  # noqa: E402 - after the path is set

from app import create_app  # noqa: E402
from app.core import cli, scope  # noqa: E402
from app.core.db import db  # noqa: E402
from app.security.models import Account  # noqa: E402

READERS = ("trucdang", "quantri", "chuyenvien")
DESKS = (("bithu", "/desk/"), ("trucdang", "/chase/"), ("chuyenvien", "/analysis/"))
EMPTY_PAGE = "/profile/"
TIMES = 9
MOST_MS = 60
MOST_SECONDS = 2.0
SLOWED = 4
# Two processes both answer within twelve requests, but for one run in two thousand.
ASKED_OF_EACH = 6
CHROMIUM = (
    "/usr/bin/chromium-headless-shell",
    *("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"),
)

# Runs before the page's own scripts; the page is ready when its scripts have run and rest.
WATCH = """
window.nepTasks = [];
new PerformanceObserver((list) => { window.nepTasks.push(...list.getEntries()); })
  .observe({ type: "longtask", buffered: true });
"""
READY = """
() => { const [page] = performance.getEntriesByType("navigation");
        const figures = performance.getEntriesByName("nep-figures")[0]?.startTime ?? Infinity;
        const end = (tasks) => Math.max(0, ...tasks.map((one) => one.startTime + one.duration));
        const [own, theirs] = [[], []];
        for (const task of window.nepTasks) (task.startTime < figures ? own : theirs).push(task);
        return [Math.max(page.domContentLoadedEventEnd, end(own)), end(theirs),
                Math.max(0, ...theirs.map((one) => one.duration))]; }
"""


def main() -> None:
    """Measure and print; ends with 1 when something takes longer than it may."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--lists", action="store_true", help="only the lists, on the server")
    reader.add_argument("--desks", action="store_true", help="only the desks, in a browser")
    given = reader.parse_args()
    every = not (given.lists or given.desks)
    good = True
    if every or given.lists:
        app = create_app()
        with cli.database(app):
            good = lists(app)
    if every or given.desks:
        good = desks() and good
    sys.exit(not good)


def lists(app: Any) -> bool:
    """Print the median time of each list, and how many empty pages that is."""
    print(f"{'':12} {'list':32} {'ms':>7} {'CPU ms':>7} {'× empty page':>13}")
    slow = 0
    for username in READERS:
        client = as_account(app, username)
        floor, floor_cpu = median(lambda one=client: one.get(EMPTY_PAGE))
        print(f"{username:12} {EMPTY_PAGE:32} {floor:7.1f} {floor_cpu:7.1f}")
        for view in app.extensions["appbuilder"].baseviews:
            address = f"{getattr(view, 'route_base', '')}/list/"
            if not hasattr(view, "list_columns") or not hasattr(view, "list"):
                continue
            if client.get(address).status_code != 200:
                continue
            wall, cpu = median(lambda one=client, where=address: one.get(where))
            mark = " !" if wall > MOST_MS else ""
            slow += bool(mark)
            print(f"{'':12} {address:32} {wall:7.1f} {cpu:7.1f} {wall / floor:13.1f}{mark}")
    print(f"{slow} lists take longer than {MOST_MS} ms" if slow else "no list is too slow")
    return not slow


def median(ask: Callable[[], Any]) -> tuple[float, float]:
    """The median time and processor time of a request in milliseconds, after one to warm up."""
    ask()
    walls, cpus = [], []
    for _ in range(TIMES):
        began, worked = time.perf_counter(), time.process_time()
        ask()
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - worked)
    return statistics.median(walls) * 1000, statistics.median(cpus) * 1000


def as_account(app: Any, username: str) -> Any:
    """A client in which that account of the demo is logged in."""
    client = app.test_client()
    with app.app_context(), scope.system():
        account = db.session.scalars(select(Account).where(Account.username == username)).one()
        key, epoch = account.id, account.password_epoch
    with client.session_transaction() as session:
        session.update(_user_id=str(key), _fresh=True, epoch=epoch, locale="vi")
    return client


def desks() -> bool:
    """Print when each desk can be used in a browser slowed down, first and again."""
    from playwright.sync_api import sync_playwright

    path = next((name for name in CHROMIUM if Path(name).exists()), None)
    if path is None:
        sys.exit("Chromium is missing: install Debian's package chromium.")
    password = os.environ.get("DEMO_PASSWORD") or _password()
    slow = 0
    with served() as address, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        print(
            f"processor slowed {SLOWED} times: first and again, usable, figures, longest of theirs"
        )
        for username, desk in DESKS:
            page = enter(browser, address, username, password)
            # The server has answered before: only the browser is new.
            warm(f"{address}{desk}", page.context.cookies())
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
            first = ready(page, f"{address}{desk}", session, fresh=True)
            more = [ready(page, f"{address}{desk}", session) for _ in range(3)]
            again = [statistics.median(each) for each in zip(*more, strict=True)]
            mark = " !" if max(first[0], again[0]) > MOST_SECONDS else ""
            slow += bool(mark)
            told = "".join(f"{of:7.2f} s" for pair in zip(first, again, strict=True) for of in pair)
            print(f"{username:12} {desk:12}{told}{mark}")
            page.context.close()
        browser.close()
    others = os.getloadavg()[0]
    print(f"at work at once: {others:.1f} of {os.cpu_count()} processors, this bench among them")
    return not slow


def enter(browser: Any, address: str, username: str, password: str) -> Any:
    """A page in which that account is logged in, its long tasks watched."""
    page = browser.new_context(locale="vi-VN").new_page()
    page.add_init_script(WATCH)
    page.goto(f"{address}/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("form button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def warm(address: str, cookies: list[Any]) -> None:
    """Ask until each process of the server has answered: a new connection may go to any of them."""
    said = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    asked = urllib.request.Request(address, headers={"Cookie": said})
    for _ in range(ASKED_OF_EACH * int(os.environ.get("WEB_WORKERS", "2"))):
        urllib.request.urlopen(asked).close()


def ready(
    page: Any, address: str, session: Any, *, fresh: bool = False
) -> tuple[float, float, float]:
    """Seconds until a page can be used, until its figures are drawn, and of their longest task."""
    if fresh:
        session.send("Network.clearBrowserCache")
    page.goto(address, wait_until="load")
    page.wait_for_timeout(1500)
    for _ in range(40):
        if not page.query_selector("[data-chart] .chart-wait"):
            break
        page.wait_for_timeout(250)
    usable, drawn, longest = (float(found) / 1000 for found in page.evaluate(READY))
    return usable, drawn, longest


def _password() -> str:
    found = Path(os.environ.get("NEP_INSTANCE", ROOT / "instance")) / "demo_password"
    if not found.is_file():
        sys.exit("Say the password of the demo in DEMO_PASSWORD.")
    return found.read_text(encoding="utf-8").strip()


@contextmanager
def served() -> Iterator[str]:
    """The application served on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "flask", "--app", "run", "serve"]
    env = os.environ | {"PORT": str(port)}
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/login/").close()
                break
            except OSError:
                time.sleep(1)
        yield address
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
