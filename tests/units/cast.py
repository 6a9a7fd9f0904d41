"""Who acts in the tests of units, and decisions to act upon."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.acting import Acting
from app.core.db import db
from app.security.models import Assignment
from app.units.models import Unit, UnitKind
from app.units.rules import Decision
from tests import factories


def acting(username: str) -> Acting:
    """The account of the cast at work under its first assignment."""
    account = factories.account(username)
    held = db.session.scalars(
        select(Assignment).where(Assignment.account_id == account.id).order_by(Assignment.id)
    ).first()
    assert held is not None
    return Acting(
        account_id=account.id,
        username=username,
        name=account.get_full_name(),
        assignment_id=held.id,
        role=held.role.name,
        unit_id=held.unit_id,
        unit_path=held.unit_path,
        unit_name=held.unit.name,
    )


def kind(code: str) -> UnitKind:
    found = db.session.get(UnitKind, code)
    assert found is not None
    return found


def decided(day: date, no: str | None = "12-QĐ/ĐU") -> Decision:
    return Decision(day, no, day)


def blank(parent: str | None, code: str, **values: Any) -> Unit:
    """A unit as a form would hand it over, under the unit with the code ``parent``."""
    made = {
        "parent": factories.unit(parent) if parent else None,
        "code": code,
        "name": f"Chi bộ {code}",
        "short_name": f"CB {code}",
        "kind": kind("SUB_CELL"),
        "valid_from": date(2026, 1, 1),
        "member_count": 0,
    }
    return Unit(**(made | values))
