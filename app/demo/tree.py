"""The units of the bloc from their list, their history of names, and how units are written."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from app.core.text import fold
from app.demo import store
from app.units.rules import UnitEvent, child_path

BLOC = Path(__file__).parent / "data" / "units_bloc.csv"
ROOT_FOUNDED = date(2003, 1, 1)

UNIT = (
    *("id", "path", "parent_id", "code", "name", "short_name", "kind_code", "cell_type_code"),
    *("is_cell", "member_count", "names_kept", "valid_from", "valid_to", "search_text"),
)
VERSION = (
    *("id", "unit_id", "unit_path", "parent_id", "name", "short_name", "kind_code", "event"),
    *("decision_no", "decision_on", "valid_from", "valid_to"),
)

FORMER = {
    "Tổ chức - Hành chính": "Hành chính - Quản trị",
    "Kế hoạch - Tài chính": "Tài chính - Kế toán",
    "Thanh tra - Pháp chế": "Thanh tra",
    "Văn phòng": "Hành chính - Tổng hợp",
    "Chuyên môn 1": "Nghiệp vụ tổng hợp",
    "Chuyên môn 2": "Nghiệp vụ chuyên ngành",
    "Khoa Sư phạm": "Khoa Sư phạm Tiểu học - Mầm non",
    "Trung tâm Thông tin - Thư viện": "Thư viện",
}
"""What some parts of names were before a decision renamed the unit."""


@dataclass(slots=True)
class Node:
    """A unit to be written."""

    id: int
    path: str
    parent_id: int | None
    code: str
    name: str
    short_name: str
    kind: str
    cell_type: str | None = None
    members: int = 0
    founded: date = ROOT_FOUNDED
    ceased: date | None = None

    @property
    def is_cell(self) -> bool:
        """Whether it meets month by month."""
        return self.kind.endswith("CELL")


@dataclass(slots=True)
class Version:
    """What a unit was called for a time."""

    id: int
    node: Node
    name: str
    event: UnitEvent
    decision_no: str | None
    decision_on: date | None
    valid_from: date
    valid_to: date | None
    under: Node | None = None
    """Where it hung then, unless it hangs there still."""


def bloc(rng: Random, cells: int | None = None) -> list[Node]:
    """The units of the bloc's list, parents first; ``cells`` keeps only so many cells of each
    of the first two committees, for tests."""
    made: dict[str, Node] = {}
    with BLOC.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in _first(rows, cells) if cells else rows:
        parent = made.get(row["parent_code"])
        key = len(made) + 1
        made[row["code"]] = Node(
            id=key,
            path=child_path(parent.path if parent else None, key),
            parent_id=parent.id if parent else None,
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            kind=row["kind"],
            cell_type=row["cell_type"] or None,
            members=int(row["members"]),
            founded=date(rng.randint(2004, 2016), rng.randint(1, 12), 1)
            if parent
            else ROOT_FOUNDED,
        )
    return list(made.values())


def _first(rows: list[dict[str, str]], cells: int) -> Iterator[dict[str, str]]:
    left = {"DB001": cells, "DB002": cells, "DUK": 2}
    for row in rows:
        if row["code"] in ("DUK", "DB001", "DB002"):
            yield row
        elif row["kind"].endswith("CELL") and left.get(row["parent_code"], 0):
            left[row["parent_code"]] -= 1
            yield row


def versions(rng: Random, nodes: list[Node], start: date, today: date) -> list[Version]:
    """The history of names: one version each, two for those renamed since ``start``."""
    made: list[Version] = []
    for node in nodes:
        former = next((old for old in FORMER if old in node.name), None)
        first = Version(0, node, node.name, UnitEvent.ESTABLISH, None, None, node.founded, None)
        made.append(first)
        if former is None or rng.random() > 0.15:
            continue
        renamed = date.fromordinal(rng.randint(start.toordinal() + 90, today.toordinal() - 90))
        first.name, first.valid_to = node.name.replace(former, FORMER[former]), renamed
        number = f"{rng.randint(20, 900)}-QĐ/ĐUK"
        made.append(Version(0, node, node.name, UnitEvent.RENAME, number, renamed, renamed, None))
    for key, version in enumerate(made, 1):
        version.id = key
    return made


def first_versions(nodes: list[Node]) -> list[Version]:
    """One version for each unit, under the unit's own id."""
    new = UnitEvent.ESTABLISH
    return [Version(n.id, n, n.name, new, None, None, n.founded, None) for n in nodes]


def unit_line(node: Node, *, names_kept: bool) -> str:
    """The row of ``unit`` as COPY wants it."""
    # Whoever was a member has gone over to other cells.
    members = 0 if node.ceased else node.members
    found_by = f"{fold(node.code)} {_folded(node.name)} {_folded(node.short_name)}"
    return store.encode(
        (
            *(node.id, node.path, node.parent_id, node.code, node.name, node.short_name),
            *(node.kind, node.cell_type, node.is_cell, members, names_kept),
            *(node.founded, node.ceased, found_by),
        )
    )


def version_line(version: Version) -> str:
    """The row of ``unit_version`` as COPY wants it."""
    node = version.node
    above = version.under.id if version.under else node.parent_id
    short = node.short_name if version.name == node.name else shortened(version.name)
    return store.encode(
        (
            *(version.id, node.id, node.path, above, version.name, short, node.kind),
            *(version.event, version.decision_no, version.decision_on),
            *(version.valid_from, version.valid_to),
        )
    )


@cache
def _folded(name: str) -> str:
    return fold(name)


def shortened(name: str) -> str:
    """The short name of a made-up unit."""
    return name.replace("Chi bộ ", "CB ").replace("Đảng bộ ", "ĐB ")[:120]
