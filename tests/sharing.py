"""How the test processes share the tests: by files, the longest first, so that none waits long."""

from typing import Any

from xdist.scheduler import LoadFileScheduling

# What is set up for them takes half a minute: all of it is for one process.
TOGETHER = ("tests/face/",)
LONGEST = (
    *("tests/face/", "tests/e2e/", "tests/test_", "tests/demo/", "tests/practice/"),
    *("tests/periods/", "tests/dashboard/", "tests/rollup/", "tests/office/", "tests/core/"),
)


def rank(nodeid: str) -> int:
    """Which tests come first: the lower, the sooner."""
    return next((n for n, place in enumerate(LONGEST) if nodeid.startswith(place)), len(LONGEST))


class InParts(LoadFileScheduling):
    """Gives each process a file after the other, in the order in which they were collected."""

    def __init__(self, config: Any, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        together = next((place for place in TOGETHER if nodeid.startswith(place)), None)
        return together or super()._split_scope(nodeid)
