"""Search: the first units of the scope are looked at before the index of words is asked."""

from alembic import op

revision = "search_nearest"
down_revision = "saved_view"
branch_labels = None
depends_on = None

# Table, the index that walks the branch, what is put in order.
TABLES = (("unit", "path", "is_cell, path"), ("member", "unit_path, name_key", "name_key"))
GATHERING = (
    "SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off"
    " SET plan_cache_mode = force_custom_plan"
)


def _gather(name: str, table: str, order: str, most: int) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION {name}(wanted tsquery, most int) RETURNS SETOF {table}.id%TYPE
        LANGUAGE sql STABLE {GATHERING}
        AS $$
            SELECT id FROM (SELECT * FROM {table} WHERE words @@ wanted LIMIT {most}) AS gathered
            ORDER BY {order} LIMIT most
        $$
    """


def upgrade() -> None:
    """Common words of a nation, and all words of a small branch, need no index then."""
    for table, walk, order in TABLES:
        op.execute(_gather(f"{table}s_gathered", table, order, 1000))
        op.execute(
            f"""
            CREATE OR REPLACE FUNCTION {table}s_worded(wanted tsquery, most int)
            RETURNS SETOF {table}.id%TYPE
            LANGUAGE sql STABLE SET plan_cache_mode = force_custom_plan
            AS $$
                WITH nearest AS MATERIALIZED (
                    SELECT id, words, {order} FROM {table} ORDER BY {walk} LIMIT 1000
                ), met AS MATERIALIZED (
                    SELECT ARRAY(SELECT id FROM nearest WHERE words @@ wanted
                                 ORDER BY {order} LIMIT most) AS ids,
                           (SELECT count(*) FROM nearest) AS seen
                )
                SELECT unnest(CASE WHEN cardinality(ids) >= most OR seen < 1000 THEN ids
                              ELSE ARRAY(SELECT {table}s_gathered(wanted, most)) END)
                FROM met
            $$
            """
        )


def downgrade() -> None:
    """Ask the index always."""
    for table, _walk, order in TABLES:
        op.execute(_gather(f"{table}s_worded", table, order, 3000))
        op.execute(f"DROP FUNCTION {table}s_gathered(tsquery, int)")
