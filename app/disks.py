"""Bytes and names that must be on the disk before anybody is told so."""

import errno
import os
from pathlib import Path
from typing import IO

GONE = (errno.EIO, errno.EROFS)


def keep(file: IO) -> None:
    """The bytes of an open file are on the disk when this returns. Raises OSError when they are not."""
    file.flush()
    os.fsync(file.fileno())
    must_take(file)


def keep_name(file: IO, *folders: Path) -> None:
    """A new name is only safe once its folders are: those in which `file`, which is open, stands now. Raises OSError."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    must_take(file)


def must_take(file: IO) -> None:
    """Ask the disk under a file that is open for writing whether it is still in service. Raises OSError (EIO, EROFS) when not.

    Its word for fsync() is not enough. When ext4 takes a disk out of service (`errors=remount-ro`) it gives up its journal, and
    an fsync() that is under way then may answer "done" for bytes that are never found again: with Linux 6.18 in two of five
    trials. What wants the journal afterwards is refused, and making sure of the first byte's room does; it changes nothing.
    """
    try:
        os.posix_fallocate(file.fileno(), 0, 1)
    except OSError as problem:
        if problem.errno in GONE:
            raise  # a full disk, or a file system that knows no such question, says nothing about what it has already taken
