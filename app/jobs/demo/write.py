"""Copies into the database: ids and numbers taken, rows handed to the driver, all of a round in one transaction."""

from collections import Counter, deque
from datetime import timedelta

from sqlalchemy import func, select, text

from app.cases import figures, seals
from app.cases.models import Seal
from app.extensions import db, one_transaction
from app.jobs.demo import bare
from app.jobs.demo.copies import Copy, Start
from app.jobs.demo.hands import WORTH_IT, Rows
from app.jobs.demo.tables import COLUMNS, TABLES
from app.jobs.nightly import DONE
from app.moments import today
from app.people.settings import SEALED_UNTIL, keep

AHEAD = 2  # rounds whose rows are being made while an older one is written
FRAMES = 1_000  # days of stories whose copies wait for each other: each weighs some hundred kB
BARE_ROUND = 4_800  # copies a transaction on an empty desk: shorter than anybody would have to wait (WAIT_TO_WRITE)
_SERIAL = text(
    "INSERT INTO serial (series, value) VALUES (:series, :count)"
    " ON CONFLICT (series) DO UPDATE SET value = serial.value + :count RETURNING value"
)


class Taken(Exception):
    """Somebody else took an id or a number that a round had counted on."""


class Round:
    """Some copies that go into the database together: what they take of ids and numbers, and their rows under way."""

    def __init__(self, copies: list[Copy], numbers: "Numbers"):
        self.copies, self.counts, self.serials = copies, Counter(), Counter()
        for frame, times in Counter(copy.frame for copy in copies).items():
            for taken, given in ((self.counts, frame.counts), (self.serials, frame.serials)):
                for name, count in given.items():
                    taken[name] += count * times
        self.counts = {name: count for name, count in self.counts.items() if count and "id" in COLUMNS[name]}
        self.number(numbers)

    def number(self, numbers: "Numbers") -> None:
        self.start = numbers.start(self.counts, self.serials, len(self.copies))
        self.rows = Rows(self.copies, self.start)

    def write(self) -> None:
        """Raises Taken; nothing is written then."""
        with one_transaction():
            if any(_next_id(name) != first for name, first in self.start.ids.items()):
                raise Taken
            for series, count in sorted(self.serials.items()):
                if db.session.scalar(_SERIAL, {"series": series, "count": count}) != self.start.serials[series] + count:
                    raise Taken
            for made in self.rows.get():
                for name in TABLES:
                    if made.get(name):
                        _insert(name, made[name])
            for name, count in self.counts.items():
                _go_on(name, self.start.ids[name] + count)
            counted = Counter(one for copy in self.copies for one in copy.frame.counted)
            if counted:
                figures.add((*one, number) for one, number in counted.items())


class Numbers:
    """What comes next in each series and each table: read once, counted on here. `key`: what intake keys begin with."""

    def __init__(self, key: str):
        self._key, self._given = key, 0
        self.forget()

    def forget(self) -> None:
        self._ids: dict[str, int] = {}
        self._serials: dict[str, int] = {}

    def start(self, counts: dict[str, int], serials: dict[str, int], copies: int) -> Start:
        """For so many rows of each table, numbers of each series, and copies."""
        self._given += copies
        ids = {name: self._id(name, count) for name, count in counts.items()}
        return Start(ids, {name: self._serial(name, count) for name, count in serials.items()}, self._key, self._given - copies)

    def _id(self, name: str, count: int) -> int:
        first = self._ids.get(name) or _next_id(name)
        self._ids[name] = first + count
        return first

    def _serial(self, series: str, count: int) -> int:
        last = self._serials.get(series)
        if last is None:
            last = db.session.scalar(text("SELECT value FROM serial WHERE series = :series"), {"series": series}) or 0
        self._serials[series] = last + count
        return last


class Writer:
    """Takes copies and writes them in rounds, some rounds later. `written(n)` is told of each round.

    On an empty desk, where nobody is at work yet, it makes the desk bare before and dresses it after (bare.py).
    """

    def __init__(self, key: str, written):
        self._numbers, self._under_way, self._written = Numbers(key), deque(), written
        self._bare: bool | None = None  # known with the first copies: for a few it is not worth while
        self._waiting: list[Copy] = []

    def take(self, copies: list[Copy]) -> None:
        if self._bare is None:
            self._bare = len(copies) >= WORTH_IT and bare.strip()
            if self._bare:
                bare.hurry()
        self._waiting += copies
        if not self._bare or len(self._waiting) >= BARE_ROUND or len({copy.frame for copy in self._waiting}) >= FRAMES:
            self._begin()

    def finish(self) -> None:
        self._begin()
        while self._under_way:
            self._write_one()
        bare.dress()
        if self._bare:
            bare.unhurry()
        with one_transaction():
            db.session.execute(text("ANALYZE"))  # without figures of its tables a database guesses wrong, at the next line already

    def _begin(self) -> None:
        if self._waiting:
            self._under_way.append(Round(self._waiting, self._numbers))
            self._waiting = []
        if len(self._under_way) > AHEAD:
            self._write_one()

    def _write_one(self) -> None:
        for _attempt in range(5):
            try:
                self._under_way[0].write()
                break
            except Taken:
                self._number_again()
        else:
            raise RuntimeError("编号被同时使用，请停下其他操作后再试")
        self._written(len(self._under_way.popleft().copies))

    def _number_again(self) -> None:
        self._numbers.forget()
        for waiting in self._under_way:
            waiting.rows.drop()
            waiting.number(self._numbers)


def _next_id(name: str) -> int:
    if db.engine.dialect.name == "sqlite":
        return (db.session.scalar(select(func.max(TABLES[name].c.id))) or 0) + 1
    last, called = db.session.execute(text(f"SELECT last_value, is_called FROM {_sequence(name)}")).one()
    return last + called


def _go_on(name: str, number: int) -> None:
    """The next row that somebody adds gets this id."""
    if db.engine.dialect.name != "sqlite":
        db.session.execute(text(f"SELECT setval('{_sequence(name)}', {number}, false)"))


def _sequence(name: str) -> str:
    return f'"{name}_id_seq"'


def _insert(name: str, rows: list[tuple] | bytes) -> None:
    raw = db.session.connection().connection.driver_connection
    names = ", ".join(f'"{column}"' for column in COLUMNS[name])
    if db.engine.dialect.name == "sqlite":
        marks = ", ".join("?" * len(COLUMNS[name]))
        raw.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', rows)
        return
    with raw.cursor() as cursor, cursor.copy(f'COPY "{name}" ({names}) FROM STDIN') as stream:
        stream.write(rows)


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
    """On SQLite, an empty log beside the file."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
