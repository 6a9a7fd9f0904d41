"""Writes of practising: a practice cell is made, and ended. They run in the system's scope.

Nobody's own scope reaches a tree of its own, so the one view of this feature enters the system's
to make it. Nothing of the real tree is read or written on the way.
"""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select, text

from app.core import clock, months
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.deadlines.models import DeadlineRule
from app.evaluations.models import CriteriaSet, Criterion, RatingBand
from app.meetings import commands as meetings
from app.meetings.models import AttendancePolicy, Meeting
from app.meetings.rules import MeetingType
from app.people.models import ActivitySpell, Member
from app.people.rules import Position
from app.practice import queries, rules
from app.practice.models import Practice
from app.practice.queries import Rulebook
from app.security.commands import record
from app.security.rules import RoleName
from app.units.models import Unit, UnitKind, UnitVersion
from app.units.rules import UnitEvent, child_path


def begin(book: Rulebook, *, by: Acting, at: datetime | None = None) -> Practice:
    """Give the account of ``by`` a new practice cell that goes by the rules of ``book``.

    An earlier one ends. Raises ``RuleBroken`` when it has begun too many since yesterday.
    """
    moment = at or clock.now()
    today = moment.astimezone(clock.OFFICE).date()
    if queries.begun_since(by.account_id, moment) >= rules.MOST_A_DAY:
        raise RuleBroken(_("You have started over many times today. Go on with this one."))
    earlier = queries.begun(by.account_id)
    if earlier is not None:
        end(earlier, by=by, at=moment)
    # Older than this month it would owe last month's report, too.
    since = months.first_of(rules.first_meeting(today).date())
    committee, cell = _units(by.account_id, since, today)
    _rules(book, committee, since)
    made = Practice(
        unit_id=cell.id,
        unit_path=cell.path,
        account_id=by.account_id,
        started_at=moment,
        valid_to=date.fromordinal(today.toordinal() + rules.DAYS),
    )
    db.session.add(made)
    _people(cell, since)
    _meeting(cell, today, by=by)
    record(made, "open", by=by)
    return made


def end(practice: Practice, *, by: Acting, at: datetime | None = None) -> None:
    """Close a practice cell for good: its units cease, nobody can act there any more."""
    moment = at or clock.now()
    today = moment.astimezone(clock.OFFICE).date()
    practice.ended_at = moment
    record(practice, "end", by=by)
    cell = practice.unit
    tree = db.session.scalars(select(Unit).where(Unit.id.in_([cell.id, cell.parent_id])))
    for unit in tree:
        unit.valid_to = max(today, date.fromordinal(unit.valid_from.toordinal() + 1))
    db.session.flush()


def _units(account_id: int, since: date, today: date) -> tuple[Unit, Unit]:
    """A committee without a superior, and its one cell."""
    committee = _unit(
        None, rules.COMMITTEE, rules.COMMITTEE_SHORT, queries.kind(today, is_cell=False), since
    )
    cell = _unit(committee, rules.CELL, rules.CELL_SHORT, queries.kind(today, is_cell=True), since)
    cell.cell_type = queries.cell_type(today)
    cell.member_count = len(rules.ROLL)
    return committee, cell


def _unit(parent: Unit | None, name: str, short_name: str, kind: UnitKind, since: date) -> Unit:
    key = int(db.session.scalar(text("SELECT nextval(pg_get_serial_sequence('unit', 'id'))")))
    unit = Unit(
        id=key,
        path=child_path(parent.path if parent else None, key),
        parent_id=parent.id if parent else None,
        code=f"TAP-LAM-{key}",
        name=name,
        short_name=short_name,
        kind=kind,
        is_cell=kind.is_cell,
        is_practice=True,
        valid_from=since,
    )
    db.session.add(unit)
    db.session.flush()
    db.session.add(
        UnitVersion(
            unit_id=unit.id,
            unit_path=unit.path,
            parent_id=unit.parent_id,
            name=name,
            short_name=short_name,
            kind_code=kind.code,
            event=UnitEvent.ESTABLISH,
            valid_from=since,
        )
    )
    db.session.flush()
    return unit


def _rules(book: Rulebook, owner: Unit, since: date) -> None:
    """The rules of the book, as the practice committee's own and in force from its first day."""
    mine = {"unit_id": owner.id, "unit_path": owner.path}
    held = {"valid_from": since, "valid_to": None}
    for stage, rule in book.deadlines.items():
        db.session.add(DeadlineRule(**mine, stage=stage, **rule.values, valid_from=since))
    if book.policy is not None:
        db.session.add(AttendancePolicy(**{**book.policy, **mine, **held}))
    if book.criteria_set is None:
        return
    made = CriteriaSet(**{**book.criteria_set, **mine, **held})
    db.session.add(made)
    db.session.flush()
    keys: dict[int, int] = {}
    for row in book.criteria:
        own = {**mine, "criteria_set_id": made.id, "parent_id": keys.get(row["parent_id"])}
        one = Criterion(**{**{key: row[key] for key in row if key != "id"}, **own})
        db.session.add(one)
        db.session.flush()
        keys[row["id"]] = one.id
    for row in book.bands:
        db.session.add(RatingBand(**{**row, **mine, "criteria_set_id": made.id}))
    db.session.flush()


def _people(cell: Unit, since: date) -> None:
    mine = {"unit_id": cell.id, "unit_path": cell.path}
    for name, standing, position, state in rules.ROLL:
        member = Member(
            full_name=name, standing=standing, position=position, joined_on=since, **mine
        )
        db.session.add(member)
        db.session.flush()
        if state is not None:
            db.session.add(ActivitySpell(member_id=member.id, state=state, from_on=since, **mine))
    db.session.flush()


def _meeting(cell: Unit, today: date, *, by: Acting) -> None:
    """A registered meeting that was held yesterday and waits for its result."""
    planned_at = rules.first_meeting(today)
    chair = next(name for name, _s, position, _w in rules.ROLL if position is Position.SECRETARY)
    meeting = Meeting(
        unit=cell,
        month=months.first_of(planned_at.date()),
        type=MeetingType.REGULAR,
        planned_at=planned_at,
        place=rules.PLACE,
        chair=chair,
    )
    inside = Acting(
        account_id=by.account_id,
        username=by.username,
        name=by.name,
        assignment_id=0,
        role=RoleName.Secretary.name,
        unit_id=cell.id,
        unit_path=cell.path,
        unit_name=cell.name,
    )
    meetings.register(meeting, by=inside)
