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
from app.jobs.backup import rows

NEVER_FEWER = ("case", "journal_entry", "document")  # the others may lose a row: a draft thrown away, with its scans


def problems(counted: dict[str, dict[str, int]]) -> Iterator[str]:
    """Counts, journal, papers, numbers, files: a sentence for everything that is not as it was.

    `counted["least"]` was counted before the copy was made, `counted["rows"]` after: the copy lies between.
    """
    for name, count in rows().items():
        least, most = counted["least"].get(name, 0), counted["rows"].get(name, count)
        if name in NEVER_FEWER and not least <= count <= most:
            yield f"{name}：备份时有 {least} 至 {most} 条，恢复后 {count} 条"
    yield from proof.broken_entries()
    yield from seals.broken()
    yield from unbalanced()
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
