"""Bringing a backup back: opened and compared with its list first, then put in place in one go, or not at all."""

import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from io import RawIOBase
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import zstandard
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect, text

from app.cases import grants
from app.documents.stores import store_of_scans
from app.extensions import db
from app.jobs import postgres
from app.jobs.backup import CHUNK, FOLDERS, FORMAT, MANIFEST, Summed, key
from app.jobs.dump import DATABASE
from app.jobs.migrate import MIGRATIONS
from app.jobs.vault import Damaged, unsealed
from app.moments import now

ROWS_IN_PORTIONS = 3  # the first format that has them, and no folder of pg_dump


def verify(source: Path) -> list[str]:
    """Restore into a scratch place and run every check there; returns what is wrong in words, [] when all is well.

    Raises Damaged for a bad file, RuntimeError when the checks themselves could not run.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backup-verify-")))
        manifest = stack.enter_context(opened(source, folder))
        url = stack.enter_context(_scratch_database(source, folder, manifest))
        return _checked(url, folder, manifest, everything=True)


def _checked(url: str, folder: Path, manifest: dict, everything: bool) -> list[str]:
    """The file of the database, and by a process of its own what is in it, so that nothing of the desk that serves is within
    reach; both at once. Raises Damaged for a file that is not whole."""
    place = {name: current_app.config[name] for name in ("SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY")}
    place |= {"DATABASE_URL": url, "DATA_DIR": str(folder), "DESK_MODE": "demo", "PYTHONIOENCODING": "utf-8"}
    place["UPLOADS_S3_BUCKET"] = ""  # the scans of the backup, not those in use
    told = {"least": manifest.get("least"), "rows": manifest["rows"], "everything": everything,
            "same_tables": manifest["schema"] == max(_known_schemas())}  # fmt: skip
    with ThreadPoolExecutor(1) as beside:
        checks = beside.submit(
            subprocess.run, [sys.executable, "-m", "app.jobs.check_restored"], input=json.dumps(told), text=True,
            capture_output=True, cwd=MIGRATIONS.parent, env=os.environ | place,
        )  # fmt: skip
        if manifest["database"] == "sqlite":
            _intact(folder / "desk.db", "integrity_check" if everything else "quick_check")
        done = checks.result()
    if done.returncode:
        raise RuntimeError(f"检查没有做成：{done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def restore(source: Path, into: Path, overwrite: bool) -> Path | None:
    """Put a backup in place of what is (not) there; what was there is moved aside, its folder returned.

    Every hash is compared, the database file looked through, rows counted, the papers balanced, on SQLite before anything is in
    place; what takes longer (`audit verify`, `register check`) is the operator's next step. Raises Damaged for a bad file,
    FileExistsError when there is something and `overwrite` is not said. Stop the desk first.
    """
    into.mkdir(parents=True, exist_ok=True)
    is_sqlite = current_app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    taken = (into / "desk.db").exists() if is_sqlite else bool(inspect(db.engine).get_table_names())
    if (taken or any((into / name).exists() for name in FOLDERS)) and not overwrite:
        raise FileExistsError(f"{into} 里已有数据；确要覆盖请加 --yes（原有文件会移到旁边的文件夹）")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=into) as folder, opened(source, Path(folder)) as manifest:
        fresh = Path(folder)
        if is_sqlite:
            (fresh / DATABASE).rename(fresh / "desk.db")
            _right("目标没有改动", _checked(f"sqlite:///{fresh}/desk.db", fresh, manifest, everything=False))
        _scans_to_their_store(fresh / "uploads")
        if not is_sqlite:
            db.engine.dispose()
            url = _load(source, fresh / DATABASE, manifest)
            with db.engine.begin() as connection:
                grants.give(connection, current_app.config["DATABASE_ROLE"])
            _right("数据库已换成备份的内容", _checked(url, fresh, manifest, everything=False))
        os.sync()  # what is said to be restored is on the disk
        return _put_in_place(fresh, into, ("desk.db", "desk.db-wal", "desk.db-shm", *FOLDERS) if is_sqlite else FOLDERS)


def _right(so_far: str, problems: list[str]) -> None:
    if problems:
        raise Damaged(f"恢复出来的数据没有通过检查（{so_far}）：" + "；".join(problems[:5]))


def _scans_to_their_store(folder: Path) -> None:
    """Into the bucket before the rows that name them; what else lies there stays. In DATA_DIR they come with the rest."""
    if current_app.config["UPLOADS_S3_BUCKET"]:
        for place in sorted(folder.glob("??/*")):
            store_of_scans().put(place.name, place.read_bytes())
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(source: Path, folder: Path) -> Iterator[dict]:
    """The files of a backup in `folder`, each compared with the manifest. Raises Damaged, naming the fault."""
    header: dict = {}
    with open(source, "rb") as file:
        plain = _Plain(unsealed(file, key(), header.update))
        found = _extract(plain, folder, header)
        plain.drain()
    manifest = _manifest(folder)
    if manifest["database"] != db.engine.dialect.name:
        raise Damaged(f"备份来自 {manifest['database']}，不能恢复到 {db.engine.dialect.name}")
    if manifest["schema"] not in _known_schemas():
        raise Damaged(f"备份的数据库版本 {manifest['schema']} 比本程序新，请先升级程序")
    for name in sorted(manifest["files"].keys() | found.keys()):
        if found.get(name) != manifest["files"].get(name):
            what = "缺少" if name not in found else "多出" if name not in manifest["files"] else "内容不符"
            raise Damaged(f"备份里的文件与清单不符：{what} {name}")
    yield manifest


class _Plain(RawIOBase):
    """Pieces read as a file."""

    def __init__(self, pieces: Iterator[bytes]):
        super().__init__()
        self._pieces, self._rest = pieces, next(pieces, b"")  # with the first the header is known

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size or size < 0:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        given, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return given

    def drain(self) -> None:
        """To the end: what is behind the archive must be genuine too."""
        for _piece in self._pieces:
            pass


def _extract(plain: _Plain, folder: Path, header: dict) -> dict[str, dict]:
    found: dict[str, dict] = {}
    try:
        with _archive(plain, header.get("format", 1)) as archive:
            while (member := archive.next()) is not None:
                path = PurePosixPath(member.name)
                if not member.isfile() or path.is_absolute() or ".." in path.parts or not _ours(path):
                    raise Damaged(f"备份里有不该有的文件：{member.name[:80]}")
                if member.name in found:
                    raise Damaged(f"备份里的文件重复：{member.name[:80]}")
                place, source = folder / path, Summed(archive.extractfile(member), member.size)
                with open(os.devnull, "wb") if _whose_rows(member.name) else _private(place) as target:
                    shutil.copyfileobj(source, target, CHUNK)
                found[member.name] = source.told()
                archive.members.clear()  # memory stays flat, however many scans there are
    except (tarfile.TarError, zstandard.ZstdError, EOFError, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno:
            raise
        raise Damaged("备份的内容读不出来（归档损坏）") from problem
    found.pop(MANIFEST, None)
    return found


def _private(place: Path) -> BinaryIO:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return open(place, "wb", opener=lambda path, how: os.open(path, how, 0o600))


def _archive(plain: _Plain, number: int) -> tarfile.TarFile:
    if number > FORMAT:
        raise Damaged(f"备份的格式 {number} 比本程序新，请先升级程序")
    if number == 1:
        return tarfile.open(fileobj=plain, mode="r|gz")
    return tarfile.open(fileobj=zstandard.ZstdDecompressor().stream_reader(plain, read_size=CHUNK), mode="r|", bufsize=CHUNK)


def _ours(path: PurePosixPath) -> bool:
    return str(path) in (DATABASE, MANIFEST) or path.parts[0] in (DATABASE, *FOLDERS)


def _manifest(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        manifest["files"].keys(), manifest["database"], manifest["schema"], manifest["rows"].keys()
    except FileNotFoundError:
        raise Damaged("备份里没有清单") from None
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Damaged("备份的清单读不懂") from problem
    return manifest


def _intact(database: Path, check: str) -> None:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
            said = connection.execute(f"PRAGMA {check}").fetchone()[0]
    except sqlite3.DatabaseError as problem:
        raise Damaged("备份里的数据库损坏（打不开）") from problem
    if said != "ok":
        raise Damaged(f"备份里的数据库损坏：{said[:200]}")


def _known_schemas() -> set[str]:
    script = ScriptDirectory(str(MIGRATIONS))
    return {revision.revision for revision in script.walk_revisions()} | {""}


@contextmanager
def _scratch_database(source: Path, folder: Path, manifest: dict) -> Iterator[str]:
    if manifest["database"] == "sqlite":
        (folder / DATABASE).rename(folder / "desk.db")
        yield f"sqlite:///{folder}/desk.db"
        return
    name = f"backup_verify_{secrets.token_hex(6)}"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
        server.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield _load(source, folder / DATABASE, manifest, name)
        finally:
            server.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _load(source: Path, folder: Path, manifest: dict, database: str = "") -> str:
    """Into PostgreSQL, all or nothing; `database` is another than the desk's. The address of what was filled."""
    own = postgres.Programmes(database)
    if manifest.get("format", 1) < ROWS_IN_PORTIONS:
        own.restore_old(folder)
    else:
        there = {table for name in manifest["files"] if (table := _whose_rows(name))}
        postgres.load(own.url, folder, _rows(source), there | {("public", name) for name in db.metadata.tables})
    return own.url


def _rows(source: Path) -> Iterator[tuple[postgres.Table, BinaryIO]]:
    """Once more through a file that has been compared with its list: what goes into the tables need not lie on the disk."""
    header: dict = {}
    with open(source, "rb") as file:
        plain = _Plain(unsealed(file, key(), header.update))
        with _archive(plain, header["format"]) as archive:
            while (member := archive.next()) and member.name.startswith(f"{DATABASE}/"):
                if table := _whose_rows(member.name):
                    yield table, archive.extractfile(member)
                archive.members.clear()


def _whose_rows(name: str) -> postgres.Table | None:
    return postgres.table_of(name.removeprefix(f"{DATABASE}/"))


def _put_in_place(fresh: Path, into: Path, names: tuple[str, ...]) -> Path | None:
    aside = into / f"before-restore-{now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    for name in names:
        if (into / name).exists():
            aside.mkdir(exist_ok=True, mode=0o700)
            (into / name).rename(aside / name)
        if (fresh / name).exists():
            (fresh / name).rename(into / name)
    return aside if aside.exists() else None
