"""A look at screens in the browser; what it measures on the way is what tests assert."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from tests.face.routes import Stop, browser
from tests.face.styles import left_out
from tools.frontend import ICONS

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "node_modules/axe-core/axe.min.js"
# What a change of colours alone can break.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASK_AXE = "given => nepFace.axe(...given)"
WIDE, ZOOMED, PHONE = (1280, 800), (640, 400), (360, 740)
# What is measured wherever room is short, and what besides where a finger is used.
ROOM, FINGER = ("sideways", "cut", "unstyled"), ("scroller", "focus", "targets")
MOST_SHIFT = 0.1
PAGES_A_WINDOW = 12


@dataclass(frozen=True)
class Visit:
    """A screen as somebody saw it."""

    stop: Stop
    state: str = ""

    @property
    def place(self) -> str:
        """Where, and in what state."""
        return f"{self.stop.address} ({self.state})" if self.state else self.stop.address

    def __str__(self) -> str:
        return f"{self.stop.username or 'a stranger'} {self.place}"


@dataclass
class PartsSeen:
    """What is the same on many screens: what opens over any page, the frame around each."""

    opened: set[str] = field(default_factory=set)
    framed: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Walk:
    """The walk and what it found: kind of finding → lines that say where."""

    app: Flask
    browser: Browser
    site: str
    visits: list[Visit] = field(default_factory=list)
    findings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seen: PartsSeen = field(default_factory=PartsSeen)
    script: Path = HERE / "page.js"

    def run(self, stops: Iterable[Stop]) -> None:
        """Look at every stop; those of one account in one window."""
        by_account: dict[str, list[Stop]] = defaultdict(list)
        for stop in stops:
            by_account[stop.username].append(stop)
        for username, own in by_account.items():
            page = self.window(username)
            for number, stop in enumerate(own, 1):
                if number % PAGES_A_WINDOW == 0:
                    page = self._new_window(page)
                try:
                    self._screen(page, stop)
                except BrowserError as error:
                    self.findings["broke"].append(f"{stop}: {error}")
            page.context.close()

    # Going about

    def _new_window(self, page: Page) -> Page:
        """The same account in a window of its own: an old one grows slow with what it has seen."""
        held = page.context.storage_state()
        page.context.close()
        return self._window(storage_state=held)

    def window(self, username: str) -> Page:
        """A window in which that account is logged in, or nobody; it stands on no page yet."""
        page = self._window()
        if username:
            held = browser(self.app, username).get_cookie("session")
            assert held is not None
            cookie: Any = {"name": held.key, "value": held.value, "url": self.site}
            page.context.add_cookies([cookie])
        return page

    def _window(self, **more: Any) -> Page:
        context = self.browser.new_context(
            **more,
            viewport={"width": WIDE[0], "height": WIDE[1]},
            locale="vi-VN",
            reduced_motion="reduce",
            base_url=self.site,
        )
        context.set_default_timeout(10_000)
        context.add_init_script(path=self.script)
        known = {"leftOut": sorted(left_out()), "icons": ICONS}
        for name, words in known.items():
            context.add_init_script(f"nepFace.{name} = new Set({json.dumps(words)})")
        # Known to the browser before the pages come: half a megabyte is not sent for each of them.
        context.add_init_script(path=AXE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.findings["policy"].append(f"script: {error}"))
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        return page

    def _note_request(self, sent: Any) -> None:
        if not sent.url.startswith((self.site, "data:", "blob:")):
            self.findings["policy"].append(f"another host: {sent.url}")

    def _note_console(self, said: Any) -> None:
        # Answers 4xx and 5xx are asked for on purpose here.
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.findings["policy"].append(f"console: {said.text}")

    # Measuring

    def _screen(self, page: Page, stop: Stop) -> None:
        if stop.deeds:
            self._done(page, stop)
            return
        visit = Visit(stop)
        self.visits.append(visit)
        self._look(page, WIDE, "light")
        self._load(page, visit, "1280")
        self._axe(page, visit, "light 1280")
        self._look(page, WIDE, "dark")
        if not stop.spare:
            self._axe(page, visit, "dark 1280", COLOUR_RULES)
        self._states(page, visit, "dark 1280")
        self._zoom(page, visit)
        self._look(page, PHONE, "dark")
        self._load(page, visit, "360")
        self._axe(page, visit, "dark 360")
        self._measure(page, visit, "360", *ROOM, *FINGER)
        self._look(page, PHONE, "light")
        if not stop.spare:
            self._axe(page, visit, "light 360", COLOUR_RULES)
        self._states(page, visit, "light 360")
        self._sent_empty(page, stop)

    def _done(self, page: Page, stop: Stop) -> None:
        """What a list asks or tells when something is done to its rows."""
        page.goto(stop.address)
        for action, rows in stop.deeds:
            with page.expect_navigation():
                page.evaluate("([action, rows]) => nepFace.act(action, rows)", [action, rows])
        self._answer(page, Visit(stop, " ".join(f"{action}:{n}" for action, n in stop.deeds)))

    def _look(self, page: Page, size: tuple[int, int], colours: Any) -> None:
        if page.viewport_size != {"width": size[0], "height": size[1]}:
            page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=colours)

    # What opens on a screen

    def _states(self, page: Page, visit: Visit, how: str) -> None:
        """Everything that opens over the screen, opened; menus of every page only once."""
        opened = page.evaluate("nepFace.openers()")
        for number, name in enumerate(opened):
            key = f"{name} {how} {'' if 'page' in name.split()[0] else visit.stop.endpoint}"
            if key in self.seen.opened:
                continue
            self.seen.opened.add(key)
            inside = page.evaluate("number => nepFace.open(number)", number)
            if inside:
                self._axe(page, visit, f"{how}, {name} open", within=inside)
                where = f"{how}, {name} open"
                self._measure(page, visit, where, *ROOM, root=inside)
            page.evaluate("number => nepFace.close(number)", number)

    def _sent_empty(self, page: Page, stop: Stop) -> None:
        """The form as it comes back when nothing was entered: what is wrong stands beside it."""
        if not page.evaluate("nepFace.empty()"):
            return
        with page.expect_navigation():
            page.evaluate("nepFace.send()")
        if not page.evaluate("nepFace.refused()"):
            return
        self._answer(page, Visit(stop, "sent empty"))

    def _answer(self, page: Page, visit: Visit) -> None:
        """A page that answers what was sent: it cannot be loaded once more."""
        self.visits.append(visit)
        self._settle(page)
        self._look(page, PHONE, "light")
        self._axe(page, visit, "light 360")
        self._measure(page, visit, "360", *ROOM, *FINGER)
        self._look(page, WIDE, "dark")
        self._axe(page, visit, "dark 1280", RULES if visit.stop.deeds else COLOUR_RULES)
        self._zoom(page, visit)

    # One measure

    def _load(self, page: Page, visit: Visit, what: str) -> None:
        page.goto(visit.stop.address)
        self._settle(page)
        noted = page.evaluate("nepFace.noted")
        if noted["shift"] > MOST_SHIFT:
            self._note(visit, "shift", what, noted["shifts"])
        self._note(visit, "policy", what, noted["refused"])

    def _settle(self, page: Page) -> None:
        """Until figures are drawn and scripts rest."""
        page.evaluate("nepFace.settled()")

    def _axe(
        self,
        page: Page,
        visit: Visit,
        how: str,
        rules: list[str] = RULES,
        within: str = "",
    ) -> None:
        kind = "rule" if rules is COLOUR_RULES else "tag"
        # Every page of an account has the same frame: once in each look is enough.
        look = (visit.stop.username, how)
        framed = not within and look not in self.seen.framed
        self.seen.framed |= {look} if framed else set()
        given = [{"type": kind, "values": rules}, within, framed, how == "light 1280"]
        self._note(visit, "axe", how, page.evaluate(ASK_AXE, given))

    def _zoom(self, page: Page, visit: Visit) -> None:
        """Twice as large: its letters alone, then the whole page as browsers zoom it."""
        page.evaluate("nepFace.letters('200%')")
        self._measure(page, visit, "letters 200 %", *ROOM)
        page.evaluate("nepFace.letters('')")
        page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
        page.evaluate("nepFace.resized()")
        self._measure(page, visit, "zoom 200 %", *ROOM, "focus")

    def _measure(self, page: Page, visit: Visit, how: str, *kinds: str, root: str = "body") -> None:
        found = page.evaluate("given => nepFace.measured(...given)", [kinds, root])
        for kind, lines in found.items():
            self._note(visit, kind, how, lines)

    def _note(self, visit: Visit, kind: str, how: str, lines: list[str]) -> None:
        self.findings[kind] += [f"{visit} · {how}: {line}" for line in lines]
