"""Scans and photos: known by their bytes, sealed under the hash of their content, safe before we say so."""

import fcntl
import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path

from flask import current_app
from PIL import Image, UnidentifiedImageError
from sqlalchemy import ColumnElement, Row, bindparam, delete, select, update

from app.cases.models import Material
from app.documents.models import Upload
from app.documents.pictures import NO_PICTURE, TOO_LARGE, drawn_anew
from app.documents.scanner import virus_in
from app.documents.stores import store_of_scans
from app.extensions import db, one_transaction, read_rows, write_rows
from app.moments import now
from app.people.actions import record
from app.refusals import NotThere
from app.sealing import keyring

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png"}
PDF = b"%PDF-"
JUST_NOW = 3600  # seconds
AT_ONCE = 500  # names that a statement asks for
_uploads = Upload.__table__
# Asked with every form and every case that is taken in: put together once.
_OF_DRAFT = select(_uploads).where(_uploads.c.draft_id == bindparam("of_draft")).order_by(_uploads.c.id)
_BIND = update(_uploads).where(_uploads.c.draft_id == bindparam("of_draft")).values(case_id=bindparam("case_id"))


def store(data: bytes, filename: str, by, draft_id: str) -> Upload:
    """Keep a JPG, PNG or PDF (by content, at most 20 MB). Raises ValueError in words for anything else, and for a virus.

    Of a picture the pixels are kept and nothing else, drawn anew (pictures.py): size and hash are those of what is kept. The
    sealed bytes are safe where scans lie (stores.py) before the row is written.
    """
    kind = content_type(data)
    if found := virus_in(data):
        record("upload", by, subject=f"sha256:{sha256(data).hexdigest()}", result="virus", found=found[:100])
        raise ValueError("这个文件带有病毒，没有保存。请换一个干净的文件，并告诉系统管理员。")
    if kind in PICTURES.values():
        kind, data = drawn_anew(data)
    digest = sha256(data).hexdigest()
    with files_stay():
        _keep(digest, data)
        with one_transaction():
            upload = Upload(sha256=digest, content_type=kind, size=len(data), filename=filename[-120:] or "扫描件")
            upload.draft_id, upload.made_by, upload.made_at = draft_id, by.id, now()
            db.session.add(upload)
    return upload


def content_type(data: bytes) -> str:
    """What the bytes are, whatever the file is called. Nothing is decoded, so no bomb goes off."""
    if len(data) > MOST_BYTES:
        raise ValueError("文件太大，每个文件最多 20 MB。")
    if data.startswith(PDF):
        return "application/pdf"
    try:
        with Image.open(io.BytesIO(data), formats=list(PICTURES)) as image:
            kind, (width, height) = "JPEG" if image.format == "MPO" else image.format, image.size  # MPO: two in one, off a phone
    except Image.DecompressionBombError:
        raise ValueError(TOO_LARGE) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise ValueError(NO_PICTURE) from None
    if width * height > MOST_PIXELS:
        raise ValueError(TOO_LARGE)
    return PICTURES[kind]


def read(upload: Upload) -> bytes:
    """The bytes as they are kept. NotThere when the file has gone from the disk."""
    try:
        return keyring().open(store_of_scans().get(upload.sha256))
    except FileNotFoundError:
        raise NotThere("扫描件的文件不在磁盘上，请联系系统管理员。") from None


def get_upload(upload_id: int) -> Upload:
    found = db.session.get(Upload, upload_id)
    if found is None:
        raise NotThere("没有这个扫描件。")
    return found


def copy_to(upload: Upload, draft_id: str, by) -> Upload:
    """The same scan for another intake: the bytes lie there once, the row says who used them again and when they were made."""
    with one_transaction():
        again = Upload(sha256=upload.sha256, content_type=upload.content_type, size=upload.size, filename=upload.filename)
        again.draft_id, again.made_by, again.made_at = draft_id, by.id, upload.made_at
        db.session.add(again)
        db.session.flush()
    return again


def uploads_of(draft_id: str) -> dict[int, Row]:
    """What was scanned for this intake, by id, as plain rows of Upload: nothing else may be named in it."""
    return {row.id: row for row in read_rows(_OF_DRAFT, {"of_draft": draft_id}).all()}


def scanned_for(draft_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether anything was, for a statement that is asked anyway."""
    return select(_uploads.c.id).where(_uploads.c.draft_id == draft_id).exists()


def bind(draft_id: str, case_id: int) -> None:
    """The intake has become a case: its scans belong to it."""
    with one_transaction():
        write_rows(_BIND, {"of_draft": draft_id, "case_id": case_id})


def forget(draft_id: str) -> None:
    """The scans of an intake that never became a case: the rows, then the files that no other row names."""
    with one_transaction():
        named = select(Material.id).where(Material.upload_id == Upload.id).exists()
        gone = delete(Upload).where(Upload.draft_id == draft_id, Upload.case_id.is_(None), ~named)
        digests = set(db.session.scalars(gone.returning(Upload.sha256)))
    remove_unnamed(digests)


def erase_of(case_id: int) -> set[str]:
    """The rows of the scans of a case whose time is over; inside one_transaction(), so that nothing slow happens: the files go
    afterwards, with remove_unnamed() of what is returned, or stopped in between with the next sweep()."""
    return set(db.session.scalars(delete(Upload).where(Upload.case_id == case_id).returning(Upload.sha256)))


def sweep() -> int:
    """Remove every file that no row names: left by whoever was stopped between a row and its file. Returns how many."""
    names, gone = store_of_scans().names(), 0
    while digests := set(islice(names, AT_ONCE)):
        gone += remove_unnamed(digests)
    return gone


def remove_unnamed(digests: set[str]) -> int:
    """Those of them that no row names and that are older than an hour: who has just put one may be about to name it. None
    while a backup is made, which has the rows of before."""
    gone, scans = 0, store_of_scans()
    if not digests:
        return 0
    with _files_go() as they_may:
        named = set(db.session.scalars(select(Upload.sha256).where(Upload.sha256.in_(digests)))) if they_may else digests
        for digest in digests - named:
            age = scans.age(digest)
            if age is not None and age > JUST_NOW:
                scans.remove(digest)
                gone += 1
    return gone


@contextmanager
def files_stay() -> Iterator[None]:
    """While this lasts no file is removed on this machine, so that what rows name now can still be read in a while."""
    with ExitStack() as stack:
        with suppress(OSError):  # a disk that cannot be written to: nothing can be removed there either
            door = stack.enter_context(open(_door(), "a"))
            fcntl.flock(door, fcntl.LOCK_SH)
        yield


@contextmanager
def _files_go() -> Iterator[bool]:
    """Whether they may; then nobody begins to count on them meanwhile."""
    with open(_door(), "a") as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _door() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "scans.lock"


def _keep(digest: str, data: bytes) -> None:
    scans = store_of_scans()
    if not scans.fresh(digest):
        scans.put(digest, keyring().seal(data))
