"""One walk through all screens as every role; what it measures on the way is what tests assert."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError
from werkzeug.exceptions import HTTPException

from tests import factories
from tests.face import specimens

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "node_modules/axe-core/axe.min.js"
# What a change of colours alone can break.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, ZOOMED, PHONE = (1280, 800), (640, 400), (360, 740)
# The richest view of a screen first: who may most.
ROLES = (
    "secretary_north",
    "clerk_north",
    "admin",
    "analyst",
    "chief",
    "inspector",
    "supervisor_north",
    "minutes_north",
    "nobody",
)
MOST_SHIFT = 0.1


@dataclass(frozen=True)
class Visit:
    """A screen as somebody saw it."""

    username: str
    endpoint: str
    address: str
    state: str = ""

    @property
    def place(self) -> str:
        """Where, and in what state."""
        return f"{self.address} ({self.state})" if self.state else self.address

    def __str__(self) -> str:
        return f"{self.username or 'a stranger'} {self.place}"


@dataclass
class Walk:
    """The walk and what it found: kind of finding → lines that say where."""

    app: Flask
    browser: Browser
    site: str
    visits: list[Visit] = field(default_factory=list)
    findings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    shifts: dict[str, float] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    script: Path = HERE / "page.js"
    axe: str = field(default_factory=lambda: AXE.read_text(encoding="utf-8"))

    def run(self, seeds: dict[str, list[str]]) -> None:
        """Walk as everybody; ``seeds`` are addresses that no link leads to, by account."""
        for username in ("", *ROLES):
            page = self.window(username)
            wanted = seeds.get(username, [])
            todo = [*(["/"] if username else []), *wanted]
            for address in self._follow(page, todo, wanted):
                try:
                    self._screen(page, username, address)
                except BrowserError as error:
                    self.findings["broke"].append(f"{username} {address}: {error}")
            page.context.close()

    # Going about

    def window(self, username: str) -> Page:
        """A window in which that account is logged in, or nobody."""
        context = self.browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]},
            locale="vi-VN",
            reduced_motion="reduce",
            base_url=self.site,
        )
        context.set_default_timeout(10_000)
        context.add_init_script(path=self.script)
        page = context.new_page()
        page.on("pageerror", lambda error: self.findings["policy"].append(f"script: {error}"))
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        if username:
            page.goto("/login/")
            page.fill("[name=username]", username)
            page.fill("[name=password]", factories.PASSWORD)
            page.click("form button[type=submit]")
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    def _note_request(self, sent: Any) -> None:
        if not sent.url.startswith((self.site, "data:", "blob:")):
            self.findings["policy"].append(f"another host: {sent.url}")

    def _note_console(self, said: Any) -> None:
        # Answers 4xx and 5xx are asked for on purpose here.
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.findings["policy"].append(f"console: {said.text}")

    def _follow(self, page: Page, todo: list[str], wanted: list[str]) -> Iterator[str]:
        """Each screen that links lead to and nobody has seen; the caller visits it meanwhile."""
        while todo:
            address = todo.pop(0)
            endpoint = self.endpoint(address)
            if endpoint in self.known and address not in ("/", *wanted):
                continue
            self.known.add(endpoint)
            kind = self._kind(page, address)
            if kind.startswith("/"):
                todo.insert(0, kind)
            if kind != "page":
                continue
            yield address
            if specimens.is_one(address):
                continue
            for href in page.evaluate("nepFace.links()"):
                found = self.endpoint(href)
                if found and found not in self.known and found not in map(self.endpoint, todo):
                    todo.append(href)

    def endpoint(self, address: str) -> str:
        """The endpoint that answers GET at this address, or nothing."""
        try:
            rule = self.app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")
        except HTTPException:
            return ""
        return str(rule[0])

    def _kind(self, page: Page, address: str) -> str:
        """What is there: "page", where it redirects to, or another type of content."""
        answer = page.context.request.get(self.site + address, max_redirects=0)
        endpoint = self.endpoint(address)
        if 300 <= answer.status < 400:
            where = urlsplit(answer.headers["location"])
            self.answers[endpoint] = "leads on"
            return f"{where.path}?{where.query}" if where.query else where.path
        kind = answer.headers.get("content-type", "").split(";")[0]
        if kind == "text/html" and "attachment" not in answer.headers.get(
            "content-disposition", ""
        ):
            return "page"
        self.answers[endpoint] = kind
        return kind

    # Measuring

    def _screen(self, page: Page, username: str, address: str) -> None:
        visit = Visit(username, self.endpoint(address), address)
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.emulate_media(color_scheme="light")
        self.visits.append(visit)
        self._load(page, visit, "1280")
        self._axe(page, visit, "light 1280")
        page.emulate_media(color_scheme="dark")
        self._axe(page, visit, "dark 1280", COLOUR_RULES)
        self._zoom(page, visit)
        self._states(page, visit, "dark 1280")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        self._load(page, visit, "360")
        self._axe(page, visit, "dark 360")
        self._room(page, visit, "360")
        self._focus(page, visit, "360")
        self._note(visit, "targets", "360", page.evaluate("nepFace.targets()"))
        page.emulate_media(color_scheme="light")
        self._axe(page, visit, "light 360", COLOUR_RULES)
        self._states(page, visit, "light 360")
        self._sent_empty(page, username, address)

    # What opens on a screen

    def _states(self, page: Page, visit: Visit, how: str) -> None:
        """Everything that opens over the screen, opened; menus of every page only once."""
        opened = page.evaluate("nepFace.openers()")
        for number, name in enumerate(opened):
            key = f"{name} {how} {'' if 'page' in name.split()[0] else visit.endpoint}"
            if key in self.opened:
                continue
            self.opened.add(key)
            inside = page.evaluate("number => nepFace.open(number)", number)
            if inside:
                self._axe(page, visit, f"{how}, {name} open", within=inside)
                where = f"{how}, {name} open"
                outside = page.evaluate("within => nepFace.outside(within)", inside)
                self._note(visit, "sideways", where, outside)
                cut = page.evaluate("within => nepFace.cutTexts(within)", inside)
                self._note(visit, "cut", where, cut)
            page.evaluate("number => nepFace.close(number)", number)

    def _sent_empty(self, page: Page, username: str, address: str) -> None:
        """The form as it comes back when nothing was entered: what is wrong stands beside it."""
        if not page.evaluate("nepFace.empty()"):
            return
        with page.expect_navigation():
            page.evaluate("nepFace.send()")
        if page.query_selector(".field-error") is None:
            return
        self._settle(page)
        visit = Visit(username, self.endpoint(address), address, "sent empty")
        self.visits.append(visit)
        self._axe(page, visit, "light 360")
        self._room(page, visit, "360")
        self._focus(page, visit, "360")
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.emulate_media(color_scheme="dark")
        self._axe(page, visit, "dark 1280")

    # One measure

    def _load(self, page: Page, visit: Visit, what: str) -> None:
        page.goto(visit.address)
        self._settle(page)
        noted = page.evaluate("nepFace.noted")
        self.shifts[f"{visit} {what}"] = noted["shift"]
        if noted["shift"] > MOST_SHIFT:
            self._note(visit, "shift", what, noted["shifts"])
        self._note(visit, "policy", what, noted["refused"])

    def _settle(self, page: Page) -> None:
        """Until figures are drawn and scripts rest."""
        page.evaluate("nepFace.rest()")
        if page.query_selector("[data-chart]"):
            page.evaluate("nepFace.drawn()")

    def _axe(
        self,
        page: Page,
        visit: Visit,
        how: str,
        rules: list[str] = RULES,
        within: str = "",
    ) -> None:
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(self.axe)
        kind = "rule" if rules is COLOUR_RULES else "tag"
        given = [{"type": kind, "values": rules}, within]
        found = page.evaluate("([rules, within]) => nepFace.axe(rules, within)", given)
        self._note(visit, "axe", how, found)

    def _zoom(self, page: Page, visit: Visit) -> None:
        """Twice as large: the whole page as browsers zoom it, then its letters alone."""
        page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
        page.evaluate("nepFace.resized()")
        self._room(page, visit, "zoom 200 %")
        self._focus(page, visit, "zoom 200 %")
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        self._room(page, visit, "letters 200 %")
        page.evaluate("document.documentElement.style.fontSize = ''")

    def _room(self, page: Page, visit: Visit, how: str) -> None:
        self._note(visit, "sideways", how, page.evaluate("nepFace.outside()"))
        self._note(visit, "cut", how, page.evaluate("nepFace.cutTexts()"))
        if how == "360":
            self._note(visit, "scroller", how, page.evaluate("nepFace.sideways()"))

    def _focus(self, page: Page, visit: Visit, how: str) -> None:
        self._note(visit, "focus", how, page.evaluate("nepFace.focus()"))

    def _note(self, visit: Visit, kind: str, how: str, lines: list[str]) -> None:
        self.findings[kind] += [f"{visit} · {how}: {line}" for line in lines]
