"""The migrations and the models tell the same story, on both databases."""

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade
from sqlalchemy import text

from app.extensions import db
from app.jobs.migrate import MIGRATIONS, migrate


def test_the_migrations_make_what_the_models_describe(empty_app):
    with empty_app.app_context():
        migrate()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []
        by_migration = written(db.engine)
        db.drop_all()
        db.create_all()
        assert by_migration == written(db.engine)


def test_migrating_twice_changes_nothing(empty_app):
    with empty_app.app_context():
        migrate()
        before = written(db.engine)
        migrate()
        assert written(db.engine) == before


def test_every_migration_can_be_undone(empty_app):
    with empty_app.app_context():
        migrate()
        downgrade(str(MIGRATIONS), "base")
        left = written(db.engine)
        migrate()
    assert left == set()


def written(engine) -> set[str]:
    """Every index and table as the database keeps them: compare_metadata looks at less."""
    asks = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'alembic%'",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND tablename <> 'alembic_version'",
    }
    with engine.connect() as connection:
        rows = connection.execute(text(asks[engine.dialect.name])).scalars()
        return {plain(row) for row in rows}


def plain(statement: str) -> str:
    """Without quotes and the order of clauses, which say nothing."""
    words = re.sub(r'["\s]+', " ", statement).strip()
    if not words.startswith("CREATE TABLE"):
        return words
    head, _, rest = words.partition("(")
    body, _, options = rest.rpartition(")")
    return head + str(sorted(part.strip() for part in re.split(r",(?![^()]*\))", body))) + options
