"""A hand that has only a keyboard, and an eye that wants to see where it is."""

from typing import Any

from playwright.sync_api import Page

HERE = """
selector => {
  const here = document.activeElement;
  return { there: here !== document.body && here.matches(selector), nowhere: here === document.body,
           name: nepFace.name(here) + ' ' + nepFace.words(here.ariaLabel || here.textContent || ''),
           marked: here === document.body || nepFace.outlined(here) };
}
"""


class Keys:
    """Presses keys; fails where the focus cannot be seen or never comes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops: list[str] = []

    def press(self, *keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.page.keyboard.type(text)

    def replace(self, text: str) -> None:
        """Type a text in the place of what the field held."""
        self.press("Control+a")
        self.type(text)

    def to(self, selector: str, *, back: bool = False, most: int = 150) -> None:
        """Press the tab key until the focus is on ``selector``."""
        self.stops = []
        for _ in range(most):
            self.press("Shift+Tab" if back else "Tab")
            here = self.here(selector)
            self.stops.append(here["name"])
            assert here["marked"], f"the focus cannot be seen on {here['name']}"
            if here["there"]:
                return
        raise AssertionError(f"the tab key never comes to {selector}: {self.stops}")

    def here(self, selector: str = "*") -> dict[str, Any]:
        """Where the focus is."""
        found: dict[str, Any] = self.page.evaluate(HERE, selector)
        return found

    def is_at(self, selector: str) -> bool:
        """Whether the focus is on ``selector``."""
        return bool(self.here(selector)["there"])

    def go(self, selector: str, *, most: int = 150) -> None:
        """Go to a link or button that leads to another page, and follow it."""
        self.to(selector, most=most)
        with self.page.expect_navigation():
            self.press("Enter")
        self.page.evaluate("nepFace.rest()")
