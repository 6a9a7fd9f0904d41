"""Whom to phone about a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, or_, select

from app.core.dated import holds_on
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import MONTHLY, REPORTED
from app.people.queries import secretaries
from app.security.models import Account, Assignment
from app.security.rules import RoleName
from app.units.models import Unit
from app.units.queries import at_work, below, counted


@dataclass(frozen=True)
class Contact:
    """A person with a phone, and the cell whose secretary that is if not the unit's own."""

    name: str
    phone: str | None
    cell: str = ""


def contacts(units: Sequence[Unit], path: str, month: date, today: date) -> dict[int, Contact]:
    """Whom to phone about each of ``units``, which lie below ``path``.

    A cell's secretary. Of a committee its duty clerk, if a phone of his is known; else the
    secretary of the cell below it that stands out in ``month``: one without a report, or that of
    the lowest participation.
    """
    if not units:
        return {}
    found = _clerks([unit.id for unit in units if not unit.is_cell], today)
    asked = {unit.id: (unit.id, "") for unit in units if unit.is_cell}
    rest = [unit for unit in units if not unit.is_cell and unit.id not in found]
    asked |= _weakest_cells(rest, month, today)
    people = secretaries(path, today, unit_ids=[cell for cell, _name in asked.values()])
    for unit_id, (cell, name) in asked.items():
        if cell in people:
            found[unit_id] = Contact(people[cell].name, people[cell].phone, name)
    return found


def _clerks(unit_ids: Sequence[int], today: date) -> dict[int, Contact]:
    """The duty clerk of each of these units who has an account with a phone."""
    asked = (
        select(Assignment.unit_id, Account)
        .join(Account, Account.id == Assignment.account_id)
        .where(
            Assignment.unit_id.in_(unit_ids),
            Assignment.role == RoleName.DutyClerk,
            holds_on(Assignment, today),
            Account.active,
            Account.phone != "",
        )
        .order_by(Assignment.valid_from)
    )
    rows: Any = db.session.execute(asked) if unit_ids else []
    return {unit_id: Contact(account.get_full_name(), account.phone) for unit_id, account in rows}


def _weakest_cells(
    committees: Sequence[Unit], month: date, today: date
) -> dict[int, tuple[int, str]]:
    """Of each committee the cell below it that stands out: unit id → (cell, its name)."""
    if not committees:
        return {}
    meets = and_(Meeting.unit_id == Unit.id, Meeting.month == month, Meeting.type.in_(MONTHLY))
    told: Any = Meeting.result_state.in_(REPORTED)
    asked = (
        select(Unit.id, Unit.path, Unit.name)
        .outerjoin(Meeting, meets)
        .where(or_(*(below(unit.path) for unit in committees)))
        .where(Unit.is_cell, at_work(today), counted())
        .order_by(
            case((told, 1), else_=0), Meeting.attended * 1.0 / case((Meeting.due > 0, Meeting.due))
        )
    )
    found: dict[int, tuple[int, str]] = {}
    for cell, path, name in db.session.execute(asked):
        owner = next(unit.id for unit in committees if path.startswith(unit.path))
        found.setdefault(owner, (cell, name))
    return found
