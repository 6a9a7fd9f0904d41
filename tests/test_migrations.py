"""Migrations: one straight line, both ways, on a database with data, and equal to the models."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, pool, select, text

import config
from app.core import clock, scope
from app.core.db import db
from app.meetings.models import Meeting, Task, TaskStatus
from app.meetings.task_rules import TaskState
from app.units.models import Unit, UnitKind

DIRECTORY = str(config.ROOT / "migrations")


def settings() -> Config:
    made = Config()
    made.set_main_option("script_location", DIRECTORY)
    return made


def owner(app):
    return create_engine(app.config["DATABASE_OWNER_URL"], poolclass=pool.NullPool)


def test_there_is_one_straight_line():
    script = ScriptDirectory.from_config(settings())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_the_tables_are_those_of_the_models(app):
    def known(_item, name, kind, _reflected, _other):
        return not (kind == "index" and name and name.startswith("ex_"))

    with owner(app).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": known}
        )
        assert compare_metadata(context, db.metadata) == []


def test_every_step_goes_down_and_up_again_on_a_database_with_data(app):
    steps = list(ScriptDirectory.from_config(settings()).walk_revisions())
    with app.app_context():
        with scope.system():
            before = db.session.scalar(select(func.count()).select_from(Meeting))
        db.engine.dispose()
        # All but the first, which makes the tables: going below it takes everything away.
        for step in steps[:-1]:
            command.downgrade(settings(), step.down_revision)
        command.upgrade(settings(), "head")
        with scope.system():
            assert db.session.scalar(select(func.count()).select_from(Meeting)) == before > 0
            assert db.session.scalar(select(func.count()).select_from(UnitKind)) >= 9
        assert db.session.scalar(select(func.count()).select_from(Unit)) == 0


def test_the_first_step_goes_down_to_nothing(app):
    with app.app_context():
        db.engine.dispose()
        command.downgrade(settings(), "base")
    with owner(app).connect() as connection:
        left = connection.execute(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace"
            )
        ).scalars()
        assert set(left) == {"alembic_version"}


def test_the_states_of_tasks_keep_what_is_done_both_ways(app):
    with app.app_context():
        with scope.system():
            meeting = db.session.scalars(select(Meeting)).first()
            keys = {"unit_id": meeting.unit_id, "unit_path": meeting.unit_path}
            made = [
                Task(title=state.name, state=state, meeting_id=meeting.id, **keys)
                for state in TaskState
            ]
            db.session.add_all(made)
            db.session.flush()
            word = {"state": TaskState.DONE, "said_at": clock.now(), "said_by": "x"}
            db.session.add(TaskStatus(task_id=made[0].id, meeting_id=meeting.id, **word, **keys))
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
        command.downgrade(settings(), "task_search")
        with owner(app).begin() as connection:
            connection.execute(
                text(
                    "SELECT set_config('nep.scope_from', '/', true),"
                    " set_config('nep.scope_to', '0', true)"
                )
            )
            found = connection.execute(text("SELECT title, done FROM task"))
            kept = dict(found.all())
            assert kept == {"OPEN": False, "DONE": True, "NOT_DONE": False}
        command.upgrade(settings(), "head")
        with scope.system():
            states = dict(db.session.execute(select(Task.title, Task.state)).all())
            assert states["DONE"] is TaskState.DONE
            assert {states["OPEN"], states["NOT_DONE"]} == {TaskState.OPEN}
            db.session.execute(text("SELECT count(*) FROM task_status"))
