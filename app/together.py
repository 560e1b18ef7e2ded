"""Several lists in one question. On a city's machine each question is a way to the database and back, which costs more than
the few rows that it brings, and the page of a case has nine lists."""

import json
from collections import namedtuple
from collections.abc import Callable
from datetime import date
from functools import cached_property

from sqlalchemy import (
    BindParameter,
    Boolean,
    Date,
    Dialect,
    LargeBinary,
    ScalarSelect,
    Select,
    String,
    Text,
    TypeDecorator,
    case,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from app.extensions import db
from app.looking import DeskSession
from app.sealing import Digest


class Lists:
    """Lists by name, each a select() of plain columns with an order; the database writes each down as JSON."""

    def __init__(self, **of: Select):
        self.of = of
        self._makers = {name: _Maker(rows) for name, rows in of.items()}
        self._questions: dict[str, _Question] = {}

    def found_by(self, **keys: ScalarSelect) -> "Lists":
        """The same lists with one value found in place of the parameter of its name."""

        def swap(part, **_more):
            return keys.get(part.key) if isinstance(part, BindParameter) else None

        return Lists(**{name: replacement_traverse(rows, {}, swap) for name, rows in self.of.items()})

    def read(self, given: dict) -> dict[str, list[tuple]]:
        """The rows of each list, with their columns as attributes; `given`: the parameters of all of them."""
        session = db.session()
        if session.autoflush:
            session.flush()
        said = self._asked(db.engine.dialect).of(session, given)
        return {name: maker.rows(written) for (name, maker), written in zip(self._makers.items(), said, strict=True)}

    def _asked(self, dialect: Dialect) -> "_Question":
        if dialect.name not in self._questions:
            statement = self._of_sqlite if dialect.name == "sqlite" else self._of_postgresql
            self._questions[dialect.name] = _Question(statement, dialect)
        return self._questions[dialect.name]

    @cached_property
    def _of_sqlite(self) -> Select:
        def as_hex(column):
            return case((column.is_not(None), func.hex(column)))  # hex() of nothing would be an empty text

        return select(*(_written(rows, func.json_group_array, func.json_array, as_hex) for rows in self.of.values()))

    @cached_property
    def _of_postgresql(self) -> Select:
        def as_hex(column):
            return func.encode(column, "hex")

        return select(*(_written(rows, func.json_agg, func.json_build_array, as_hex) for rows in self.of.values()))


def _written(rows: Select, gathered: Callable, listed: Callable, as_hex: Callable) -> ScalarSelect:
    """A text: a JSON list of the rows, each a list of its columns; NULL or an empty list for none."""
    inner = rows.subquery()
    columns = [as_hex(type_coerce(c, LargeBinary)) if _is_binary(c.type) else _plain(c) for c in inner.c]
    return select(cast(gathered(listed(*columns)), Text)).select_from(inner).scalar_subquery()


def _plain(column):
    """As the database keeps it, so that nobody converts it on its way into the JSON."""
    return type_coerce(column, String) if isinstance(column.type, Date) else column


def _is_binary(kind: TypeEngine) -> bool:
    return isinstance(kind.impl_instance if isinstance(kind, TypeDecorator) else kind, LargeBinary)


class _Question:
    """A statement whose answer is text, in the words of the database's driver: nothing of it wants converting on its way."""

    def __init__(self, statement: Select, dialect: Dialect):
        said = statement.compile(dialect=dialect)
        self._words, self._order = str(said), said.positiontup
        self._readers = {name: part.type.dialect_impl(dialect).bind_processor(dialect) for name, part in said.binds.items()}
        self._set = {name: part.value for name, part in said.binds.items() if not part.required}

    def of(self, session: DeskSession, given: dict) -> tuple:
        asked = {name: read(value) if (read := self._readers[name]) else value for name, value in (self._set | given).items()}
        return session.read_driver(self._words, tuple(asked[name] for name in self._order) if self._order else asked).one()


class _Maker:
    """Makes rows of what the JSON says."""

    def __init__(self, rows: Select):
        columns = rows.selected_columns
        self._row = namedtuple("Row", columns.keys())
        self._readers = [(place, read) for place, column in enumerate(columns) if (read := _reader(column.type))]

    def rows(self, written: str | None) -> list[tuple]:
        found = json.loads(written) if written else []
        for row in found:
            for place, read in self._readers:
                if row[place] is not None:
                    row[place] = read(row[place])
        return [self._row._make(row) for row in found]


def _reader(kind: TypeEngine) -> Callable | None:
    """From what JSON can say to what the column says; None for what is the same."""
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, Boolean):
        return bool
    if isinstance(kind, Digest):
        return str.lower
    if not isinstance(kind, TypeDecorator):
        return bytes.fromhex if _is_binary(kind) else None
    if _is_binary(kind):
        return lambda said: kind.process_result_value(bytes.fromhex(said), None)
    return lambda said: kind.process_result_value(said, None)
