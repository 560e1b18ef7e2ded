"""What PostgreSQL gives to a backup, by its own programmes, and how it takes it back: in one transaction.

Definitions come from pg_dump, as SQL for before and for after the rows. Rows come by COPY in its binary form, in portions of some
megabytes, several at a time under one exported snapshot, and stay in memory until they are packed: pg_dump would write every
sealed byte as two, and all of it to the disk first (docs/decisions/0016).
"""

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import psycopg
from flask import current_app
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from app.extensions import db

AT_A_TIME = 2  # connections that copy
PORTION = 4096  # blocks of a table, 32 MB: so much memory for each that is under way
QUICKLY = "512MB"  # for making indexes and comparing foreign keys; 64 MB is usual
PATIENCE = "10s"  # somebody who wants to alter a table waits for us, and our next one for him: one of us must give way
CHUNK = 1 << 20
BEFORE, AFTER, STAND, ROWS = "before.sql", "after.sql", "sequences.sql", "rows"

Table = tuple[str, str]  # schema and name
Piece = tuple[str, int, BinaryIO]  # name, size, what to read it from

_TABLES = """SELECT nspname, relname, pg_relation_size(c.oid) / current_setting('block_size')::int
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind = 'r' AND nspname <> 'information_schema' AND nspname !~ '^pg_' ORDER BY 1, 2"""
_COLUMNS = """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum"""
_STAND = """SELECT format('SELECT setval(%L, %s);', format('%I.%I', schemaname, sequencename), last_value)
    FROM pg_sequences WHERE last_value IS NOT NULL ORDER BY 1"""


def pieces(counted: dict[str, int]) -> Iterator[Piece]:
    """The whole database as of one moment; `counted` says in the end how many rows of each table that is. Raises RuntimeError
    when the database or its programmes fail."""
    try:
        yield from _pieces(Programmes(), counted)
    except psycopg.Error as problem:
        raise RuntimeError(f"PostgreSQL: {str(problem)[:500]}") from problem


def _pieces(own: "Programmes", counted: dict[str, int]) -> Iterator[Piece]:
    with psycopg.connect(own.url) as connection, ThreadPoolExecutor(AT_A_TIME) as pool:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        moment = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
        tables = {(schema, name): blocks for schema, name, blocks in connection.execute(_TABLES)}
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(_listed(tables)))  # nobody alters or rebuilds one
        for name, section in ((BEFORE, "--section=pre-data"), (AFTER, "--section=post-data")):
            yield _piece(name, own.definitions(section, moment))
        yield _piece(STAND, "\n".join(row[0] for row in connection.execute(_STAND)).encode())
        portions = (one for table, blocks in tables.items() for one in _portions(connection, table, blocks))
        begun: deque = deque()
        for (schema, name), number, words in portions:
            begun.append((schema, name, number, pool.submit(own.copied, moment, words)))
            if len(begun) > AT_A_TIME + 1:  # one waits until the packer is ready for it
                yield from _packed(counted, *begun.popleft())
        while begun:
            yield from _packed(counted, *begun.popleft())


def _portions(connection: psycopg.Connection, table: Table, blocks: int) -> Iterator[tuple[Table, int, str]]:
    columns = _columns(connection, table)
    for number, first in enumerate(range(0, max(blocks, 1), PORTION)):
        there = f"ctid >= '({first},0)'" + (f" AND ctid < '({first + PORTION},0)'" if first + PORTION < blocks else "")
        words = sql.SQL("COPY (SELECT {} FROM ONLY {} WHERE {}) TO STDOUT (FORMAT binary)")
        yield table, number, words.format(columns, sql.Identifier(*table), sql.SQL(there)).as_string(connection)


def _packed(counted: dict[str, int], schema: str, name: str, number: int, copied: Future) -> Iterator[Piece]:
    source, rows = copied.result()
    counted[name] = counted.get(name, 0) + rows
    with source:
        yield f"{ROWS}/{schema}/{name}/{number:06}", os.fstat(source.fileno()).st_size, source


def _piece(name: str, content: bytes) -> Piece:
    return name, len(content), BytesIO(content)


def table_of(name: str) -> Table | None:
    """Whose rows a piece of this name holds."""
    parts = name.split("/")
    return (parts[1], parts[2]) if len(parts) == 4 and parts[0] == ROWS else None


def load(url: str, folder: Path, rows: Iterable[tuple[Table, BinaryIO]], known: Iterable[Table]) -> None:
    """Everything in place of what is there of these and the `known` tables, or nothing at all. `rows`: each portion, those of one
    table behind each other or not. Raises RuntimeError when the database refuses."""
    try:
        with psycopg.connect(url) as connection:
            connection.execute(f"SET maintenance_work_mem = '{QUICKLY}'")
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(_listed(known)))
            connection.execute((folder / BEFORE).read_bytes())
            columns: dict[Table, sql.Composed] = {}
            for table, source in rows:
                if table not in columns:
                    columns[table] = _columns(connection, table)
                words = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary, FREEZE)").format(sql.Identifier(*table), columns[table])
                with connection.cursor().copy(words) as copy:
                    while data := source.read(CHUNK):
                        copy.write(data)
            connection.execute((folder / STAND).read_bytes())
            connection.execute((folder / AFTER).read_bytes())
            connection.execute("ANALYZE")
    except psycopg.Error as problem:
        raise RuntimeError(f"PostgreSQL: {str(problem)[:500]}") from problem


def _columns(connection: psycopg.Connection, table: Table) -> sql.Composed:
    named = sql.Identifier(*table).as_string(connection)
    return sql.SQL(", ").join(sql.Identifier(row[0]) for row in connection.execute(_COLUMNS, (named,)))


def _listed(tables: Iterable[Table]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(*table) for table in tables)


# ── PostgreSQL's own programmes ──────────────────────────────────────────────────────────────────────────────


class Programmes:
    """Those that fit the desk's server: its own when it runs here, else those on the path. RuntimeError with what one said when
    it fails."""

    def __init__(self, database: str = ""):
        url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
        url = url.set(database=database) if database else url
        self.url, self._address = _libpq(url), _libpq(url.set(password=None))  # anybody may read in the list of processes
        self._environment = os.environ | ({"PGPASSWORD": url.password} if url.password else {})
        with db.engine.connect() as connection:
            try:
                self._folder = connection.execute(text("SELECT setting FROM pg_config WHERE name = 'BINDIR'")).scalar()
            except Exception:  # only a superuser may ask
                self._folder = None

    def definitions(self, section: str, moment: str) -> bytes:
        """As SQL, without the lines that are for psql only."""
        done = self.run("pg_dump", section, "--clean", "--if-exists", "--no-owner", "--no-privileges", f"--snapshot={moment}")  # fmt: skip
        return b"\n".join(line for line in done.stdout.split(b"\n") if not line.startswith((b"\\restrict ", b"\\unrestrict ")))

    def copied(self, moment: str, words: str) -> tuple[BinaryIO, int]:
        """The bytes that psql wrote, in memory, and how many rows they are."""
        file = os.fdopen(os.memfd_create("rows"), "rb", buffering=0)
        script = f"""BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
            SET TRANSACTION SNAPSHOT '{moment}';
            SET lock_timeout = '{PATIENCE}';
            {words} \\g '/proc/self/fd/{file.fileno()}'
            \\warn :ROW_COUNT\n"""
        done = self.run("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", input=script.encode(), pass_fds=[file.fileno()])
        return file, int(done.stderr)

    def restore_old(self, folder: Path) -> None:
        """A dump as backups of the first two formats hold it, in one transaction."""
        self.run("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", str(folder))  # fmt: skip

    def run(self, name: str, *words: str, **how) -> subprocess.CompletedProcess:
        asked = [self._place(name), *words, f"--dbname={self._address}"]
        done = subprocess.run(asked, capture_output=True, env=self._environment, **how)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr.decode(errors='replace').strip()[:500]}")
        return done

    def _place(self, name: str) -> str:
        own = Path(self._folder or "/nowhere") / name
        found = str(own) if own.is_file() else shutil.which(name)
        if not found:
            raise RuntimeError(f"找不到 {name}，请安装与数据库版本相同的 postgresql-client")
        return found


def _libpq(url: URL) -> str:
    return url.render_as_string(hide_password=False).replace(" ", "%20")
