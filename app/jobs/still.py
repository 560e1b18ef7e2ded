"""A process of its own that sends a SQLite database out as of one moment, while others go on writing. Standard library only.

In WAL mode a reader keeps every checkpoint from writing what it does not see. When all it sees lies in the main file already,
that file stands still, byte for byte, for as long as the reader stays: it is sent as it lies there, without a second copy.
Of its own, because to close a file gives up every lock of the process on it, those of the desk's other connections too.

Given: the database, where a copy may be made, seconds to wait for others who read what is older, tables to count. On standard
output: a line {"size": …, "copied": …}, so many bytes, a line {"rows": {table: count}}.
"""

import json
import mmap
import os
import sqlite3
import sys
import time
from threading import Thread

AT_ONCE = 1 << 22

out = sys.stdout.buffer


def main(database: str, copy: str, patience: str, *tables: str) -> None:
    reader = stands_still(database, float(patience))
    if copied := reader is None:
        reader = _copied(database, copy)
    source = _opened(copy if copied else database)
    size = reader.execute("PRAGMA page_count").fetchone()[0] * reader.execute("PRAGMA page_size").fetchone()[0]
    _say({"size": size, "copied": copied})
    rows: dict[str, int] = {}
    counting = Thread(target=_count, args=(reader, tables, rows))
    counting.start()
    _send(source, size)
    counting.join()
    _say({"rows": rows} if len(rows) == len(tables) else {})


def stands_still(database: str, patience: float) -> sqlite3.Connection | None:
    """A connection that reads, and while it does the main file is whole and does not change. None when somebody reads what
    is older, and does not end.

    A checkpoint moves no more than every reader sees. So when one that began after our reading says that it has moved all
    there is, then all that we see is in the main file, and nothing newer can come there before we have done.
    """
    reader, mover = _connected(database), _connected(database)
    until = time.monotonic() + patience
    while True:
        _moved(mover)  # most of it beforehand: less time for others to write meanwhile
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it reads
        if _moved(mover):
            return reader
        reader.execute("ROLLBACK")
        if time.monotonic() > until:
            return None
        time.sleep(0.01)


def _moved(mover: sqlite3.Connection) -> bool:
    busy, in_log, moved = mover.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return not busy and in_log == moved


def _copied(database: str, copy: str) -> sqlite3.Connection:
    """A copy, made within one reading; slower, and needs the room."""
    source, target = _connected(database), _connected(copy)
    target.execute("PRAGMA synchronous = OFF")  # it is read from here and thrown away
    source.backup(target)
    source.close()
    target.close()
    return _connected(copy)


def _connected(database: str) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=5, isolation_level=None, check_same_thread=False)


def _count(reader: sqlite3.Connection, tables: tuple[str, ...], rows: dict[str, int]) -> None:
    for table in tables:
        rows[table] = reader.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - names of ours


def _opened(name: str) -> int:
    """Read past the memory in which the system keeps files: much quicker for so much, and what the desk has there stays. Never
    closed: see above."""
    try:
        return os.open(name, os.O_RDONLY | os.O_DIRECT)
    except OSError:  # not every file system can
        return os.open(name, os.O_RDONLY)


def _send(source: int, size: int) -> None:
    room, at = memoryview(mmap.mmap(-1, AT_ONCE)), 0  # begins where a page begins, as reading past the memory asks
    while at < size:
        read = min(os.preadv(source, [room], at), size - at)
        if not read:
            raise SystemExit("the file is shorter than it says")
        out.write(room[:read])
        out.flush()
        at += read


def _say(what: dict) -> None:
    out.write(json.dumps(what).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
