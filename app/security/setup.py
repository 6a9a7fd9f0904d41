"""What set-up writes into the database: a row for each role of the table."""

from flask import Flask
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import create_engine, pool
from sqlalchemy.dialects.postgresql import insert

from app.security.roles import ROLES


def sync(app: Flask) -> None:
    """Make sure that every role has its row; repeatable. Only the owner may write them."""
    engine = create_engine(app.config["DATABASE_OWNER_URL"], poolclass=pool.NullPool)
    with engine.begin() as connection:
        for role in ROLES:
            connection.execute(insert(Role).values(name=role.name).on_conflict_do_nothing())
