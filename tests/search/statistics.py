"""What the database says about its own reads."""

from sqlalchemy import create_engine, pool, text

from app.core.db import db


def gathered(app, *tables):
    """Let the planner know what the tables hold."""
    owner = create_engine(app.config["DATABASE_OWNER_URL"], poolclass=pool.NullPool)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ANALYZE {', '.join(tables)}"))


def scans(index):
    """How often the index was read."""
    db.session.execute(text("SELECT pg_stat_force_next_flush()"))
    db.session.commit()
    asked = text("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = :index")
    return db.session.scalar(asked, {"index": index})
