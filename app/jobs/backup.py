"""One sealed file with everything: the database as of one moment, uploads, signing keys, and a list of hashes."""

import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import zstandard
from alembic.runtime.migration import MigrationContext
from flask import current_app

from app import disks
from app.documents.stores import store_of_scans
from app.documents.uploads import files_stay
from app.extensions import db, one_transaction
from app.jobs import dump, vault
from app.moments import now
from app.people.settings import keep
from app.people.upkeep import LAST_BACKUP
from app.refusals import Busy

FOLDERS = ("uploads", "signing", "exports")  # beside the database in DATA_DIR
MANIFEST = "manifest.json"
FORMAT = 3  # what is in the sealed pieces: 1 was gzip over tar, 2 zstd over tar, both with a folder of pg_dump; 3 has PostgreSQL's rows in portions
SQUEEZE = -1  # most of it is sealed data, which does not shrink: quick is enough
CHUNK = 1 << 20
AHEAD = 256 << 20  # bytes that may wait in memory for the disk


def create(target: Path) -> dict:
    """Write the backup while the desk is serving; returns its manifest. The file appears whole or not at all.

    The database comes first: an upload is on disk before its row is written, and no file goes meanwhile, so every row that is
    in it has its file.
    Raises OSError when the disk is full, RuntimeError when PostgreSQL's tools fail.
    """
    new = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder, open(new, "wb") as file:
            os.chmod(new, 0o600)
            with files_stay(), SentOn(file) as growing:
                manifest = _pack(growing, Path(folder))
            disks.keep(file)
            os.replace(new, target)
            disks.keep_name(file, target.parent)
    finally:
        new.unlink(missing_ok=True)
    _note_that_it_was_made()
    return manifest


class SentOn:
    """A file whose bytes go to the disk while the next ones are made. Else the system gathers gigabytes of them, lets whoever
    writes wait now and then, and all of them at the end."""

    def __init__(self, file: BinaryIO):
        self._file, self._waiting = file, 0
        self._hand, self._under_way = ThreadPoolExecutor(1), Future()
        self._under_way.set_result(None)

    def write(self, data) -> int:
        self._waiting += len(data)
        if self._waiting >= AHEAD and self._under_way.done():
            self._under_way.result()  # a disk that failed says so
            self._under_way, self._waiting = self._hand.submit(os.fdatasync, self._file.fileno()), 0
        return self._file.write(data)

    def __enter__(self) -> "SentOn":
        return self

    def __exit__(self, problem, *_rest) -> None:
        self._hand.shutdown()
        if problem is None:
            self._under_way.result()  # the system tells of a failure once: the last fsync() would not hear of it
            self._file.flush()


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


def _pack(file, scratch: Path) -> dict:
    header = {"made_at": now().isoformat(), "database": db.engine.dialect.name, "schema": schema(), "format": FORMAT}
    sealer = vault.Sealer(file, key(), header)
    found, rows = {}, {}
    squeezer = zstandard.ZstdCompressor(level=SQUEEZE, threads=-1).stream_writer(sealer, closefd=False)
    with squeezer, tarfile.open(fileobj=squeezer, mode="w", copybufsize=CHUNK) as archive:
        for name, size, source in dump.pieces(scratch, rows):
            found[name] = _add(archive, name, size, source)
        for name, path in _files():
            with suppress(FileNotFoundError), open(path, "rb") as source:  # thrown away with its form just now
                found[name] = _add(archive, name, os.fstat(source.fileno()).st_size, source)
        for name, data in _scans_elsewhere():
            found[name] = _add(archive, name, len(data), BytesIO(data))
        manifest = header | {"files": found, "rows": rows}
        said = json.dumps(manifest, ensure_ascii=False).encode()
        _add(archive, MANIFEST, len(said), BytesIO(said))
    sealer.finish()
    return manifest


def _files() -> Iterator[tuple[str, Path]]:
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


def _add(archive: tarfile.TarFile, name: str, size: int, source: BinaryIO) -> dict:
    member, read = tarfile.TarInfo(name), Summed(source, size)
    member.size, member.mode = size, 0o600
    archive.addfile(member, read)
    archive.members.clear()  # a list of all files is kept once, by the caller
    return read.told()


class Summed:
    """A file that is read once, and what was read is summed up. What read() gives is good until the next one."""

    def __init__(self, source: BinaryIO, size: int):
        self._source, self._room, self._sum, self._size = source, memoryview(bytearray(min(size, CHUNK))), sha256(), 0

    def read(self, size: int) -> memoryview:
        data = self._room[: _filled(self._source, self._room[:size])]
        self._sum.update(data)
        self._size += len(data)
        return data

    def told(self) -> dict:
        return {"size": self._size, "sha256": self._sum.hexdigest()}


def _filled(source: BinaryIO, room: memoryview) -> int:
    """How many bytes came: fewer than there is room for only at the end, also out of a pipe."""
    at = 0
    while at < len(room) and (came := source.readinto(room[at:])):
        at += came
    return at


def schema() -> str:
    """The migration at which the database stands."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
