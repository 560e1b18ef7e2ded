"""The checks of a restored backup, as a process of its own: counts on standard input, what is wrong on standard output."""

import json
import sys
from collections.abc import Iterator

from app import create_app
from app.cases import proof, seals
from app.custody.balance import unbalanced
from app.documents.models import Upload
from app.documents.uploads import read
from app.extensions import db
from app.jobs.audit_commands import holes
from app.jobs.dump import rows

NEVER_FEWER = ("case", "journal_entry", "document")  # the others may lose a row: a draft thrown away, with its scans


def problems(told: dict) -> Iterator[str]:
    """A sentence for everything that is not as it was: counts, papers, and when `everything` is asked journal, numbers, files.

    `told["rows"]` is what is in the backup. One of the first format says instead what was counted before the copy was made,
    `least`, and after it. Of an older schema (not `same_tables`) only the rows can be counted.
    """
    yield from _miscounted(told["rows"], told["least"])
    if told["same_tables"]:
        yield from unbalanced()
    if told["everything"]:
        yield from _broken()


def _miscounted(rows_then: dict[str, int], least: dict[str, int] | None) -> Iterator[str]:
    for name, count in rows().items():
        if least is None and count != rows_then.get(name, count):
            yield f"{name}：备份时有 {rows_then[name]} 条，恢复后 {count} 条"
        elif least is not None and name in NEVER_FEWER and not least.get(name, 0) <= count <= rows_then.get(name, count):
            yield f"{name}：备份时有 {least.get(name, 0)} 至 {rows_then[name]} 条，恢复后 {count} 条"


def _broken() -> Iterator[str]:
    yield from proof.broken_entries()
    yield from seals.broken()
    yield from holes()
    for upload in db.session.scalars(db.select(Upload).order_by(Upload.id)):
        try:
            read(upload)
        except Exception:  # whatever the reason: nobody can look at it
            yield f"扫描件 {upload.id} 打不开"


if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        json.dump(list(problems(json.load(sys.stdin))), sys.stdout, ensure_ascii=False)
