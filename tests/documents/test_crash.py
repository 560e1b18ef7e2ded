"""A crash at any point of issuing leaves no gap, no duplicate and no half file."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from sqlalchemy import event

from app.cases.models import Case
from app.documents import actions
from app.documents import press as pressing
from app.documents.models import Document, DocumentBytes
from app.documents.press import press
from app.documents.signing import signer
from app.extensions import db, one_transaction
from app.jobs.audit_commands import holes
from app.refusals import Busy, NoRoom
from tests.documents.test_register import _case, _of
from tests.sample import actor

# issues notices, one a transaction, until it is killed; prints each number after its commit
ISSUER = """
import sys
from app import create_app
from app.cases.find import case_by_id
from app.documents.actions import issue
from app.people.find import user_by_login
from app.people.sessions import actor_for
app = create_app()
with app.app_context():
    by, case = actor_for(user_by_login("wf-01.clerk")), case_by_id(int(sys.argv[1]))
    for _ in range(500):
        print(issue("acceptance_notice", case, by).number, flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def stop_the_children():
    yield
    press().stop()
    signer().stop()


def environment(app) -> dict[str, str]:
    """For another process at the same desk."""
    return os.environ | {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", ""),
        **{name: str(app.config[name]) for name in ("DATA_DIR", "DESK_MODE", "SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY")},
    }


def issued() -> list[int]:
    db.session.rollback()
    rows = db.select(Document.serial).filter_by(kind="acceptance_notice").order_by(Document.serial)
    return list(db.session.scalars(rows))


def test_eight_clerks_at_once_number_without_gap_or_double(app):
    with app.app_context():
        case_id = _case().id
        db.session.remove()

    def issue_five(_):
        with app.app_context():
            by = actor("wf-01.clerk")
            for _ in range(5):
                for _try in range(20):
                    try:
                        with one_transaction():
                            actions.issue("acceptance_notice", db.session.get(Case, case_id), by)
                        break
                    except Busy:
                        time.sleep(0.05)
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(issue_five, range(8)))
    with app.app_context():
        assert issued() == list(range(1, 41))
        assert not list(holes())


def test_a_process_killed_while_issuing_leaves_no_hole(app):
    with app.app_context():
        case_id = _case().id
        db.session.remove()
    told = []
    for patience in (0.05, 0.21, 0.4):
        child = subprocess.Popen([sys.executable, "-W", "ignore", "-c", ISSUER, str(case_id)], env=environment(app),
                                 stdout=subprocess.PIPE, text=True)  # fmt: skip
        told.append(child.stdout.readline().strip())
        time.sleep(patience)
        child.send_signal(signal.SIGKILL)
        told += [line.strip() for line in child.stdout if line.endswith("\n")]
        child.wait()
        child.stdout.close()
    with app.app_context():
        serials = issued()
        assert serials == list(range(1, len(serials) + 1)) and len(serials) >= len(told) >= 3
        numbers = set(db.session.scalars(db.select(Document.number)))
        assert set(told) <= numbers  # what was acknowledged is there
        assert not list(holes())
        assert actions.read(actions.document_by_number(told[-1])).startswith(b"%PDF-")  # and is rendered when read


def test_a_crash_between_number_and_bytes_is_made_good_by_the_next_reading(inside, monkeypatch):
    document = _of(_case())

    def dies(*_words):
        raise KeyboardInterrupt

    monkeypatch.setattr("app.documents.issuing.to_pdf", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.read(document)
    monkeypatch.undo()
    assert not db.session.scalars(db.select(DocumentBytes.variant)).all()
    assert actions.read(document).startswith(b"%PDF-")


def test_a_full_disk_is_a_sentence_and_keeps_nothing_half(inside):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the limit is SQLite's")
    document = _of(_case())
    db.session.rollback()
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    full = True

    def no_room(connection, _record, _proxy):
        connection.execute(f"PRAGMA max_page_count={pages + 2 if full else 1_000_000}")

    event.listen(db.engine, "checkout", no_room)
    try:
        with pytest.raises(NoRoom, match="磁盘已满"):
            actions.read(document)
        assert not db.session.scalars(db.select(DocumentBytes.variant)).all()
        full = False
        assert actions.read(document).startswith(b"%PDF-")
    finally:
        event.remove(db.engine, "checkout", no_room)


def test_while_the_renderer_hangs_others_are_served_and_the_reader_hears_a_sentence(app, desk_of, monkeypatch):
    with app.app_context():
        first, second = _of(_case("a", n=1)).number, _of(_case("b", n=2)).number
        actions.read(actions.document_by_number(first))
        db.session.remove()
    monkeypatch.setattr(pressing, "PATIENCE", 3.0)
    monkeypatch.setattr("app.documents.issuing.PATIENCE", 3.0)
    os.kill(press()._child.pid, signal.SIGSTOP)
    clerk, other, answer = desk_of("wf-01.clerk"), desk_of("wf-01.clerk2"), []
    waiting = Thread(target=lambda: answer.append(clerk.fetch(f"/documents/{second}.pdf", None)))
    waiting.start()
    time.sleep(0.3)
    began = time.monotonic()
    assert other.fetch(f"/documents/{first}.pdf").data.startswith(b"%PDF-")  # kept bytes need no renderer
    other.fetch("/desk")
    assert time.monotonic() - began < 2.5  # 1 s on a quiet machine
    waiting.join()
    assert answer[0].status_code == 503 and "暂时无法生成" in answer[0].text
    monkeypatch.undo()
    assert clerk.fetch(f"/documents/{second}.pdf").data.startswith(b"%PDF-")
