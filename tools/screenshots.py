"""Takes the pictures of docs/pictures from the demo: `make screenshots`.

Serves a demo of its own under instance/screenshots, or uses `--address` of one that runs.
"""

import argparse
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
CHROMIUM = (
    "/usr/bin/chromium-headless-shell",
    *("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"),
)
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDE, PHONE = (1280, 800), (360, 740)
LAST = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().replace(day=1) - timedelta(days=1)
"""A day of the month that is over: the one that is reviewed and reported."""
DRAWN = (
    "[...document.querySelectorAll('[data-chart] .chart-wait')]"
    ".every(one => one.getBoundingClientRect().top > innerHeight + 200)"
)
SHOTS = (
    # name, account, address, size, dark
    ("login", "", "/login/", WIDE, False),
    ("analysis", "chuyenvien", "/analysis/", WIDE, False),
    ("analysis-dark", "chuyenvien", "/analysis/", WIDE, True),
    ("summary", "chuyenvien", "/summary/", WIDE, False),
    ("chase-board", "trucdang", "/chase/", WIDE, False),
    ("results", "trucdang", "/results/list/", WIDE, False),
    ("tree", "quantri", "/unit-tree/", WIDE, False),
    ("leader", "lanhdao", "/leader/", WIDE, False),
    ("care-dark", "quantri", "/care/", WIDE, True),
    ("calendar", "trucdang", "/calendar/", WIDE, False),
    ("bulk-dark", "trucdang", "/results/list/", WIDE, True),
    ("search", "chuyenvien", "/analysis/", WIDE, False),
    ("review", "trucdang", f"/review/?month={LAST:%Y-%m}", WIDE, False),
    ("report", "trucdang", f"/monthly-report/?month={LAST:%Y-%m}", WIDE, False),
    ("watch-dark", "trucdang", "/watch/", WIDE, True),
    ("obligations", "trucdang", "/obligations/list/", WIDE, False),
    ("notices-phone", "bithu", "/notices/", PHONE, False),
    ("review-phone-dark", "trucdang", f"/review/?month={LAST:%Y-%m}", PHONE, True),
    ("desk-phone", "bithu", "/desk/", PHONE, False),
    ("desk-phone-dark", "bithu", "/desk/", PHONE, True),
    ("members-phone", "bithu", "/members/list/", PHONE, False),
    ("filing-roll-phone", "bithu", "/desk/", PHONE, False),
    ("filing-score-phone", "bithu", "/desk/", PHONE, True),
    ("calendar-phone", "trucdang", "/calendar/", PHONE, False),
    ("search-phone", "trucdang", "/chase/", PHONE, True),
)


def _search(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(words, delay=30)


def _file(page: Page, step: int) -> None:
    page.locator("a[href*='/filing/']").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{page.url.split('#')[0]}#step-{step}")
    page.wait_for_timeout(500)


STEPS: dict[str, Callable[[Page], None]] = {
    "bulk-dark": lambda page: page.locator("[data-row-all]").click(),
    "search": lambda page: _search(page, "van phogn"),
    "search-phone": lambda page: _search(page, "nogn nghiep"),
    "filing-roll-phone": lambda page: _file(page, 1),
    "filing-score-phone": lambda page: _file(page, 3),
}
"""What is done on a page before its picture is taken."""


def main() -> None:
    """Take every picture."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--address", help="of a demo that runs")
    reader.add_argument("--password", default=os.environ.get("DEMO_PASSWORD", ""))
    given = reader.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    if given.address:
        _shoot(given.address, given.password)
        return
    password = secrets.token_urlsafe(12)
    with _served(password) as address:
        _shoot(address, password)


@contextmanager
def _served(password: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # A demo of an earlier day has another password, and another month under way.
    home = ROOT / "instance/screenshots"
    shutil.rmtree(home, ignore_errors=True)
    env = os.environ | {
        "NEP_INSTANCE": str(home),
        "PORT": str(port),
        "DEMO_PASSWORD": password,
    }
    command = [sys.executable, "-m", "flask", "--app", "run", "serve"]
    server = subprocess.Popen(command, cwd=ROOT, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("The demo did not start.")
        try:
            urllib.request.urlopen(f"{address}/login/").close()
            return
        except OSError:
            time.sleep(1)
    raise SystemExit("The demo does not answer.")


def _shoot(address: str, password: str) -> None:
    path = next((name for name in CHROMIUM if Path(name).exists()), None)
    if path is None:
        raise SystemExit("Chromium is missing: install Debian's package chromium.")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=QUIET)
        for name, account, where, size, dark in SHOTS:
            _one(browser, f"{address}{where}", address, (account, password), size, dark, name)
            print(f"docs/pictures/{name}.png")
        browser.close()


def _one(
    browser: Browser,
    url: str,
    address: str,
    login: tuple[str, str],
    size: tuple[int, int],
    dark: bool,
    name: str,
) -> None:
    context = browser.new_context(
        service_workers="block",
        viewport={"width": size[0], "height": size[1]},
        locale="vi-VN",
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    if login[0]:
        page.goto(f"{address}/login/")
        page.fill("[name=username]", login[0])
        page.fill("[name=password]", login[1])
        page.click("form button[type=submit]")
        page.wait_for_load_state("networkidle")
        # Who comes for the first time is shown around.
        if page.locator("[data-tour]").count():
            page.keyboard.press("Escape")
            page.wait_for_load_state("networkidle")
    page.goto(url)
    page.wait_for_load_state("networkidle")
    if name in STEPS:
        STEPS[name](page)
    # The page's policy lets nobody wait inside it.
    for _ in range(60):
        if page.evaluate(DRAWN):
            break
        page.wait_for_timeout(250)
    page.wait_for_timeout(1500)
    page.screenshot(path=PICTURES / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()
