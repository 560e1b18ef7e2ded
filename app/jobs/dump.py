"""What the two databases give to a backup: their contents as of one moment, with the number of rows at that moment."""

import fcntl
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import text

from app.extensions import db
from app.jobs import postgres, still

DATABASE = "database"  # SQLite: a file of this name; PostgreSQL: a folder
COUNTED = ("case", "journal_entry", "document", "upload", "material", "user")
PIPE = 1 << 20
PATIENCE = "20"  # seconds until a second copy is made after all


def pieces(scratch: Path, counted: dict[str, int]) -> Iterator[tuple[str, int, BinaryIO]]:
    """(name, size, what to read it from); `counted` says in the end how many rows there are in it.

    `scratch` is an empty folder beside the backup. Raises RuntimeError when the database or its tools fail.
    """
    yield from _of_sqlite(scratch, counted) if db.engine.dialect.name == "sqlite" else _of_postgresql(counted)


def rows() -> dict[str, int]:
    """How many cases, journal rows, documents and uploads there are, to be compared after restoring."""
    with db.engine.connect() as connection:
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


def _of_postgresql(counted: dict[str, int]) -> Iterator[tuple[str, int, BinaryIO]]:
    found: dict[str, int] = {}
    for name, size, source in postgres.pieces(found):
        yield f"{DATABASE}/{name}", size, source
    counted |= {name: found[name] for name in COUNTED}
