"""Writes rows into PostgreSQL by COPY, as the owner of the tables and in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import psycopg
from psycopg import sql

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
BUFFER = 4000
"""Lines that are joined before they are handed over."""

Connection = psycopg.Connection[Any]


def encode(values: Iterable[object]) -> str:
    """One line of COPY's text format, without its end."""
    return "\t".join(map(_field, values))


def _text(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


_FORMS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    str: _text,
    int: str,
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
}


def _field(value: object) -> str:
    form = _FORMS.get(type(value))
    if form is not None:
        return form(value)
    if isinstance(value, Enum):
        return value.name
    raise TypeError(f"no column holds a {type(value).__name__}")


def copy(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    lines: Iterable[str],
    *,
    freeze: bool = False,
) -> None:
    """Append encoded lines to a table.

    ``freeze`` spares the later vacuum; the transaction must have truncated the table.
    """
    command = sql.SQL("COPY {} ({}) FROM STDIN{}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(" (FREEZE)" if freeze else ""),
    )
    with connection.cursor() as cursor, cursor.copy(command) as stream:
        waiting: list[str] = []
        for line in lines:
            waiting.append(line)
            if len(waiting) >= BUFFER:
                stream.write("\n".join(waiting) + "\n")
                waiting.clear()
        if waiting:
            stream.write("\n".join(waiting) + "\n")


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Let the owner use COPY in the block; row-level security is forced on him before and after.

    Only within a transaction: nobody else ever sees the tables open.
    """
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
    ]
    alter = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
    for name in tables:
        connection.execute(alter.format(sql.Identifier(name), sql.SQL("NO FORCE")))
    yield
    # A table with checks still to be made cannot be altered.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in tables:
        connection.execute(alter.format(sql.Identifier(name), sql.SQL("FORCE")))


@contextmanager
def untold(connection: Connection) -> Iterator[None]:
    """Tell nobody of what the block writes in the audit log: it is invented, and long past."""
    connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER notices_of_audit")
    yield
    connection.execute("ALTER TABLE audit_entry ENABLE TRIGGER notices_of_audit")


_CONSTRAINTS = """
    SELECT c.conname, c.conrelid::regclass::text, pg_get_constraintdef(c.oid)
    FROM pg_constraint c
    WHERE (c.conrelid = ANY (%(tables)s::regclass[]) OR c.confrelid = ANY (%(tables)s::regclass[]))
      AND c.contype IN ('p', 'u', 'x', 'f') AND c.conparentid = 0
    ORDER BY c.contype = 'f', c.contype <> 'p', c.conrelid, c.conname
"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    WHERE i.indrelid = ANY (%(tables)s::regclass[])
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    ORDER BY 1
"""


@contextmanager
def bare(connection: Connection, *tables: str) -> Iterator[None]:
    """Load the tables without indexes and keys, which are built and checked afterwards.

    Made for empty tables. A failure undoes it all with the transaction.
    """
    wanted = {"tables": list(tables)}
    constraints = connection.execute(_CONSTRAINTS, wanted).fetchall()
    indexes = connection.execute(_INDEXES, wanted).fetchall()
    for name, table, _definition in reversed(constraints):
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    yield
    for name, table, definition in constraints:
        connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for _name, definition in indexes:
        connection.execute(definition)


def finish(connection: Connection) -> None:
    """Move every sequence behind the rows written, and let the planner know the tables."""
    sequences = connection.execute(
        "SELECT format('%I', table_name), column_name,"
        " pg_get_serial_sequence(format('%I', table_name), column_name)"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " AND pg_get_serial_sequence(format('%I', table_name), column_name) IS NOT NULL"
    ).fetchall()
    for table, column, sequence in sequences:
        connection.execute(
            f"SELECT setval(%s, max({column})) FROM {table} HAVING max({column}) IS NOT NULL",
            [sequence],
        )
    connection.execute("ANALYZE")
