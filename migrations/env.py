"""Alembic's environment: one straight line of migrations, run as the owner of the schema."""

from importlib import import_module

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool, text

from app.core.db import db

FEATURES = ("units", "security", "people", "deadlines", "meetings", "evaluations")
for feature in (
    *FEATURES,
    "periods",
    "reminders",
    "notices",
    "rollup",
    "watch",
    "review",
    "practice",
    "guides",
    "search",
):
    import_module(f"app.{feature}.models")

LOCK = 0x4E6570  # any number that only our migrations use


def include_object(item, name, kind, reflected, compare_to):
    """Exclusion constraints are written by hand: Alembic cannot compare them."""
    return not (kind == "index" and name and name.startswith("ex_"))


def run() -> None:
    """Migrate in one transaction; a second set-up at the same time waits for the first."""
    engine = create_engine(current_app.config["DATABASE_OWNER_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        # An owner that is no superuser is under the policies too.
        connection.execute(
            text(
                "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
            )
        )
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=include_object,
            compare_type=True,
            transaction_per_migration=False,
        )
        context.run_migrations()


run()
