"""Writes of accounts, assignments and the audit log."""

import re
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from werkzeug.security import check_password_hash, generate_password_hash

from app.core import clock
from app.core.acting import Acting
from app.core.dated import check_order
from app.core.db import db
from app.core.errors import RuleBroken
from app.security import passwords, queries
from app.security.models import Account, Assignment, AuditEntry
from app.security.roles import GRANTS
from app.security.rules import RoleName
from app.units.checks import in_branch
from app.units.rules import is_within

SHORTEST_PASSWORD = 10
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}")
EMAIL = re.compile(r"[^@\s<>()'\";,]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def record(
    row: Any, action: str, *, by: Acting | None, detail: dict[str, Any] | None = None
) -> None:
    """Write in the audit log that ``by`` did ``action`` to ``row``."""
    db.session.flush()
    db.session.add(
        AuditEntry(
            unit_id=row.unit_id,
            unit_path=row.unit_path,
            at=clock.now(),
            account_id=by.account_id if by else None,
            username=by.username if by else "system",
            role=by.role if by else None,
            subject=row.__tablename__,
            subject_id=getattr(row, "id", None) or row.meeting_id,
            action=action,
            detail=detail,
        )
    )


def set_password(account: Account, password: str) -> None:
    """Give the account a new password; every other session and token ends.

    Raises ``RuleBroken`` for one that is too short or too plain.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise RuleBroken(
            _(
                "The password needs at least %(least)s characters.",
                least=SHORTEST_PASSWORD,
            ),
            "password",
        )
    if len(set(password)) < 5 or account.username.lower() in password.lower():
        raise RuleBroken(_("This password is too easy to guess."), "password")
    account.password = generate_password_hash(password)
    account.password_epoch = (account.password_epoch or 0) + 1


def open_account(account: Account, *, by: Acting) -> None:
    """Prepare a new account for its home unit, which must lie in the branch of ``by``."""
    unit = in_branch(account.unit, by=by)
    _refuse_odd_names(account)
    account.unit_id, account.unit_path = unit.id, unit.path


def _refuse_odd_names(account: Account) -> None:
    """User names are typed on phones, addresses are written to: both must be plain."""
    if not USERNAME.fullmatch(account.username or ""):
        raise RuleBroken(
            _("Use 3 to 40 letters a–z, digits, dots, hyphens or underscores."), "username"
        )
    if not EMAIL.fullmatch(account.email or ""):
        raise RuleBroken(_("This is no e-mail address; write it like name@office.vn."), "email")


def _refuse_strangers(account: Account, by: Acting) -> None:
    """Whoever holds a role outside the branch is not the branch's to manage.

    Else an administrator could take over his superior's account by a new password.
    """
    held = queries.assignments_from(account.id, clock.today())
    if any(not is_within(row.unit_path, by.unit_path) for row in held):
        raise RuleBroken(
            _("This account holds a role outside your branch. Ask the administrator there.")
        )


def change_account(account: Account, *, by: Acting) -> None:
    """Take over what a form changed of an account of the branch."""
    _refuse_odd_names(account)
    _refuse_strangers(account, by)
    record(account, "edit", by=by)


def reset_password(account: Account, password: str, *, by: Acting) -> None:
    """Give somebody a new password to hand over."""
    _refuse_strangers(account, by)
    set_password(account, password)
    account.locked_until = None
    record(account, "reset_password", by=by)


def renew_password(account: Account, *, by: Acting) -> tuple[str, str]:
    """Give somebody a made-up password; returns the user name and the password to hand over."""
    password = passwords.make()
    reset_password(account, password, by=by)
    return account.username, password


def change_own_password(account: Account, old: str, password: str) -> None:
    """Replace one's own password. Raises ``RuleBroken`` when ``old`` is not the present one."""
    if not check_password_hash(account.password or "", old):
        raise RuleBroken(_("That is not your present password."), "old")
    set_password(account, password)


def activate(account: Account, *, by: Acting) -> None:
    """Let an account log in again."""
    _refuse_strangers(account, by)
    account.active = True
    record(account, "activate", by=by)


def deactivate(account: Account, *, by: Acting) -> None:
    """Stop an account from logging in; running sessions end with their next request."""
    if account.id == by.account_id:
        raise RuleBroken(_("Nobody closes his own account."))
    _refuse_strangers(account, by)
    account.active = False
    record(account, "deactivate", by=by)


def assign(assignment: Assignment, *, by: Acting) -> None:
    """Give an account a role at a unit of the branch of ``by``.

    Raises ``RuleBroken`` for a role that ``by`` may not grant, a unit or an account outside the
    branch, an assignment to oneself, or one that the account holds already.
    """
    unit, account = in_branch(assignment.unit, by=by), assignment.account
    if account is None or not is_within(account.unit_path or "", by.unit_path):
        raise RuleBroken(_("Choose an account of your own branch."), "account")
    if account.id == by.account_id:
        raise RuleBroken(_("Nobody gives a role to himself. Ask your superior."), "account")
    if assignment.role not in GRANTS.get(RoleName[by.role], frozenset()):
        raise RuleBroken(_("You may not grant this role."), "role")
    check_order(assignment)
    with db.session.no_autoflush:
        if queries.held_already(assignment):
            raise RuleBroken(_("This account holds this role at this unit already."), "role")
    assignment.unit_id, assignment.unit_path = unit.id, unit.path


def change_assignment(assignment: Assignment, *, by: Acting) -> None:
    """Take over a new end or decision number of somebody else's assignment."""
    if assignment.account_id == by.account_id:
        raise RuleBroken(_("Nobody changes his own assignment. Ask your superior."))
    check_order(assignment)
    record(assignment, "edit", by=by)


def end_assignment(assignment: Assignment, *, by: Acting, on: date | None = None) -> None:
    """End an assignment with today's end of day; it never disappears."""
    if assignment.account_id == by.account_id:
        raise RuleBroken(_("Nobody ends his own assignment. Ask your superior."))
    last = on or clock.today()
    if assignment.valid_to is not None and assignment.valid_to <= last:
        raise RuleBroken(_("This assignment has ended already."))
    assignment.valid_to = max(last, assignment.valid_from + timedelta(days=1))
    record(assignment, "end", by=by)
