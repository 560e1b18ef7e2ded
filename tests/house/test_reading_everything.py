"""A command that reads the whole desk maps none of it: its memory does not grow with the desk."""

from app.extensions import MAPPED, db, reading_everything


def _mapped() -> int | None:
    if db.engine.dialect.name != "sqlite":
        return None
    return db.session.connection().connection.driver_connection.execute("PRAGMA mmap_size").fetchone()[0]


def test_nothing_is_mapped_while_everything_is_read_and_as_much_as_ever_afterwards(inside):
    as_ever = _mapped()
    with reading_everything():
        assert not _mapped()
    assert _mapped() == as_ever
    assert as_ever in (None, MAPPED)


def test_the_commands_that_read_everything_leave_the_connection_as_it_was(inside):
    for words in (("audit", "verify"), ("register", "check"), ("custody", "check")):
        assert inside.test_cli_runner().invoke(args=words).exit_code == 0
        assert _mapped() in (None, MAPPED)
