"""Each check leaves a row among the desk's events, but whoever checks never waits for it.

The check writes a line into a file, which takes no lock of the database; the worker brings the lines in, some seconds
later. A crash between the two may bring the same lines in twice, never not at all. The row is of the moment at which it
is brought in, because the day of the check may be sealed by then; `checked_at` says when that was.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from app.extensions import one_transaction
from app.moments import now
from app.people.actions import record
from app.people.actor import Actor

SPOOL, TAKEN = "checks.log", "checks.taken"


def note(number: str, result: str, how: str, by) -> None:
    """Which document, with what result, by which way, asked by whom of the staff if by any. Never who holds it, never
    the file. A full disk must not keep the truth from whoever asks: then the server's own log has it."""
    row = {"at": now().isoformat(), "by": by.id, "name": by.name, "number": number, "result": result, "how": how}
    try:
        with _spool() as spool:
            spool.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    except OSError as problem:
        current_app.logger.error("a check could not be kept (%s): %s %s by %s", type(problem).__name__, number, result, how)


def bring_in() -> int:
    """The lines so far become rows; how many. Raises Busy when the database cannot write now: they wait."""
    taken = _folder() / TAKEN
    if not taken.exists():  # else an earlier turn did not come to its end
        if not (_folder() / SPOOL).exists():
            return 0
        with _spool():
            (_folder() / SPOOL).rename(taken)
    rows = [json.loads(line) for line in taken.read_bytes().splitlines() if line.endswith(b"}")]  # no half line of a crash
    with one_transaction():
        for row in rows:
            record("document_checked", Actor(row["by"], "", row["name"]), row["number"], row["result"],
                   how=row["how"], checked_at=row["at"])  # fmt: skip
    taken.unlink()
    return len(rows)


@contextmanager
def _spool() -> Iterator:
    """The file, to append to, held for a moment; not one that was just taken away."""
    path = _folder() / SPOOL
    while True:
        with open(path, "ab", buffering=0) as spool:
            fcntl.flock(spool, fcntl.LOCK_EX)
            if path.exists() and path.samefile(f"/proc/self/fd/{spool.fileno()}"):
                yield spool
                return


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"])
