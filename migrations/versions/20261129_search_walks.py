"""Search: frequent words are met along the tree, a begun word among the names of the whole ones.

The list of words knows those that end in digits too, as "TDP3", so that it has all ways in which
a word may go on.

The index of words reads every occurrence of a word, and all words with a beginning, before it
gives the first name: tens of milliseconds among a million people.
"""

from alembic import op

revision = "search_walks"
down_revision = "put_off_with_leave"
branch_labels = None
depends_on = None

# Table, type of its key, the index that walks the branch, what is put in order.
TABLES = (
    ("unit", "int", "path", "is_cell, path"),
    ("member", "bigint", "unit_path, name_key", "name_key"),
)
BY_WORDS = (
    "SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off"
    " SET plan_cache_mode = force_custom_plan"
)
NEAREST = 1000
FREQUENT, WALKED = 6, 15_000
"""So many among the nearest promise fifty and more among the walked."""
RARE, SHARE, NARROWED = 50, 50, 3000
"""Names with the whole words are few, or one of fifty of them will do."""


LISTED, LISTED_BEFORE = "^[a-z]{2,}[0-9]*$", "^[a-z]{2,}$"


def _note_words(form: str) -> None:
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION note_words() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
        AS $$
        BEGIN
            INSERT INTO search_word
            SELECT DISTINCT one FROM fresh, unnest(tsvector_to_array(fresh.words)) one
            WHERE one ~ '{form}' ORDER BY one
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END
        $$
        """
    )


def upgrade() -> None:
    """Look at the nearest names before the index of words is asked, and ask it for less."""
    _note_words(LISTED)
    op.execute(
        "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
    )
    for table, *_ in TABLES:
        op.execute(
            f"INSERT INTO search_word SELECT DISTINCT one FROM {table},"
            f" unnest(tsvector_to_array(words)) one WHERE search_text ~ '[a-z][0-9]'"
            f" AND one ~ '{LISTED}' ON CONFLICT DO NOTHING"
        )
    for table, key, walk, order in TABLES:
        op.execute(f"DROP FUNCTION {table}s_worded(tsquery, int)")
        op.execute(
            f"""
            CREATE FUNCTION {table}s_narrowed(complete tsquery, wanted tsquery, most int)
            RETURNS {key}[]
            LANGUAGE sql STABLE {BY_WORDS}
            AS $$
                WITH met AS MATERIALIZED (
                    SELECT id, words, {order} FROM {table} WHERE words @@ complete
                    LIMIT {NARROWED}
                ), found AS MATERIALIZED (
                    SELECT ARRAY(SELECT id FROM met WHERE words @@ wanted
                                 ORDER BY {order} LIMIT most) AS ids,
                           (SELECT count(*) FROM met) AS seen
                )
                SELECT CASE WHEN cardinality(ids) >= most OR seen < {NARROWED} THEN ids END
                FROM found
            $$
            """
        )
        op.execute(
            f"""
            CREATE FUNCTION {table}s_worded(complete tsquery, wanted tsquery, most int)
            RETURNS SETOF {key}
            LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan
            AS $$
            DECLARE
                ids {key}[];
                seen int;
                met int;
                possible int;
            BEGIN
                WITH nearest AS MATERIALIZED (
                    SELECT id, words, {order} FROM {table} ORDER BY {walk} LIMIT {NEAREST}
                )
                SELECT ARRAY(SELECT id FROM nearest WHERE words @@ wanted
                             ORDER BY {order} LIMIT most),
                       count(*), count(*) FILTER (WHERE words @@ wanted),
                       count(*) FILTER (WHERE words @@ complete)
                INTO ids, seen, met, possible FROM nearest;
                IF met < most AND seen = {NEAREST} THEN
                    ids := NULL;
                    IF met >= {FREQUENT} THEN
                        ids := ARRAY(
                            SELECT id FROM (
                                SELECT id, words FROM {table} ORDER BY {walk} LIMIT {WALKED}
                            ) AS walked WHERE words @@ wanted LIMIT most
                        );
                        IF cardinality(ids) < most THEN
                            ids := NULL;
                        END IF;
                    END IF;
                    IF ids IS NULL AND complete IS NOT NULL
                        AND (possible < {RARE} OR met * {SHARE} >= possible) THEN
                        ids := {table}s_narrowed(complete, wanted, most);
                    END IF;
                    IF ids IS NULL THEN
                        ids := ARRAY(SELECT {table}s_gathered(wanted, most));
                    END IF;
                END IF;
                RETURN QUERY SELECT unnest(ids)::{key};
            END
            $$
            """
        )


def downgrade() -> None:
    """Ask the index of words for all."""
    op.execute(f"DELETE FROM search_word WHERE word !~ '{LISTED_BEFORE}'")
    _note_words(LISTED_BEFORE)
    for table, key, walk, order in TABLES:
        op.execute(f"DROP FUNCTION {table}s_worded(tsquery, tsquery, int)")
        op.execute(f"DROP FUNCTION {table}s_narrowed(tsquery, tsquery, int)")
        op.execute(
            f"""
            CREATE FUNCTION {table}s_worded(wanted tsquery, most int)
            RETURNS SETOF {key}
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
