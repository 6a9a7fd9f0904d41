"""Without a network: the worker in a real browser, against a server that can be switched off."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from tests import factories
from tests.e2e.axe import violations
from tests.e2e.filing import excuse_the_second, saved
from tests.e2e.test_filing import meeting, rows

__all__ = ["meeting", "rows"]

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) if (name.startsWith("nep-kept-"))
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  return found;
}"""
ONE_SHELL = """async () => {
  const shells = (await caches.keys()).filter((name) => name.startsWith("nep-shell-"));
  return shells.length === 1 && !(await navigator.serviceWorker.getRegistration()).waiting;
}"""
CONTROLLED = "() => navigator.serviceWorker.controller !== null"


class Site:
    """The application on one port, on and off."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.port = 0
        self.server: BaseWSGIServer | None = None

    def start(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    running = Site(app)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def address(site: Site) -> str:
    return f"http://127.0.0.1:{site.port}"


@pytest.fixture
def desk(enter: Callable[..., Page]) -> Page:
    """The secretary's desk, of which a copy is kept."""
    page = enter("secretary_north", width=360, worker=True)
    until(page, CONTROLLED)
    wait_for_copies(page, "/desk/")
    return page


def until(page: Page, script: str) -> None:
    """Wait for ``script`` to be true; the policy bars what ``wait_for_function`` does with it."""
    for _ in range(200):
        # A page that is just being left answers nothing.
        with suppress(Error):
            if page.evaluate(script):
                return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {script}")


def wait_for_copies(page: Page, *paths: str) -> None:
    for _ in range(400):
        if set(page.evaluate(KEPT)) == set(paths):
            return
        page.wait_for_timeout(50)
    assert sorted(page.evaluate(KEPT)) == sorted(paths)


def test_the_first_desk_after_login_opens_again_without_a_network(desk, site, address):
    assert desk.locator(".kept").count() == 0
    site.stop()
    desk.reload()
    expect(desk.locator("h1")).to_have_text("Việc cần làm")
    expect(desk.locator(".kept")).to_contain_text("Mất kết nối")
    expect(desk.locator(".kept time")).to_have_text(re.compile(r"\d\d:\d\d"))
    # The icon of the installed application opens the first page.
    desk.goto(f"{address}/")
    assert desk.url == f"{address}/desk/"


def test_another_page_says_that_there_is_no_network_and_comes_back_by_itself(desk, site, address):
    site.stop()
    desk.goto(f"{address}/profile/")
    expect(desk.locator("h1")).to_have_text("Mất kết nối")
    expect(desk.locator("[data-kept-pages] a")).to_have_attribute("href", "/desk/")
    expect(desk.locator("[data-kept-pages]")).to_contain_text("Việc cần làm")
    site.start()
    desk.evaluate("dispatchEvent(new Event('online'))")
    expect(desk.locator("h1")).to_have_text("Tài khoản của tôi")


def test_a_result_is_opened_and_filed_on_without_a_network(meeting, desk, site, address, rows):
    filing = f"/filing/{meeting}/"
    desk.goto(f"{address}{filing}")
    wait_for_copies(desk, "/desk/", filing)
    site.stop()
    desk.goto(f"{address}/desk/")
    desk.locator(f"a[href='{filing}']").click()
    # The page has a line of its own for this, beside what it has saved.
    expect(desk.locator("html")).to_have_attribute("data-kept", re.compile(r"\d{4}-"))
    expect(desk.locator(".kept")).to_be_hidden()
    excuse_the_second(desk)
    expect(desk.locator("[data-share]")).to_have_text(re.compile("14/15"))
    # The telephone was put away, and everything closed.
    desk.goto("about:blank")
    desk.goto(f"{address}{filing}")
    expect(desk.locator("[data-share]")).to_have_text(re.compile("14/15"))
    site.start()
    desk.evaluate("dispatchEvent(new Event('online'))")
    saved(desk)
    assert rows(meeting)["counts"][:3] == (14, 15, 1)


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_what_is_shown_without_a_network_is_accessible(enter, site, address, width, dark):
    page = enter("secretary_north", width=width, dark=dark, worker=True)
    wait_for_copies(page, "/desk/")
    site.stop()
    for path, mark in (("/desk/", ".kept"), ("/profile/", "[data-kept-pages] a")):
        page.goto(f"{address}{path}")
        page.locator(mark).wait_for()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_after_logout_nothing_is_kept(desk, site, address):
    desk.locator(".top-user").click()
    desk.locator("form[action$='/logout/'] button").click()
    desk.wait_for_url("**/login/**")
    wait_for_copies(desk)
    site.stop()
    desk.goto(f"{address}/desk/")
    expect(desk.locator("h1")).to_have_text("Mất kết nối")
    expect(desk.locator("[data-kept-pages] a")).to_have_count(0)


def test_a_second_account_never_sees_the_copies_of_the_first(desk, site, address):
    # The first session ends without a logout, as a session that ran out does.
    desk.context.clear_cookies()
    desk.goto(f"{address}/login/")
    desk.fill("[name=username]", "analyst")
    desk.fill("[name=password]", factories.PASSWORD)
    desk.click("form button[type=submit]")
    desk.wait_for_url(lambda url: "/login" not in url)
    wait_for_copies(desk)
    site.stop()
    desk.goto(f"{address}/desk/")
    expect(desk.locator("h1")).to_have_text("Mất kết nối")


def test_a_copy_older_than_a_week_is_not_shown(desk, site):
    desk.evaluate("""async () => {
      for (const name of await caches.keys()) if (name.startsWith("nep-kept-")) {
        const kept = await caches.open(name);
        const had = await kept.match("/desk/");
        const headers = new Headers(had.headers);
        headers.set("Nep-Kept-At", String(Date.now() - 7.01 * 86400000));
        await kept.put("/desk/", new Response(await had.text(), { headers }));
      }
    }""")
    site.stop()
    desk.reload()
    expect(desk.locator("h1")).to_have_text("Mất kết nối")
    expect(desk.locator("[data-kept-pages] a")).to_have_count(0)


def test_a_slow_network_gives_way_to_the_copy(desk, app, monkeypatch):
    from app.dashboard import duties

    gate = threading.Event()
    original = duties.duties
    monkeypatch.setattr(duties, "duties", lambda *a, **k: (gate.wait(20), original(*a, **k))[1])
    desk.reload()
    expect(desk.locator(".kept")).to_be_visible()
    gate.set()


def test_what_is_sent_without_a_network_stays_on_the_page(desk, address):
    desk.goto(f"{address}/schedules/add")
    desk.fill("[name=place]", "Hội trường tầng 2")
    desk.context.set_offline(True)
    desk.locator(".save-bar button[type=submit]").click()
    expect(desk.locator("#tell")).to_contain_text("chưa gửi được")
    desk.locator("#tell button").last.click()
    desk.context.set_offline(False)
    expect(desk.locator("[name=place]")).to_have_value("Hội trường tầng 2")


def test_nothing_else_is_ever_kept(desk, address):
    for path in ("/members/list/", "/results/list/", "/profile/", "/desk/?month=1"):
        desk.goto(f"{address}{path}")
    desk.evaluate("fetch('/api/v1/members/')")
    desk.evaluate("fetch('/members/export')")
    desk.wait_for_timeout(300)
    assert desk.evaluate(KEPT) == ["/desk/"]
    held = desk.evaluate("""async () => {
      const found = [];
      for (const name of await caches.keys())
        for (const one of await (await caches.open(name)).keys())
          found.push(new URL(one.url).pathname);
      return found;
    }""")
    others = {path for path in held if not path.startswith(("/static/", "/offline/"))}
    assert others == {"/desk/", "/language"}


def test_a_new_version_is_told_and_comes_when_asked_for(desk, monkeypatch):
    from app.shell import files

    monkeypatch.setattr(files, "_words", lambda: ["another"])
    desk.reload()
    toast = desk.locator(".toast", has_text="bản mới")
    expect(toast).to_be_visible()
    before = desk.evaluate("performance.timeOrigin")
    desk.wait_for_timeout(500)
    assert desk.evaluate("performance.timeOrigin") == before
    reload = toast.get_by_role("button", name="Tải lại")
    assert reload.bounding_box()["height"] >= 44
    reload.click()
    until(desk, f"() => performance.timeOrigin !== {before}")
    desk.wait_for_load_state("networkidle")
    expect(toast).to_have_count(0)
    shells = [n for n in desk.evaluate("caches.keys()") if n.startswith("nep-shell-")]
    assert len(shells) == 1


def test_a_copy_from_before_a_new_version_still_works_without_a_network(
    meeting, desk, site, address, monkeypatch
):
    from app.shell import files

    filing = f"/filing/{meeting}/"
    desk.goto(f"{address}{filing}")
    wait_for_copies(desk, "/desk/", filing)
    # Every file has changed, and so has its address.
    monkeypatch.setattr(files, "shell_files", lambda _of=files.shell_files: changed(_of()))
    desk.goto(f"{address}/desk/")
    desk.locator(".toast", has_text="bản mới").get_by_role("button", name="Tải lại").click()
    until(desk, ONE_SHELL)
    # What browsers keep beside the worker's own they let go of as they please.
    desk.context.new_cdp_session(desk).send("Network.clearBrowserCache")
    site.stop()
    desk.goto(f"{address}{filing}")
    excuse_the_second(desk)
    expect(desk.locator("[data-share]")).to_have_text(re.compile("14/15"))


def changed(addresses: list[str]) -> list[str]:
    return [f"{one}0" for one in addresses]


def test_the_switch_takes_the_worker_away(desk, app, monkeypatch):
    monkeypatch.setitem(app.config, "OFFLINE", False)
    desk.reload()
    for _ in range(100):
        if not desk.evaluate(
            "navigator.serviceWorker.getRegistrations().then(all => all.length)"
        ) and not desk.evaluate("caches.keys()"):
            return
        desk.wait_for_timeout(50)
    pytest.fail("the worker is still there")


def test_the_browser_would_install_it(browser: Browser, address: str):
    context = browser.new_context(service_workers="allow")
    page = context.new_page()
    page.goto(f"{address}/login/")
    until(page, CONTROLLED)
    browser_tools = context.new_cdp_session(page)
    manifest = browser_tools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["short_name"] == "Nếp"
    errors = browser_tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    context.close()
    # Windows of tests are private ones, which install nothing.
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []
