"""Monthly reports of committees: compiled, frozen when submitted, accepted above, amended."""

from typing import Any

from app.rollup import models


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    assert models
