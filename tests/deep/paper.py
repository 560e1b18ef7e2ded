"""A worker that prints a batch of certificates is killed again and again: nothing is missing, double or half.

Each life of the worker takes up what the one before has left; the kill comes at a random moment between the number and
the stack for the printer.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from app.documents import batch
from app.documents.models import Document, DocumentBytes, PrintItem
from app.documents.register import without_reason
from app.extensions import db
from app.jobs import print_jobs
from app.jobs.audit_commands import holes
from tests.databases import KINDS, Databases
from tests.documents.test_batch import BUREAU, decided
from tests.documents.test_crash import environment
from tests.sample import actor

CASES, KILLS = int(os.environ.get("DESK_CERTIFICATES", "40")), int(os.environ.get("DESK_KILLS", "20"))
WORKER = """
import sys
from app import create_app
from app.jobs import print_jobs
app = create_app()
print("begins", flush=True)
with app.app_context():
    print_jobs.run(app, int(sys.argv[1]))
"""


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in KINDS:
        with databases.fresh(kind, Path(tempfile.mkdtemp())) as app:
            yield from killed(app, kind)


def killed(app, kind: str) -> Iterator[tuple[str, object, bool]]:
    dice = random.Random(8)
    with app.app_context():
        numbers = [decided(n).case_no for n in range(1, CASES + 1)]
        job_id = batch.start_batch(actor(f"{BUREAU}.issuer"), numbers).id
        db.session.remove()
    deaths = 0
    while deaths < KILLS and _work_for(app, job_id, dice.uniform(0.0, 1.5)):
        deaths += 1
    with app.app_context():
        print_jobs.run(app, job_id)
        db.session.rollback()
        yield f"kills of the worker before its batch was done, {kind}", deaths, deaths >= min(3, KILLS)
        left = db.session.scalars(db.select(PrintItem.reason).where(PrintItem.state != "done")).all()
        results = db.session.scalars(db.select(Document).filter_by(is_result=True)).all()
        yield f"certificates, one a case, of {CASES}, {kind}", len(results), len({one.case_id for one in results}) == len(results) == CASES
        kept = db.session.scalars(db.select(DocumentBytes)).all()
        half = [one.document_id for one in kept if one.sha256 != sha256(one.pdf).hexdigest() or not one.level]
        yield f"lines not done, half files, {kind}", (left, half), not left and not half and len(kept) == CASES
        gaps = [*holes(), *without_reason()]
        yield f"holes of the register, {kind}", gaps or 0, not gaps


def _work_for(app, job_id: int, seconds: float) -> bool:
    """One life of the worker; True when it was ended by the kill."""
    worker = subprocess.Popen([sys.executable, "-W", "ignore", "-c", WORKER, str(job_id)], env=environment(app),
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
    worker.stdout.readline()
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    worker.stdout.close()
    return worker.wait() == -signal.SIGKILL
