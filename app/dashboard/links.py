"""Where the desks lead: pages of the features below, as far as this installation has them."""

from typing import Any

from flask import current_app, url_for


def to(endpoint: str, **values: Any) -> str:
    """The address of an endpoint, or "" when there is none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
