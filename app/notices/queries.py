"""Reads of notices, of their rules, and of those who are to be told."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.core import months, scope
from app.core.dated import holds_on
from app.core.db import db
from app.deadlines.rules import Stage
from app.notices.models import Digest, Notice, NoticePlan, NoticePreference, NoticeRule
from app.notices.rules import DigestState, Line, Wishes
from app.notices.standing import done, is_new
from app.periods.models import Obligation
from app.periods.rules import MONTHS_AROUND, OWED
from app.security.models import Account, Assignment
from app.security.rules import RoleName

PAGE = 30
AT_ONCE = 5_000
"""So many obligations are held in memory at a time."""
MOST_MAILED = 500

Lines = Mapping[tuple[str, Stage], Sequence[Line]]
Holders = Mapping[str, Sequence[tuple[int, RoleName]]]


def lines(path: str, day: date) -> Lines:
    """The rules in force on ``day`` in the branch and above it, by owner and stage."""
    branch = scope.branch(path)
    asked = select(NoticeRule).where(
        holds_on(NoticeRule, day),
        or_(
            and_(NoticeRule.unit_path >= branch.low, NoticeRule.unit_path < branch.high),
            func.starts_with(path, NoticeRule.unit_path),
        ),
    )
    found: dict[tuple[str, Stage], list[Line]] = {}
    for rule in db.session.scalars(asked.order_by(NoticeRule.id)):
        found.setdefault((rule.unit_path, rule.stage), []).append(rule.line)
    return found


def owed(path: str, first: date, last: date) -> Iterator[Sequence[Any]]:
    """What is still owed in the branch with a last day in a span, some thousands at a time.

    Rows of unit_id, unit_path, month, stage, due_on, late_after.
    """
    branch, this = scope.branch(path), months.first_of(last)
    asked = select(
        Obligation.unit_id,
        Obligation.unit_path,
        Obligation.month,
        Obligation.stage,
        Obligation.due_on,
        Obligation.late_after,
    ).where(
        Obligation.unit_path >= branch.low,
        Obligation.unit_path < branch.high,
        Obligation.month >= months.add(months.first_of(first), -MONTHS_AROUND),
        Obligation.month <= months.add(this, MONTHS_AROUND),
        Obligation.state.in_(OWED),
        Obligation.due_on <= last,
        Obligation.late_after >= first,
    )
    rows = db.session.execute(asked.execution_options(yield_per=AT_ONCE))
    yield from rows.partitions()


def holders(unit_ids: Sequence[int], day: date) -> Holders:
    """Who holds which role at these units on ``day``, by path: account and role."""
    asked = (
        select(Assignment.unit_path, Assignment.account_id, Assignment.role)
        .join(Account, Account.id == Assignment.account_id)
        .where(Assignment.unit_id.in_(unit_ids), holds_on(Assignment, day), Account.active)
        .order_by(Assignment.id)
    )
    found: dict[str, list[tuple[int, RoleName]]] = {}
    for path, account_id, role in db.session.execute(asked):
        found.setdefault(path, []).append((account_id, role))
    return found


def planned(unit_id: int, day: date) -> bool:
    """Whether the notices of ``day`` were made for the root."""
    asked = select(NoticePlan.id).where(NoticePlan.unit_id == unit_id, NoticePlan.day == day)
    return db.session.scalar(asked) is not None


def last_plan() -> NoticePlan | None:
    """When the notices of a day were last made for those who ask."""
    return db.session.scalars(select(NoticePlan).order_by(NoticePlan.planned_at.desc())).first()


def waiting() -> Sequence[Any]:
    """Who has something that an e-mail is to carry, and can get one.

    Rows of account_id, its preference or ``None``, and the day of its last e-mail or ``None``.
    """
    last = (
        select(func.max(Digest.day))
        .where(Digest.account_id == Account.id, Digest.state != DigestState.WAITING)
        .scalar_subquery()
    )
    due = select(Notice.account_id).where(Notice.by_mail)
    asked = (
        select(Account.id, NoticePreference, last)
        .outerjoin(NoticePreference, NoticePreference.account_id == Account.id)
        .where(Account.id.in_(due), Account.active, ~Account.is_demo)
    )
    return db.session.execute(asked).all()


def wishes_of(account_id: int) -> Wishes:
    """What the account wants of e-mails."""
    kept = db.session.get(NoticePreference, account_id)
    return kept.wishes if kept else Wishes()


def last_mail(account_id: int) -> Digest | None:
    """The last e-mail to the account that left, or should have."""
    asked = select(Digest).where(
        Digest.account_id == account_id, Digest.state != DigestState.WAITING
    )
    return db.session.scalars(asked.order_by(Digest.day.desc()).limit(1)).first()


def unfinished(account_id: int) -> Sequence[Digest]:
    """E-mails that were begun and not ended."""
    asked = select(Digest).where(
        Digest.account_id == account_id,
        Digest.state.in_((DigestState.WAITING, DigestState.SENDING)),
    )
    return db.session.scalars(asked.order_by(Digest.id).with_for_update()).all()


def to_mail(account_id: int) -> Sequence[Notice]:
    """What the next e-mail to the account is to carry, as things stand."""
    asked = select(Notice).options(joinedload(Notice.unit), joinedload(Notice.entry))
    asked = asked.where(Notice.account_id == account_id, Notice.by_mail)
    return db.session.scalars(asked.order_by(Notice.id).limit(MOST_MAILED)).all()


def unread(account_id: int) -> int:
    """How many notices are new to the account, in the branch that it acts in."""
    asked = select(func.count()).select_from(Notice)
    return db.session.scalar(asked.where(Notice.account_id == account_id, is_new())) or 0


def page(account_id: int, number: int, *, only_new: bool) -> Sequence[Any]:
    """One page of the account's notices, the newest first, and one row more if there are more.

    Rows of the notice, whether it is new, and whether it is done.
    """
    asked = select(Notice, is_new().label("new"), done().label("done"))
    asked = asked.options(joinedload(Notice.unit), joinedload(Notice.entry))
    asked = asked.where(Notice.account_id == account_id)
    if only_new:
        asked = asked.where(is_new())
    cut = asked.order_by(Notice.id.desc()).offset(number * PAGE).limit(PAGE + 1)
    return db.session.execute(cut).all()


def one(account_id: int, key: int) -> Notice | None:
    """The account's own notice with this key."""
    asked = select(Notice).where(Notice.id == key, Notice.account_id == account_id)
    return db.session.scalars(asked).first()
