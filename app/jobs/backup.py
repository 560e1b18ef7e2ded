"""One sealed file with everything: the database as of one moment, uploads, signing keys, and a list of hashes."""

import gzip
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from io import BytesIO
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from flask import current_app
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.documents.stores import store_of_scans, sync_folder
from app.extensions import db, one_transaction
from app.jobs import vault
from app.moments import now
from app.people.settings import keep
from app.people.upkeep import LAST_BACKUP
from app.refusals import Busy

FOLDERS = ("uploads", "signing", "exports")  # beside the database in DATA_DIR
DATABASE, MANIFEST = "database", "manifest.json"


def create(target: Path) -> dict:
    """Write the backup while the desk is serving; returns its manifest. The file appears whole or not at all.

    The database is copied first: an upload is on disk before its row is written, so every row of the copy has its file.
    Raises OSError when the disk is full, RuntimeError when PostgreSQL's tools fail.
    """
    new = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder, open(new, "wb") as file:
            os.chmod(new, 0o600)
            copy, least = Path(folder) / DATABASE, rows()
            _copy_database(copy)
            manifest = _pack(file, copy, least)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, target)
        sync_folder(target.parent)
    finally:
        new.unlink(missing_ok=True)
    _note_that_it_was_made()
    return manifest


def _note_that_it_was_made(tries: int = 20) -> None:
    """The backup is made, whatever happens now; at a counter where eight save at once the note waits for a gap. Raises Busy
    when there was none for a minute."""
    for last in (*[False] * (tries - 1), True):
        try:
            with one_transaction():
                keep(LAST_BACKUP, now().isoformat())
            return
        except Busy:
            if last:
                raise


def key() -> bytes:
    return vault.key_from(current_app.config["BACKUP_KEY"], current_app.config["DATA_KEYS"])


def _pack(file, copy: Path, least: dict[str, int]) -> dict:
    header = {"made_at": now().isoformat(), "database": db.engine.dialect.name, "schema": schema(), "format": 1}
    sealer = vault.Sealer(file, key(), header)
    found = {}
    packed = gzip.GzipFile(fileobj=sealer, mode="wb", compresslevel=1)  # scans do not shrink; quick is enough
    with packed, tarfile.open(fileobj=packed, mode="w|") as archive:
        for name, path in _files(copy):
            found[name] = _add(archive, name, path)
        for name, data in _scans_elsewhere():
            _add_bytes(archive, name, data)
            found[name] = {"size": len(data), "sha256": sha256(data).hexdigest()}
        manifest = header | {"files": found, "least": least, "rows": rows()}
        _add_bytes(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False).encode())
    sealer.finish()
    return manifest


def _files(copy: Path) -> Iterator[tuple[str, Path]]:
    yield DATABASE, copy
    base = Path(current_app.config["DATA_DIR"])
    in_bucket = {"uploads"} if current_app.config["UPLOADS_S3_BUCKET"] else set()
    for folder in filter(lambda name: name not in in_bucket, FOLDERS):
        for path in sorted((base / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.endswith((".part", ".new")):
                yield str(path.relative_to(base)), path


def _scans_elsewhere() -> Iterator[tuple[str, bytes]]:
    """What lies in a bucket instead of DATA_DIR, under the names it would have there."""
    if current_app.config["UPLOADS_S3_BUCKET"]:
        scans = store_of_scans()
        for name in scans.names():
            with suppress(FileNotFoundError):  # thrown away with its form just now
                yield f"uploads/{name[:2]}/{name}", scans.get(name)


def _add(archive: tarfile.TarFile, name: str, path: Path) -> dict:
    with open(path, "rb") as source:
        size, digest = os.fstat(source.fileno()).st_size, file_digest(source, "sha256").hexdigest()
        source.seek(0)
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        archive.addfile(member, source)
    return {"size": size, "sha256": digest}


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, BytesIO(data))


def schema() -> str:
    """The migration at which the database stands."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def rows() -> dict[str, int]:
    """How many cases, journal rows, documents and uploads there are, to be compared after restoring."""
    counted = ("case", "journal_entry", "document", "upload", "material", "user")
    with db.engine.connect() as connection:
        return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in counted}  # noqa: S608


# ── the two databases ────────────────────────────────────────────────────────────────────────────────────────


def _copy_database(target: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:  # one snapshot; writers go on
            raw = connection.connection.driver_connection
            raw.execute("VACUUM INTO ?", (str(target),))
    else:
        run_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", libpq_url())


def libpq_url(database: str = "") -> str:
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    return (url.set(database=database) if database else url).render_as_string(hide_password=False).replace(" ", "%20")


def run_tool(name: str, *arguments: str) -> None:
    """One of PostgreSQL's own programmes. RuntimeError with what it said when it fails."""
    done = subprocess.run([_tool(name), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip()[:500]}")


def _tool(name: str) -> str:
    """The server's own when it runs here (the versions must fit), else the one on the path."""
    with _connection() as connection:
        try:
            folder = connection.execute(text("SELECT setting FROM pg_config WHERE name = 'BINDIR'")).scalar()
        except Exception:  # only a superuser may ask
            folder = None
    own = Path(folder or "/nowhere") / name
    found = str(own) if own.is_file() else shutil.which(name)
    if not found:
        raise RuntimeError(f"找不到 {name}，请安装与数据库版本相同的 postgresql-client")
    return found


@contextmanager
def _connection():
    with db.engine.connect() as connection:
        yield connection
