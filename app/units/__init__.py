"""To be told by the feature."""

from typing import Any


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
