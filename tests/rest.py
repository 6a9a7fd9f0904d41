"""Writing over REST as a careful program does: with the version that it has read."""

import re
from typing import Any

from flask.testing import FlaskClient

ROW = re.compile(r"(/api/v1/\w+/\d+)(/|$)")


def seen(client: FlaskClient, headers: dict[str, str], address: str) -> dict[str, Any]:
    """``{"version": 3}`` of the row that ``address`` is about; {} when there is none to see."""
    found = ROW.match(address)
    answer = client.get(found[1], headers=headers).get_json() if found else {}
    version = answer.get("result", {}).get("version")
    return {} if version is None else {"version": version}
