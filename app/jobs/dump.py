"""What the two databases give to a backup: their contents as of one moment, with the number of rows at that moment."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.extensions import db
from app.jobs import still

DATABASE = "database"  # SQLite: a file of this name; PostgreSQL: a folder, as pg_dump writes it
COUNTED = ("case", "journal_entry", "document", "upload", "material", "user")
PIPE = 1 << 20
INDEXES_QUICKLY = {"PGOPTIONS": "-c maintenance_work_mem=256MB"}  # most of a restore is making them; 64 MB is usual
PATIENCE = "20"  # seconds until a second copy is made after all
AT_A_TIME = "2"  # connections of pg_dump and pg_restore


def pieces(scratch: Path, counted: dict[str, int]) -> Iterator[tuple[str, int, BinaryIO]]:
    """(name, size, what to read it from); `counted` says in the end how many rows there are in it.

    `scratch` is an empty folder beside the backup. Raises RuntimeError when the database or its tools fail.
    """
    yield from _of_sqlite(scratch, counted) if db.engine.dialect.name == "sqlite" else _of_postgresql(scratch, counted)


def rows(connection=None) -> dict[str, int]:
    """How many cases, journal rows, documents and uploads there are, to be compared after restoring."""
    if connection is None:
        with db.engine.connect() as connection:
            return rows(connection)
    return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in COUNTED}  # noqa: S608


def _of_sqlite(scratch: Path, counted: dict[str, int]) -> Iterator[tuple[str, int, BinaryIO]]:
    asked = [sys.executable, "-I", still.__file__, db.engine.url.database, str(scratch / DATABASE), PATIENCE, *COUNTED]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        fcntl.fcntl(child.stdout, fcntl.F_SETPIPE_SZ, PIPE)
        try:
            said = json.loads(child.stdout.readline() or "{}")
            if "size" in said:
                yield DATABASE, said["size"], child.stdout
                counted |= json.loads(child.stdout.readline() or "{}").get("rows", {})
        finally:
            child.stdout.close()  # it ends when nobody reads
        problem = child.stderr.read().decode(errors="replace").strip()
    if not counted:
        raise RuntimeError(f"SQLite: {problem[-500:]}")


def _of_postgresql(scratch: Path, counted: dict[str, int]) -> Iterator[tuple[str, int, BinaryIO]]:
    folder = scratch / DATABASE
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        moment = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        counted |= rows(connection)
        asked = ("--format=directory", f"--jobs={AT_A_TIME}", f"--snapshot={moment}", "--no-owner", "--no-privileges",
                 f"--file={folder}", libpq_url())  # fmt: skip
        try:
            run_tool("pg_dump", "--compress=zstd:1", *asked)
        except RuntimeError as problem:  # before 16, or built without it
            if "compress" not in str(problem):
                raise
            run_tool("pg_dump", "--compress=0", *asked)  # ours is quicker than its gzip
    for path in sorted(folder.iterdir()):
        with open(path, "rb") as source:
            path.unlink()  # its room is free as soon as it is packed
            yield f"{DATABASE}/{path.name}", os.fstat(source.fileno()).st_size, source


# ── PostgreSQL's own programmes ──────────────────────────────────────────────────────────────────────────────


def libpq_url(database: str = "") -> str:
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    return (url.set(database=database) if database else url).render_as_string(hide_password=False).replace(" ", "%20")


def run_tool(name: str, *arguments: str) -> None:
    """One of PostgreSQL's own programmes. RuntimeError with what it said when it fails."""
    done = subprocess.run([tool(name), *arguments], capture_output=True, text=True, env=os.environ | INDEXES_QUICKLY)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip()[:500]}")


def tool(name: str) -> str:
    """The server's own when it runs here (the versions must fit), else the one on the path."""
    with db.engine.connect() as connection:
        try:
            folder = connection.execute(text("SELECT setting FROM pg_config WHERE name = 'BINDIR'")).scalar()
        except Exception:  # only a superuser may ask
            folder = None
    own = Path(folder or "/nowhere") / name
    found = str(own) if own.is_file() else shutil.which(name)
    if not found:
        raise RuntimeError(f"找不到 {name}，请安装与数据库版本相同的 postgresql-client")
    return found
