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
from contextlib import ExitStack, contextmanager
from hashlib import file_digest
from io import RawIOBase
from pathlib import Path, PurePosixPath

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect, text

from app.cases import grants
from app.documents.stores import store_of_scans
from app.extensions import db
from app.jobs.backup import DATABASE, FOLDERS, MANIFEST, key, libpq_url, run_tool
from app.jobs.migrate import MIGRATIONS
from app.jobs.vault import Damaged, unsealed
from app.moments import now


def verify(source: Path) -> list[str]:
    """Restore into a scratch place and run every check there; returns what is wrong in words, [] when all is well.

    Raises Damaged for a bad file, RuntimeError when the checks themselves could not run.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="backup-verify-"))
        manifest = stack.enter_context(opened(source, Path(folder)))
        url = stack.enter_context(_scratch_database(Path(folder), manifest))
        return _checked_apart(url, folder, {name: manifest[name] for name in ("least", "rows")})


def _checked_apart(url: str, folder: str, counted: dict) -> list[str]:
    """By a process of its own, so that nothing of the desk that serves is within its reach."""
    names = ("SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY")
    place = {name: current_app.config[name] for name in names}
    place |= {"DATABASE_URL": url, "DATA_DIR": folder, "DESK_MODE": "demo", "PYTHONIOENCODING": "utf-8"}
    place["UPLOADS_S3_BUCKET"] = ""  # the scans of the backup, not those in use
    done = subprocess.run(
        [sys.executable, "-m", "app.jobs.check_restored"], input=json.dumps(counted), text=True, capture_output=True,
        cwd=MIGRATIONS.parent, env=os.environ | place,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"检查没有做成：{done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def restore(source: Path, into: Path, overwrite: bool) -> Path | None:
    """Put a backup in place of what is (not) there; what was there is moved aside, its folder returned.

    Raises Damaged for a bad file, FileExistsError when there is something and `overwrite` is not said. Stop the desk first.
    """
    into.mkdir(parents=True, exist_ok=True)
    is_sqlite = current_app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    taken = (into / "desk.db").exists() if is_sqlite else bool(inspect(db.engine).get_table_names())
    if (taken or any((into / name).exists() for name in FOLDERS)) and not overwrite:
        raise FileExistsError(f"{into} 里已有数据；确要覆盖请加 --yes（原有文件会移到旁边的文件夹）")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=into) as folder, opened(source, Path(folder)):
        fresh = Path(folder)
        _scans_to_their_store(fresh / "uploads")
        if not is_sqlite:
            db.engine.dispose()
            run_tool("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
                     f"--dbname={libpq_url()}", str(fresh / DATABASE))  # fmt: skip
            with db.engine.begin() as connection:
                grants.give(connection, current_app.config["DATABASE_ROLE"])
        else:
            (fresh / DATABASE).rename(fresh / "desk.db")
        return _put_in_place(fresh, into, ("desk.db", "desk.db-wal", "desk.db-shm", *FOLDERS) if is_sqlite else FOLDERS)


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
    if manifest["database"] == "sqlite":
        _intact(folder / DATABASE)
    yield manifest


class _Plain(RawIOBase):
    """Pieces read as a file."""

    def __init__(self, pieces: Iterator[bytes]):
        super().__init__()
        self._pieces, self._rest = pieces, b""

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
        with tarfile.open(fileobj=plain, mode="r|gz") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if not member.isfile() or path.is_absolute() or ".." in path.parts or not _ours(path):
                    raise Damaged(f"备份里有不该有的文件：{member.name[:80]}")
                if member.name in found:
                    raise Damaged(f"备份里的文件重复：{member.name[:80]}")
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with open(place, "wb") as target:
                    place.chmod(0o600)
                    shutil.copyfileobj(archive.extractfile(member), target, 1 << 20)
                with open(place, "rb") as again:
                    found[member.name] = {"size": member.size, "sha256": file_digest(again, "sha256").hexdigest()}
    except (tarfile.TarError, EOFError, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno:
            raise
        raise Damaged("备份的内容读不出来（归档损坏）") from problem
    found.pop(MANIFEST, None)
    return found


def _ours(path: PurePosixPath) -> bool:
    return str(path) in (DATABASE, MANIFEST) or path.parts[0] in FOLDERS


def _manifest(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        manifest["files"].keys(), manifest["database"], manifest["schema"], manifest["rows"].keys(), manifest["least"].keys()
    except FileNotFoundError:
        raise Damaged("备份里没有清单") from None
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Damaged("备份的清单读不懂") from problem
    return manifest


def _intact(database: Path) -> None:
    try:
        with sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        connection.close()
    except sqlite3.DatabaseError as problem:
        raise Damaged("备份里的数据库损坏（打不开）") from problem
    if said != "ok":
        raise Damaged(f"备份里的数据库损坏：{said[:200]}")


def _known_schemas() -> set[str]:
    script = ScriptDirectory(str(MIGRATIONS))
    return {revision.revision for revision in script.walk_revisions()} | {""}


@contextmanager
def _scratch_database(folder: Path, manifest: dict) -> Iterator[str]:
    if manifest["database"] == "sqlite":
        (folder / DATABASE).rename(folder / "desk.db")
        yield f"sqlite:///{folder}/desk.db"
        return
    name = f"backup_verify_{secrets.token_hex(6)}"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
        server.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            run_tool("pg_restore", "--no-owner", "--no-privileges", f"--dbname={libpq_url(name)}", str(folder / DATABASE))
            yield libpq_url(name)
        finally:
            server.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _put_in_place(fresh: Path, into: Path, names: tuple[str, ...]) -> Path | None:
    aside = into / f"before-restore-{now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    for name in names:
        if (into / name).exists():
            aside.mkdir(exist_ok=True, mode=0o700)
            (into / name).rename(aside / name)
        if (fresh / name).exists():
            (fresh / name).rename(into / name)
    return aside if aside.exists() else None
