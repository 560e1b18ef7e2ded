"""A load into an empty desk: its tables are bare meanwhile, and afterwards as they were."""

from app.extensions import db, one_transaction
from app.jobs.alive import show_life
from app.jobs.demo import bare
from app.jobs.demo import cases as demo_cases
from app.jobs.serve import prepare
from tests.house.test_migrations import written


def test_a_load_that_was_broken_off_is_mended_at_the_next_start(inside):
    before = written(db.engine)
    assert bare.strip(), "nobody has come yet"
    missing = before - written(db.engine)
    assert len(missing) > 30 and all("INDEX" in one for one in missing)
    assert bare.strip(), "broken off before the first case, and begun again"
    prepare(inside)
    assert written(db.engine) == before
    with one_transaction():
        assert db.session.connection().exec_driver_sql(CONSTRAINTS[db.engine.dialect.name]).scalar() > 20


def test_a_desk_that_is_open_keeps_its_guards(inside):
    before = written(db.engine)
    show_life()
    assert not bare.strip()
    assert written(db.engine) == before


CONSTRAINTS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace",
}


def test_a_desk_at_work_keeps_its_indexes(inside, clock):
    clock("2026-11-23 15:00")
    list(demo_cases.load(1, seed=5))
    before = written(db.engine)
    assert not bare.strip()
    assert written(db.engine) == before
