"""A committee of the bloc that was wound up: one of its cells ended with it, one went over."""

from datetime import date

from app.core import months
from app.demo.tree import Node, Version
from app.units.rules import UnitEvent, child_path

MONTHS_AGO = 4
"""So long it has been gone: some months of its own are among those that are opened."""
COMMITTEE = ("DB064", "Đảng bộ Trung tâm Bồi dưỡng cán bộ giáo dục", "ĐB TTBDCBGD")
CELL = ("DB064-01", "Chi bộ Phòng Bồi dưỡng nghiệp vụ", "CB Phòng Bồi dưỡng nghiệp vụ")
MEMBERS = 11
TAKES_OVER = "DB002"
"""The committee to which the other cell, its last one, went over."""
DECISION = "{}-QĐ/ĐUK"


def wind_up(nodes: list[Node], versions: list[Version], today: date) -> None:
    """Add the committee and its cell, and let the other cell have hung there until its end."""
    day = months.add(months.first_of(today), -MONTHS_AGO)
    root, new = nodes[0], next(node for node in nodes if node.code == TAKES_OVER)
    committee = _ended(nodes, root, COMMITTEE, "GRASSROOTS_PC", day)
    cell = _ended(nodes, committee, CELL, "SUB_CELL", day)
    cell.cell_type, cell.members = "PUBLIC_OFFICE", MEMBERS
    moved = next(one for one in reversed(versions) if _can_move(one, versions, new))
    moved.valid_to, moved.under = day, committee
    went = Version(0, moved.node, moved.name, UnitEvent.REPARENT, *_decided(87, day), day, None)
    versions.append(went)
    for number, node in enumerate((committee, cell), 85):
        first = Version(0, node, node.name, UnitEvent.ESTABLISH, None, None, node.founded, day)
        end = Version(0, node, node.name, UnitEvent.CEASE, *_decided(number, day), day, None)
        versions += [first, end]
    for key, version in enumerate(versions, 1):
        version.id = key


def _ended(
    nodes: list[Node], above: Node, names: tuple[str, str, str], kind: str, day: date
) -> Node:
    key = len(nodes) + 1
    code, name, short = names
    made = Node(key, child_path(above.path, key), above.id, code, name, short, kind)
    made.founded, made.ceased = date(2009, 3, 1), day
    nodes.append(made)
    return made


def _can_move(version: Version, versions: list[Version], new: Node) -> bool:
    """A cell of the new committee with one version, so that its history has room for a move."""
    node = version.node
    alone = sum(one.node is node for one in versions) == 1
    return alone and node.parent_id == new.id and node.founded < date(2020, 1, 1)


def _decided(number: int, day: date) -> tuple[str, date]:
    """Number and date of the decision, signed at the end of the month before."""
    return DECISION.format(number), months.last_of(months.add(day, -1))
