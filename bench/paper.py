"""Documents: issue, first reading, re-print, and a batch of certificates, each beside WeasyPrint alone on the same pages."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from threading import Event, Thread

from sqlalchemy import exists, select

from app.cases.models import Case
from app.catalog.find import current_spec
from app.documents.actions import issue, read
from app.documents.child import Child
from app.documents.models import Document, PrintItem, PrintJob
from app.documents.press import press
from app.documents.sheets import STYLE, to_html
from app.documents.signing import signer
from app.extensions import db, one_transaction
from app.jobs import print_jobs
from app.jobs.demo import people as demo_people
from app.moments import now, today
from app.people.find import user_by_login
from app.people.sessions import actor_for
from app.receive.actions import receive
from app.receive.checklist import lines
from bench.data import inside
from bench.figures import Figure, against, at_most
from bench.pages import SIX_PAPERS, Run
from bench.serve import CORES, cpu_of, tree

BARE = Path(__file__).with_name("bare.py")
BATCH, SHORT_BATCH = 200, 40
SAID = {"category": "80—89周岁", "amount": "每月 50 元", "start_month": "2026年12月", "account": "6222000000000001234"}


def documents(run: Run) -> list[Figure]:
    """With every core of the machine, as the worker has them; CPU of this process and all that it starts."""
    here = os.sched_getaffinity(0)
    os.sched_setaffinity(0, CORES)
    try:
        with inside(run.store.copy(run.small)) as app, bare_press() as bare:
            by = actor_for(user_by_login("wf-01.clerk"))
            return [*single(run, by, bare), *batch(run, app, by, bare)]
    finally:
        press().stop()
        signer().stop()
        os.sched_setaffinity(0, here)


@contextmanager
def bare_press() -> Iterator:
    child = Child((str(BARE),), STYLE.read_bytes())
    try:
        yield lambda html: child.ask(html.encode(), time.monotonic() + 60)
    finally:
        child.stop()


def spent() -> float:
    """Seconds of CPU so far: this process, the children at work, and those that have ended."""
    over = resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(map(cpu_of, tree(os.getpid()))) + over.ru_utime + over.ru_stime


def timed(work):
    before = spent()
    made = work()
    return made, (spent() - before) * 1000


# ── one by one ───────────────────────────────────────────────────────────────────────────────────────────────


def single(run: Run, by, bare) -> list[Figure]:
    dice, rounds = Random(5), []
    for number in range(-2, run.rounds):  # two rounds to warm
        taken_in, issued, certificates = [], [], []
        for nth in range(max(10, run.asks // 20)):
            case, took = timed(lambda key=f"bench-{number}-{nth}": take_in(key, by, dice))
            taken_in.append(took)
            with one_transaction():
                _receipt, took = timed(lambda case=case: issue("intake_receipt", case, by, facts={"papers": []}))
                issued.append(took)
                certificates.append(issue("benefit_notice", case, by, facts=SAID))
        receipts = db.session.scalars(select(Document).filter_by(kind="intake_receipt").order_by(Document.id.desc()).limit(4))
        papers = _readings([one.id for one in receipts], bare)
        signed = _readings([one.id for one in certificates[-4:]], bare)
        if number >= 0:
            rounds.append([median(column) for column in (taken_in, issued, *papers, *signed)])
    taken_in, issued, page, reading, again, signed_page, signing, _again = map(list, zip(*rounds, strict=True))
    return [
        against("documents", "issue without bytes ÷ intake transaction", issued, taken_in, 1.2),
        against("documents", "first reading ÷ bare write_pdf", reading, page, 1.15, note="receipt, two copies on a sheet"),
        against("documents", "first reading, signed ÷ bare write_pdf", signing, signed_page, 1.15, note="certificate, B-LT"),
        at_most("documents", "re-print", again, 10, "ms CPU"),
    ]


def take_in(key: str, by, dice: Random) -> Case:
    spec = current_spec(SIX_PAPERS)
    ticks = [{"state": "held", "copies": 1, "pages": 1, "original_seen": True} for _line in lines(spec)]
    return receive(by, key, SIX_PAPERS, demo_people.applicant(spec, dice), ticks, demo_people.answers(spec, dice, today()))


def _readings(document_ids: list[int], bare) -> tuple[list[float], list[float], list[float]]:
    """Of each document: its page by WeasyPrint alone, its first reading, its second."""
    alone, first, again = [], [], []
    for one in document_ids:
        html = _page(one)
        alone.append(timed(lambda html=html: bare(html))[1])
        for column in (first, again):
            document = db.session.get_one(Document, one)
            column.append(timed(lambda document=document: read(document))[1])
    return alone, first, again


def _page(document_id: int) -> str:
    return to_html(db.session.get_one(Document, document_id).facts, "http://127.0.0.1:8000")


# ── many in one go ───────────────────────────────────────────────────────────────────────────────────────────


def batch(run: Run, app, by, bare) -> list[Figure]:
    """Printed, signed and stacked by the worker's own press, against the same pages by WeasyPrint alone."""
    size = SHORT_BATCH if run.quick else BATCH
    _printed(app, by, 4)
    waits, works, alone_waits, alone_works, swells = [], [], [], [], []
    for _round in range(run.rounds):
        wait, work, pages, swell = _printed(app, by, size)
        alone_wait, alone_work = _clocked(lambda pages=pages: [bare(page) for page in pages])
        for column, value in zip((waits, works, alone_waits, alone_works, swells), (wait, work, alone_wait, alone_work, swell), strict=True):
            column.append(value)
    about = f"{size} certificates, printed, signed and stacked"
    return [
        against("documents", f"{about} ÷ bare, waiting", waits, alone_waits, 0.5, unit="s", note=f"{len(CORES)} cores"),
        Figure("documents", f"{about} ÷ bare, CPU", median(works), "s CPU", median(alone_works),
               median(one / other for one, other in zip(works, alone_works, strict=True)), note="a second core spares no work"),
        at_most("documents", "memory at its end ÷ after its first quarter", swells, 1.1, "×"),
    ]


def _clocked(work) -> tuple[float, float]:
    """Seconds of waiting and of CPU."""
    before, began = spent(), time.perf_counter()
    work()
    return time.perf_counter() - began, spent() - before


def _printed(app, by, size: int) -> tuple[float, float, list[str], float]:
    """Waiting, CPU, the pages as HTML, and how much the memory grew from the first quarter to the end."""
    job_id, pages = _job(by, size)
    with weighed() as weights:
        wait, work = _clocked(lambda: print_jobs.run(app, job_id))
    left = db.session.scalar(select(PrintItem.reason).where(PrintItem.job_id == job_id, PrintItem.state != "done"))
    if left is not None:
        raise RuntimeError(f"not printed: {left}")
    quarter = max(1, len(weights) // 4)
    swell = median(weights[-quarter:]) / median(weights[quarter:2 * quarter] or weights) if weights else 1.0  # over within a second
    return wait, work, pages, swell


def _job(by, size: int) -> tuple[int, list[str]]:
    """A batch whose results have their numbers and no bytes yet."""
    there = exists().where(Document.case_id == Case.id, Document.kind == "benefit_notice")
    cases = db.session.scalars(select(Case).where(~there).order_by(Case.id).limit(size)).all()
    with one_transaction():
        job = PrintJob(office_id=by.office_id, made_by=by.id, made_name=by.name, made_at=now(), state="waiting")
        db.session.add(job)
        db.session.flush()
        made = [issue("benefit_notice", case, by, facts=SAID) for case in cases]
        db.session.add_all(PrintItem(job_id=job.id, line=n, case_id=one.case_id, document_id=one.id, state="issued")
                           for n, one in enumerate(made, start=1))  # fmt: skip
        return job.id, [to_html(one.facts, "http://127.0.0.1:8000") for one in made]


@contextmanager
def weighed() -> Iterator[list[float]]:
    """The memory of this process and its children in MB, what they share counted often; once a second."""
    weights, stop = [], Event()

    def watch() -> None:
        while not stop.wait(1.0):
            weights.append(sum(map(resident, tree(os.getpid()))))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield weights
    finally:
        stop.set()
        thread.join()


def resident(pid: int) -> float:
    """In MB, read at no cost: the proportional size would take longer to count than the sheets to print."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return 0.0
