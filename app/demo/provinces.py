"""The made-up units of a province and of the nation: names, sizes, shape of the tree."""

from dataclasses import dataclass
from random import Random

from app.demo import names
from app.demo.tree import Node, shortened
from app.units.rules import child_path

WORK = (
    *("PUBLIC_OFFICE",) * 6,
    *("STATE_ENTERPRISE", "PRIVATE_ENTERPRISE", "STUDENT", "ARMED_FORCES"),
)
BODIES = (
    *("Ủy ban nhân dân", "Công ty", "Bệnh viện", "Hợp tác xã", "Trung tâm Dịch vụ", "Công an"),
    *(f"Trường {school}" for school in names.SCHOOLS),
)


@dataclass(frozen=True)
class Plan:
    """How many units a province has: ``committees`` and ``base_cells`` are its grassroots
    organisations, ``cells`` all cells, base cells among them."""

    code: str
    uppers: int
    committees: int
    base_cells: int
    cells: int


PROVINCE = Plan("HT", uppers=73, committees=430, base_cells=169, cells=6000)
"""73 upper committees and 599 grassroots organisations, as Hà Tĩnh had in autumn 2025."""

PROVINCES = 34
NATION = Plan("", uppers=98, committees=1458, base_cells=800, cells=8824)
"""The mean province of a nation with 53,000 committees and 300,000 cells."""


def province(rng: Random) -> list[Node]:
    """The units of one province, parents first."""
    return _Grower(rng, 1, PROVINCE).grow(None, "Đảng bộ tỉnh (dữ liệu trình diễn)")


def nation(rng: Random) -> list[Node]:
    """The units of 34 provinces of different size under one root, parents first."""
    root = Node(1, "/1/", None, "TQ", "Toàn quốc (dữ liệu trình diễn)", "Toàn quốc", "CENTRAL")
    made = [root]
    shares = [rng.uniform(0.6, 1.4) for _ in range(PROVINCES)]
    scale = PROVINCES / sum(shares)
    for number, share in enumerate(shares, 1):
        plan = Plan(
            f"{number:02}",
            *(round(getattr(NATION, name) * share * scale) for name in ("uppers", "committees")),
            *(round(getattr(NATION, name) * share * scale) for name in ("base_cells", "cells")),
        )
        name = f"Đảng bộ tỉnh {names.PLACES[number - 1]} {rng.choice(names.PLACES)}"
        made += _Grower(rng, len(made) + 1, plan).grow(root, name)
    return made


class _Grower:
    def __init__(self, rng: Random, first_id: int, plan: Plan) -> None:
        self.rng, self.next, self.plan = rng, first_id, plan
        self.made: list[Node] = []

    def add(self, parent: Node | None, code: str, name: str, kind: str, **more: object) -> Node:
        key = self.next
        self.next += 1
        path = child_path(parent.path if parent else None, key)
        above = parent.id if parent else None
        node = Node(key, path, above, code, name, shortened(name), kind, **more)  # type: ignore[arg-type] # of Node
        self.made.append(node)
        return node

    def grow(self, parent: Node | None, name: str) -> list[Node]:
        plan, rng = self.plan, self.rng
        root = self.add(parent, plan.code, name, "PROVINCE")
        where = names.places(rng)
        uppers = []
        for number in range(1, plan.uppers + 1):
            ward = "phường" if rng.random() < 0.25 else "xã"
            title = f"Đảng bộ {ward} {next(where)}"
            uppers.append(self.add(root, f"{plan.code}-U{number:03}", title, "UPPER"))
        committees = []
        for number in range(1, plan.committees + 1):
            upper = uppers[(number - 1) % len(uppers)]
            title = f"Đảng bộ {_body(rng)} {next(where)}"
            code = f"{plan.code}-D{number:04}"
            committees.append(self.add(upper, code, title, "GRASSROOTS_PC"))
        for number in range(1, plan.base_cells + 1):
            upper = rng.choice(uppers)
            self._cell(upper, f"C{number:04}", f"{_body(rng)} {next(where)}", "BASE_CELL")
        numbers = dict.fromkeys(range(len(committees)), 0)
        for _ in range(plan.cells - plan.base_cells):
            # The square makes some committees large and most small.
            which = int(rng.random() ** 1.3 * len(committees))
            numbers[which] += 1
            title = _part(rng, numbers[which])
            self._cell(committees[which], f"{numbers[which]:02}", title, "SUB_CELL")
        return self.made

    def _cell(self, parent: Node, number: str, title: str, kind: str) -> None:
        rng = self.rng
        village = title.startswith(("Thôn", "Tổ dân phố"))
        size = min(45, max(5, round(rng.lognormvariate(2.82, 0.42))))
        cell_type = "RESIDENTIAL" if village else rng.choice(WORK)
        code = f"{parent.code}-{number}"
        self.add(parent, code, f"Chi bộ {title}", kind, cell_type=cell_type, members=size)


def _body(rng: Random) -> str:
    return rng.choice(BODIES)


def _part(rng: Random, number: int) -> str:
    luck = rng.random()
    if luck < 0.55:
        return f"Thôn {rng.choice(names.PLACES)} {rng.choice(names.PLACES)}"
    if luck < 0.7:
        return f"Tổ dân phố {number}"
    if luck < 0.85:
        return rng.choice(names.OFFICES)
    return f"Trường {rng.choice(names.SCHOOLS)} số {number}"
