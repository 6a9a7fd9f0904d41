"""How an account comes to act in its practice cell instead of under an assignment."""

from datetime import date

from app.core import acting, scope
from app.core.db import db
from app.security import queries
from app.security.models import Account
from app.security.rules import RoleName

KEY = "practice"
"""What the session calls the role that is played."""

PLAYED = (RoleName.Secretary, RoleName.DutyClerk)
"""The secretary of the practice cell, and the clerk of its superior committee."""


def enter(account: Account, played: str, today: date) -> bool:
    """Let the rest of this request happen in the account's practice tree, if one is open.

    The scope becomes that tree, which holds nothing real; from everywhere else it is out of
    reach.
    """
    found = queries.practice_of(account.id, today) if played in {r.name for r in PLAYED} else None
    if found is None:
        return False
    role = RoleName[played]
    above = role is RoleName.DutyClerk
    path = found.superior_path if above else found.unit_path
    scope.set_for_request(scope.branch(path, account=account.id, practice=True))
    scope.tell(db.session.connection())
    acting.set_acting(
        acting.Acting(
            account_id=account.id,
            username=account.username,
            name=account.get_full_name(),
            assignment_id=0,
            role=role.name,
            unit_id=found.superior_id if above else found.unit_id,
            unit_path=path,
            unit_name=found.superior_name if above else found.unit_name,
            role_title=role.value,
            practice_until=found.valid_to,
        )
    )
    return True
