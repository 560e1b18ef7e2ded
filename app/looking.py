"""Whoever only looks needs no transaction: plain rows are read outside of one, and what was noted of them lasts as long as the page.

A transaction is two messages to the database and back, the question whether a pooled connection still lives a third, and the
session's own bookkeeping as much again: together a third of a small page. A read outside of one may simply be asked again.
"""

import threading
from collections.abc import Callable

from flask import Flask, current_app
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, Result, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

LOOKS = "looks"  # of a connection: it begins no transaction
_here = threading.local()


class Notes(dict):
    """What was read once and need not be read again, and the connection: in a transaction, or while there is none."""

    def __init__(self, transaction, connection: Connection):
        super().__init__()
        self.transaction, self.connection = transaction, connection

    def end(self) -> None:
        if self.transaction is None:
            self.connection.close()


class DeskSession(Session):
    """Objects are read and written in a transaction. Plain rows are read in it as long as there is one, otherwise without."""

    _notes: Notes | None = None

    @property
    def notes(self) -> Notes:
        """They last exactly as long as the transaction; while there is none, until one begins or the page ends."""
        under_way, notes = self.get_transaction(), self._notes
        if notes is None or notes.transaction is not under_way:
            self.forget_notes()
            found = _look() if under_way is None else self.connection()
            notes = self._notes = Notes(under_way, found)
        return notes

    def begun(self) -> Notes:
        """The same in a transaction, which is begun when there is none."""
        if not self.in_transaction():
            self.connection()
        return self.notes

    def read(self, statement, given: dict) -> Result:
        """Plain rows."""
        return self._ask(lambda connection: connection.execute(statement, given))

    def read_driver(self, words: str, given: tuple | dict) -> Result:
        """The same of a statement in the words of the driver."""
        return self._ask(lambda connection: connection.exec_driver_sql(words, given))

    def _ask(self, question: Callable[[Connection], Result]) -> Result:
        """A connection that died since it was used last is no reason to say so: another one is asked."""
        notes = self.notes
        try:
            return question(notes.connection)
        except DBAPIError as problem:
            if notes.transaction is not None or not problem.connection_invalidated:
                raise
        self.forget_notes()
        return question(self.notes.connection)

    def forget_notes(self) -> None:
        notes, self._notes = self._notes, None
        if notes is not None:
            notes.end()

    def close(self):
        self.forget_notes()
        super().close()

    def rollback(self):
        self.forget_notes()
        super().rollback()

    def invalidate(self):
        self.forget_notes()
        super().invalidate()


def init_app(app: Flask, engine: Engine) -> None:
    outside = {LOOKS: True} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
    app.extensions["looking"] = engine.execution_options(**outside)
    if engine.dialect.name != "sqlite":
        event.listen(engine, "checkout", lambda connection, *_pooled: _must_live(engine, connection))


def _look() -> Connection:
    _here.only_looks = True
    try:
        return current_app.extensions["looking"].connect()
    finally:
        _here.only_looks = False


def _must_live(engine: Engine, connection) -> None:
    """A transaction cannot be asked again in the middle: its connection is tried first."""
    if getattr(_here, "only_looks", False):
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as problem:
        raise InvalidatePoolError() from problem
