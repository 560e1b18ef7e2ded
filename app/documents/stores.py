"""Where sealed scans lie, by the hash of their content: a folder beside the database, or a bucket that several machines share.

One shape (tests/documents/test_stores.py asks both the same):

    put(name, data)        all of it under this name and safe when it returns, or what was there before
    fresh(name)            is it there? then it counts as put just now
    get(name, most=None)   the bytes, or their beginning; FileNotFoundError when there are none
    age(name)              seconds since it was put, None when it is not there
    remove(name)           gone, or was not there
    names()                all of them, sorted
    trouble()              "ok", or in a word or two why nothing could be put now
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import time

from flask import current_app

from app import disks

HASH = 64  # characters of a name


def store_of_scans():
    """The store that the settings name, made when first asked for."""
    kept = current_app.extensions
    if "scans" not in kept:
        kept["scans"] = _made(current_app.config)
    return kept["scans"]


def _made(config):
    if not config["UPLOADS_S3_BUCKET"]:
        return Folder(Path(config["DATA_DIR"]) / "uploads")
    from app.documents.bucket import Bucket  # the client is not loaded where there is no bucket

    return Bucket(config["UPLOADS_S3_BUCKET"], config["UPLOADS_S3_ENDPOINT"], config["UPLOADS_S3_REGION"])


class Folder:
    """Files in two levels; file and folder are on the disk (fsync) before put() returns."""

    def __init__(self, folder: Path):
        self._folder = folder

    def put(self, name: str, data: bytes) -> None:
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                disks.keep(file)
                os.replace(new, place)
                disks.keep_name(file, place.parent, self._folder)
        except BaseException:
            Path(new).unlink(missing_ok=True)
            raise

    def fresh(self, name: str) -> bool:
        try:
            os.utime(self._place(name))
        except FileNotFoundError:
            return False
        return True

    def get(self, name: str, most: int | None = None) -> bytes:
        with self._place(name).open("rb") as file:
            return file.read(most)

    def age(self, name: str) -> float | None:
        try:
            return time() - self._place(name).stat().st_mtime
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        self._place(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        for folder in sorted(self._folder.glob("??")):  # one after the other: there may be a million
            yield from sorted(name for name in os.listdir(folder) if len(name) == HASH)

    def trouble(self) -> str:
        return "ok"  # the disk is asked for the database's sake already

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / name
