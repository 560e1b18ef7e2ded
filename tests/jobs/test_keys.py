"""A new key over stored data: everything is sealed anew, nothing is lost, and a run that was stopped goes on."""

import base64
from itertools import islice
from pathlib import Path

from app.cases.models import Case
from app.cases.proof import broken_entries
from app.extensions import db
from app.jobs import rekey
from app.sealing import Keyring
from tests import backoffice, sample
from tests.databases import FIXED
from tests.house.test_sealed import everything_kept

SECOND = base64.b64encode(b"2" * 32).decode()


def with_both_keys(app) -> Keyring:
    ring = app.extensions["keyring"] = Keyring(f"{FIXED['DATA_KEYS']},2:{SECOND}", FIXED["LOOKUP_KEY"])
    return ring


def a_scan(app, content: bytes) -> Path:
    place = Path(app.config["DATA_DIR"]) / "uploads" / "ab" / ("ab" * 32)
    place.parent.mkdir(parents=True)
    place.write_bytes(app.extensions["keyring"].seal(content))
    return place


def test_everything_lies_under_the_new_key_afterwards_and_reads_as_before(inside, monkeypatch):
    monkeypatch.setattr(rekey, "BATCH", 3)  # many batches
    cases = [backoffice.taken_up("CG-002", n).case_no for n in (1, 2, 3, 4)]
    scan = a_scan(inside, b"a scan")
    before = rekey.counts()
    assert set(before) == {1}
    ring = with_both_keys(inside)
    list(islice(rekey.rotate(), 2))  # stopped: the machine was switched off
    assert set(rekey.counts()) == {1, 2}
    assert dict(rekey.rotate())["uploads"] == 1
    assert rekey.counts() == {2: before[1]}
    assert list(rekey.rotate()) == []
    db.session.remove()
    inside.extensions["keyring"] = Keyring(f"2:{SECOND}", FIXED["LOOKUP_KEY"])  # the old key is not needed any more
    found = db.session.scalars(db.select(Case).where(Case.case_no.in_(cases)).order_by(Case.id)).all()
    assert [case.id_number for case in found] == [sample.id_number(n) for n in (1, 2, 3, 4)]
    assert ring.open(scan.read_bytes()) == b"a scan"
    assert list(broken_entries()) == []


def test_the_command_says_what_it_did_and_what_it_lacks(app):
    with app.app_context():
        backoffice.taken_up("CG-002", 1)
    run = app.test_cli_runner().invoke
    assert run(args=["keys", "list"]).output.startswith("1 号密钥：")
    with_both_keys(app)
    done = run(args=["keys", "rotate"])
    assert done.exit_code == 0 and "case：1" in done.output and "都在 2 号密钥之下" in done.output
    assert run(args=["keys", "list"]).output.startswith("2 号密钥：")
    app.extensions["keyring"] = Keyring(f"3:{SECOND}", FIXED["LOOKUP_KEY"])
    lacking = run(args=["keys", "rotate"])
    assert lacking.exit_code == 1 and "缺少 2 号密钥" in lacking.stderr
    assert sample.id_number(1).encode() not in everything_kept(app)
