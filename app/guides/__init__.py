"""Help: a text for every screen, and a tour of one's desk on the first visit."""

from typing import Any


def register(appbuilder: Any) -> None:
    """Add the pages."""
