"""A new key over what is already stored: every sealed column and every scan, in batches, begun again wherever it was left."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import LargeBinary, Table, bindparam, func, select, tuple_, type_coerce, update

from app.documents.stores import store_of_scans
from app.extensions import db, one_transaction
from app.sealing import SealedBytes, keyring

BATCH = 500


def rotate() -> Iterator[tuple[str, int]]:
    """Seal anew what lies under an older key, while the desk is serving: (where, how many) after each batch.

    What is under the newest key already is passed over, so that a run that was stopped goes on where it ended.
    """
    for table in _sealed_tables():
        after = None
        while True:
            count, after = _one_batch(table, after)
            if count:
                yield table.name, count
            if after is None:
                break
    scans = store_of_scans()
    for name in scans.names():
        with suppress(FileNotFoundError):  # thrown away with its form just now
            if scans.get(name, 1)[0] != keyring().newest:
                scans.put(name, keyring().again(scans.get(name)))
                yield "uploads", 1


def counts() -> dict[int, int]:
    """How many sealed values and scans lie under each key number."""
    found: Counter[int] = Counter(_numbers_of_scans())
    for table in _sealed_tables():
        for column in _sealed(table):
            number = func.substr(type_coerce(column, LargeBinary), 1, 1, type_=LargeBinary)
            rows = select(number, func.count()).select_from(table).where(column.is_not(None)).group_by(number)
            found.update({bytes(first)[0]: many for first, many in db.session.execute(rows)})
    return dict(sorted(found.items()))


def _sealed_tables() -> list[Table]:
    return [table for table in db.metadata.sorted_tables if _sealed(table)]


def _sealed(table: Table) -> list:
    return [column for column in table.columns if isinstance(column.type, SealedBytes)]


def _one_batch(table: Table, after: tuple | None) -> tuple[int, tuple | None]:
    """(how many rows were sealed anew, the key of the last row looked at or None at the end of the table).

    The rows are held while they are read and written: of a clerk who saves at the same moment nothing is overwritten.
    """
    keys, sealed, ring = list(table.primary_key), _sealed(table), keyring()
    rows = select(*keys, *(type_coerce(column, LargeBinary).label(f"was_{column.name}") for column in sealed))
    if after:
        rows = rows.where(tuple_(*keys) > after)
    changed = []
    with one_transaction():
        found = db.session.execute(rows.order_by(*keys).limit(BATCH).with_for_update()).all()
        for row in found:
            values = {column.name: bytes(cell) for column, cell in zip(sealed, row[len(keys) :], strict=True) if cell is not None}
            if any(value[0] != ring.newest for value in values.values()):
                now = {column.name: ring.again(values[column.name]) if column.name in values else None for column in sealed}
                changed.append({f"new_{name}": value for name, value in now.items()}
                               | {f"key_{key.name}": value for key, value in zip(keys, row, strict=False)})  # fmt: skip
        if changed:
            same = (key == bindparam(f"key_{key.name}") for key in keys)
            new = {column.name: bindparam(f"new_{column.name}", type_=LargeBinary) for column in sealed}
            db.session.connection().execute(update(table).where(*same).values(new), changed)
    return len(changed), tuple(found[-1][: len(keys)]) if len(found) == BATCH else None


def _numbers_of_scans() -> Iterator[int]:
    scans = store_of_scans()
    for name in scans.names():
        with suppress(FileNotFoundError):
            yield scans.get(name, 1)[0]
