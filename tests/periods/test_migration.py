"""Migrations with data: deadlines keep what they said, obligations can be made again."""

from alembic import command
from sqlalchemy import text

from app.core import scope
from app.core.db import db
from tests.factories import unit
from tests.periods import SEPTEMBER, open_, states
from tests.test_migrations import owner, settings

OLD = "SELECT id, unit_id, schedule_day, result_days, legal_basis, valid_from, valid_to"
NEW = "SELECT stage, day_of_month, offset_days, month_offset, shift, grace_days, legal_basis"


def test_deadlines_go_down_and_up_and_say_the_same(app):
    with app.app_context():
        with scope.system():
            north = unit("NORTH").id
        db.engine.dispose()
        command.downgrade(settings(), "search_nearest")
        with owner(app).begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO deadline_rule (unit_id, unit_path, schedule_day, result_days,"
                    " legal_basis, valid_from, valid_to) SELECT id, path, 20, 5, 'QĐ 5',"
                    " '2026-01-01', '2027-01-01' FROM unit WHERE id = :north"
                ),
                {"north": north},
            )
            before = connection.execute(text(f"{OLD} FROM deadline_rule ORDER BY id")).all()
        assert [tuple(row[2:4]) for row in before] == [(25, 2), (20, 5)]
        command.upgrade(settings(), "head")
        with owner(app).begin() as connection:
            rows = connection.execute(
                text(f"{NEW} FROM deadline_rule WHERE unit_id = :north ORDER BY id"),
                {"north": north},
            ).all()
        assert [tuple(row) for row in rows] == [
            ("SCHEDULE", 20, None, -1, "NONE", 0, "QĐ 5"),
            ("RESULT", None, 5, 0, "NONE", 0, "QĐ 5"),
        ]
        command.downgrade(settings(), "search_nearest")
        with owner(app).begin() as connection:
            after = connection.execute(text(f"{OLD} FROM deadline_rule ORDER BY id")).all()
        assert after == before
        command.upgrade(settings(), "head")


def test_a_rule_of_one_stage_alone_takes_over_what_held_for_the_other(app):
    with app.app_context():
        with scope.system():
            north = unit("NORTH").id
            db.session.execute(
                text(
                    "INSERT INTO deadline_rule (unit_id, unit_path, stage, offset_days, valid_from)"
                    " SELECT id, path, 'RESULT', 9, '2026-01-01' FROM unit WHERE id = :north"
                ),
                {"north": north},
            )
            db.session.commit()
        db.engine.dispose()
        command.downgrade(settings(), "search_nearest")
        with owner(app).begin() as connection:
            row = connection.execute(
                text(f"{OLD} FROM deadline_rule WHERE unit_id = :north"), {"north": north}
            ).one()
        assert (row.schedule_day, row.result_days) == (25, 9)
        command.upgrade(settings(), "head")


def test_obligations_are_made_again_from_the_facts(app):
    with app.app_context():
        with scope.system():
            before = open_(SEPTEMBER)
            stood = states("N1", SEPTEMBER)
            db.session.commit()
        db.engine.dispose()
        command.downgrade(settings(), "holiday")
        command.upgrade(settings(), "head")
        with scope.system():
            assert states("N1", SEPTEMBER) == {}
            assert open_(SEPTEMBER) == before
            assert states("N1", SEPTEMBER) == stood
