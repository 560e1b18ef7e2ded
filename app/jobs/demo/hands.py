"""Rows of many copies, made on another core while this one writes: a child with a picture of our memory, that ends."""

import gc
import marshal
import os
from collections import defaultdict
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from app.extensions import db
from app.jobs.demo.copies import Copy, Start, number
from app.jobs.demo.mould import Mould
from app.jobs.demo.rows import mould_of, own, pairs, rows_of_copy

WORTH_IT = 500  # copies; a child costs some hundredths of a second
TOGETHER = 600  # copies whose rows are handed over at once, so that neither side holds all of them

Made = dict[str, list[tuple] | bytes]  # by table: tuples for SQLite; for PostgreSQL the text that COPY reads


class Rows:
    """The rows of some copies, as write.insert() takes them; asked for once."""

    def __init__(self, copies: list[Copy], start: Start):
        self._copies, self._start = copies, start
        self._child = self._begun() if len(copies) >= WORTH_IT else None

    def get(self) -> Iterator[Made]:
        """TOGETHER by TOGETHER. Afterwards the copies that are sampled know their values."""
        if self._child is None:
            number(self._copies, self._start)
            yield prepared(self._copies)
            return
        child, told = self._child
        try:
            for _part in _parts(self._copies):
                yield _heard(told)
            for copy, values in zip(_sampled(self._copies), _heard(told), strict=True):
                copy.values = values
        finally:
            self.drop()

    def drop(self) -> None:
        """The child ends by itself once nobody listens."""
        if self._child:
            child, told = self._child
            told.close()
            os.waitpid(child, 0)
            self._child = None

    def _begun(self) -> tuple[int, Connection]:
        """The child's number and where it tells. It touches no connection of ours, and leaves without a word to them."""
        told, telling = Pipe(duplex=False)
        child = os.fork()
        if child:
            telling.close()
            return child, told
        status = 1
        try:
            told.close()
            gc.disable()  # nothing here refers to itself, and it ends soon
            self._tell(telling)
            status = 0
        finally:
            os._exit(status)

    def _tell(self, telling: Connection) -> None:
        """Reckon first and speak then: who writes is busy with the rows of another child meanwhile."""
        number(self._copies, self._start)
        said = []
        for part in _parts(self._copies):
            said.append(marshal.dumps(prepared(part)))
            for copy in part:
                copy.frame.mould = None  # most are for this part alone
        for one in (*said, marshal.dumps([copy.values for copy in _sampled(self._copies)])):
            telling.send_bytes(one)


def prepared(copies: list[Copy]) -> Made:
    """Plain words as names: a table's own name is none to marshal."""
    made = defaultdict(list)
    sqlite = db.engine.dialect.name == "sqlite"
    for copy in copies:
        for name, rows in (rows_of_copy if sqlite else _lines_of_copy)(copy).items():
            made[str(name)] += rows
    return dict(made) if sqlite else {name: "".join(lines).encode() for name, lines in made.items()}


def _parts(copies: list[Copy]) -> Iterator[list[Copy]]:
    return (copies[at : at + TOGETHER] for at in range(0, len(copies), TOGETHER))


def _sampled(copies: list[Copy]) -> list[Copy]:
    return [copy for copy in copies if copy.sampled]


def _heard(told: Connection):
    try:
        return marshal.loads(told.recv_bytes())  # nosec B302: from our own child, over its pipe
    except EOFError as problem:
        raise RuntimeError("示例办件的抄写进程中断了") from problem


def _lines_of_copy(copy: Copy) -> dict[str, list[str]]:
    """As rows_of_copy(), each row a line of COPY. A value is written out once, however many rows have it."""
    mould = mould_of(copy.frame)
    pool = [*_written_out(mould), *map(_as_text, own(copy))]
    made = {name: ["\t".join(pick(pool)) + "\n" for pick in rows] for name, rows in mould.pick.items()}
    made["name_pair"] = [f"{pair}\t{case_id}\n" for pair, case_id in pairs(copy)]
    return made


def _written_out(mould: Mould) -> list[str]:
    if mould.written is None:
        mould.written = [_as_text(value) for value in mould.consts]
    return mould.written


def _as_text(value) -> str:
    if value.__class__ is bytes:
        return r"\\x" + value.hex()
    if value.__class__ is int:
        return str(value)
    if value is None:
        return r"\N"
    if value.__class__ is not str:
        return str(value)
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        return value.replace("\\", r"\\").replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")
    return value
