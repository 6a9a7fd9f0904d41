"""Search: a begun word is looked for among up to five thousand names that have the other words.

With three thousand, a letter behind a rather frequent word ("Văn T") was often looked for twice:
among too few of these names, then by the index of words, which reads every word it begins.
"""

from alembic import op

revision = "search_narrowed"
down_revision = "search_walks"
branch_labels = None
depends_on = None

# Table, type of its key, what is put in order.
TABLES = (("unit", "int", "is_cell, path"), ("member", "bigint", "name_key"))
BY_WORDS = (
    "SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off"
    " SET plan_cache_mode = force_custom_plan"
)
AMONG, AMONG_BEFORE = 5000, 3000


def _narrow(among: int) -> None:
    for table, key, order in TABLES:
        op.execute(
            f"""
            CREATE OR REPLACE FUNCTION
                {table}s_narrowed(complete tsquery, wanted tsquery, most int)
            RETURNS {key}[]
            LANGUAGE sql STABLE {BY_WORDS}
            AS $$
                WITH met AS MATERIALIZED (
                    SELECT id, words, {order} FROM {table} WHERE words @@ complete
                    LIMIT {among}
                ), found AS MATERIALIZED (
                    SELECT ARRAY(SELECT id FROM met WHERE words @@ wanted
                                 ORDER BY {order} LIMIT most) AS ids,
                           (SELECT count(*) FROM met) AS seen
                )
                SELECT CASE WHEN cardinality(ids) >= most OR seen < {among} THEN ids END
                FROM found
            $$
            """
        )


def upgrade() -> None:
    """Look among more names before the index of words is asked for all ways."""
    _narrow(AMONG)


def downgrade() -> None:
    """Look among fewer."""
    _narrow(AMONG_BEFORE)
