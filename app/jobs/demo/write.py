"""Copies into the database: ids and numbers taken, rows handed to the driver, all of a round in one transaction."""

from collections import Counter, defaultdict
from datetime import timedelta

from sqlalchemy import func, select, text

from app.cases import figures, seals
from app.cases.models import Seal
from app.extensions import db, one_transaction
from app.jobs.demo.copies import Copy
from app.jobs.demo.tables import COLUMNS, TABLES
from app.jobs.nightly import DONE
from app.moments import today
from app.people.settings import SEALED_UNTIL, keep

_SERIAL = text(
    "INSERT INTO serial (series, value) VALUES (:series, :count)"
    " ON CONFLICT (series) DO UPDATE SET value = serial.value + :count RETURNING value"
)


class Writer:
    """`key`: what the intake keys of these copies begin with."""

    def __init__(self, key: str):
        self._key, self._written = key, 0

    def write(self, copies: list[Copy]) -> None:
        if not copies:
            return
        with one_transaction():
            counts = Counter()
            for copy in copies:
                counts.update({name: len(rows) for name, rows in copy.frame.rows.items()})
            ids = {name: _ids(name, counts[name]) for name in TABLES if "id" in COLUMNS[name] and counts[name]}
            taken = _Serials()
            for copy in copies:
                copy.number(ids, taken.hold, f"{self._key}-{self._written}")
                self._written += 1
            _number_documents(copies, taken)
            taken.raise_all()
            rows = defaultdict(list)
            for copy in copies:
                for name, made in copy.rows().items():
                    rows[name] += made
            for name in TABLES:
                _insert(name, rows[name])
            counted = Counter(one for copy in copies for one in copy.frame.counted)
            if counted:
                figures.add((*one, number) for one, number in counted.items())


class _Serials:
    """Numbers of a round: read once a series, given out here, the counters raised at the end of the same transaction."""

    def __init__(self):
        self._last: dict[str, int] = {}
        self._given: Counter = Counter()

    def hold(self, series: str) -> int:
        if series not in self._last:
            value = text("SELECT value FROM serial WHERE series = :series")
            self._last[series] = db.session.scalar(value, {"series": series}) or 0
        self._given[series] += 1
        return self._last[series] + self._given[series]

    def raise_all(self) -> None:
        raised = [{"series": series, "count": count} for series, count in sorted(self._given.items())]
        for one in raised:
            if db.session.scalar(_SERIAL, one) != self._last[one["series"]] + one["count"]:
                raise RuntimeError("编号被同时使用，请停下其他操作后再试")


def _number_documents(copies: list[Copy], taken: _Serials) -> None:
    """In the order in which they were issued, as far as a round goes."""
    issued = [(at + copy.later, place, series, copy) for copy in copies for at, place, series in copy.frame.series]
    for _at, place, series, copy in sorted(issued, key=lambda one: one[:3]):
        copy.numbered(place, series, taken.hold(f"document/{series}"))


def _ids(name: str, count: int) -> int:
    """The first of so many ids that nobody else gets."""
    if db.engine.dialect.name == "sqlite":
        return (db.session.scalar(select(func.max(TABLES[name].c.id))) or 0) + 1
    sequence = f"pg_get_serial_sequence('\"{name}\"', 'id')"
    first = db.session.scalar(text(f"SELECT nextval({sequence})"))
    db.session.execute(text(f"SELECT setval({sequence}, {first + count})"))
    return first


def _insert(name: str, rows: list[tuple]) -> None:
    if not rows:
        return
    raw = db.session.connection().connection.driver_connection
    names = ", ".join(f'"{column}"' for column in COLUMNS[name])
    if db.engine.dialect.name == "sqlite":
        marks = ", ".join("?" * len(COLUMNS[name]))
        raw.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', rows)
        return
    with raw.cursor() as cursor, cursor.copy(f'COPY "{name}" ({names}) FROM STDIN') as stream:
        for row in rows:
            stream.write_row(row)


def seal_again() -> None:
    """Days that were sealed have got rows they did not have: demonstration data, so they are sealed anew."""
    with one_transaction():
        db.session.execute(db.delete(Seal))
        keep(DONE, (today() - timedelta(days=1)).isoformat())
        keep(SEALED_UNTIL, today().isoformat())
    figures.fold()
    for day in seals.unsealed_days(today()):
        with one_transaction():
            seals.seal(day)


def settle_down() -> None:
    """Statistics for the planner; on SQLite, an empty log beside the file."""
    with one_transaction():
        db.session.execute(text("ANALYZE"))
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


