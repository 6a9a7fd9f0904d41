"""Row-level security: what the database itself lets a scope see and write."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting
from app.people.models import Member
from app.security.models import Account, AuditEntry
from app.units.models import Unit
from tests import factories


@pytest.fixture
def paths(app):
    with app.app_context(), scope.system():
        return {row.code: row.path for row in db.session.scalars(select(Unit))}


def test_every_table_that_carries_a_unit_path_is_guarded_and_forced(system):
    found = db.session.execute(
        text(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind IN ('r', 'p') AND NOT a.attisdropped"
            " AND (a.attname = 'unit_path' OR (c.relname = 'unit' AND a.attname = 'path'))"
        )
    ).all()
    assert len(found) >= 15
    assert [name for name, on, forced in found if not (on and forced)] == []


def test_the_applications_role_owns_nothing_and_cannot_bypass(system):
    row = db.session.execute(
        text(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
            " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles r WHERE rolname = current_user"
        )
    ).one()
    assert tuple(row) == (False, False, False, False, 0)


def test_no_scope_means_no_rows(app):
    with app.app_context():
        for model in (Unit, Member, Meeting, Account):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_a_branch_sees_itself_and_what_lies_below(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["NORTH"])):
        assert set(db.session.scalars(select(Unit.code))) == {"NORTH", "N1", "N2"}
        owners = set(db.session.scalars(select(Member.unit_path).distinct()))
        assert owners == {paths["N1"], paths["N2"]}


def test_a_branch_whose_number_begins_alike_stays_outside():
    low, high = scope.branch("/1/3/").low, scope.branch("/1/3/").high
    assert low <= "/1/3/" < high
    assert low <= "/1/3/31/" < high
    assert not low <= "/1/31/" < high
    assert not low <= "/1/2/" < high


def test_foreign_rows_cannot_be_changed_even_by_plain_sql(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["SOUTH"])):
        done = db.session.execute(
            text("UPDATE member SET full_name = 'x' WHERE unit_path = :p"), {"p": paths["N1"]}
        )
        assert done.rowcount == 0


def test_a_row_cannot_be_written_into_a_foreign_unit(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["SOUTH"])):
        statement = text(
            "INSERT INTO member (unit_id, unit_path, full_name, name_key, search_text, standing,"
            " position, joined_on) VALUES (:u, :p, 'x', 'x', 'x', 'OFFICIAL', 'MEMBER', now())"
        )
        north = paths["N1"]
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.execute(statement, {"u": int(north.split("/")[-2]), "p": north})


def test_a_path_that_does_not_belong_to_the_unit_is_refused(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["SOUTH"])):
        statement = text(
            "INSERT INTO member (unit_id, unit_path, full_name, name_key, search_text, standing,"
            " position, joined_on) VALUES (:u, :p, 'x', 'x', 'x', 'OFFICIAL', 'MEMBER', now())"
        )
        # The unit of the north under a path of the south: the composite key refuses it.
        with pytest.raises(DBAPIError, match="fk_member_unit_id_unit_path_unit"):
            db.session.execute(statement, {"u": int(paths["N1"].split("/")[-2]), "p": paths["S1"]})


def test_a_child_cannot_hang_on_a_foreign_parent(app, paths):
    with app.app_context(), scope.system():
        north = db.session.scalars(select(Meeting).where(Meeting.unit_path == paths["N1"])).one()
        key = north.id
    with app.app_context(), scope.entered(scope.branch(paths["S1"])):
        south = int(paths["S1"].split("/")[-2])
        statement = text(
            "INSERT INTO task (unit_id, unit_path, meeting_id, title) VALUES (:u, :p, :m, 'x')"
        )
        with pytest.raises(DBAPIError, match="fk_task_meeting_id_unit_id_meeting"):
            db.session.execute(statement, {"u": south, "p": paths["S1"], "m": key})


def test_units_and_meetings_cannot_be_deleted(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["ROOT"])):
        for table in ("unit", "unit_version", "member", "meeting", "evaluation", "assignment"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                db.session.execute(text(f"DELETE FROM {table}"))
            db.session.rollback()


def test_the_audit_log_is_written_once(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["ROOT"])):
        for verb in ("UPDATE audit_entry SET username = 'x'", "DELETE FROM audit_entry"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                db.session.execute(text(verb))
            db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_rules_of_a_superior_are_read_from_below_but_not_written(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["N1"])):
        assert db.session.execute(text("SELECT count(*) FROM criteria_set")).scalar() == 1
        done = db.session.execute(text("UPDATE criteria_set SET name = 'x'"))
        assert done.rowcount == 0


def test_every_transaction_of_a_request_is_told_its_scope_again(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["N1"])):
        first = db.session.scalar(select(func.count()).select_from(Unit))
        db.session.commit()
        second = db.session.scalar(select(func.count()).select_from(Unit))
        db.session.rollback()
        third = db.session.scalar(select(func.count()).select_from(Unit))
        assert (first, second, third) == (1, 1, 1)


def test_a_connection_given_back_forgets_its_scope(app, paths):
    with app.app_context(), scope.entered(scope.branch(paths["ROOT"])):
        assert db.session.scalar(select(func.count()).select_from(Unit)) == 7
    with app.app_context(), db.engine.connect() as bare:
        assert bare.execute(select(func.count()).select_from(Unit)).scalar() == 0


def test_an_account_sees_itself_though_its_home_is_elsewhere(app, paths):
    with app.app_context(), scope.system():
        key = factories.account("secretary_north").id
    with app.app_context(), scope.entered(scope.branch(paths["S1"], account=key)):
        names = set(db.session.scalars(select(Account.username)))
        assert names == {"secretary_north", "secretary_south"}
