"""A meeting that may be filed, and what hands do on its page."""

from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect

from app.core import months, scope
from app.core.db import db
from tests import factories
from tests.filing.conftest import seventeen


def begun(app: Flask, *, of_seventeen: bool = False, **more: Any) -> int:
    """The key of a meeting of N1 that has just been held; of seventeen members, or of five."""
    at = factories.lately()
    with app.app_context(), scope.system():
        if of_seventeen:
            seventeen()
        row = factories.new_meeting(
            factories.unit("N1"), months.first_of(at), planned_at=at, **more
        )
        key: int = row.id
        db.session.commit()
    return key


def saved(page: Page) -> None:
    """Wait until the server has all that stands in the page."""
    expect(page.locator("[data-saved=saved]")).to_be_visible(timeout=15_000)


def excuse_the_second(page: Page) -> None:
    """In the roll-call: the second of the cell is away, with a reason."""
    page.locator("[data-toggle]").nth(1).click()
    page.locator("[data-line]:nth-child(2) [data-say]").first.click()


def fill_in(page: Page, content: str = "Đã bàn xong") -> None:
    """All that sending needs, quickly, from the roll-call to the last step."""
    excuse_the_second(page)
    page.locator("[data-next-step]").click()
    page.fill("[name=content]", content)
    to_the_end(page)


def to_the_end(page: Page) -> None:
    """From the content on: full points, left at the last step."""
    page.locator("[data-next-step]").click()
    page.locator("[data-full-all]").click()
    page.locator("[data-next-step]").click()
