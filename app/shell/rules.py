"""Which pages a browser may keep a copy of, for how long, and what an installed icon opens."""

import re
from typing import Any

from app.core.terms import N_

KEPT = (r"^/desk/$", r"^/filing/\d+/$")
"""Addresses whose last copy may stay on the device: JavaScript reads these patterns too."""

KEPT_DAYS = 7
KEPT_PAGES = 12
PATIENCE_SECONDS = 4
"""How long a page that has a copy waits for the network."""

COLOURS = {"light": "#f6f7f4", "dark": "#101615"}
"""The ground of the pages in both themes, for the bars that the device draws around them."""

SHORTCUTS = (
    (N_("Roll call"), "Shell.roll_call", "list-check"),
    (N_("Desk"), "Home.index", "layout-dashboard"),
)


def may_keep(path: str, query: str) -> bool:
    """Whether a copy of the page at ``path`` may be kept: only of the plain page."""
    return not query and any(re.search(pattern, path) for pattern in KEPT)


def owner_mark(account_id: int, assignment_id: int) -> str:
    """Whose copies these are: a change of the account or of the assignment ends them."""
    return f"{account_id}.{assignment_id}"


def worker_settings(
    version: str, files: list[str], folder: str, offline: dict[str, str], logout: str
) -> dict[str, Any]:
    """What the worker has to know; it is written in front of its script."""
    return {
        "version": version,
        "files": files,
        "folder": folder,
        "offline": offline,
        "logout": logout,
        "kept": KEPT,
        "days": KEPT_DAYS,
        "pages": KEPT_PAGES,
        "patience": PATIENCE_SECONDS * 1000,
    }
