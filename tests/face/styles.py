"""Which classes the pages' style sheet does not know although its makers have them."""

import re
from functools import cache
from pathlib import Path

from tools.frontend import MODULES, STYLES, VENDOR

_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")


def classes(sheet: Path) -> set[str]:
    """The names of classes that a style sheet speaks of."""
    return set(_CLASS.findall(sheet.read_text(encoding="utf-8")))


@cache
def left_out() -> frozenset[str]:
    """Classes of Tabler that were taken for unused when the pages' sheet was written."""
    return frozenset(classes(MODULES / STYLES) - classes(VENDOR / "tabler.min.css"))
