"""Search: folded names and words of units and members, and every word that occurs in them."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.engine import make_url

revision = "search"
down_revision = "calendar_feed"
branch_labels = None
depends_on = None

NAME = "nep_fold((name)::text)"
CODE = "nep_fold((code)::text)"
UNIT_WORDS = "nep_words((((name)::text || ' '::text) || (short_name)::text))"
MEMBER_WORDS = "nep_words((full_name)::text)"


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def _functions() -> None:
    # The same as app.core.text.fold, for text that is stored. Bodies that are parsed here and not
    # at every call: a restore runs without a search path.
    op.execute(
        r"""
        CREATE FUNCTION nep_fold(given text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN btrim(regexp_replace(replace(lower(
            regexp_replace(normalize(replace(given, 'Đ', 'đ'), NFKD), '[\u0300-\u036f]', '', 'g')
        ), 'đ', 'd'), '\s+', ' ', 'g'))
        """
    )
    op.execute(
        r"""
        CREATE FUNCTION nep_words(given text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN array_to_tsvector(array_remove(regexp_split_to_array(
            regexp_replace(nep_fold(given), '\m0+(?=\d)', '', 'g'), '[^a-z0-9]+'), ''))
        """
    )


def _columns() -> None:
    path = sa.Text(collation="C")
    for name, kind, made_of in (
        ("name_key", path, NAME),
        ("code_key", path, CODE),
        ("words", TSVECTOR(), UNIT_WORDS),
    ):
        column = sa.Column(name, kind, sa.Computed(made_of, persisted=True), nullable=False)
        op.add_column("unit", column)
    made = sa.Computed(MEMBER_WORDS, persisted=True)
    op.add_column("member", sa.Column("words", TSVECTOR(), made, nullable=False))
    op.create_index("ix_unit_name_key", "unit", ["name_key", "path"])
    op.create_index("ix_unit_code_key", "unit", ["code_key", "path"])
    for table in ("unit", "member"):
        op.create_index(f"ix_{table}_words", table, ["words"], postgresql_using="gin")


def _finders() -> None:
    # Guesses of how often words occur together are far off, and a plan that walks the branch
    # until it has enough may walk all of it. Gathering by index costs at most what the rarest
    # word does. The first thousands are put in order, the rest stays unseen.
    for table, order in (("unit", "is_cell, path"), ("member", "name_key")):
        op.execute(
            f"""
            CREATE FUNCTION {table}s_worded(wanted tsquery, most int) RETURNS SETOF {table}.id%TYPE
            LANGUAGE sql STABLE
            SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off
            SET plan_cache_mode = force_custom_plan
            AS $$
                SELECT id FROM (SELECT * FROM {table} WHERE words @@ wanted LIMIT 3000) AS gathered
                ORDER BY {order} LIMIT most
            $$
            """
        )


def _word_list() -> None:
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_word"),
    )
    op.create_index(
        "ix_search_word_word",
        "search_word",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.execute(f"GRANT SELECT ON search_word TO {_role()}")
    # Runs as the owner: no session writes the list by itself. In order, lest two writers of the
    # same new words wait for each other.
    op.execute(
        """
        CREATE FUNCTION note_words() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
        AS $$
        BEGIN
            INSERT INTO search_word
            SELECT DISTINCT one FROM fresh, unnest(tsvector_to_array(fresh.words)) one
            WHERE one ~ '^[a-z]{2,}$' ORDER BY one
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END
        $$
        """
    )
    for table in ("unit", "member"):
        for event in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER words_after_{event.lower()} AFTER {event} ON {table}"
                " REFERENCING NEW TABLE AS fresh"
                " FOR EACH STATEMENT EXECUTE FUNCTION note_words()"
            )
    op.execute(
        "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
    )
    for table in ("unit", "member"):
        op.execute(
            f"INSERT INTO search_word SELECT DISTINCT one FROM {table},"
            " unnest(tsvector_to_array(words)) one WHERE one ~ '^[a-z]{2,}$'"
            " ON CONFLICT DO NOTHING"
        )


def _leakproof(word: str) -> None:
    # As for LIKE in path_plans: asked before the policy, so that the index can be used. Without
    # a superuser the words are compared row by row within the scope.
    op.execute(
        f"""
        DO $$ BEGIN
            ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) {word};
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'ts_match_vq stays as it is';
        END $$
        """
    )


def upgrade() -> None:
    """Add functions, columns, indexes and the list of words."""
    _functions()
    _columns()
    _finders()
    _word_list()
    _leakproof("LEAKPROOF")


def downgrade() -> None:
    """Take all of it away."""
    _leakproof("NOT LEAKPROOF")
    for table in ("unit", "member"):
        for event in ("insert", "update"):
            op.execute(f"DROP TRIGGER words_after_{event} ON {table}")
        op.execute(f"DROP FUNCTION {table}s_worded(tsquery, int)")
    op.execute("DROP FUNCTION note_words()")
    op.drop_table("search_word")
    op.drop_column("member", "words")
    for column in ("words", "code_key", "name_key"):
        op.drop_column("unit", column)
    op.execute("DROP FUNCTION nep_words(text)")
    op.execute("DROP FUNCTION nep_fold(text)")
