"""Where superiors are engaged, asked beyond the scope: a name, a time, a place and no more."""

from alembic import op

revision = "engagements"
down_revision = "tours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the function."""
    # Reads beyond the scope on purpose. Meetings are found by their months, which are indexed.
    op.execute(
        """
        CREATE FUNCTION engagements_around(wanted text, days date[], practice boolean)
        RETURNS TABLE (id bigint, unit_path text, planned_at timestamp, place varchar,
                       superior varchar)
        LANGUAGE sql STABLE
        SET nep.scope_from = '/' SET nep.scope_to = '0'
        AS $$
            SELECT m.id, m.unit_path, m.planned_at, m.place, m.superior
            FROM meeting m JOIN unit u ON u.id = m.unit_id
            WHERE m.month = ANY (
                    SELECT date_trunc('month', d)::date FROM unnest(days) d
                    UNION SELECT (date_trunc('month', d) - interval '1 month')::date
                          FROM unnest(days) d
                  )
              AND m.unit_path >= wanted COLLATE "C"
              AND m.unit_path < (left(wanted, -1) || '0') COLLATE "C"
              AND m.superior IS NOT NULL
              AND m.state IN ('REGISTERED', 'CONFIRMED', 'HELD')
              AND m.planned_at::date = ANY (days)
              AND u.is_practice = practice
            ORDER BY m.planned_at, m.id
        $$
        """
    )


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP FUNCTION engagements_around(text, date[], boolean)")
