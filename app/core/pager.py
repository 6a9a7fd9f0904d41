"""Where the heads and the foot of a list lead: other orders, pages and sizes."""

from dataclasses import dataclass
from typing import Any

from app.core.addresses import changed
from app.core.interface import COUNT_CAP
from app.core.paging import AFTER, BEFORE, Order, Page

SIZES = (25, 50, 100)


@dataclass(frozen=True)
class Step:
    """A link of the foot."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Pager:
    """The foot of a list: what is on this page, of how many, and the ways from here."""

    first: int
    last: int
    count: int
    long: bool
    size: int
    start: str
    previous: str
    next: str
    end: str
    numbers: list[Step]
    sizes: list[Step]


def heads(view: Any, order: Order) -> dict[str, tuple[str, str]]:
    """For each column that sorts: the address that sorts by it, and how it sorts now."""
    name, found = type(view).__name__, {}
    for column in view.order_columns:
        now = order.direction if order.column == column else ""
        then = {f"_oc_{name}": column, f"_od_{name}": "desc" if now == "asc" else "asc"}
        found[column] = (changed(then), {"asc": "ascending", "desc": "descending"}.get(now, ""))
    return found


def pager(name: str, page: Page, size: int) -> Pager:
    """The foot of the list ``name``."""
    last = max(0, -(-page.count // size) - 1)
    here = page.number
    if page.long:
        back = _beside(name, BEFORE, page.previous, max(0, here - 1))
        onward = _beside(name, AFTER, page.next, here + 1)
        numbers, end = [], ""
    else:
        back = _numbered(name, here - 1) if here else ""
        onward = _numbered(name, here + 1) if here < last else ""
        end = _numbered(name, last) if here < last else ""
        near = range(max(0, min(here - 1, last - 2)), min(last, max(here + 1, 2)) + 1)
        numbers = [Step(str(n + 1), _numbered(name, n), n == here) for n in near]
    return Pager(
        first=here * size + 1,
        last=here * size + len(page.rows),
        count=min(page.count, COUNT_CAP),
        long=page.long,
        size=size,
        start=_numbered(name, 0) if back else "",
        previous=back,
        next=onward,
        end=end,
        numbers=numbers if last else [],
        sizes=[Step(str(n), changed({f"psize_{name}": n}), n == size) for n in SIZES],
    )


def _numbered(name: str, number: int) -> str:
    return changed(
        {f"page_{name}": number or None, f"{AFTER}_{name}": None, f"{BEFORE}_{name}": None},
        stay=True,
    )


def _beside(name: str, word: str, mark: str, number: int) -> str:
    if not mark:
        return ""
    other = BEFORE if word == AFTER else AFTER
    return changed(
        {f"page_{name}": number or None, f"{word}_{name}": mark, f"{other}_{name}": None},
        stay=True,
    )
