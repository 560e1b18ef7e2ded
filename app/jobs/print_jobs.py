"""The worker's press: batches of certificates, one document after the other on every core, each failure for itself."""

import os
import queue
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from flask import Flask, current_app

from app.cases.find import case_by_id
from app.documents import batch
from app.documents.actions import read
from app.documents.child import Child, Lost, program
from app.documents.models import Document
from app.documents.press import Press
from app.documents.sheets import STYLE
from app.extensions import db, one_transaction
from app.feedback.actions import issue_result
from app.refusals import Busy, Refusal

TRIES = 3
PATIENCE_TO_MERGE = 120.0  # seconds for two hundred


def keep_printing(app: Flask, stop: Event, every: float = 2.0) -> None:
    """Until `stop`: the oldest batch first. What a stopped worker left half-way is finished."""
    while not stop.wait(every):
        with app.app_context():
            try:
                while not stop.is_set() and (job_id := batch.next_job()):
                    run(app, job_id, stop)
            except Exception:  # a broken batch must not end the worker's other work
                current_app.logger.exception("printing a batch failed; trying again")


def run(app: Flask, job_id: int, stop: Event | None = None) -> None:
    """One batch to its end. Nothing is kept in memory but the line that is being worked on."""
    by, lines = batch.begin(job_id), batch.open_lines(job_id)
    presses = queue.SimpleQueue()
    made = [Press(STYLE.read_text()) for _ in range(min(4, os.cpu_count() or 1))]
    for press in made:
        presses.put(press)

    def one(number: int) -> None:
        if stop is not None and stop.is_set():
            return
        press = presses.get()
        try:
            with app.app_context():
                _print_line(job_id, number, by, press)
                db.session.remove()
        finally:
            presses.put(press)

    db.session.remove()
    try:
        with ThreadPoolExecutor(len(made)) as pool:
            list(pool.map(one, lines))
    finally:
        for press in made:
            press.stop()
    if not batch.open_lines(job_id):
        batch.finish(job_id, _merged(job_id))


def _print_line(job_id: int, number: int, by, press: Press) -> None:
    """Issue, render, sign. A refusal is the line's own; the sheet of what was issued before a crash is still made."""
    item = batch.line(job_id, number)
    case_id, document_id = item.case_id, item.document_id
    try:
        if document_id is None:
            document_id = _issue(job_id, number, case_id, by)
        _read(document_id, by, press)
        batch.note_line(job_id, number, "done", reason="")
    except Refusal as refusal:
        batch.note_line(job_id, number, "failed", reason=str(refusal))
    except Exception as problem:
        current_app.logger.exception("line %s of batch %s", number, job_id)
        batch.note_line(job_id, number, "failed", reason=f"系统出了差错（{type(problem).__name__}），请单独出证。")


def _issue(job_id: int, number: int, case_id: int, by) -> int:
    """The result, and the line that knows of it: both or neither."""
    for left in reversed(range(TRIES)):
        try:
            with one_transaction():
                document_id = issue_result(case_by_id(case_id), by).id
                batch.note_line(job_id, number, "issued", document_id=document_id)
            return document_id
        except Busy:
            if not left:
                raise
            time.sleep(0.5)
    raise AssertionError


def _read(document_id: int, by, press: Press) -> None:
    for left in reversed(range(TRIES)):
        try:
            read(db.session.get_one(Document, document_id), by, on=press)
            return
        except Busy:
            if not left:
                raise


def _merged(job_id: int) -> bytes | None:
    """One PDF for the printer, put together in a process of its own."""
    documents = batch.documents_in(job_id)
    if not documents:
        return None
    child, until = Child(program("merge")), time.monotonic() + PATIENCE_TO_MERGE
    try:
        for document_id in documents:
            child.ask(read(db.session.get_one(Document, document_id)), until)
            db.session.expunge_all()
        return child.ask(b"", until)
    except Lost as problem:
        raise RuntimeError(f"merging batch {job_id}: {problem}") from problem
    finally:
        child.stop()
