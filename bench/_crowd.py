"""Gives the cells of a demo invented members by name, which a demo of heads alone has not."""

from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from random import Random

from flask import Flask
from sqlalchemy import create_engine, func, pool, select

from app.core.db import db
from app.core.text import fold, given_name_key
from app.demo import names, store
from app.people.models import Member
from app.people.rules import Position, Standing
from app.units.models import Unit

COLUMNS = (
    *("unit_id", "unit_path", "full_name", "name_key", "search_text", "standing", "position"),
    "joined_on",
)


def gather(app: Flask, people: int) -> None:
    """Add members to the cells in turn until there are ``people``; they stay in the database."""
    missing = people - (db.session.scalar(select(func.count()).select_from(Member)) or 0)
    if missing <= 0:
        return
    cells = db.session.execute(select(Unit.id, Unit.path).where(Unit.is_cell)).all()
    # Its locks would keep the owner from opening the tables.
    db.session.rollback()
    engine = create_engine(app.config["DATABASE_OWNER_URL"], poolclass=pool.NullPool)
    with engine.begin() as connection:
        raw: store.Connection = connection.connection.driver_connection  # type: ignore[assignment] # psycopg's
        with store.untold(raw), store.unguarded(raw):
            lines = _lines([(key, path) for key, path in cells], missing)
            store.copy(raw, Member.__tablename__, COLUMNS, lines)
        raw.execute("ANALYZE member, search_word")


def _lines(cells: list[tuple[int, str]], number: int) -> Iterator[str]:
    rng, terms = Random("crowd"), (Standing.OFFICIAL, Position.MEMBER, date(2024, 1, 1))
    for cell in islice(cycle(cells), number):
        name = names.person(rng)
        yield store.encode((*cell, name, given_name_key(name), fold(name), *terms))
