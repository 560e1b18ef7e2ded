"""How a SQLite file is opened, how a transaction on it begins, and what keeps it open."""

import time

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, event

from app import looking

WAIT_TO_WRITE = 4.0  # seconds; a save must answer within five (reliability F5)
WRITES = "writes"  # of a connection: by when its transaction must have begun
_IN_TIME = f"PRAGMA busy_timeout={int(WAIT_TO_WRITE * 1000)}"
CACHED = 2_000  # kB of pages that a connection keeps; sixteen times as much makes no page cheaper
_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses acknowledged writes in a power cut
    "foreign_keys=ON",
    # Mapped pages make nothing cheaper either, they count as the process's own, so that it would grow with the desk, and on a broken
    # disk they end it: a page that is read says what is wrong.
    "mmap_size=0",
    f"cache_size=-{CACHED}",
    "temp_store=MEMORY",
)


def init_app(app: Flask, engine: Engine) -> None:
    """Bind SQLite; with another database there is nothing to do, and nothing to hold."""
    app.extensions["sqlite_file"] = engine
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)


def _set_up(connection, _record) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.execute(_IN_TIME)
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails when somebody else wrote in between.
    options = connection.get_execution_options()
    if until := options.get(WRITES):
        driver = connection.connection.driver_connection
        # Somebody else may hold the lock, who did not come by our door: what was waited at the door is not waited once more.
        driver.execute(f"PRAGMA busy_timeout={max(1, int((until - time.monotonic()) * 1000))}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            driver.execute(_IN_TIME)
    elif not options.get(looking.LOOKS):
        connection.connection.driver_connection.execute("BEGIN")  # asks for no lock yet, so that it cannot fail


def hold_one_connection() -> None:
    """Keep one idle connection for as long as this process lives.

    When the last SQLite connection closes, -wal and -shm go, and on a full disk they cannot be made again:
    then not even reading works.
    """
    if engine := current_app.extensions.get("sqlite_file"):
        held = engine.raw_connection()
        held.cursor().execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the files
        current_app.extensions["held_connection"] = held
