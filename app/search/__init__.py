"""Search everywhere: one box over units, people, meetings and screens within the scope."""

from typing import Any

from app.search import models


def register(appbuilder: Any) -> None:
    """Add the page and what every page needs to open the box."""
    _ = models, appbuilder
