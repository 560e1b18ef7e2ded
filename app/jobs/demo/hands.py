"""Rows of many copies, made on another core while this one writes: a child with a picture of our memory, that ends."""

import marshal
import os
from collections import defaultdict

from app.extensions import db
from app.jobs.demo.copies import Copy
from app.jobs.demo.rows import rows_of_copy

WORTH_IT = 500  # copies; a child costs some hundredths of a second


class Rows:
    """The rows of some copies by table, as write.insert() takes them; asked for once."""

    def __init__(self, copies: list[Copy]):
        self._copies = copies
        self._child = self._begun() if len(copies) >= WORTH_IT else None

    def get(self) -> dict[str, list[tuple] | bytes]:
        if self._child is None:
            return prepared(self._copies)
        child, told = self._child
        with open(told, "rb") as stream:
            said = stream.read()
        _pid, status = os.waitpid(child, 0)
        self._child = None
        if status:
            raise RuntimeError("示例办件的抄写进程中断了")
        return marshal.loads(said)  # nosec B302: from our own child, over its pipe

    def drop(self) -> None:
        if self._child:
            child, told = self._child
            os.close(told)
            os.waitpid(child, 0)
            self._child = None

    def _begun(self) -> tuple[int, int]:
        """The child's number and where it tells. It touches no connection of ours, and leaves without a word to them."""
        told, telling = os.pipe()
        child = os.fork()
        if child:
            os.close(telling)
            return child, told
        status = 1
        try:
            os.close(told)
            with open(telling, "wb") as stream:
                stream.write(marshal.dumps(prepared(self._copies)))
            status = 0
        finally:
            os._exit(status)


def prepared(copies: list[Copy]) -> dict[str, list[tuple] | bytes]:
    """Tuples for SQLite; for PostgreSQL the text that COPY reads."""
    rows = defaultdict(list)
    for copy in copies:
        for name, made in rows_of_copy(copy).items():
            rows[name] += made
    if db.engine.dialect.name == "sqlite":
        return {str(name): made for name, made in rows.items()}  # plain words: a table's own name is none to marshal
    return {str(name): "".join(["\t".join(map(_as_text, row)) + "\n" for row in made]).encode() for name, made in rows.items()}


def _as_text(value) -> str:
    if value is None:
        return r"\N"
    if value.__class__ is bytes:
        return r"\\x" + value.hex()
    if value.__class__ is not str:
        return str(value)
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        return value.replace("\\", r"\\").replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")
    return value
