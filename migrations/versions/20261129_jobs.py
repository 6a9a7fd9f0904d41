"""Work done after the commit: procrastinate's tables in a schema of their own, one way in."""

from importlib.resources import files

from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "jobs"
down_revision = "task_states"
branch_labels = None
depends_on = None

# As the installed library ships it. One that changes its tables brings a migration of its own, for
# databases that were made before; tests/notices/test_runner.py says when.
SCHEMA = files("procrastinate.sql") / "schema.sql"

# The library's functions name each other without a schema: each is told where to look.
SETTLED = """
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN SELECT p.oid::regprocedure FROM pg_proc p
               WHERE p.pronamespace = 'jobs'::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = jobs, pg_temp', one);
    END LOOP;
END
$$
"""

# A job that exists only if the transaction commits. While one with this key waits, none is added.
PUT = """
CREATE FUNCTION jobs.put(task text, arguments jsonb, once text, at timestamptz) RETURNS void
LANGUAGE sql SET search_path = jobs, pg_temp
AS $$
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    VALUES ('default', task, once, once, arguments, at)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
$$
"""


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def upgrade() -> None:
    """Make the schema and let the application use it."""
    role = _role()
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path = jobs")
    # The file holds many statements, and characters that SQLAlchemy would read as parameters.
    op.get_bind().connection.driver_connection.execute(SCHEMA.read_text(encoding="utf-8"))
    op.execute("SET LOCAL search_path = DEFAULT")
    op.execute(SETTLED)
    op.execute(PUT)
    op.execute(f"GRANT USAGE ON SCHEMA jobs TO {role}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO {role}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO {role}")


def downgrade() -> None:
    """Drop it all, jobs that wait included."""
    op.execute("DROP SCHEMA jobs CASCADE")
